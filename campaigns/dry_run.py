"""What a change would do to tonight's call lists, before it is made: counts as things are, and counts with the change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

from accounts.models import Practice
from accounts.planner import room_for_hashes

from . import eligibility
from .eligibility import BLOCKED_BY, CALLABLE, IS_OPEN, LABELS, OPEN_WORK

READY = "READY"
NAMES = {READY: "On tonight's call lists", **LABELS}
# Less than PostgreSQL waits before it looks for deadlocks: rather this gives up than the outcome an agent is saving.
PATIENCE = "500ms"
LOCK_NOT_AVAILABLE = "55P03"
# As in the plan, a person is called for one campaign a day, and one person at a number.
PLACES = f"""
WITH judged AS MATERIALIZED (
    SELECT e.patient_id, {BLOCKED_BY} AS blocked_by FROM {OPEN_WORK} WHERE {IS_OPEN}
), first_number AS (
    SELECT DISTINCT ON (n.patient_id) n.patient_id, n.e164 FROM patients_phonenumber n WHERE {CALLABLE}
    ORDER BY n.patient_id, n.position, n.id
)
SELECT j.blocked_by, count(*), count(DISTINCT j.patient_id), count(DISTINCT f.e164)
FROM judged j LEFT JOIN first_number f ON j.blocked_by = '' AND f.patient_id = j.patient_id
GROUP BY j.blocked_by
"""  # noqa: S608 constants


class Busy(Exception):
    """Somebody was saving just what the change is about. Nothing was counted; a moment later it works."""


@dataclass(frozen=True)
class Place:
    """So many open enrollments stand in one place before and after the change. `code` is a rule's name or READY."""

    code: str
    before: int
    after: int

    @property
    def label(self):
        return NAMES.get(self.code, "All open enrollments")

    @property
    def difference(self):
        return self.after - self.before

    @property
    def difference_words(self):
        """As in “+12”, “−3” with a true minus, and “0”."""
        return f"{self.difference:+,}".replace("-", "−") if self.difference else "0"


@dataclass(frozen=True)
class Comparison:
    """Where open work would stand at the build of `moment`. The places add up to the `total`, before and after."""

    moment: datetime
    places: list
    total: Place

    @property
    def moves(self):
        """Whether the change makes any difference tonight."""
        return any(place.difference for place in self.places)


def compare(*, practice, now, change):
    """Count open work by place at the next nightly build, as it is and as it would be after `change()`.

    The change is rolled back whatever happens, with its row history; what it raises is passed on. Raises Busy. The people
    a campaign's rule takes or drops tonight are counted only if the change itself asks the rule.
    """
    moment = next_build(practice=practice, now=now)
    before = _places(practice, moment)
    try:
        with transaction.atomic():
            _set_patience()
            change()
            after = _places(practice, moment)
            transaction.set_rollback(True)
    except OperationalError as refused:
        if getattr(refused.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Busy("rows of the change were locked") from None
    codes = [code for code in NAMES if before.get(code) or after.get(code)]
    return Comparison(
        moment=moment,
        places=[Place(code, before.get(code, 0), after.get(code, 0)) for code in codes],
        total=Place("", sum(before.values()), sum(after.values())),
    )


def next_build(*, practice, now):
    """The moment of the practice's next nightly build after `now`."""
    today = practice.business_date(now)
    tonight = (datetime.combine(on, practice.build_at, practice.zone) for on in (today, today + timedelta(days=1)))
    return next(moment for moment in tonight if moment > now)


def _places(practice, moment):
    """Place → open enrollments, by the practice's rules as the database has them at this point."""
    asked = eligibility.today(practice=Practice.objects.get(pk=practice.pk), now=moment)
    with connection.cursor() as cursor:
        room_for_hashes(cursor)
        cursor.execute(PLACES, asked.params)
        found = cursor.fetchall()
    places = {code: rows for code, rows, _people, _numbers in found if code}
    rows, people, numbers = next((counts for code, *counts in found if not code), (0, 0, 0))
    return places | {READY: numbers, "OTHER_CAMPAIGN": rows - people, "SAME_NUMBER": people - numbers}


def _set_patience():
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
