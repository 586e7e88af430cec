"""What a summary says, that it names no patient, and what happens when the mail server is away."""

import smtplib
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from accounts import clock, report_mails, tenancy
from accounts.models import Membership, ReportChoice, ReportMail
from audit import access
from reports import mailing, summary, tasks
from tests.conftest import NOW, make_member
from tests.reports.world import random_calls, store, tally
from tests.world import make_campaign

Role = Membership.Role
pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages and tasks read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    settings.SITE_URL = "https://recall.example.com"


@pytest.fixture
def calls(practice):
    made = random_calls(seed=11, now=NOW, agents=["Ana Agent", "Ben Brook"], campaigns=["Autumn recall"], count=400)
    store(made, practice=practice, now=NOW)
    return made


@pytest.fixture
def web(sign_in, supervisor):
    return sign_in(supervisor)


@pytest.fixture
def url(practice):
    return lambda name="mails": reverse(f"reports:{name}", args=[practice.slug])


def composed(practice, kind, on=TODAY):
    with tenancy.practice(practice.pk):
        return mailing.compose(practice=practice, kind=kind, on=on, now=NOW)


def choose(member, **kinds):
    with tenancy.practice(member.practice_id):
        report_mails.choose(member=member, **{"daily": False, "weekly": False, **kinds})


def states(practice):
    with tenancy.practice(practice.pk):
        return list(ReportMail.objects.order_by("pk").values_list("kind", "state", "problem"))


# --- What it says


@pytest.mark.parametrize(("kind", "first", "days"), [("DAILY", 1, 1), ("WEEKLY", 8, 7)])
def test_the_numbers_are_those_of_the_whole_days_before(practice, calls, kind, first, days):
    """Tuesday's daily is of Monday; a weekly of that day is of the Monday to Sunday before."""
    made = composed(practice, kind)
    first_on = TODAY - timedelta(days=first)
    starts = practice.midnight(first_on)
    ends = practice.midnight(first_on + timedelta(days=days))
    counted = tally([call for call in calls if starts <= call.ended_at < ends])
    earlier = tally([call for call in calls if starts - timedelta(days=days) <= call.ended_at < starts])
    figures = {label: (value, before) for label, value, _base, before in made.context["rows"]}
    assert figures["Dials"] == (str(counted.dials), str(earlier.dials))
    assert figures["Bookings"] == (str(counted.booked), str(earlier.booked))
    assert figures["Answer rate"][0] == ("–" if counted.answer_rate is None else f"{counted.answer_rate}%")
    assert f"Dials: {counted.dials};" in made.text
    assert [each.dials for each in made.context["calls"].campaigns] == [counted.dials]


def test_a_weekly_on_monday_is_of_the_week_that_ended_the_day_before(practice):
    monday = TODAY - timedelta(days=1)
    period = composed(practice, "WEEKLY", on=monday).context["calls"].period
    assert (period.first_on, period.last_on) == (monday - timedelta(days=7), monday - timedelta(days=1))


def test_a_period_of_whole_days_ends_with_their_last_moment(practice):
    late = practice.midnight(TODAY + timedelta(days=3))
    period = summary.whole_days(practice=practice, last_on=TODAY, days=7, now=late)
    assert period.starts_at == practice.midnight(TODAY - timedelta(days=6))
    assert practice.midnight(TODAY + timedelta(days=1)) - period.ends_at == timedelta(microseconds=1)


def test_it_shows_no_patient_and_its_subject_no_number_of_any(practice, calls):
    with access.collect() as seen:
        made = composed(practice, "DAILY")
    assert not seen
    assert "Secret" not in made.text + made.html
    assert made.subject == "[Recall Desk] Bayview Eye: daily summary, Monday, November 16, 2026"


def test_it_links_back_to_this_installation_and_says_how_to_stop(practice, calls):
    made = composed(practice, "WEEKLY")
    for body in (made.text, made.html):
        assert "https://recall.example.com/p/bayview-eye/dashboard/" in body
        assert "https://recall.example.com/p/bayview-eye/report-mails/" in body
        assert "To stop it" in body
    assert made.subject == "[Recall Desk] Bayview Eye: weekly summary, Nov 9 to Nov 15, 2026"


