"""Which summaries are due, to whom, how often they are tried, and that none comes twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from accounts import report_mails, tenancy
from accounts.models import Membership, ReportChoice, ReportMail, User
from tests.conftest import make_member

pytestmark = pytest.mark.django_db
Role, State = Membership.Role, ReportMail.State
# In New York: Tuesday 7:00 and Monday 7:00 in November (UTC−5).
TUESDAY = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
MONDAY = TUESDAY - timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def daily(inside, supervisor):
    """A supervisor who wants the daily summary."""
    report_mails.choose(member=supervisor, daily=True, weekly=False)
    return supervisor


def made(practice, now):
    report_mails.make_due(practice=practice, now=now)
    return [(mail.member, mail.kind, mail.business_date) for mail in ReportMail.objects.order_by("pk")]


def test_nobody_gets_anything_unasked(inside, supervisor, admin):
    assert not report_mails.is_due(practice=inside, now=MONDAY)
    assert made(inside, MONDAY) == []


def test_the_daily_is_due_from_seven_by_the_practices_clocks(inside, daily):
    assert not report_mails.is_due(practice=inside, now=TUESDAY - MINUTE)
    assert made(inside, TUESDAY - MINUTE) == []
    assert report_mails.is_due(practice=inside, now=TUESDAY)
    assert made(inside, TUESDAY) == [(daily, "DAILY", TUESDAY.date())]


def test_seven_is_seven_on_the_day_the_clocks_change(inside, daily):
    """Sunday 2026-11-01, after Saturday's calls: 7:00 in New York is 12:00 UTC by then, 11:00 the day before."""
    changed = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    assert made(inside, changed - MINUTE) == []
    assert made(inside, changed) == [(daily, "DAILY", changed.date())]


def test_after_a_day_without_calling_there_is_no_daily(inside, daily):
    inside.call_days = [1, 2, 3, 4, 5]
    assert made(inside, MONDAY) == []
    assert made(inside, TUESDAY) == [(daily, "DAILY", TUESDAY.date())]


def test_the_weekly_is_due_on_monday_alone(inside, supervisor):
    report_mails.choose(member=supervisor, daily=False, weekly=True)
    assert made(inside, TUESDAY) == []
    assert made(inside, MONDAY) == [(supervisor, "WEEKLY", MONDAY.date())]


def test_a_missed_morning_is_made_up_until_the_day_is_over(inside, daily):
    late = TUESDAY + timedelta(hours=16, minutes=59)
    assert made(inside, late) == [(daily, "DAILY", TUESDAY.date())]
    report_mails.make_due(practice=inside, now=late + MINUTE)
    mail = ReportMail.objects.get()
    assert (mail.state, mail.problem) == (State.FAILED, report_mails.DAY_OVER)


def test_a_second_tick_makes_no_second_row(inside, daily):
    made(inside, TUESDAY)
    assert len(made(inside, TUESDAY + MINUTE)) == 1
    mail = report_mails.claim(practice=inside, now=TUESDAY)
    report_mails.mark_sent(mail=mail, now=TUESDAY)
    assert not report_mails.is_due(practice=inside, now=TUESDAY + timedelta(hours=9))
    assert len(made(inside, TUESDAY + timedelta(hours=9))) == 1


LEAVING = {
    "their access ended": lambda member: Membership.objects.filter(pk=member.pk).update(is_active=False),
    "they lead no more": lambda member: Membership.objects.filter(pk=member.pk).update(role=Role.AGENT),
    "their account is locked": lambda member: User.objects.filter(pk=member.user_id).update(is_active=False),
}


@pytest.mark.parametrize("why", LEAVING)
def test_who_may_not_see_the_numbers_any_more_gets_none(inside, daily, why):
    made(inside, TUESDAY)
    report_mails.ask(member=daily, kind="WEEKLY", now=TUESDAY)
    LEAVING[why](daily)
    assert report_mails.claim(practice=inside, now=TUESDAY) is None
    assert made(inside, TUESDAY) == []
    assert not report_mails.is_due(practice=inside, now=TUESDAY)
    assert made(inside, TUESDAY + timedelta(days=1)) == []


def test_what_waits_is_not_sent_once_the_check_mark_is_off(inside, daily):
    made(inside, TUESDAY)
    report_mails.choose(member=daily, daily=False, weekly=False)
    assert report_mails.claim(practice=inside, now=TUESDAY) is None
    assert made(inside, TUESDAY) == []


