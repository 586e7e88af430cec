"""PostgreSQL's planner in transactions that write many rows and then read them."""

from contextlib import contextmanager

from django.db import connection

# What the hashes over all patients of a large practice take.
WHOLE_PRACTICE = "256MB"


def hash_only(cursor, *, work_memory="64MB"):
    """Keep the planner from loops, until the transaction ends.

    Nobody could gather statistics on rows that were written a moment ago: the planner takes them for a handful and would
    compare each with each. Plans kept from smaller tables, those of foreign keys above all, go too. Hashes over all
    patients of a practice must fit into `work_memory`, or PostgreSQL falls back to comparing row by row.
    """
    cursor.execute("DISCARD PLANS; SET LOCAL enable_nestloop = off")
    cursor.execute("SELECT set_config('work_mem', %s, true)", [work_memory])


def room_for_hashes(cursor):
    """Let hashes over all patients of a practice fit into memory for the rest of the transaction, as `hash_only` does."""
    cursor.execute("SELECT set_config('work_mem', %s, true)", [WHOLE_PRACTICE])


@contextmanager
def without_loops():
    """Keep the planner from loops for the queries of this block, as `hash_only` does for a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), set_config('enable_nestloop', 'off', true)")
        before, _ = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config('enable_nestloop', %s, true)", [before])
