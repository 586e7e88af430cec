"""The one way a wish not to be called is written down: in a call, or by whoever was told beside one."""

from django.db.models import Q
from django.db.models.functions import Now

from patients.models import OptOut, Patient, PhoneNumber

from .ledger import Ledger
from .models import AttemptEffects, Callback, Enrollment, Lease, QueueItem

Scope = OptOut.Scope


def tell(*, patient, by, now, channel, words="", whole_person=True, e164=""):
    """Write down what a member was told beside a call, as `register` does. Returns (OptOut, whether it is new).

    The wish goes to the record that stands for the person at this moment, though that was merged a moment ago, and the
    same words by the same person are one wish, however often they are sent.
    """
    patient = _standing(patient.pk)
    same = OptOut.objects.filter(
        patient=patient if whole_person else None, e164=e164, scope=Scope.ALL, channel=channel, words=words, recorded_by=by
    ).first()
    if same and not _is_of_a_call(same):
        return same, False
    made = register(patient=patient, by=by, now=now, channel=channel, words=words, whole_person=whole_person, e164=e164)
    return made, True


def _is_of_a_call(opt_out):
    """Whether an outcome made it that can still be taken back: who is told once more keeps a wish of their own."""
    made = [{"table": OptOut._meta.db_table, "id": opt_out.pk}]
    return AttemptEffects.objects.filter(attempt__isnull=False, entries__made__contains=made).exists()


def register(*, patient, by, now, channel, words="", whole_person=True, e164="", scope=Scope.ALL, campaign=None, ledger=None):
    """Write the wish down and, in this same transaction, close what it ends. Returns the OptOut.

    `whole_person` forbids every call to the patient and closes all their open enrollments as opted out; with the scope
    CAMPAIGN it does so for `campaign` alone. `e164` forbids that number for everybody who has it; with `whole_person` false
    the patient may still be called on another number, and who has no other left is held back by the rule NO_NUMBER.
    Every row made and changed goes into `ledger`, if one is kept. Raises ValueError if neither is meant.
    """
    ledger = ledger or Ledger()
    if not whole_person and not e164:
        raise ValueError("an opt-out names a person, a number or both")
    lock_enrollments(patient=patient)
    only_campaign = scope == Scope.CAMPAIGN
    opt_out = ledger.make(
        OptOut(
            patient=patient if whole_person else None,
            e164="" if only_campaign else e164,
            scope=scope,
            campaign=campaign if only_campaign else None,
            channel=channel,
            words=words,
            recorded_by=by,
            opted_out_at=now,
        )
    )
    if whole_person:
        _close_everything(patient, ledger, by=by, now=now, campaign=opt_out.campaign)
    if opt_out.e164:
        # A colleague who is about to dial that number loses the hold, whoever of the household is on the page.
        _free(Lease.objects.open().filter(Q(e164=opt_out.e164) | Q(dialed_e164=opt_out.e164)), by=by)
    return opt_out


def lock_enrollments(*, patient):
    """Lock all enrollments of a person, in one order: whatever is saved about them is saved one after the other."""
    of_person = Enrollment.objects.filter(patient__in={patient.pk, patient.standing.pk}).order_by("pk")
    list(of_person.select_for_update(of=("self",), no_key=True).values_list("pk"))


def shared_with(*, patient, e164):
    """How many other people of the practice have this number: whose wish it is must then be asked."""
    others = PhoneNumber.objects.filter(e164=e164, patient__merged_into__isnull=True).exclude(patient=patient)
    return others.values("patient").distinct().count()


def _standing(patient_id):
    """The record that stands for a person, kept from merges until the transaction ends: locked first, as a merge does."""
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient_id)
    return _standing(patient.merged_into_id) if patient.merged_into_id else patient


def _close_everything(patient, ledger, *, by, now, campaign):
    of_person = Enrollment.objects.filter(patient=patient)
    held = Lease.objects.open().filter(patient=patient)
    if campaign is not None:
        of_person, held = of_person.filter(campaign=campaign), held.filter(enrollment__campaign=campaign)
    # Taken back in turn: the promise comes back to an enrollment that is open again.
    for promise in Callback.objects.pending().filter(enrollment__in=of_person):
        ledger.change(promise, {"status": Callback.Status.CANCELLED, "settled_at": now})
    for enrollment in of_person.open():
        ledger.change(
            enrollment,
            {
                "status": Enrollment.Status.CLOSED,
                "closed_at": now,
                "closed_as": Enrollment.ClosedAs.OPTED_OUT,
                "closed_because": "Asked not to be called",
            },
        )
    ledger.remove(QueueItem.objects.filter(enrollment__in=of_person, done_at__isnull=True))
    # A colleague who has the patient open at this moment loses the hold; what they have dialed is still recorded.
    _free(held, by=by)


def _free(leases, *, by):
    leases.exclude(agent=by).update(closed_at=Now(), closed_as=Lease.ClosedAs.RELEASED)
