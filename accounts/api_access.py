"""How the API lets programs in: by token alone."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission

from .models import ApiToken


class TokenOfRequest(BaseAuthentication):
    """Who calls is whom the middleware found by the token. Sessions count for nothing here, so neither does CSRF."""

    def authenticate(self, request):
        token = getattr(request._request, "api_token", None)
        return (token.made_by.user, token) if token else None

    def authenticate_header(self, request):
        return "Bearer"


class Nobody(BasePermission):
    """The default: a view that names no permission opens for nobody."""

    def has_permission(self, request, view):
        return False


class TokenHolder(BasePermission):
    """Programs with a live token of the practice."""

    def has_permission(self, request, view):
        return isinstance(request.auth, ApiToken)
