"""The sums of calls (`models/call_total.py`) made anew. Day by day the database keeps them by itself."""

from django.db import connection, transaction

from .models.call_total import LOCK, SUM_UP

WAIT = f"SELECT pg_advisory_xact_lock({LOCK}, %(practice)s)"
CLEAR = "DELETE FROM campaigns_calltotal WHERE practice_id = %(practice)s"
ALL = "SELECT 1 AS sign, a.* FROM campaigns_callattempt a WHERE a.practice_id = %(practice)s"


def rebuild(*, practice):
    """Sum up all calls of a practice again: its dates are others since its time zone was changed.

    Call it in the transaction that saves the new zone. Outcomes that agents save meanwhile wait for it and count by that zone.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (WAIT, CLEAR, SUM_UP.format(calls=ALL)):
            cursor.execute(statement, {"practice": practice.pk})
