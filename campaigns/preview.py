"""What a campaign's rule would do today, before it is saved. Counts only, no patients."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncMonth, TruncYear

from .eligibility import callable_numbers
from .enrollment import candidates, leavers, newcomers
from .models import Campaign

Kind = Campaign.Kind
# What the rule is about: words, the date that candidates() gives, and how it is grouped. None: no date.
REASONS = {
    Kind.REACTIVATION: ("Last visit in", "last_visit_on", TruncYear, "%Y"),
    Kind.NO_SHOW: ("No-show in", "missed_on", TruncMonth, "%B %Y"),
    Kind.CANCELLED: ("Canceled visit of", "missed_on", TruncMonth, "%B %Y"),
    Kind.REVIEW: ("Visit in", "last_visit_on", TruncMonth, "%B %Y"),
}
REASONS_TOLD = 5


@dataclass(frozen=True)
class Preview:
    """`fits` patients are taken by the rule, `without_number` of them can't be called; `reasons` add up to `fits`.

    In a campaign that exists already, some of them are `staying`, some would be `entering`, and the others were settled
    in it before; `leaving` patients are in it and no longer fit.
    """

    fits: int
    without_number: int
    staying: int
    entering: int
    leaving: int
    reasons: list

    @property
    def settled(self):
        """Those who fit, but whose case was settled in this campaign before: booked, lost, out of attempts."""
        return self.fits - self.staying - self.entering


def preview(*, campaign, on):
    """Apply the rule of a campaign, stored or not, to the patients as they are on a practice date."""
    fits = candidates(campaign=campaign, on=on)
    counts = fits.aggregate(fits=Count("pk"), with_number=Count("pk", filter=Exists(callable_numbers(patient=OuterRef("pk")))))
    leaving = staying = 0
    entering = counts["fits"]
    if campaign.pk is not None:
        leaving = leavers(campaign=campaign, on=on).count()
        staying = campaign.enrollments.open().count() - leaving
        entering = newcomers(campaign=campaign, on=on).count()
    return Preview(
        fits=counts["fits"],
        without_number=counts["fits"] - counts["with_number"],
        staying=staying,
        entering=entering,
        leaving=leaving,
        reasons=_reasons(fits, kind=campaign.kind, total=counts["fits"]),
    )


def _reasons(fits, *, kind, total):
    """(words, patients), the latest first; what is older stands together in the last one."""
    if not total:
        return []
    if kind not in REASONS:
        return [("Registered, never seen", total)]
    words, field, cut, form = REASONS[kind]
    spans = fits.annotate(span=cut(field)).order_by("-span").values_list("span").annotate(patients=Count("pk"))
    told = [(f"{words} {span.strftime(form)}", patients) for span, patients in spans[:REASONS_TOLD]]
    earlier = total - sum(patients for _words, patients in told)
    return [*told, ("Earlier", earlier)] if earlier else told
