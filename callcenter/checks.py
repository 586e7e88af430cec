"""What must hold before anything is served."""

from django.core.checks import Error, Tags, register
from django.db import connections

from accounts.wall import walled_tables

SEES_THROUGH_THE_WALL = """
SELECT rolsuper OR rolbypassrls
    OR EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)
    OR EXISTS (SELECT FROM pg_tables t JOIN pg_roles o ON o.rolname = t.tableowner
               WHERE t.schemaname = 'public' AND pg_has_role(current_user, o.oid, 'MEMBER') AND NOT r.rolsuper)
FROM pg_roles r WHERE rolname = current_user
"""
UNGUARDED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND NOT (relrowsecurity AND relforcerowsecurity)
"""


class UnboundRole(Exception):
    """The database role in use could read every practice's patients."""


def wall_errors(*, using):
    """Why this connection may not serve, as Django check errors; empty when the wall stands."""
    with connections[using].cursor() as cursor:
        cursor.execute(SEES_THROUGH_THE_WALL)
        errors = []
        if cursor.fetchone()[0]:
            errors.append(
                Error(
                    "The database role in DATABASE_URL can bypass row-level security.",
                    hint="Use a role that is no superuser, has no BYPASSRLS and owns no table; see docs/operators.md.",
                    id="callcenter.E001",
                )
            )
        cursor.execute(UNGUARDED, [walled_tables()])
        unguarded = [row[0] for row in cursor.fetchall()]
        if unguarded:
            errors.append(
                Error(
                    f"Tables without row-level security: {', '.join(unguarded)}.",
                    hint="Run manage.py migrate --database owner.",
                    id="callcenter.E002",
                )
            )
    return errors


@register(Tags.database)
def check_wall(app_configs, databases, **_kwargs):
    """`manage.py check --database default` says whether the wall stands."""
    return wall_errors(using="default") if databases and "default" in databases else []


def require_bound_role():
    """Stop the process, in one sentence, unless row-level security binds it."""
    errors = wall_errors(using="default")
    if errors:
        raise UnboundRole(f"{errors[0].msg} {errors[0].hint}")