def test_a_name_of_two_lines_makes_one_subject(practice):
    practice.name = "Bayview\nBcc: x@example.com"
    assert "\n" not in composed(practice, "DAILY").subject


def test_days_without_calls_say_so(practice):
    made = composed(practice, "DAILY")
    assert "No calls were made in this time." in made.text
    assert "No calls were made in this time." in made.html


def test_words_of_a_campaign_are_no_html(practice, calls):
    with tenancy.practice(practice.pk):
        practice.campaigns.update(name="<b>Autumn</b>")
    assert "<b>Autumn" not in composed(practice, "WEEKLY").html


@pytest.mark.parametrize("campaigns", [1, 3])
def test_it_costs_the_same_for_any_number_of_campaigns(practice, inside, campaigns, django_assert_num_queries):
    for _ in range(campaigns):
        make_campaign(practice, on=TODAY)
    with django_assert_num_queries(13):
        mailing.compose(practice=practice, kind="DAILY", on=TODAY, now=NOW)


# --- Sending


def test_who_wants_it_gets_it_once_as_text_and_html(practice, supervisor, admin, calls):
    choose(supervisor, daily=True)
    for _ in range(2):
        tasks.send_mails.apply(headers={"practice_id": practice.pk}).get()
    (message,) = outbox.outbox
    assert message.to == [supervisor.user.email]
    assert message.alternatives[0].mimetype == "text/html"
    assert states(practice) == [("DAILY", "SENT", "")]


def test_each_practice_mails_its_own_numbers(practice, other_practice, supervisor, stranger, calls):
    choose(supervisor, daily=True)
    choose(stranger, daily=True)
    for each in (practice, other_practice):
        mailing.send_due(practice_id=each.pk, now=NOW)
    own, other = outbox.outbox
    assert ("Autumn recall" in own.body, "Autumn recall" in other.body) == (True, False)
    assert other.to == [stranger.user.email]


