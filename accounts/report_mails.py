"""Summaries by e-mail: who wants them, which are due, and what became of each. The words are put together above (reports).

Due is what a row says, not what a message says. A row is made at most once a member, kind and practice date, so neither a second
tick nor a second worker makes a double. It is marked as sent after the mail server took it: a worker that is killed in between
leaves it waiting, and it goes out again after the pause. So a summary comes at least once, and in that one case twice: a double
costs a glance, a missing one a morning.
"""

from datetime import time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from .models import Membership, ReportChoice, ReportMail

Kind, State = ReportMail.Kind, ReportMail.State
LEADS = [Membership.Role.SUPERVISOR, Membership.Role.ADMIN]
# After the night, by the practice's clocks.
SEND_FROM = time(7, 0)
MONDAY = 1
# Each pause is twice the one before: tries at once, then after 10, 30, 70 and 150 minutes.
MOST_TRIES, PAUSE = 5, timedelta(minutes=10)
MOST_ASKED_A_DAY = 5
KEPT_FOR = timedelta(days=92)
DAY_OVER = "The day was over before the mail server took it."
GIVEN_UP = "Given up after five tries."


class AskRefused(Exception):
    """No further mail is made; the text says why to the user."""


def choose(*, member, daily, weekly):
    """Keep which summaries a member wants from now on. What waits and is wanted no longer is not sent."""
    ReportChoice.objects.update_or_create(member=member, defaults={"daily": daily, "weekly": weekly})


def ask(*, member, kind, now):
    """Make a summary that is due at once, for the member alone. Returns the ReportMail; one that waits already is that one.

    Raises AskRefused after five on one date.
    """
    on = member.practice.business_date(now)
    asked = ReportMail.objects.filter(member=member, is_asked=True)
    waiting = asked.waiting().filter(kind=kind).first()
    if waiting is not None:
        return waiting
    if asked.filter(business_date=on).count() >= MOST_ASKED_A_DAY:
        raise AskRefused("You have asked for five mails today. More go out tomorrow.")
    try:
        with transaction.atomic():
            return ReportMail.objects.create(
                member=member, kind=kind, business_date=on, is_asked=True, made_at=now, next_try_at=now
            )
    except IntegrityError:  # a second click of the same instant
        return asked.waiting().get(kind=kind)


def is_due(*, practice, now):
    """Whether the tick has anything to do for the practice: a row to make, to send or to give up."""
    on = practice.business_date(now)
    waiting = ReportMail.objects.waiting().filter(practice=practice).filter(Q(next_try_at__lte=now) | Q(business_date__lt=on))
    return waiting.exists() or any(_wanted(practice, kind, on).exists() for kind in _kinds_of(practice, now))


def make_due(*, practice, now):
    """Make the rows that are due on this date of the practice, give up what can't be sent any more, drop what is old."""
    on = practice.business_date(now)
    for kind in _kinds_of(practice, now):
        members = _wanted(practice, kind, on)
        rows = [ReportMail(member=each, kind=kind, business_date=on, made_at=now, next_try_at=now) for each in members]
        ReportMail.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = ReportMail.objects.waiting().filter(practice=practice)
    waiting.exclude(_still_wanted()).delete()
    waiting.filter(business_date__lt=on).update(state=State.FAILED, problem=DAY_OVER)
    waiting.filter(tries__gte=MOST_TRIES, next_try_at__lte=now).update(state=State.FAILED, problem=GIVEN_UP)
    ReportMail.objects.filter(practice=practice, made_at__lt=now - KEPT_FOR).exclude(state=State.WAITING).delete()


def claim(*, practice, now):
    """Take the next summary that is due, for this worker alone until its pause is over; None if there is none."""
    due = ReportMail.objects.waiting().filter(practice=practice, next_try_at__lte=now, tries__lt=MOST_TRIES)
    mail = due.filter(_still_wanted()).select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
    if mail is not None:
        mail.next_try_at = now + PAUSE * 2**mail.tries
        mail.tries += 1
        mail.save(update_fields=["tries", "next_try_at"])
    return mail


def mark_sent(*, mail, now):
    """The mail server took it."""
    ReportMail.objects.waiting().filter(pk=mail.pk).update(state=State.SENT, sent_at=now, problem="")


def mark_failed(*, mail, problem):
    """The try failed: it waits for the next one, or is given up after the last. `problem` names no address."""
    state = State.FAILED if mail.tries >= MOST_TRIES else State.WAITING
    ReportMail.objects.waiting().filter(pk=mail.pk).update(state=state, problem=problem)


def postpone(*, practice, now):
    """No mail server answers: what is due pauses, without a try being counted, so that workers are not held up by each."""
    ReportMail.objects.waiting().filter(practice=practice, next_try_at__lte=now).update(next_try_at=now + PAUSE)


def recipients(*, practice):
    """The active members who lead, by name, each with their `choice` and `last_mail`, None where there is none."""
    members = list(practice.memberships.active().filter(role__in=LEADS).select_related("user").order_by("user__full_name", "pk"))
    choices = {each.member_id: each for each in ReportChoice.objects.filter(practice=practice)}
    mails = ReportMail.objects.filter(practice=practice).order_by("member", "-made_at", "-pk").distinct("member")
    newest = {each.member_id: each for each in mails}
    for member in members:
        member.choice, member.last_mail = choices.get(member.pk), newest.get(member.pk)
    return members


def latest(*, member):
    """The newest ten summaries of a member."""
    return ReportMail.objects.filter(member=member).order_by("-made_at", "-pk")[:10]


def _kinds_of(practice, now):
    """The kinds that are due by the clock: daily after each of the practice's days of calling, weekly on Mondays."""
    local = practice.local(now)
    if local.time() < SEND_FROM:
        return []
    yesterday = (local.date() - timedelta(days=1)).isoweekday()
    daily = [Kind.DAILY] if yesterday in practice.call_days else []
    return daily + ([Kind.WEEKLY] if local.isoweekday() == MONDAY else [])


def _wanted(practice, kind, on):
    """The members who want a kind and have no row of it on that date yet."""
    chosen = ReportChoice.objects.filter(member=OuterRef("pk"), **{kind.lower(): True})
    made = ReportMail.objects.filter(member=OuterRef("pk"), kind=kind, business_date=on, is_asked=False)
    return practice.memberships.active().filter(Exists(chosen), ~Exists(made), role__in=LEADS)


def _still_wanted():
    """The condition that whoever gets a mail is active and leads, and chose or asked for it."""
    chosen = ReportChoice.objects.filter(member=OuterRef("member"))
    leads = Membership.objects.active().filter(pk=OuterRef("member"), role__in=LEADS)
    wanted = Q(is_asked=True)
    for kind in Kind:
        wanted |= Q(Exists(chosen.filter(**{kind.lower(): True})), kind=kind)
    return Q(Exists(leads)) & wanted
