"""A patient's numbers as people change them, and the calls that become possible again when one of them works.

What a person entered or changed is theirs: it carries no import any more, so that undoing one leaves it alone.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.planner import without_loops
from patients.models import OptOut, Patient, PhoneNumber
from patients.places import write_zones

from .eligibility import callable_numbers
from .models import Enrollment, is_running

Status = Enrollment.Status
UNREACHABLE = Enrollment.ClosedAs.UNREACHABLE
# Of the people who share a number, so many are named; a nursing home's is on hundreds of charts.
SHARERS_NAMED = 3


class NumberRefused(Exception):
    """The number can't be saved so; the text tells a person why."""


@dataclass(frozen=True)
class Saved:
    """A number as it stands now. `reopened` counts the enrollments, one a campaign, that are open again because it works."""

    number: PhoneNumber
    is_callable: bool
    reopened: int


def add(*, patient, e164, now, kind=PhoneNumber.Kind.OTHER, extension=""):
    """Write a number behind those the patient has. Returns Saved; raises NumberRefused for one they have already."""
    known = _locked(patient)
    same = next((number for number in known if number.e164 == e164), None)
    if same is not None:
        raise NumberRefused(f"The patient has this number already, as “{same.get_state_display()}”.")
    last = max((each.position for each in known), default=0)
    try:
        with transaction.atomic():
            number = PhoneNumber.objects.create(patient=patient, e164=e164, kind=kind, extension=extension, position=last + 1)
    except IntegrityError:  # an import that is being saved brought it a moment ago
        raise NumberRefused("The patient has this number already.") from None
    return _saved(number, patient, now=now, works_anew=True)


def change(*, number, kind, extension, voicemail_allowed, state, seen_state, now):
    """Set what a person may set of a number. `seen_state` is what stood on their page. Returns Saved.

    Raises NumberRefused where a call or a colleague changed the state since to something else than either.
    """
    patient = number.patient
    number = next(each for each in _locked(patient) if each.pk == number.pk)
    if state != seen_state and number.state not in (seen_state, state):
        raise NumberRefused(f"This number became “{number.get_state_display()}” in the meantime. Please look again.")
    values = {"kind": kind, "extension": extension, "voicemail_allowed": voicemail_allowed}
    if state not in (seen_state, number.state):
        values |= {"state": state, "state_changed_at": now}
    changed = {name: value for name, value in values.items() if getattr(number, name) != value}
    for name, value in changed.items():
        setattr(number, name, value)
    if changed:
        number.import_id = None
        number.save(update_fields=[*changed, "import_id"])
    return _saved(number, patient, now=now, works_anew="state" in changed)


def move(*, number, to):
    """Make a number the patient's 1st, 2nd, … to be tried. Returns whether it was in another place."""
    numbers = _locked(number.patient)
    before = [each.pk for each in numbers]
    moved = numbers.pop(before.index(number.pk))
    numbers.insert(to - 1, moved)
    for position, each in enumerate(numbers, start=1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    return [each.pk for each in numbers] != before


def worked(*, on):
    """Enrollments in which a patient would be called if there were a number, on a practice date.

    Open, or closed as unreachable and the last word of that campaign about the patient; in a campaign that runs, with
    attempts left; the record is callable and nobody asked for no calls.
    """
    # "+ 0" keeps PostgreSQL, as long as it has no statistics, from looking for the others of a patient in all of a campaign.
    others = Enrollment.objects.annotate(of=F("campaign") + 0).filter(of=OuterRef("campaign"), patient=OuterRef("patient"))
    newer = others.filter(Q(status=Status.OPEN) | Q(pk__gt=OuterRef("pk"))).exclude(pk=OuterRef("pk"))
    unreachable = Q(Q(closed_as=UNREACHABLE), ~Exists(newer))
    wishes = OptOut.objects.filter(patient=OuterRef("patient"))
    refused = wishes.filter(~Q(scope=OptOut.Scope.CAMPAIGN) | Q(campaign=OuterRef("campaign")))
    return Enrollment.objects.filter(
        Q(status=Status.OPEN) | unreachable,
        ~Exists(refused),
        is_running(on=on, of="campaign__"),
        Exists(Patient.objects.callable().filter(pk=OuterRef("patient"))),
        attempts_made__lt=F("campaign__max_attempts"),
    )


def reopen(*, patient, now):
    """Open again what running campaigns closed as unreachable, now that a number works. Returns how many.

    Nothing happens without a number that may be called, with the attempts used up, or beside an open enrollment.
    """
    _lock_enrollments(patient)
    return _open(_reachable(on=patient.practice.business_date(now)).filter(patient=patient), now=now)


def reopen_reachable(*, practice, now):
    """The same for all patients of the practice, after imports brought numbers. Returns how many.

    No outcome closes as unreachable while a number is left (dispositions/next_step.py), so one that works now is news.
    """
    with without_loops():
        reachable = _reachable(on=practice.business_date(now))
        # Not waited for, as with more of them in hand it would hold up others: the next build finds what is left.
        free = reachable.select_for_update(of=("self",), no_key=True, skip_locked=True)
        return _open(Enrollment.objects.filter(pk__in=free.values("pk")), now=now)


def with_sharers(numbers, *, patient):
    """Set on each number `shared_by`, a few of the other patients who have it in use, and `shared_more`, how many beyond."""
    e164s = [number.e164 for number in numbers]
    rows = PhoneNumber.objects.usable().filter(e164__in=e164s, patient__merged_into__isnull=True).exclude(patient=patient)
    counts, named = {}, {}
    for e164, patient_id in rows.order_by("e164", "patient").values_list("e164", "patient"):
        counts[e164] = counts.get(e164, 0) + 1
        named.setdefault(e164, []).append(patient_id)
    wanted = {patient_id for ids in named.values() for patient_id in ids[:SHARERS_NAMED]}
    people = Patient.objects.in_bulk(wanted)
    for number in numbers:
        number.shared_by = [people[patient_id] for patient_id in named.get(number.e164, [])[:SHARERS_NAMED]]
        number.shared_more = counts.get(number.e164, 0) - len(number.shared_by)
    return numbers


def _lock_enrollments(patient):
    """As outcomes and merges do, so that none of them is under way meanwhile."""
    list(Enrollment.objects.filter(patient=patient).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _locked(patient):
    """The patient's numbers in their order, while nobody else changes them or merges the record.

    The enrollments are locked before the numbers, as by outcomes and merges: who saves a call is waited for, not blocked.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    _lock_enrollments(patient)
    return list(PhoneNumber.objects.select_for_update(of=("self",)).filter(patient=patient).order_by("position", "pk"))


def _saved(number, patient, *, now, works_anew):
    write_zones(patient=patient)
    is_callable = callable_numbers(patient=patient.pk).filter(pk=number.pk).exists()
    return Saved(number, is_callable, reopened=reopen(patient=patient, now=now) if works_anew and is_callable else 0)


def _reachable(*, on):
    """Closed as unreachable, with a number that may be called by now."""
    return worked(on=on).filter(Exists(callable_numbers(patient=OuterRef("patient"))), closed_as=UNREACHABLE)


def _open(enrollments, *, now):
    return enrollments.update(status=Status.OPEN, closed_at=None, closed_as="", closed_because="", next_eligible_at=now)
