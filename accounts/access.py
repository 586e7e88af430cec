"""Who may open a page. The practice itself is checked by the middleware; here only the role within it."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from .models import Membership

Role = Membership.Role


def role_required(*roles, says=""):
    """Let members with one of these roles in; others of the practice get a 403 that says so, in the words of `says` if any.

    The roles stand on the view as `required_roles`, so that the isolation sweep can check every page against them.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.membership.role not in roles:
                raise PermissionDenied(says)
            return view(request, *args, **kwargs)

        guarded.required_roles = frozenset(roles)
        return guarded

    return decorate


member_required = role_required(Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
supervisor_required = role_required(Role.SUPERVISOR, Role.ADMIN)
admin_required = role_required(Role.ADMIN)
