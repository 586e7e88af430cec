"""When a patient may be called again: worked out once, as an outcome is saved, from the disposition and the attempt number."""

from dispositions.next_step import next_step

from .calling_hours import local_zone
from .models import CallAttempt


def step_after(*, disposition, enrollment, attempt_number, now, hours, numbers_left=1, callback_at=None, unanswered=None):
    """The NextStep of an enrollment (with campaign and patient) whose attempt `attempt_number` ended so at `now`.

    A patient who rang back before the first dial is at attempt 0 and waits as after the first.

    `hours` are the practice's (calling_hours.Hours); those of the campaign do not bind what the patient asked for.
    `unanswered` are the moments of earlier calls nobody answered; they are read where they are not given.
    """
    patient = enrollment.patient
    zone = local_zone(practice=enrollment.campaign.practice, zone_key=patient.zone_key)
    hours_key = patient.hours_key + ("" if callback_at else enrollment.campaign.own_hours)
    if unanswered is None:
        unanswered = unanswered_calls(enrollment)
    return next_step(
        disposition,
        attempt_number=max(attempt_number, 1),
        now=now.astimezone(zone),
        max_attempts=enrollment.campaign.max_attempts,
        numbers_left=numbers_left,
        windows=lambda start: hours.spans(hours_key, start),
        unanswered=[moment.astimezone(zone) for moment in unanswered],
        callback_at=callback_at,
    )


def unanswered_calls(enrollment):
    """When dials of an enrollment ended that nobody answered, the earliest first."""
    dials = CallAttempt.objects.dials().filter(enrollment=enrollment, is_reached=False).order_by("number")
    return list(dials.values_list("ended_at", flat=True))
