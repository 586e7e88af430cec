"""The one way a wish not to be called is written down: on the desk, or by a supervisor who was told."""

from django.db.models.functions import Now

from patients.models import OptOut

from .enrollment import release
from .models import Enrollment, Lease


def register(*, patient, by, now, channel, words="", whole_person=True, e164=""):
    """Write the wish down and, in this same transaction, close what it ends. Returns the OptOut.

    `whole_person` forbids every call to the patient and closes all their open enrollments as opted out. `e164` forbids
    that number for everybody who has it; with `whole_person` false the patient may still be called on another number,
    and who has no other left is held back by the rule NO_NUMBER. Raises ValueError if neither is meant.
    """
    if not whole_person and not e164:
        raise ValueError("an opt-out names a person, a number or both")
    opt_out = OptOut.objects.create(
        patient=patient if whole_person else None,
        e164=e164,
        channel=channel,
        words=words,
        recorded_by=by,
        opted_out_at=now,
    )
    if whole_person:
        _close_everything(patient, by=by, now=now)
    return opt_out


def _close_everything(patient, *, by, now):
    of_person = Enrollment.objects.filter(patient=patient)
    of_person.open().update(
        status=Enrollment.Status.CLOSED,
        closed_at=now,
        closed_as=Enrollment.ClosedAs.OPTED_OUT,
        closed_because="Asked not to be called",
    )
    release(of_person, now=now)
    # A colleague who has the patient open at this moment loses the hold; what they have dialed is still recorded.
    Lease.objects.open().filter(patient=patient).exclude(agent=by).update(closed_at=Now(), closed_as=Lease.ClosedAs.RELEASED)
