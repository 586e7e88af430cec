"""Who a campaign's rule would take, and whom it leaves out, by name: a look at the rule before anything is saved."""

from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, F, OuterRef, Window
from django.db.models.functions import MD5, Cast, RowNumber

from .eligibility import callable_numbers
from .enrollment import candidates, left_out

TAKEN_SHOWN, LEFT_OUT_SHOWN = 20, 3


@dataclass(frozen=True)
class LeftOut:
    """So many patients are left out for a reason; `patients` are a few of them."""

    reason: str
    total: int
    patients: list


@dataclass(frozen=True)
class Examples:
    """`taken` patients have `why` and `has_number`; with the totals of `left_out` the `fits` are all patients of the practice."""

    fits: int
    taken: list
    left_out: list

    @property
    def left_out_total(self):
        return sum(each.total for each in self.left_out)


def examples(*, campaign, on):
    """The Examples of a rule, stored or not, on a practice date. Loads patients, so the page that shows them is recorded."""
    fits = candidates(campaign=campaign, on=on)
    # The same twenty each time, from all over the list.
    shuffled = fits.annotate(has_number=Exists(callable_numbers(patient=OuterRef("pk")))).order_by(_shuffle(), "pk")
    return Examples(fits=fits.count(), taken=list(shuffled[:TAKEN_SHOWN]), left_out=_left_out(campaign, on))


def _left_out(campaign, on):
    out = left_out(campaign=campaign, on=on)
    totals = dict(out.order_by().values_list("reason").annotate(Count("pk")))
    place = Window(RowNumber(), partition_by=F("reason"), order_by=[_shuffle(), "pk"])
    few = {}
    for patient in out.annotate(place=place).filter(place__lte=LEFT_OUT_SHOWN).order_by("reason", "place"):
        few.setdefault(patient.reason, []).append(patient)
    most_first = sorted(totals.items(), key=lambda each: (-each[1], each[0]))
    return [LeftOut(reason, total, few.get(reason, [])) for reason, total in most_first]


def _shuffle():
    return MD5(Cast("pk", CharField()))
