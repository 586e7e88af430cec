"""The practices a person leads, side by side: totals of exactly those, each behind its own wall."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from audit import access
from campaigns.models import AgentSpell, Enrollment
from reports import summary
from tests.conftest import NOW, make_member, make_practice
from tests.reports.world import random_calls, store, tally
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
Role = Membership.Role
URL = "/practices/overview/"


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


def leads_also(user, practice, role=Role.ADMIN, **fields):
    with tenancy.practice(practice.pk):
        return practice.memberships.create(user=user, role=role, joined_at=NOW, **fields)


def fill(practice, seed):
    calls = random_calls(seed=seed, now=NOW, agents=["Ana Agent", "Ben Brook"], campaigns=["Autumn"], count=250)
    store(calls, practice=practice, now=NOW)
    return calls


def rows_of(page):
    return {place.practice.slug: (place, counted) for place, counted in page.context["team"].rows}


@pytest.mark.parametrize("days", [1, 7, 30])
def test_each_practice_is_told_with_its_own_calls_and_all_are_summed_up(sign_in, supervisor, practice, other_practice, days):
    leads_also(supervisor.user, other_practice)
    calls = {each.slug: fill(each, seed) for seed, each in enumerate([practice, other_practice])}
    page = sign_in(supervisor).get(URL, {"days": days})
    rows = rows_of(page)
    assert list(rows) == ["bayview-eye", "harbor-heart"]
    counted = {}
    for each in (practice, other_practice):
        period = summary.whole_days(practice=each, last_on=NOW.date(), days=days, now=NOW)
        counted[each.slug] = tally([one for one in calls[each.slug] if period.starts_at <= one.ended_at <= NOW])
        found = rows[each.slug][1]
        assert (found.dials, found.reached, found.booked) == (
            counted[each.slug].dials, counted[each.slug].reached, counted[each.slug].booked,
        )  # fmt: skip
    totals = page.context["team"].totals
    assert totals.dials == sum(each.dials for each in counted.values())
    assert totals.answer_rate == round(100 * sum(each.reached for each in counted.values()) / totals.dials, 1)


def test_where_a_practice_stands_is_counted(sign_in, supervisor, practice, other_practice, agent):
    leads_also(supervisor.user, other_practice)
    make_member(practice, "Off Today", shift_days=[7])
    with tenancy.practice(practice.pk):
        AgentSpell.objects.create(agent=agent, state="READY", since_at=NOW - timedelta(hours=1), seen_at=NOW)
        campaign = make_campaign(practice, on=NOW.date())
        late = enroll(campaign, make_patient(source_data_on=NOW.date() - timedelta(days=10)), NOW)
        call(late, agent, NOW - timedelta(days=1), say("CBACK", callback_at=NOW - timedelta(hours=5)))
        enroll(campaign, make_patient(source_data_on=NOW.date() - timedelta(days=9)), NOW)
        open_work = Enrollment.objects.open().count()
    place = rows_of(sign_in(supervisor).get(URL))["bayview-eye"][0]
    assert (place.at_work, place.on_shift, place.overdue, place.open_work, place.left) == (1, 1, 1, open_work, None)
    assert place.alerts == ["Callbacks overdue", "No call lists today", "EMR data 9 days old"]
    with tenancy.practice(practice.pk):
        assert summary.standing(practice=practice, now=NOW + timedelta(hours=3)).alerts[0] == "Nobody at work"


def test_alerts_go_by_the_limits_of_the_floor(inside):
    def alerts(now=NOW):
        inside.refresh_from_db()
        return summary.standing(practice=inside, now=now).alerts

    campaign = make_campaign(inside, on=NOW.date())
    enroll(campaign, make_patient(source_data_on=NOW.date() - timedelta(days=9)), NOW)
    inside.data_alert_days = 9
    inside.save(update_fields=["data_alert_days"])
    assert alerts() == ["No call lists today"]
    due = inside.midnight(NOW.date()) + timedelta(hours=inside.build_at.hour)
    assert (alerts(due + timedelta(minutes=14)), alerts(due + timedelta(minutes=15))) == ([], ["No call lists today"])
    inside.data_alert_days = 8
    inside.save(update_fields=["data_alert_days"])
    inside.campaigns.update(status="PAUSED")
    assert alerts() == ["EMR data 9 days old"]


def test_practices_one_does_not_lead_never_appear(sign_in, supervisor, practice, other_practice):
    """Agent there, access ended there, invited and not joined, and no place at all."""
    worked, ended, waiting = (make_practice(slug) for slug in ("worked-in", "ended-at", "waited-for"))
    leads_also(supervisor.user, worked, Role.AGENT)
    leads_also(supervisor.user, ended, is_active=False)
    with tenancy.practice(waiting.pk):
        waiting.memberships.create(user=supervisor.user, role=Role.ADMIN, is_active=False)
    for seed, each in enumerate([practice, other_practice, worked, ended, waiting]):
        fill(each, seed)
    page = sign_in(supervisor).get(URL, {"days": 30})
    assert list(rows_of(page)) == ["bayview-eye"]
    text = page.content.decode()
    assert not [each.name for each in (other_practice, worked, ended, waiting) if each.name in text]


def test_a_membership_that_ends_is_gone_at_the_next_look(sign_in, supervisor, other_practice):
    there = leads_also(supervisor.user, other_practice)
    client = sign_in(supervisor)
    assert len(rows_of(client.get(URL))) == 2
    with tenancy.practice(other_practice.pk):
        Membership.objects.filter(pk=there.pk).update(is_active=False)
    assert list(rows_of(client.get(URL))) == ["bayview-eye"]


def test_no_patient_is_loaded_or_named(sign_in, supervisor, practice, other_practice):
    leads_also(supervisor.user, other_practice)
    fill(practice, 1)
    fill(other_practice, 2)
    with access.collect() as seen:
        text = sign_in(supervisor).get(URL, {"days": 30}).content.decode()
    assert not seen
    assert "Secret" not in text


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_practice_is_read_in_a_transaction_of_its_own_and_nothing_outside(sign_in, supervisor, practice, other_practice):
    leads_also(supervisor.user, other_practice)
    fill(practice, 1)
    client = sign_in(supervisor)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL).status_code == 200
    within, named = False, []
    for sql in (query["sql"] for query in captured):
        if sql.startswith("BEGIN"):
            within = True
        elif sql.startswith(("COMMIT", "ROLLBACK")):
            within = False
        elif "set_config('app.practice'" in sql:
            named.append(sql)
        elif "campaigns_" in sql or "patients_" in sql:
            assert within, sql
    assert len(named) == 2
    assert str(practice.pk) in named[0]
    assert str(other_practice.pk) in named[1]


def test_who_leads_nothing_reads_so(sign_in, agent):
    page = sign_in(agent).get(URL)
    assert (page.status_code, "You lead no practice" in page.content.decode()) == (200, True)


def test_it_asks_to_sign_in(client, db):
    assert client.get(URL).url == "/accounts/login/?next=/practices/overview/"


@pytest.mark.parametrize("days", ["", "0", "-1", "36500", "x", "1\x00"])
def test_a_period_that_is_not_offered_gets_a_clear_sentence(sign_in, supervisor, days):
    page = sign_in(supervisor).get(URL, {"days": days})
    assert page.status_code == 422
    assert "This period is not known" in page.content.decode()


def test_the_way_there_stands_in_the_menu_of_who_leads_and_has_several(sign_in, supervisor, agent, other_practice):
    def ways(member):
        return sign_in(member).get(reverse("practices")).content.decode().count(f'href="{URL}"')

    assert ways(supervisor) == 0
    leads_also(supervisor.user, other_practice, Role.AGENT)
    leads_also(agent.user, other_practice, Role.AGENT)
    assert (ways(supervisor), ways(agent)) == (2, 0)


def test_each_practice_costs_the_same_queries(sign_in, supervisor, practice, other_practice):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    client = sign_in(supervisor)
    alone = cost()
    leads_also(supervisor.user, other_practice)
    fill(practice, 1)
    with_two = cost()
    leads_also(supervisor.user, make_practice("third-one"))
    assert cost() - with_two == with_two - alone <= 9
