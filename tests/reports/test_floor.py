"""The floor: who is in which state, exact numbers, alerts with their limits, order, teams, and what it costs."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts import heartbeat, tenancy
from accounts.models import Membership, Practice
from audit.models import AccessEvent
from campaigns import desk_messages
from campaigns.models import CampaignAgent, QueueItem
from reports.floor import floor, goal_of_day
from tests.conftest import NOW, make_member
from tests.reports import busy_floor
from tests.reports.busy_floor import MINUTE, TODAY, calls_of, heartbeats, hold, list_of, make_build, promise, spell
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 23


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    cache.clear()


@pytest.fixture
def url(practice):
    def _url(name="floor", **kwargs):
        return reverse(f"reports:{name}", kwargs={"practice_slug": practice.slug, **kwargs})

    return _url


@pytest.fixture
def quiet(inside):
    """Nobody is alarmed: lists of today, background work alive, a running campaign with work. Returns the campaign."""
    heartbeats()
    campaign = make_campaign(inside, on=TODAY, name="Recall")
    list_of(None, campaign, 1, make_build())
    return campaign


@pytest.fixture
def ana(quiet, agent):
    """Ana at work with a list long enough."""
    Practice.objects.filter(pk=agent.practice_id).update(list_alert_patients=2)
    list_of(agent, quiet, 3, quiet.practice.queuebuilds.get())
    agent.refresh_from_db()
    return agent


def look(viewer, *, everybody=True, now=NOW):
    practice = Practice.objects.get(pk=viewer.practice_id)
    return floor(practice=practice, viewer=viewer, everybody=everybody, now=now)


def titles(viewer, **changes):
    return [alert.title for alert in look(viewer, **changes).alerts]


def test_the_numbers_are_those_of_the_rows(quiet, ana, supervisor):
    other = make_campaign(ana.practice, on=TODAY, name="Other", goal=40, ends_on=TODAY + timedelta(days=11))
    bo = make_member(ana.practice, "Bo Agent")
    calls_of(ana, quiet, 12, 5, 2)
    calls_of(ana, other, 3, 1, 1)
    calls_of(bo, quiet, 4, 0, 0)
    calls_of(bo, quiet, 9, 9, 9, at=NOW - timedelta(days=1))
    found = look(supervisor)
    told = {row.member.name: (row.calls.dials, row.calls.contacts, row.calls.booked, row.left) for row in found.rows}
    assert told == {"Ana Agent": (15, 6, 3, 3), "Bo Agent": (4, 0, 0, 0)}
    strips = {
        one.campaign.name: (one.calls.dials, one.calls.contacts, one.calls.booked, one.goal, one.left) for one in found.strips
    }
    assert strips == {"Recall": (16, 5, 2, None, 4), "Other": (3, 1, 1, 4, 0)}
    # Twelve hours of shift, three of them over: a quarter of 200.
    assert {row.expected for row in found.rows} == {50}


@pytest.mark.parametrize(
    ("goal", "days", "share"), [(None, 10, None), (100, None, None), (101, 10, 11), (1, 365, 1), (90, 0, 90), (7, 36_000, 1)]
)
def test_a_goal_is_spread_over_the_days_of_calling(inside, goal, days, share):
    ends_on = None if days is None else TODAY + timedelta(days=days)
    campaign = make_campaign(inside, on=TODAY + timedelta(days=1), goal=goal, ends_on=ends_on)
    # From Tuesday to the Friday of the week after there are ten days of calling: not on Sunday.
    assert goal_of_day(campaign, practice=inside) == share


def test_nothing_is_said_where_nothing_is_wrong(ana, supervisor):
    spell(ana, "READY", 4)
    assert titles(supervisor) == []


@pytest.mark.parametrize(
    ("state", "reason", "minutes", "title", "tone"),
    [
        ("READY", "", 5, "Ana Agent: 5 min ready without a call", "warn"),
        ("READY", "", 10, "Ana Agent: 10 min ready without a call", "danger"),
        ("WRAP_UP", "", 3, "Ana Agent: 3 min in wrap-up", "warn"),
        ("BREAK", "LUNCH", 45, "Ana Agent: 45 min on break (Lunch)", "warn"),
        ("IN_CALL", "", 200, None, ""),
    ],
)
def test_a_state_that_lasts_too_long_alarms_from_its_minute_on(ana, supervisor, state, reason, minutes, title, tone):
    one = spell(ana, state, minutes, reason)
    assert titles(supervisor) == ([title] if title else [])
    assert [alert.tone for alert in look(supervisor).alerts] == ([tone] if tone else [])
    one.since_at += timedelta(seconds=1)
    one.save()
    assert titles(supervisor) != [title]


def test_limits_are_those_of_the_practice(ana, supervisor):
    spell(ana, "READY", 8)
    Practice.objects.update(idle_alert_minutes=9)
    assert titles(supervisor) == []
    Practice.objects.update(idle_alert_minutes=8)
    assert titles(supervisor) == ["Ana Agent: 8 min ready without a call"]


def test_who_is_on_shift_and_not_at_work_is_missed(ana, supervisor):
    assert titles(supervisor) == ["Ana Agent is not at work: on shift since 8:00 AM EST"]
    assert look(supervisor).rows[0].away == ("Not signed in", "user-x")
    # Silent for more than a quarter of an hour: gone.
    one = spell(ana, "READY", 40)
    one.seen_at = NOW - 20 * MINUTE
    one.save()
    assert titles(supervisor) == ["Ana Agent is not at work: last sign at 10:40 AM EST"]
    assert look(supervisor).rows[0].away == ("Away", "user-off")
    Membership.objects.filter(pk=ana.pk).update(shift_days=[1])
    assert titles(supervisor) == []
    assert look(supervisor).rows[0].away == ("Day off", "calendar-off")
    Membership.objects.filter(pk=ana.pk).update(shift_days=[2], shift_starts="12:00")
    assert look(supervisor).rows[0].away == ("Off shift", "moon")


def test_who_has_not_taken_up_the_invitation_is_not_missed(ana, supervisor):
    ana.user.set_unusable_password()
    ana.user.save()
    assert titles(supervisor) == []


def test_a_short_list_alarms_and_nought_switches_it_off(ana, supervisor):
    spell(ana, "IN_CALL", 1)
    QueueItem.objects.filter(agent=ana, position__gt=1).update(done_at=NOW)
    assert titles(supervisor) == ["Ana Agent: 1 patient left on the list"]
    QueueItem.objects.filter(agent=ana).update(done_at=NOW)
    assert titles(supervisor) == ["Ana Agent: nobody left on the list"]
    Practice.objects.update(list_alert_patients=0)
    assert titles(supervisor) == []


def test_callbacks_not_begun_alarm_five_minutes_before_and_not_while_they_are_made(quiet, ana, supervisor):
    spell(ana, "READY", 1)
    promise(ana, quiet, 6)
    assert titles(supervisor) == []
    soon = promise(ana, quiet, 5)
    assert titles(supervisor) == ["Ana Agent: the callback of 11:05 AM EST is not begun"]
    promise(ana, quiet, -12)
    assert titles(supervisor) == ["Ana Agent: 2 callbacks are not begun, 1 late, the first of 10:48 AM EST"]
    hold(ana, soon.enrollment)
    assert titles(supervisor) == ["Ana Agent: the callback of 10:48 AM EST is not begun, 12 min late"]


def test_a_callback_of_somebody_who_is_no_agent_any_more_is_everybodys(quiet, supervisor):
    gone = make_member(quiet.practice, "Gone Agent", is_active=False)
    promise(gone, quiet, -1)
    assert titles(supervisor, everybody=False) == ["Gone Agent: the callback of 10:59 AM EST is not begun, 1 min late"]


def test_a_campaign_stalls_with_the_reason(quiet, ana, supervisor):
    spell(ana, "IN_CALL", 1)
    empty = make_campaign(ana.practice, on=TODAY, name="Empty")
    assert titles(supervisor) == ["Empty stalls: nobody is enrolled any more"]
    cache.clear()
    for _ in range(2):
        enroll(empty, make_patient("Nora", phones=0), NOW)
    assert titles(supervisor) == ["Empty stalls: its list is empty; of 2 open: no usable phone number (2)"]
    cache.clear()
    enroll(empty, make_patient("Ready"), NOW)
    assert titles(supervisor) == ["Empty stalls: its list is empty, 1 of 3 open wait for the next build"]
    bo = make_member(ana.practice, "Bo Agent", shift_days=[1])
    CampaignAgent.objects.create(campaign=quiet, agent=bo)
    assert "Recall stalls: none of its agents is at work" in titles(supervisor)


def test_background_work_lists_of_the_night_and_old_data_alarm(quiet, ana, supervisor, admin):
    spell(ana, "READY", 1)
    make_patient("Old", source_data_on=TODAY - timedelta(days=8))
    cache.clear()
    assert titles(supervisor) == ["The EMR data are 8 days old, as of Nov 9"]
    assert [alert.link for alert in look(supervisor).alerts] == [None]
    assert look(admin).alerts[0].link.page == "imports:list"
    Practice.objects.update(data_alert_days=8)
    ana.practice.queuebuilds.update(business_date=TODAY - timedelta(days=1))
    assert titles(supervisor) == ["Today’s call lists are missing: they were due at 3:00 AM EST"]
    heartbeat.Heartbeat.objects.all().delete()
    assert titles(supervisor)[0] == "The scheduler (beat) is not alive: it never gave a sign"


def test_who_needs_help_comes_first_then_by_state(ana, supervisor):
    practice = ana.practice
    Practice.objects.update(list_alert_patients=0)
    late, idle, ready, off = (
        make_member(practice, name, **more)
        for name, more in [("Zoe Late", {}), ("Yan Idle", {}), ("Abe Ready", {}), ("Abe Off", {"shift_days": [1]})]
    )
    spell(ana, "IN_CALL", 1)
    spell(late, "READY", 15)
    spell(idle, "READY", 6)
    spell(ready, "READY", 1)
    assert [row.member for row in look(supervisor).rows] == [late, idle, ready, ana, off]


def test_a_supervisor_sees_their_team_and_is_told_of_alerts_elsewhere(ana, supervisor, sign_in, url):
    mine = make_member(ana.practice, "Mia Mine", supervisor=supervisor)
    spell(mine, "READY", 1)
    spell(ana, "READY", 30)
    Practice.objects.update(list_alert_patients=0)
    found = look(supervisor, everybody=False)
    assert ([row.member for row in found.rows], found.alerts, found.elsewhere) == ([mine], [], 1)
    client = sign_in(supervisor)
    page = client.get(url()).content.decode()
    assert ("Mia Mine" in page, "Ana Agent" in page, "1 more about agents of other teams" in page) == (True, False, True)
    assert "Ana Agent" in client.get(url(), {"team": "all"}).content.decode()
    assert "Ana Agent" in client.get(url("floor_now"), {"team": "all"}).content.decode()
    assert "Ana Agent" not in client.get(url("floor_now")).content.decode()


def test_an_admin_and_who_leads_nobody_see_everybody(ana, supervisor, admin, sign_in, url):
    for member in (supervisor, admin):
        page = sign_in(member).get(url()).content.decode()
        assert ("Ana Agent" in page, "My team" in page) == (True, False)


def test_a_team_that_is_not_known_says_so(ana, supervisor, sign_in, url):
    response = sign_in(supervisor).get(url(), {"team": "\x00'--"})
    assert (response.status_code, "This team is not known" in response.content.decode()) == (422, True)


def test_no_patient_is_shown_loaded_or_noted(practice, supervisor, sign_in, url):
    members = busy_floor.fill(practice, small=True)
    with tenancy.practice(practice.pk):
        hold(members["Ana Agent"], members["Ana Agent"].queue.first().enrollment)
    client = sign_in(supervisor)
    pages = [url(), url("floor_now"), url("floor_agent", membership_id=members["Ana Agent"].pk), url("floor_move")]
    pages += [url("wallboard"), url("wallboard_now")]
    text = "".join(client.get(page).content.decode() for page in pages)
    assert "Release the open patient" in text
    assert "Secret" not in text
    with tenancy.practice(practice.pk):
        assert AccessEvent.objects.count() == 0


def test_the_row_says_whether_a_message_was_read(ana, supervisor, sign_in, url):
    message = desk_messages.send(agent=ana, text="Hello", key=uuid.uuid4(), by=supervisor, now=NOW - 2 * MINUTE)
    client = sign_in(supervisor)
    assert re.search(r"Message not read</span>\s*<small class=\"quiet\">sent 10:58 AM EST", client.get(url()).content.decode())
    desk_messages.close(message=message, now=NOW - MINUTE)
    page = client.get(url()).content.decode()
    assert re.search(r"Message read</span>\s*<small class=\"quiet\">10:59 AM EST", page)


def test_a_practice_without_anybody_says_what_to_do(practice, supervisor, sign_in, url):
    heartbeats()
    page = sign_in(supervisor).get(url()).content.decode()
    assert ("No agents yet" in page, "Nothing needs you now" in page) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_floor_costs_the_same_for_any_number(quiet, supervisor, sign_in, url, count, django_assert_num_queries):
    build = quiet.practice.queuebuilds.get()
    for number in range(count):
        member = make_member(quiet.practice, f"Agent {number}")
        spell(member, "READY", 30)
        calls_of(member, quiet, 2, 1, 1)
        list_of(member, quiet, 1, build)
        promise(member, quiet, -1)
        make_campaign(quiet.practice, on=TODAY, name=f"Empty {number}")
        desk_messages.send(agent=member, text="Hello", key=uuid.uuid4(), by=supervisor, now=NOW)
    client = sign_in(supervisor)
    client.get(url())
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(url("floor_now"))