def test_a_failed_try_is_repeated_after_growing_pauses_and_given_up_after_the_fifth(inside, daily):
    made(inside, TUESDAY)
    now, tried = TUESDAY, []
    while now < TUESDAY + timedelta(hours=8):
        report_mails.make_due(practice=inside, now=now)
        mail = report_mails.claim(practice=inside, now=now)
        if mail:
            tried.append((now - TUESDAY) // MINUTE)
            report_mails.mark_failed(mail=mail, problem="The mail server did not answer.")
        now += MINUTE
    mail = ReportMail.objects.get()
    assert tried == [0, 10, 30, 70, 150]
    assert (mail.state, mail.tries, mail.problem) == (State.FAILED, 5, "The mail server did not answer.")


def test_a_worker_that_dies_with_a_mail_leaves_it_for_the_next_after_the_pause(inside, daily):
    made(inside, TUESDAY)
    assert report_mails.claim(practice=inside, now=TUESDAY)
    assert report_mails.claim(practice=inside, now=TUESDAY + 9 * MINUTE) is None
    assert not report_mails.is_due(practice=inside, now=TUESDAY + 9 * MINUTE)
    assert report_mails.is_due(practice=inside, now=TUESDAY + 10 * MINUTE)
    mail = report_mails.claim(practice=inside, now=TUESDAY + 10 * MINUTE)
    assert mail.tries == 2


def test_five_workers_that_die_end_it(inside, daily):
    made(inside, TUESDAY)
    now = TUESDAY
    for _ in range(report_mails.MOST_TRIES):
        now = report_mails.claim(practice=inside, now=now).next_try_at
    assert report_mails.claim(practice=inside, now=now) is None
    report_mails.make_due(practice=inside, now=now)
    assert (ReportMail.objects.get().state, ReportMail.objects.get().problem) == (State.FAILED, report_mails.GIVEN_UP)


def test_asking_twice_is_one_mail_and_five_a_day_are_the_most(inside, supervisor):
    for _ in range(report_mails.MOST_ASKED_A_DAY):
        mails = {report_mails.ask(member=supervisor, kind="DAILY", now=TUESDAY).pk for _ in range(2)}
        assert len(mails) == 1
        report_mails.mark_sent(mail=report_mails.claim(practice=inside, now=TUESDAY), now=TUESDAY)
    with pytest.raises(report_mails.AskRefused, match="five mails today"):
        report_mails.ask(member=supervisor, kind="WEEKLY", now=TUESDAY)
    assert report_mails.ask(member=supervisor, kind="WEEKLY", now=TUESDAY + timedelta(days=1)).is_asked


def test_one_asked_for_stands_beside_the_one_that_is_due(inside, daily):
    report_mails.ask(member=daily, kind="DAILY", now=TUESDAY)
    assert len(made(inside, TUESDAY)) == 2


def test_old_mails_are_forgotten(inside, daily):
    made(inside, TUESDAY)
    report_mails.mark_sent(mail=report_mails.claim(practice=inside, now=TUESDAY), now=TUESDAY)
    Sunday = TUESDAY + timedelta(days=96)  # noqa: N806
    report_mails.make_due(practice=inside, now=Sunday)
    assert not ReportMail.objects.filter(business_date=TUESDAY.date()).exists()


def test_a_choice_holds_for_one_practice(practice, supervisor, other_practice, stranger):
    for member in (supervisor, stranger):
        with tenancy.practice(member.practice_id):
            report_mails.choose(member=member, daily=member == stranger, weekly=False)
    with tenancy.practice(practice.pk):
        assert made(practice, TUESDAY) == []
        assert [each.member for each in ReportChoice.objects.all()] == [supervisor]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_workers_at_once_make_one_row_and_take_it_once(practice, supervisor):
    practice.call_days = [1, 2, 3, 4, 5, 6, 7]
    with tenancy.practice(practice.pk):
        report_mails.choose(member=supervisor, daily=True, weekly=True)
    ready, taken = threading.Barrier(4), []

    def work():
        try:
            ready.wait(20)
            with tenancy.practice(practice.pk):
                report_mails.make_due(practice=practice, now=MONDAY)
            for _ in range(3):
                with tenancy.practice(practice.pk):
                    mail = report_mails.claim(practice=practice, now=MONDAY)
                    if mail:
                        taken.append(mail.kind)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == ["DAILY", "WEEKLY"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_tick_costs_the_same_for_any_number_of_people(inside, count, django_assert_num_queries):
    for number in range(count):
        member = make_member(inside, f"Sam {number}", Role.SUPERVISOR)
        report_mails.choose(member=member, daily=True, weekly=True)
    with django_assert_num_queries(2):
        assert report_mails.is_due(practice=inside, now=MONDAY)
