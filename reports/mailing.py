"""Summaries by e-mail, put together and sent: numbers of a practice, no patient. Which are due: accounts/report_mails.py."""

from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import report_mails, tenancy
from accounts.models import Practice, ReportMail
from campaigns.figures import percent

from . import summary

Kind = ReportMail.Kind
COUNTS = [("Dials", "dials"), ("Bookings", "booked")]


@dataclass(frozen=True)
class Summary:
    """What a mail says, and the context of templates/reports/mail/body.html that it was made of."""

    subject: str
    text: str
    html: str
    context: dict


def compose(*, practice, kind, on, now):
    """The Summary that is due on a date of the practice: daily of the day before, weekly of the last Monday to Sunday before.

    Must be called inside the practice.
    """
    if kind == Kind.WEEKLY:
        last_on, days = on - timedelta(days=on.isoweekday()), 7
    else:
        last_on, days = on - timedelta(days=1), 1
    period = summary.whole_days(practice=practice, last_on=last_on, days=days, now=now)
    calls = summary.calls(practice=practice, period=period, now=now)
    title = _title(calls.period.first_on, last_on)
    context = {
        "practice": practice,
        "kind": Kind(kind),
        "title": title,
        "span": "week" if kind == Kind.WEEKLY else "day",
        "rows": _rows(calls),
        "calls": calls,
        "place": summary.standing(practice=practice, now=now),
        "now": now,
        "dashboard_url": _absolute("reports:dashboard", practice),
        "mails_url": _absolute("reports:mails", practice),
    }
    with timezone.override(practice.zone):
        text = render_to_string("reports/mail/summary.txt", context)
        html = render_to_string("reports/mail/summary.html", context)
    name = " ".join(practice.name.split())
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{name}: {Kind(kind).label.lower()} summary, {title}"
    return Summary(subject, text, html, context)


def send_due(*, practice_id, now):
    """Make the rows that are due and send all of them, each in transactions of its own. Ends early if no server answers."""
    with tenancy.practice(practice_id):
        practice = Practice.objects.get(pk=practice_id)
        report_mails.make_due(practice=practice, now=now)
    while _send_next(practice, now):
        pass


def _send_next(practice, now):
    """Send the next one; returns whether it makes sense to go on."""
    with tenancy.practice(practice.pk):
        mail = report_mails.claim(practice=practice, now=now)
    if mail is None:
        return False
    with tenancy.practice(practice.pk):
        message = _message(practice, mail, now)
    problem, is_away = _deliver(message)
    with tenancy.practice(practice.pk):
        if problem:
            report_mails.mark_failed(mail=mail, problem=problem)
            if is_away:
                report_mails.postpone(practice=practice, now=now)
        else:
            report_mails.mark_sent(mail=mail, now=now)
    return not is_away


def _message(practice, mail, now):
    made = compose(practice=practice, kind=mail.kind, on=mail.business_date, now=now)
    # Nobody's “I am out of office” answers it.
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(made.subject, made.text, to=[mail.member.user.email], headers=headers)
    message.attach_alternative(made.html, "text/html")
    return message


def _deliver(message):
    """What went wrong, in words without an address, and whether the server is away: then the others need not try now."""
    try:
        message.send()
    except SMTPRecipientsRefused:
        return "The mail server refused the address.", False
    except SMTPAuthenticationError:
        return "The mail server refused our sign-in.", True
    except SMTPResponseException as answer:
        return f"The mail server answered with error {answer.smtp_code}.", False
    except OSError:
        return "The mail server did not answer.", True
    return "", False


def _absolute(name, practice):
    return settings.SITE_URL + reverse(name, kwargs={"practice_slug": practice.slug})


def _title(first_on: date, last_on: date):
    if first_on == last_on:
        return f"{last_on:%A, %B %-d, %Y}"
    return f"{first_on:%b %-d} to {last_on:%b %-d, %Y}"


def _rows(calls):
    """(figure, value, what it is a part of, value of the period before)."""
    now, before = calls.totals, calls.before
    rates = [
        ("Answer rate", "answer_rate", now.reached, now.dials, "dials"),
        ("Right-party rate", "right_party_rate", now.right_party, now.dials, "dials"),
        ("Booked per dial", "conversion", now.booked_by_dial, now.dials, "dials"),
        ("Booked per contact", "conversion_per_conversation", now.converted, now.right_party, "contacts"),
    ]
    counts = [(label, intcomma(getattr(now, name)), "", intcomma(getattr(before, name))) for label, name in COUNTS]
    return counts + [
        (label, percent(getattr(now, name)), f"{intcomma(part)} of {intcomma(whole)} {unit}", percent(getattr(before, name)))
        for label, name, part, whole, unit in rates
    ]
