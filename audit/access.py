"""The one shared piece through which every response that shows patient data is written down.

Models that carry patient data mix in `ShowsPatient`: loading a row while a request is being answered notes its
patient, so a page cannot forget it. Code that reads without model instances (`.values()`, raw SQL) calls `note`.
The middleware of `accounts` opens `collect()` around each request and calls `record` for what was shown.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models.functions import Now

from .models import AccessEvent

# The event of an answer whose patients PostgreSQL alone knows, one of a million rows: `{of}` is a set of rows with `patient_id`.
RECORD = """
    INSERT INTO audit_accessevent (practice_id, user_id, page, method, patient_ids, subject, seen_at)
    SELECT %(practice)s, %(user)s, %(page)s, %(method)s, coalesce(array_agg(DISTINCT patient_id), '{{}}'),
           count(*) || ' rows as ' || %(subject)s, now() FROM {of}"""

_seen: ContextVar["Seen | None"] = ContextVar("audit_seen", default=None)


@dataclass
class Seen:
    """What a request has read so far."""

    patient_ids: set[int] = field(default_factory=set)
    subject: str = ""

    def __bool__(self):
        return bool(self.patient_ids or self.subject)


@contextmanager
def collect():
    """Collect, for one request, whose data is read. Yields the `Seen` that fills up."""
    seen = Seen()
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


def note(*, patient_ids=(), subject=""):
    """Say that the answer under way shows these patients, or a `subject` that has no patient record yet."""
    seen = _seen.get()
    if seen is not None:
        seen.patient_ids.update(patient_ids)
        seen.subject = subject or seen.subject


def record(seen, *, practice_id, user_id, page, method, token_id=None):
    """Write the event, in the transaction of the request: a response that cannot be recorded is not shown.

    A program called with `token_id`, in the name of the user who made that token.
    """
    AccessEvent.objects.create(
        practice_id=practice_id,
        user_id=user_id,
        token_id=token_id,
        page=page,
        method=method,
        patient_ids=sorted(seen.patient_ids),
        subject=seen.subject,
        seen_at=Now(),
    )


class ShowsPatient:
    """Mixin for models with patient data: rows loaded for a response are noted by themselves."""

    patient_id_attribute = "patient_id"

    @classmethod
    def from_db(cls, db, field_names, values):
        row = super().from_db(db, field_names, values)
        patient_id = row.__dict__.get(cls.patient_id_attribute)
        if patient_id is not None:
            note(patient_ids=[patient_id])
        return row
