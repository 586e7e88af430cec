"""What the screens say about campaigns: their rule, their figures, and what an action did."""

from django.contrib.humanize.templatetags.humanize import intcomma

from .figures import percent
from .models import Campaign

Kind = Campaign.Kind
BOOKED = {
    Campaign.Match.ANY: "nothing booked",
    Campaign.Match.SPECIALTY: "nothing booked in that specialty",
    Campaign.Match.PROVIDER: "nothing booked with that provider",
}
LISTS_FOLLOW = "Call lists follow tonight; rebuild today's lists to have it at once."


def count(number, word):
    """A number with its word, as in “1 patient” or “1,204 patients”."""
    return f"{intcomma(number)} {word}{'' if number == 1 else 's'}"


def rule(*, campaign):
    """Whom the campaign's rule takes, as a sentence."""
    if campaign.kind == Kind.REACTIVATION:
        return f"Patients whose last visit was at least {count(campaign.months_since_visit, 'month')} ago, with nothing booked."
    if campaign.kind == Kind.NO_ENCOUNTER:
        return "Patients who registered and were never seen, with nothing booked."
    if campaign.kind == Kind.WIN_BACK:
        days = count(campaign.win_back_after_days, "day")
        return (
            f"Patients who said no in another campaign at least {days} ago, not seen since and with nothing booked. "
            "Who asked not to be called is never taken."
        )
    days = count(campaign.lookback_days, "day")
    if campaign.kind == Kind.REVIEW:
        return f"Patients who had a visit within the last {days}."
    missed = "did not come to a visit" if campaign.kind == Kind.NO_SHOW else "canceled a visit"
    return f"Patients who {missed} within the last {days}, not seen since and with {BOOKED[campaign.appointment_match]}."


def cards(*, campaign, figures):
    """The six figures on top of a campaign's page."""
    goal = f"of {intcomma(campaign.goal)} hoped for" if campaign.goal else "no goal set"
    of_dials = f"of {count(figures.dials, 'dial')}"
    return [
        {"label": "Open", "icon": "users", "value": intcomma(figures.open), "base": f"of {intcomma(figures.enrolled)} enrolled"},
        {
            "label": "Won", "icon": "calendar-check", "tone": "success", "value": intcomma(figures.won), "base": goal,
            "done": figures.won, "total": campaign.goal,
        },
        {
            "label": "Closed otherwise", "icon": "circle-x", "value": intcomma(figures.closed_otherwise),
            "base": "without a booking",
        },
        {
            "label": "Dials", "icon": "phone-outgoing", "value": intcomma(figures.dials),
            "base": f"since {campaign.starts_on:%b %-d, %Y}",
        },
        {
            "label": "Answer rate", "icon": "phone-check", "value": percent(figures.answer_rate),
            "base": f"{intcomma(figures.reached)} {of_dials}",
        },
        {
            "label": "Booked per dial", "icon": "target-arrow", "value": percent(figures.conversion),
            "base": f"{intcomma(figures.booked_by_dial)} {of_dials}",
        },
    ]  # fmt: skip


def saved(*, campaign, entered, left):
    """What saving an active campaign did to its enrollments."""
    return f"“{campaign.name}” is saved. {_moved(entered, left)} {LISTS_FOLLOW}"


def saved_for_nobody(*, campaign):
    """The warning about a rule that takes no patient."""
    return (
        f"“{campaign.name}” is saved, but nobody fits its rule today, so there is nobody to call. "
        "Widen the rule, or wait for the next import: the rule is asked again every night."
    )


def saved_for_no_call(*, campaign, preview):
    """The warning about a rule that takes only patients who can't be called."""
    return f"“{campaign.name}” is saved, but nobody in it can be called: {nobody(campaign=campaign, preview=preview)}"


def nobody(*, campaign, preview):
    """Why none of the patients whom a rule takes can ever be called, and what helps."""
    used_up = f"have used all {count(campaign.max_attempts, 'attempt')}: allow more"
    found = [
        (preview.without_number, "have no usable phone number: see Number repair"),
        (preview.used_up, used_up),
        (preview.settled, "were settled in it before"),
    ]
    return "; ".join(f"{intcomma(patients)} of {intcomma(preview.fits)} {words}" for patients, words in found if patients) + "."


def built(*, build):
    """What a new build of today's lists changed."""
    return (
        f"Today's call lists are rebuilt: {count(build.queued, 'patient')} on them, {intcomma(build.changes['entered'])} new, "
        f"{intcomma(build.changes['left'])} gone, {intcomma(build.changes['moved'])} with another agent. "
        f"{count(sum(build.blocked.values()), 'open enrollment')} held back."
    )


def paused(*, campaign):
    """What pausing did."""
    return f"“{campaign.name}” is paused. Its patients are off today's call lists; promised callbacks wait until it goes on."


def resumed(*, campaign, entered, left):
    """What resuming did."""
    return f"“{campaign.name}” goes on. {_moved(entered, left)} {LISTS_FOLLOW}"


def ended(*, campaign, closed):
    """What ending did."""
    return f"“{campaign.name}” has ended. {count(closed, 'open enrollment')} closed."


def archived(*, campaign):
    """What archiving did."""
    return f"“{campaign.name}” is archived. Lists leave it out from now on; reports still count it."


def unarchived(*, campaign):
    """What bringing it back did."""
    return f"“{campaign.name}” is back on the lists. It stays ended."


def _moved(entered, left):
    if not entered and not left:
        return "The same patients are in it as before."
    gone = f", {count(left, 'patient')} left" if left else ""
    return f"{count(entered, 'patient')} enrolled{gone}."
