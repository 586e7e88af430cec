import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import clock, tenancy
from audit.models import AccessEvent
from campaigns import plan
from dispositions.models import Disposition
from reports import queries
from reports.period import Period
from tests.conftest import NOW
from tests.reports.world import random_calls, store
from tests.world import make_campaign, make_patient, visited

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def url(practice):
    return reverse("reports:dashboard", kwargs={"practice_slug": practice.slug})


@pytest.fixture
def calls(practice):
    made = random_calls(seed=5, now=NOW, agents=["Ana Agent", "=Ben Brook"], campaigns=["Autumn"])
    store(made, practice=practice, now=NOW)
    return made


@pytest.mark.parametrize("days", [1, 7, 30])
def test_it_shows_the_figures_of_the_chosen_period(sign_in, supervisor, practice, url, calls, days):
    page = sign_in(supervisor).get(url, {"days": days})
    assert page.status_code == 200
    within = [call for call in calls if page.context["period"].starts_at <= call.ended_at <= NOW]
    counted = [call for call in within if not call.rang_back]
    reached, booked = (sum(getattr(call, flag) for call in counted) for flag in ("is_reached", "is_success"))
    figures = {card["label"]: (card["value"], card["base"]) for card in page.context["cards"]}
    assert figures["Dials"][0] == str(len(counted))
    assert figures["Bookings"][0] == str(sum(call.is_success for call in within))
    assert figures["Answer rate"] == (f"{round(100 * reached / len(counted), 1)}%", f"{reached} of {len(counted)} dials")
    assert figures["Booked per dial"] == (f"{round(100 * booked / len(counted), 1)}%", f"{booked} of {len(counted)} dials")
    assert f'<div class="stat-value">{len(counted)}</div>' in page.content.decode()


def test_changes_are_against_the_period_before(sign_in, supervisor, practice, url, calls):
    page = sign_in(supervisor).get(url, {"days": 30})
    with tenancy.practice(practice.pk):
        now = page.context["period"]
        before = queries.totals(practice=practice, period=now.before(practice=practice))
    cards = {card["label"]: card for card in page.context["cards"]}
    change = round(page.context["totals"].answer_rate - before.answer_rate, 1)
    assert cards["Answer rate"]["delta"] == f"{'+' if change > 0 else '−'}{abs(change)} pts"
    assert cards["Dials"]["base"] == f"{before.dials} the 30 days before"


def test_without_a_choice_it_shows_seven_days(sign_in, supervisor, url, calls):
    assert sign_in(supervisor).get(url).context["period"].days == 7


@pytest.mark.parametrize("days", ["", "0", "8", "-7", "abc", "1e9", "9" * 400])
def test_a_period_it_does_not_know_is_told_in_words(sign_in, supervisor, url, calls, days):
    page = sign_in(supervisor).get(url, {"days": days})
    assert (page.status_code, page.context["period"].days) == (422, 7)
    assert "Choose today, 7 days or 30 days." in page.content.decode()


def test_who_may_open_it(sign_in, agent, supervisor, admin, stranger, url):
    seen = {member.role: sign_in(member).get(url).status_code for member in (agent, supervisor, admin)}
    assert seen == {"AGENT": 403, "SUPERVISOR": 200, "ADMIN": 200}
    assert sign_in(stranger).get(url).status_code == 404


def test_it_shows_no_patient_and_so_writes_no_access_event(sign_in, supervisor, practice, url, calls):
    page = sign_in(supervisor).get(url, {"days": 30}).content.decode()
    assert "Secret" not in page
    with tenancy.practice(practice.pk):
        assert AccessEvent.objects.count() == 0


def test_more_agents_and_campaigns_need_no_more_queries(sign_in, supervisor, practice, url, calls):
    client = sign_in(supervisor)
    client.get(url)

    def queries_of_a_page():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url, {"days": 30}).status_code == 200
        return len(captured)

    few = queries_of_a_page()
    more = random_calls(seed=6, now=NOW, agents=[f"Agent {n}" for n in range(12)], campaigns=[f"C {n}" for n in range(8)])
    store(more, practice=practice, now=NOW)
    assert queries_of_a_page() == few
    assert few <= 26


@pytest.mark.parametrize(
    ("who", "words", "link"),
    [
        ("admin", "Set the practice up first", "campaigns:setup"),
        ("supervisor", "Ask an admin of the practice to import", None),
    ],
)
def test_an_empty_practice_is_told_to_import(request, sign_in, practice, url, who, words, link):
    page = sign_in(request.getfixturevalue(who)).get(url).content.decode()
    assert words in page
    assert "stat-value" not in page
    if link:
        assert reverse(link, kwargs={"practice_slug": practice.slug}) in page.split("<main")[1]


def test_patients_without_a_campaign_ask_for_one(sign_in, supervisor, practice, url):
    with tenancy.practice(practice.pk):
        make_patient()
    page = sign_in(supervisor).get(url).content.decode()
    assert "Create the first campaign" in page
    assert reverse("campaigns:new", kwargs={"practice_slug": practice.slug}) in page


def test_before_the_first_call_it_shows_what_is_on_the_lists(sign_in, supervisor, agent, practice, url):
    with tenancy.practice(practice.pk):
        make_campaign(practice, on=practice.business_date(NOW))
        visited(make_patient(), practice.business_date(NOW) - timedelta(days=800))
        plan.build(practice=practice, now=NOW)
    page = sign_in(supervisor).get(url, {"days": 1})
    assert "No calls yet today" in page.content.decode()
    queue = page.context["queue"]
    assert (queue.queued, queue.done, queue.left, queue.open_work, queue.is_of_today) == (1, 0, 1, 1, True)


def test_a_table_as_a_file(sign_in, supervisor, practice, url, calls):
    address = reverse("reports:dashboard_file", kwargs={"practice_slug": practice.slug})
    answer = sign_in(supervisor).get(address, {"table": "agents", "days": 30})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    with tenancy.practice(practice.pk):
        period = Period.until(clock.now(), practice=practice, days=30)
        expected = queries.by_agent(practice=practice, period=period)
    assert head[:3] == ["Name", "Dials", "Reached"]
    assert [(row[0], int(row[1]), int(row[5])) for row in rows] == [
        (f"'{each.name}" if each.name == "=Ben Brook" else each.name, each.dials, each.booked) for each in expected
    ]


def test_an_unknown_file_is_not_found(sign_in, supervisor, practice, calls):
    address = reverse("reports:dashboard_file", kwargs={"practice_slug": practice.slug})
    client = sign_in(supervisor)
    assert [client.get(address, query).status_code for query in ({"table": "patients"}, {"days": "x"}, {})] == [404, 404, 200]


def test_outcomes_keep_their_label(sign_in, supervisor, practice, url, calls):
    with tenancy.practice(practice.pk):
        Disposition.objects.filter(code="NOANS").update(label="Nobody picked up")
    chart = sign_in(supervisor).get(url, {"days": 30}).context["outcomes_chart"]
    assert "Nobody picked up" in chart["labels"]
