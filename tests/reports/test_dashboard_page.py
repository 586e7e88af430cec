"""The tabs of the dashboard: what they show equals the raw calls, what cannot be shown is told in words, and what it costs."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import plan
from campaigns.models import Callback, Campaign
from dispositions.models import Disposition
from patients.models import Appointment
from reports.calls import totals
from reports.filters import read
from reports.tabs import TABS
from tests.conftest import NOW
from tests.reports.world import random_calls, store
from tests.world import call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db
TABLES_OF = {
    "overview": {"volume", "campaigns"},
    "timing": {"answer_times", "weekdays", "hours", "weeks", "months"},
    "outcomes": {"attempts", "attempts_pay", "mix", "outcomes"},
    "lists": {"worked", "age"},
    "agents": {"comparison", "agents"},
    "bookings": {"lead_times", "money"},
    "promises": {"callbacks", "quality", "numbers"},
}


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def url(practice):
    """`url("timing")`: the address of a tab."""
    return lambda tab="overview": reverse(TABS[tab].url_name, kwargs={"practice_slug": practice.slug})


@pytest.fixture
def calls(practice):
    made = random_calls(seed=5, now=NOW, agents=["Ana Agent", "=Ben Brook"], campaigns=["Autumn", "Spring"])
    store(made, practice=practice, now=NOW)
    return made


@pytest.fixture
def worked(practice, agent):
    """Four patients enrolled twenty days ago: one booked and came, one was promised a call, one had a wrong number, one waits."""
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=practice.business_date(NOW) - timedelta(days=20), name="Autumn")
        booked, promised, wrong, _waiting = [
            enroll(campaign, make_patient("Secret", f"Name{n}"), NOW - timedelta(days=20), assigned_agent=agent) for n in range(4)
        ]
        visit = {"appointment_on": (NOW - timedelta(days=1)).date(), "appointment_at": "09:00", "provider": "Rivera"}
        call(booked, agent, NOW - timedelta(days=18), say("NOANS", phone_id=booked.patient.phones.get().pk))
        call(booked, agent, NOW - timedelta(days=17), say("DONE", phone_id=booked.patient.phones.get().pk, **visit))
        Appointment.objects.update(status=Appointment.Status.KEPT)
        later = NOW - timedelta(days=3)
        promise = say("CBACK", phone_id=promised.patient.phones.get().pk, callback_at=later + timedelta(hours=1))
        call(promised, agent, later, promise)
        call(wrong, agent, NOW - timedelta(hours=2), "WNUM")
        Callback.objects.update(status=Callback.Status.MISSED, settled_at=NOW - timedelta(days=2))
    return campaign


def shown(page, code):
    """The rows of a table on the page, each as the words of its cells."""
    section = re.search(rf'aria-labelledby="{code}-title">(.*?)</section>', page.content.decode(), re.S)[1]
    body = re.search(r"<tbody>(.*?)</tbody>", section, re.S)[1]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[unescape(" ".join(re.sub(r"<[^>]+>", " ", cell).split())) for cell in row] for row in cells]


def rate(part, whole):
    return f"{round(100 * part / whole, 1)}%" if whole else "–"


def within(calls, page):
    period = page.context["filters"].period
    return [one for one in calls if period.starts_at <= one.ended_at <= period.ends_at]


def figures(page):
    return {card["label"]: (card["value"], card["base"]) for card in page.context["cards"]}


@pytest.mark.parametrize("key", ["today", "7", "30"])
def test_the_overview_shows_the_figures_of_the_chosen_period(sign_in, supervisor, url, calls, key):
    page = sign_in(supervisor).get(url(), {"period": key})
    counted = [one for one in within(calls, page) if not one.rang_back]
    reached, booked = (sum(getattr(one, flag) for one in counted) for flag in ("is_reached", "is_success"))
    told = figures(page)
    assert told["Dials"][0] == str(len(counted))
    assert told["Bookings"][0] == str(sum(one.is_success for one in within(calls, page)))
    assert told["Answer rate"] == (rate(reached, len(counted)), f"{reached} of {len(counted)} dials")
    assert told["Booked per dial"] == (rate(booked, len(counted)), f"{booked} of {len(counted)} dials")
    assert f'<div class="stat-value">{len(counted)}</div>' in page.content.decode()


def test_changes_are_against_the_period_before(sign_in, supervisor, practice, url, calls):
    page = sign_in(supervisor).get(url(), {"period": 30})
    with tenancy.practice(practice.pk):
        filters, _problems = read({"period": "30"}, practice=practice, now=page.context["now"])
        now, before = totals(filters=filters), totals(filters=filters.before)
    cards = {card["label"]: card for card in page.context["cards"]}
    change = round(now.answer_rate - before.answer_rate, 1)
    assert cards["Answer rate"]["delta"] == f"{'+' if change > 0 else '−'}{abs(change):g} pts"
    assert cards["Dials"]["base"] == f"{before.dials} the 30 days before"
    assert "Compared with the 30 days before, up to the same time of day." in page.content.decode()


def test_tables_on_the_pages_equal_the_raw_calls(sign_in, supervisor, url, calls):
    client = sign_in(supervisor)
    page = client.get(url(), {"period": 30})
    counted = within(calls, page)
    dials = [one for one in counted if not one.rang_back]
    by_campaign = Counter(one.campaign for one in dials)
    assert {row[0]: row[1] for row in shown(page, "campaigns")} == {
        **{name: str(count) for name, count in by_campaign.items()},
        "All": str(len(dials)),
    }
    by_date = Counter(f"{one.ended_at.astimezone(page.context['practice'].zone):%-m/%-d}" for one in dials)
    assert {row[0]: int(row[1]) for row in shown(page, "volume") if row[1] != "0"} == {**by_date, "All": len(dials)}
    outcomes = client.get(url("outcomes"), {"period": 30})
    by_outcome = Counter(one.outcome for one in dials)
    labels = outcome_labels(page)
    assert {tuple(row) for row in shown(outcomes, "outcomes")} == {
        *((labels[code], str(count), rate(count, len(dials))) for code, count in by_outcome.items()),
        ("All", str(len(dials)), "100.0%"),
    }
    first = [one for one in dials if one.number == 1]
    assert shown(outcomes, "attempts")[0][:4] == [
        "1st", str(len(first)), str(sum(one.is_reached for one in first)), rate(sum(one.is_reached for one in first), len(first))
    ]  # fmt: skip
    days = client.get(url("timing"), {"period": 30})
    by_day = Counter(f"{one.ended_at.astimezone(page.context['practice'].zone):%A}" for one in dials)
    assert {row[0]: int(row[1]) for row in shown(days, "weekdays")} == {**by_day, "All": len(dials)}
    agents = client.get(url("agents"), {"period": 30})
    by_agent = Counter(one.agent for one in dials)
    assert {row[0]: int(row[1]) for row in shown(agents, "agents") if row[1] != "0"} == {**by_agent, "All": len(dials)}
    assisted = sum(one.rang_back and one.prompted_by not in ("", one.agent) for one in counted)
    assert shown(agents, "agents")[-1][-1] == str(assisted)


def outcome_labels(page):
    with tenancy.practice(page.context["practice"].pk):
        return dict(Disposition.objects.values_list("code", "label"))


def test_the_shares_of_a_date_add_up_to_all_dials(sign_in, supervisor, url, calls):
    page = sign_in(supervisor).get(url("outcomes"), {"period": 30})
    rows = [row for row in shown(page, "mix") if row[1] != "0"]
    sums = [sum(float(cell.rstrip("%")) for cell in row[2:]) for row in rows]
    assert (len(rows) > 5, [total for total in sums if abs(total - 100) > 0.5]) == (True, [])


def test_filters_choose_the_calls_of_one_agent_and_campaign(sign_in, supervisor, practice, url, calls):
    with tenancy.practice(practice.pk):
        campaign = Campaign.objects.get(name="Autumn")
        agent = practice.memberships.get(user__full_name="Ana Agent")
    asked = {"period": 30, "campaign": campaign.pk, "agent": agent.pk}
    page = sign_in(supervisor).get(url(), asked)
    chosen = [one for one in within(calls, page) if one.campaign == "Autumn" and one.agent == "Ana Agent" and not one.rang_back]
    assert figures(page)["Dials"][0] == str(len(chosen))
    words = page.content.decode()
    assert f'<option value="{campaign.pk}" selected>Autumn</option>' in words
    kept = f"?period=30&amp;campaign={campaign.pk}&amp;agent={agent.pk}"
    assert [tab for tab in TABS if f'href="{url(tab)}{kept}"' not in words] == []
    assert "Campaign: Autumn · Agent: Ana Agent · Location: All" in words
    assert 'href="?period=30">Clear filters</a>' in words


def test_the_tabs_tell_what_became_of_a_small_world(sign_in, supervisor, practice, url, worked):
    client = sign_in(supervisor)
    asked = {"period": 30}
    lists, bookings, promises, timing = (client.get(url(tab), asked) for tab in ("lists", "bookings", "promises", "timing"))
    assert figures(lists) == {
        "Dialed so far": ("75.0%", "3 of 4 listed"),
        "Reached so far": ("75.0%", "3 of 4 listed"),
        "Untouched work": figures(lists)["Untouched work"],
        "Days to the first call": ("17", "median of 3 first dials; mean 13"),
    }
    assert shown(lists, "worked")[1] == ["Dialed so far", "3", "75.0%"]
    funnel = reverse("reports:dashboard_bookings_later", kwargs={"practice_slug": practice.slug})
    assert shown(client.get(funnel, asked, headers={"HX-Request": "true"}), "funnel") == [
        ["Enrolled", "4", "100.0%", "100.0%"],
        ["Reached", "3", "75.0%", "75.0%"],
        ["Booked", "1", "25.0%", "33.3%"],
        ["Kept", "1", "25.0%", "100.0%"],
    ]
    assert figures(bookings)["Kept"] == ("100.0%", "1 of 1 kept or missed")
    assert figures(bookings)["Revenue of kept visits"] == ("$100", "1 visit kept")
    assert shown(bookings, "lead_times")[2] == ["15 to 21 days (long)", "1", "1", "0", "0", "0", "0.0%", "100.0%"]
    assert figures(promises)["Callbacks kept"] == ("0.0%", "0 of 1 settled")
    assert shown(promises, "quality")[0] == ["A wrong number", "1", "25.0%", "–"]
    dials = [cell for row in shown(timing, "answer_times") for cell in row[1:] if cell != "–"]
    assert sorted(dials) == sorted(heat_cells())


def heat_cells():
    """Four dials at four hours of the week, as the heat map writes them: three of them answered."""
    return ["0.0% 0 of 1 0–79%", "100.0% 1 of 1 21–100%", "100.0% 1 of 1 21–100%", "100.0% 1 of 1 21–100%"]


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_shows_its_tables_with_their_files(sign_in, supervisor, url, worked, tab):
    page = sign_in(supervisor).get(url(tab), {"period": 30})
    words = page.content.decode()
    assert page.status_code == 200
    assert set(re.findall(r"table=(\w+)&amp;as=xlsx", words)) == TABLES_OF[tab]
    assert 'aria-current="page"' in words.split('aria-label="Dashboard"')[1].split("</nav>")[0]


def test_without_a_choice_it_shows_seven_days(sign_in, supervisor, url, calls):
    assert sign_in(supervisor).get(url()).context["filters"].period.days == 7


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        *(({"period": period}, "This period is not known.") for period in ("0", "8", "-7", "abc", "1e9", "9" * 400, "\x00")),
        ({"from": "2026-11-17"}, "Give both the first and the last date of the period."),
        ({"from": "2026-11-17", "to": "2026-11-01"}, "The period ends before it begins."),
        ({"from": "1900-01-01", "to": "2026-11-01"}, "The period begins before the year 2000."),
        ({"campaign": "999999999"}, "This campaign does not exist any more."),
        ({"agent": "'; DROP"}, "This agent does not belong to the practice."),
        ({"location": "\x00"}, "No patient of this location"),
    ],
)
@pytest.mark.parametrize("tab", ["overview", "timing"])
def test_what_cannot_be_shown_is_told_in_words(sign_in, supervisor, url, calls, tab, asked, words):
    page = sign_in(supervisor).get(url(tab), asked)
    assert (page.status_code, words in page.content.decode()) == (422, True)


def test_a_filter_of_another_practice_is_as_one_that_is_gone(sign_in, supervisor, other_practice, url, calls):
    with tenancy.practice(other_practice.pk):
        foreign = make_campaign(other_practice, on=NOW.date(), name="Theirs")
    page = sign_in(supervisor).get(url(), {"campaign": foreign.pk})
    assert (page.status_code, "Theirs" in page.content.decode()) == (422, False)


@pytest.mark.parametrize("tab", TABS)
def test_who_may_open_it(sign_in, agent, supervisor, admin, stranger, url, tab):
    seen = {member.role: sign_in(member).get(url(tab)).status_code for member in (agent, supervisor, admin)}
    assert seen == {"AGENT": 403, "SUPERVISOR": 200, "ADMIN": 200}
    assert sign_in(stranger).get(url(tab)).status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_it_shows_no_patient_and_so_writes_no_access_event(sign_in, supervisor, practice, url, worked, tab):
    page = sign_in(supervisor).get(url(tab), {"period": 30}).content.decode()
    assert "Secret" not in page
    with tenancy.practice(practice.pk):
        assert AccessEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("tab", "most"),
    [("overview", 24), ("timing", 20), ("outcomes", 20), ("lists", 23), ("agents", 26), ("bookings", 24), ("promises", 22)],
)
def test_more_agents_and_campaigns_need_no_more_queries(sign_in, supervisor, practice, url, calls, tab, most):
    client = sign_in(supervisor)
    client.get(url(tab))

    def queries_of_a_page():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(tab), {"period": 30}).status_code == 200
        return len(captured)

    few = queries_of_a_page()
    more = random_calls(seed=6, now=NOW, agents=[f"Agent {n}" for n in range(12)], campaigns=[f"C {n}" for n in range(8)])
    store(more, practice=practice, now=NOW)
    assert queries_of_a_page() == few
    assert few <= most


def test_where_open_work_stands_comes_after_the_lists_or_with_them_where_there_are_no_scripts(
    sign_in, supervisor, practice, url, worked
):
    client = sign_in(supervisor)
    address = reverse("reports:dashboard_lists_later", kwargs={"practice_slug": practice.slug})
    assert f'hx-get="{address}?period=30"' in client.get(url("lists"), {"period": 30}).content.decode()
    part, whole = client.get(address, headers={"HX-Request": "true"}), client.get(address, {"period": 30})
    assert [part.context["queue"].open_work, whole.context["queue"].open_work] == [2, 2]
    assert ["<h1>" in part.content.decode(), "<h1>" in whole.content.decode()] == [False, True]
    assert f'hx-get="{address}' not in whole.content.decode()


@pytest.mark.parametrize("tab", ["overview", "bookings"])
@pytest.mark.parametrize(
    ("who", "words", "link"),
    [
        ("admin", "Set the practice up first", "campaigns:setup"),
        ("supervisor", "Ask an admin of the practice to import", None),
    ],
)
def test_an_empty_practice_is_told_to_import(request, sign_in, practice, url, tab, who, words, link):
    page = sign_in(request.getfixturevalue(who)).get(url(tab)).content.decode()
    assert words in page
    assert "stat-value" not in page
    if link:
        assert reverse(link, kwargs={"practice_slug": practice.slug}) in page.split("<main")[1]


def test_patients_without_a_campaign_ask_for_one(sign_in, supervisor, practice, url):
    with tenancy.practice(practice.pk):
        make_patient()
    page = sign_in(supervisor).get(url()).content.decode()
    assert "Create the first campaign" in page
    assert reverse("campaigns:new", kwargs={"practice_slug": practice.slug}) in page


def test_before_the_first_call_it_shows_what_is_on_the_lists(sign_in, supervisor, agent, practice, url):
    with tenancy.practice(practice.pk):
        make_campaign(practice, on=practice.business_date(NOW))
        visited(make_patient(), practice.business_date(NOW) - timedelta(days=800))
        plan.build(practice=practice, now=NOW)
    page = sign_in(supervisor).get(url(), {"period": "today"})
    assert "No calls yet today" in page.content.decode()
    queue = page.context["queue"]
    assert (queue.queued, queue.done, queue.left, queue.open_work, queue.is_of_today) == (1, 0, 1, 1, True)


def test_outcomes_keep_their_label(sign_in, supervisor, practice, url, calls):
    with tenancy.practice(practice.pk):
        Disposition.objects.filter(code="NOANS").update(label="Nobody picked up")
    page = sign_in(supervisor).get(url("outcomes"), {"period": 30})
    assert "Nobody picked up" in [row[0] for row in shown(page, "outcomes")]


def test_a_name_in_a_chart_stays_text(sign_in, supervisor, practice, url, calls):
    user = practice.memberships.get(user__full_name="Ana Agent").user
    user.full_name = '"><script>alert(1)</script>'
    user.save()
    page = sign_in(supervisor).get(url("agents"), {"period": 30}).content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 1
