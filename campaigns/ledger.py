"""The book that a merge, or an outcome, keeps of all it does, so that it can be taken back row by row."""

import hashlib
import json
from datetime import UTC, datetime

from django.db.models import Q

from patients.models import Appointment, Encounter, OptOut, Patient, PhoneNumber, PossibleDouble

from .models import CallAttempt, Callback, Campaign, DeniedDial, Enrollment, Lease, QueueBuild, QueueItem

MODELS = {
    model._meta.db_table: model
    for model in (
        Appointment, CallAttempt, Callback, DeniedDial, Encounter, Enrollment, Lease, OptOut, Patient, PhoneNumber,
        PossibleDouble, QueueItem,
    )
}  # fmt: skip
# The columns that only make sense together.
CLOSING = ("status", "closed_at", "closed_as", "closed_because")


class Ledger:
    """Writes, and notes what it wrote. `entries` goes into Merge.moved or AttemptEffects.entries."""

    def __init__(self):
        self.moved, self.changed, self.made, self.removed = {}, [], [], []

    @property
    def entries(self):
        return {"moved": self.moved, "changed": self.changed, "made": self.made, "removed": self.removed}

    def move(self, rows, *, to):
        """Give rows (a queryset) of one patient to another."""
        ids = sorted(rows.values_list("pk", flat=True))
        if ids:
            rows.model.objects.filter(pk__in=ids).update(patient=to)
            self.moved.setdefault(rows.model._meta.db_table, []).extend(ids)

    def change(self, row, values):
        """Set columns of a row that is loaded; what they hold already is no change."""
        fields = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
        if fields:
            for name, (_before, after) in fields.items():
                setattr(row, name, after)
            row.save(update_fields=list(fields))
            written = {name: [_plain(before), _plain(after)] for name, (before, after) in fields.items()}
            self.changed.append({"table": row._meta.db_table, "id": row.pk, "fields": written})

    def make(self, row):
        """Store a new row. Returns it."""
        row.save(force_insert=True)
        self.note_made(row)
        return row

    def note_made(self, row):
        """Remember that this row was made a moment ago, and what it says, by a fingerprint."""
        self.made.append({"table": row._meta.db_table, "id": row.pk, "hash": _fingerprint(row)})

    def remove(self, rows):
        """Delete rows (a queryset) and keep what they said."""
        table = rows.model._meta.db_table
        for row in rows:
            self.removed.append({"table": table, "fields": _values(row)})
        rows.delete()


def give_back(*, merge):
    """Move the rows back to the record that a merge absorbed."""
    for table, ids in merge.moved["moved"].items():
        MODELS[table].objects.filter(pk__in=ids, patient=merge.kept_id).update(patient=merge.absorbed_id)
    # Lists built and promises made since go with their enrollment.
    for model in (QueueItem, Callback):
        model.objects.filter(patient=merge.kept_id, enrollment__patient=merge.absorbed_id).update(patient=merge.absorbed_id)


def take_back(*, entries):
    """Undo what a ledger made, changed and removed, the last change first. What others changed since is left as it is now."""
    for entry in entries.get("made", ()):  # merges make nothing, and older ones do not say so
        if is_as_made(entry):
            # Raw: what still points to it is pointed elsewhere in the same transaction, or the database refuses.
            MODELS[entry["table"]].objects.filter(pk=entry["id"])._raw_delete("default")
    # Numbers are locked in the order in which an outcome locks them.
    numbers = [entry["id"] for entry in entries["changed"] if entry["table"] == PhoneNumber._meta.db_table]
    list(PhoneNumber.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    for entry in reversed(entries["changed"]):
        row = MODELS[entry["table"]].objects.filter(pk=entry["id"]).first()
        if row is not None:
            _restore(row, entry["fields"])
    for entry in entries["removed"]:
        _put_back(MODELS[entry["table"]], entry["fields"])


def is_as_made(entry):
    """Whether the row of an entry of `made` is there, and nobody has touched it since."""
    row = MODELS[entry["table"]].objects.filter(pk=entry["id"]).first()
    return row is not None and _fingerprint(row) == entry["hash"]


def _restore(row, fields):
    values = {name: _read(row, name, before) for name, (before, _after) in fields.items()}
    untouched = {name for name, (_before, after) in fields.items() if getattr(row, name) == _read(row, name, after)}
    if isinstance(row, Enrollment) and "status" in fields and not (untouched >= set(CLOSING) & set(fields) and _may_reopen(row)):
        untouched -= set(CLOSING)
    if isinstance(row, Callback) and values.get("status") == Callback.Status.PENDING and not _may_be_promised(row):
        untouched -= {"status", "settled_at"}
    for name in untouched:
        setattr(row, name, values[name])
    if untouched:
        row.save(update_fields=list(untouched))


def _may_reopen(enrollment):
    """Whether the campaign goes on, and the patient was neither enrolled in it again nor asked not to be called since."""
    again = Enrollment.objects.open().filter(campaign=enrollment.campaign_id, patient=enrollment.patient_id)
    about_it = ~Q(scope=OptOut.Scope.CAMPAIGN) | Q(campaign=enrollment.campaign_id)
    is_over = enrollment.campaign.status == Campaign.Status.ENDED
    return not is_over and not again.exists() and not OptOut.objects.filter(about_it, patient=enrollment.patient_id).exists()


def _may_be_promised(callback):
    """Whether the promise's enrollment is open and has no other promise by now."""
    is_open = Enrollment.objects.open().filter(pk=callback.enrollment_id).exists()
    return is_open and not Callback.objects.pending().filter(enrollment=callback.enrollment_id).exists()


def _put_back(model, fields):
    """Write a removed row again, unless another took its place or what it hangs on is gone."""
    row = model(**{name: _read(model, name, value) for name, value in fields.items()})
    if _fits_the_list(row) if model is QueueItem else _is_missing(row):
        row.save(force_insert=True)


def _fits_the_list(place):
    build = QueueBuild.objects.newest()
    is_open = Enrollment.objects.open().filter(pk=place.enrollment_id, patient=place.patient_id).exists()
    return is_open and build.pk == place.build_id and not QueueItem.objects.filter(enrollment=place.enrollment_id).exists()


def _is_missing(pair):
    return not PossibleDouble.objects.filter(Q(pk=pair.pk) | Q(older=pair.older_id, newer=pair.newer_id)).exists()


def _values(row):
    return {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _fingerprint(row):
    return hashlib.sha256(json.dumps(_values(row), sort_keys=True).encode()).hexdigest()


def _plain(value):
    """A value as JSON holds it, to the microsecond, and the same whatever clocks a moment was read from."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(model, name, value):
    return model._meta.get_field(name).to_python(value)
