"""What the agent says came of a dial, and what each disposition must be told."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from django.core.serializers.json import DjangoJSONEncoder

from dispositions.models import Disposition
from dispositions.next_step import NUMBER_LOST

# A year typed wrong would keep the patient from every call until then.
PROMISED_WITHIN = timedelta(days=366)
BOOKED_WITHIN = timedelta(days=3 * 366)
TOO_FAR = "This date lies too far ahead: check the year."


class OutcomeRefused(Exception):
    """The outcome lacks something. `errors` maps a field of Outcome to a sentence for the agent."""

    def __init__(self, errors):
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


@dataclass(frozen=True)
class Outcome:
    """What the agent says came of one dial. `callback_words` are those from which `callback_at` was read, if any."""

    code: str
    phone_id: int | None = None
    note: str = ""
    appointment_on: date | None = None
    appointment_at: time | None = None
    provider: str = ""
    location: str = ""
    visit_type: str = ""
    callback_at: datetime | None = None
    callback_words: str = ""
    opt_out_number: bool | None = None
    opt_out_words: str = ""
    opt_out_scope: str = "ALL"

    def body_hash(self):
        """Fingerprint of everything that was said, to tell a repeat from a changed mind.

        “In two hours”, sent again a minute later, is the same that was said: the words count, not what they come to.
        """
        said = self.plain()
        if self.callback_words:
            del said["callback_at"]
        if not self.visit_type:  # as it was before visits had one: a page sent again over an upgrade says the same
            del said["visit_type"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def plain(self):
        """Field → value as JSON holds it."""
        return json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))


def fits_ring_back(disposition):
    """Whether it can be the outcome of a call that the patient made: somebody was spoken to, on a line that works."""
    is_spoken_to = disposition.is_reached and disposition.number_effect not in NUMBER_LOST
    return is_spoken_to or disposition.closes_as == "DUPLICATE"


def offered(*, rang_back):
    """The outcomes to choose from, in the order of the screen."""
    return [one for one in Disposition.objects.active() if not rang_back or fits_ring_back(one)]


def missing(disposition, outcome, *, phone, now, today, shared=0, rang_back=False):
    """What the disposition still needs: field → sentence; empty when the outcome can be recorded.

    `today` is the practice's date: an appointment may be today, not before. `shared` counts the other people who have the
    number that was dialed. `rang_back`: it was the patient who called.
    """
    errors = {}
    if rang_back and not fits_ring_back(disposition):
        errors["code"] = "The patient called us: choose what came of the talk."
    if disposition.requires in ("APPOINTMENT", "APPOINTED_ON"):
        errors |= _about_appointment(disposition, outcome, today=today)
    if disposition.requires == "CALLBACK":
        errors |= _about_callback(outcome, now=now)
    if disposition.number_effect in NUMBER_LOST and phone is None:
        errors["phone_id"] = "Choose which number you dialed."
    if disposition.closes_as == "OPTED_OUT" and shared and outcome.opt_out_number is None and outcome.opt_out_scope != "CAMPAIGN":
        people = "Another patient has" if shared == 1 else f"{shared} other patients have"
        errors["opt_out_number"] = f"{people} this number too. Say whether the wish is about this person alone, or the number."
    return errors


def _about_appointment(disposition, outcome, *, today):
    errors = {}
    if not outcome.appointment_on:
        errors["appointment_on"] = "Enter the date of the appointment."
    elif outcome.appointment_on < today:
        errors["appointment_on"] = "This date is in the past."
    elif outcome.appointment_on - today > BOOKED_WITHIN:
        errors["appointment_on"] = TOO_FAR
    if disposition.requires == "APPOINTMENT" and not outcome.appointment_at:
        errors["appointment_at"] = "Enter the time of the appointment."
    if disposition.requires == "APPOINTMENT" and not outcome.provider:
        errors["provider"] = "Enter the provider of the appointment."
    return errors


def _about_callback(outcome, *, now):
    if not outcome.callback_at:
        return {"callback_at": "Enter when to call back."}
    if outcome.callback_at <= now:
        return {"callback_at": "This moment is in the past."}
    if outcome.callback_at - now > PROMISED_WITHIN:
        return {"callback_at": TOO_FAR}
    return {}
