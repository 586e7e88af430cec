"""How the API lets programs in: by token alone, for what its scopes name."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

from accounts.models import ApiToken

# For a view that every token may ask.
ANY_TOKEN = "any token"  # noqa: S105 no secret


class TokenOfRequest(BaseAuthentication):
    """Who calls is whom the middleware found by the token. Sessions count for nothing here, so neither does CSRF."""

    def authenticate(self, request):
        token = getattr(request._request, "api_token", None)
        return (token.made_by.user, token) if token else None

    def authenticate_header(self, request):
        return "Bearer"


class ScopeHolder(BasePermission):
    """Programs with a live token of the practice that has the scope which the view names for the method, in `scopes`.

    A method that a view answers without naming a scope opens for nobody.
    """

    def has_permission(self, request, view):
        if not isinstance(request.auth, ApiToken):
            return False
        scope = scope_of(view, request.method)
        if scope is None:
            # Nothing answers to it, which is said as such: 405.
            return request.method == "OPTIONS" or not hasattr(view, request.method.lower())
        if scope != ANY_TOKEN and scope not in request.auth.scopes:
            raise PermissionDenied(f"This token lacks the scope {scope}.")
        return True


def scope_of(view, method):
    """The scope that a view asks for, by method; None where it names none."""
    return getattr(view, "scopes", {}).get("GET" if method == "HEAD" else method)