def refuse(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2


def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_mail_server_that_is_away_leaves_it_waiting_and_keeps_the_others_for_later(settings, practice, supervisor, admin):
    refuse(settings, closed_port())
    choose(supervisor, daily=True)
    choose(admin, daily=True)
    mailing.send_due(practice_id=practice.pk, now=NOW)
    mailing.send_due(practice_id=practice.pk, now=NOW + timedelta(minutes=9))
    assert states(practice) == [("DAILY", "WAITING", "The mail server did not answer."), ("DAILY", "WAITING", "")]
    with tenancy.practice(practice.pk):
        assert list(ReportMail.objects.order_by("pk").values_list("tries", flat=True)) == [1, 0]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailing.send_due(practice_id=practice.pk, now=NOW + timedelta(minutes=10))
    assert [state for _kind, state, _problem in states(practice)] == ["SENT", "SENT"]
    assert len(outbox.outbox) == 2


class RefusingServer(threading.Thread):
    """Speaks as much SMTP as it takes to refuse every address."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            connection, _address = self.listener.accept()
            with connection, connection.makefile("rw", newline="\r\n") as talk:
                print("220 ready", file=talk, flush=True)
                for line in talk:
                    word = line[:4].upper()
                    print("550 no such mailbox" if word == "RCPT" else "250 ok", file=talk, flush=True)
                    if word == "QUIT":
                        break


def test_a_refused_address_is_recorded_without_it_and_the_others_go_on(settings, practice, supervisor, admin):
    server = RefusingServer()
    server.start()
    refuse(settings, server.port)
    choose(supervisor, daily=True)
    choose(admin, daily=True)
    mailing.send_due(practice_id=practice.pk, now=NOW)
    assert states(practice) == [("DAILY", "WAITING", "The mail server refused the address.")] * 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"sam@example.com"), "The mail server refused our sign-in."),
        (smtplib.SMTPDataError(554, b"sam@example.com"), "The mail server answered with error 554."),
        (TimeoutError("sam@example.com"), "The mail server did not answer."),
    ],
)
def test_problems_are_told_without_an_address(error, words):
    class Failing:
        def send(self):
            raise error

    assert mailing._deliver(Failing())[0] == words


# --- The page


def test_each_chooses_for_themselves(web, url, practice, supervisor, admin):
    assert web.post(url(), {"daily": "on"}).url == url()
    with tenancy.practice(practice.pk):
        assert list(ReportChoice.objects.values_list("member", "daily", "weekly")) == [(supervisor.pk, True, False)]
    web.post(url(), {"weekly": "on"})
    with tenancy.practice(practice.pk):
        assert list(ReportChoice.objects.values_list("member", "daily", "weekly")) == [(supervisor.pk, False, True)]


def test_the_preview_is_the_mail(web, url, practice, calls):
    page = web.get(url(), {"preview": "weekly"})
    assert page.context["preview"].text == composed(practice, "WEEKLY").text
    assert "Nov 9 to Nov 15, 2026" in page.content.decode()


@pytest.mark.parametrize("preview", ["", "monthly", "\x00"])
def test_a_preview_that_does_not_exist_is_the_daily_one(web, url, preview):
    assert web.get(url(), {"preview": preview}).context["kind"] == "DAILY"


def test_one_asked_for_goes_out_at_once_and_a_double_click_is_one_mail(
    web, url, practice, supervisor, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(tasks.send_mails, "ring", lambda practice_id: mailing.send_due(practice_id=practice_id, now=clock.now()))
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            answer = web.post(url("mail_now"), {"kind": "DAILY"}, follow=True)
    assert [message.to for message in outbox.outbox] == [[supervisor.user.email]]
    assert "It goes to sam.supervisor@bayview-eye.example within a minute" in answer.content.decode()
    assert "asked for" in web.get(url()).content.decode()


def test_a_kind_that_does_not_exist_is_refused_in_words(web, url, practice):
    answer = web.post(url("mail_now"), {"kind": "HOURLY"}, follow=True)
    assert "Choose the daily or the weekly summary." in answer.content.decode()
    assert states(practice) == []


def test_the_sixth_of_a_day_is_refused_in_words(web, url, practice, supervisor):
    with tenancy.practice(practice.pk):
        for _ in range(5):
            report_mails.mark_sent(mail=report_mails.ask(member=supervisor, kind="DAILY", now=NOW), now=NOW)
    answer = web.post(url("mail_now"), {"kind": "DAILY"}, follow=True)
    assert "You have asked for five mails today." in answer.content.decode()


def test_a_failed_mail_is_shown(web, url, practice, supervisor):
    choose(supervisor, daily=True)
    with tenancy.practice(practice.pk):
        report_mails.make_due(practice=practice, now=NOW)
        mail = report_mails.claim(practice=practice, now=NOW)
        report_mails.mark_failed(mail=mail, problem="The mail server did not answer.")
    text = web.get(url()).content.decode()
    assert "The mail server did not answer. 1 of 5 tries; the next one at 11:10 AM EST." in " ".join(text.split())


def test_admins_see_who_gets_them_and_supervisors_do_not(sign_in, url, practice, supervisor, admin, agent):
    choose(supervisor, weekly=True)
    page = sign_in(admin).get(url())
    assert [(each.name, bool(each.choice and each.choice.weekly)) for each in page.context["recipients"]] == [
        ("Ada Admin", False),
        ("Sam Supervisor", True),
    ]
    theirs = sign_in(supervisor).get(url())
    assert theirs.context["recipients"] is None
    assert "Ada Admin" not in theirs.content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_people(sign_in, url, practice, admin, people, django_assert_num_queries):
    for number in range(people):
        member = make_member(practice, f"Sam {number}", Role.SUPERVISOR)
        choose(member, daily=True)
    with tenancy.practice(practice.pk):
        report_mails.make_due(practice=practice, now=NOW)
    client = sign_in(admin)
    client.get(url())
    with django_assert_num_queries(25):
        client.get(url())


def test_the_hour_is_the_practices_own(practice, supervisor):
    with tenancy.practice(practice.pk):
        report_mails.choose(member=supervisor, daily=True, weekly=False)
        practice.time_zone = "America/Los_Angeles"
        assert not report_mails.is_due(practice=practice, now=datetime(2026, 11, 17, 14, 59, tzinfo=UTC))
        assert report_mails.is_due(practice=practice, now=datetime(2026, 11, 17, 15, 0, tzinfo=UTC))
