"""How good the practice's telephone numbers are, and how many people ask not to be called."""

from dataclasses import dataclass

from django.db.models import Count, Q

from campaigns.figures import share
from campaigns.models import Enrollment
from dispositions.models import Disposition
from patients.models import PhoneNumber

from .tallies import tallies

State = PhoneNumber.State


@dataclass(frozen=True)
class NumberQuality:
    """Dials of the period that found the number wrong or disconnected, or ended with a wish not to be called.

    `contacts` are dials in which the right party was spoken to.
    """

    dials: int
    contacts: int
    wrong: int
    disconnected: int
    opted_out: int

    @property
    def wrong_rate(self):
        """Wrong numbers per dial, in percent."""
        return share(self.wrong, self.dials)

    @property
    def disconnected_rate(self):
        """Disconnected numbers per dial, in percent."""
        return share(self.disconnected, self.dials)

    @property
    def opt_out_rate(self):
        """Wishes not to be called per dial, in percent."""
        return share(self.opted_out, self.dials)

    @property
    def opt_out_rate_per_contact(self):
        """Wishes not to be called per contact, in percent."""
        return share(self.opted_out, self.contacts)


@dataclass(frozen=True)
class NumberState:
    """How many of the practice's numbers are in a state now; `of_all` is their share in percent."""

    state: str
    label: str
    numbers: int
    of_all: float | None


def number_quality(*, filters):
    """The NumberQuality of the period. What an outcome says of the number goes by the dispositions as they are now."""
    wrong, disconnected, opted_out = set(), set(), set()
    for each in Disposition.objects.filter(practice=filters.practice):
        if each.number_effect == State.WRONG:
            wrong.add(each.code)
        if each.number_effect == State.DISCONNECTED:
            disconnected.add(each.code)
        if each.closes_as == Enrollment.ClosedAs.OPTED_OUT:
            opted_out.add(each.code)
    found = tallies(filters, "outcome", only=("dials", "right_party"))

    def dials(codes):
        return sum(each.dials for code, each in found.items() if code in codes)

    return NumberQuality(
        dials=dials(found),
        contacts=sum(each.right_party for each in found.values()),
        wrong=dials(wrong),
        disconnected=dials(disconnected),
        opted_out=dials(opted_out),
    )


def number_states(*, practice):
    """One NumberState for each state: all numbers of the practice's patients as they stand now, whatever the filters."""
    numbers = PhoneNumber.objects.filter(practice=practice, patient__merged_into__isnull=True)
    found = numbers.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in State.values})
    whole = sum(found.values())
    return [NumberState(state, State(state).label, count, share(count, whole)) for state, count in found.items()]
