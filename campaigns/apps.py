from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db import connections
from django.db.models.signals import post_migrate


def write_claim_functions(sender, using, **_kwargs):
    """Put the statements of a claim into the database, as they are in the code (campaigns/claim_sql.py)."""
    from .claim_sql import DEFINITIONS

    with connections[using].cursor() as cursor:
        if "campaigns_lease" in connections[using].introspection.table_names(cursor):
            for name, definition in DEFINITIONS.items():
                cursor.execute("SELECT 1 FROM pg_proc WHERE proname = %s", [name])
                if cursor.fetchone() is None:
                    cursor.execute(definition)


def note_leaving(sender, user, **_kwargs):
    """Who signs out is not ready for calls any more, in none of their practices."""
    from accounts import tenancy

    from .agent_state import leave

    for membership in user.memberships.all() if user else ():
        with tenancy.practice(membership.practice_id):
            leave(agent=membership)


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self):
        from accounts import landing, people

        from .first_steps import first_page
        from .handover import give_back

        people.when_leaving(give_back)
        landing.when_arriving(first_page)
        user_logged_out.connect(note_leaving, dispatch_uid="note_leaving")
        post_migrate.connect(write_claim_functions, sender=self, dispatch_uid="write_claim_functions")
