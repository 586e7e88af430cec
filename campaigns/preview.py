"""What a campaign's rule would do today, and to tonight's call lists, before it is saved. Counts only, no patients."""

from copy import copy
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth, TruncYear

from . import campaign_setup, dry_run
from .eligibility import callable_numbers
from .enrollment import candidates, leavers, newcomers, refresh
from .models import Campaign

Kind = Campaign.Kind
# What the rule is about: words, the date that candidates() gives, and how it is grouped. None: no date.
REASONS = {
    Kind.REACTIVATION: ("Last visit in", "last_visit_on", TruncYear, "%Y"),
    Kind.NO_SHOW: ("No-show in", "missed_on", TruncMonth, "%B %Y"),
    Kind.CANCELLED: ("Canceled visit of", "missed_on", TruncMonth, "%B %Y"),
    Kind.REVIEW: ("Visit in", "last_visit_on", TruncMonth, "%B %Y"),
    Kind.WIN_BACK: ("Said no in", "lost_on", TruncMonth, "%B %Y"),
}
REASONS_TOLD = 5


@dataclass(frozen=True)
class Preview:
    """`fits` patients are taken by the rule, `without_number` of them can't be called; `reasons` add up to `fits`.

    In a campaign that exists already, some of them are `staying`, some would be `entering`, and the others were settled
    in it before; `leaving` patients are in it and no longer fit; `used_up` of those staying have no attempt left.
    `to_call` is how many are left who could be called one day.
    """

    fits: int
    without_number: int
    staying: int
    entering: int
    leaving: int
    used_up: int
    to_call: int
    reasons: list

    @property
    def settled(self):
        """Those who fit, but whose case was settled in this campaign before: booked, lost, out of attempts."""
        return self.fits - self.staying - self.entering

    @property
    def is_for_nobody(self):
        """Whether the rule takes patients, but none who can ever be called as things are."""
        return self.fits > 0 and self.to_call == 0


def preview(*, campaign, on):
    """Apply the rule of a campaign, stored or not, to the patients as they are on a practice date."""
    fits = candidates(campaign=campaign, on=on)
    counts = fits.aggregate(fits=Count("pk"), with_number=Count("pk", filter=_has_number("pk")))
    leaving = staying = used_up = 0
    entering, to_call = counts["fits"], counts["with_number"]
    if campaign.pk is not None:
        gone = leavers(campaign=campaign, on=on)
        leaving = gone.count()
        present = campaign.enrollments.open().exclude(pk__in=gone.values("pk"))
        staying, new = present.count(), newcomers(campaign=campaign, on=on)
        used_up = present.filter(attempts_made__gte=campaign.max_attempts).count()
        entering = new.count()
        to_call = new.filter(_has_number("pk")).count()
        to_call += present.filter(_has_number("patient"), attempts_made__lt=campaign.max_attempts).count()
    return Preview(
        fits=counts["fits"],
        without_number=counts["fits"] - counts["with_number"],
        staying=staying,
        entering=entering,
        leaving=leaving,
        used_up=used_up,
        to_call=to_call,
        reasons=_reasons(fits, kind=campaign.kind, total=counts["fits"]),
    )


def by_kind(*, practice, on):
    """Kind → how many patients a campaign of it would take today with the usual settings."""
    return {
        kind: candidates(campaign=Campaign(practice=practice, kind=kind, starts_on=on), on=on).count() for kind in Kind.values
    }


def to_call(*, campaign, on):
    """The patients of `Preview.to_call`: those of the rule who could be called one day, as a queryset."""
    fits = candidates(campaign=campaign, on=on).filter(_has_number("pk"))
    if campaign.pk is None:
        return fits
    present = campaign.enrollments.open().filter(attempts_made__lt=campaign.max_attempts)
    new = newcomers(campaign=campaign, on=on).values("pk")
    return fits.filter(Q(pk__in=new) | Q(pk__in=present.values("patient")))


def tonight(*, campaign, agents, by, now):
    """Tonight's call lists as they would be anyway, and with a new or edited campaign and its agents. A dry_run.Comparison.

    Both ask the rule at the moment of the build, so that whom the night would take in any case counts on both sides.
    Nothing is saved. Raises dry_run.Busy and campaign_setup.NameTaken.
    """
    practice = campaign.practice
    at = dry_run.next_build(practice=practice, now=now)
    stored, tried = practice.campaigns.filter(pk=campaign.pk).first(), copy(campaign)
    as_is = dry_run.compare(practice=practice, now=now, change=lambda: stored and refresh(campaign=stored, now=at))
    changed = dry_run.compare(
        practice=practice, now=now, change=lambda: campaign_setup.save(campaign=tried, agents=agents, by=by, now=at)
    )
    before, after = ({place.code: place.after for place in each.places} for each in (as_is, changed))
    return dry_run.Comparison(
        moment=changed.moment,
        places=[
            dry_run.Place(code, before.get(code, 0), after.get(code, 0))
            for code in dry_run.NAMES
            if before.get(code) or after.get(code)
        ],
        total=dry_run.Place("", as_is.total.after, changed.total.after),
    )


def _has_number(patient):
    return Exists(callable_numbers(patient=OuterRef(patient)))


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
