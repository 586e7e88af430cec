"""The tracker as a page: which rows, in which order, with which columns, and what a wrong address gets."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import desk_list
from campaigns.calling_hours import Hours
from campaigns.models import Campaign, Enrollment, QueueItem, SavedView
from campaigns.plan import build
from reports import tracker, tracker_columns
from tests.conftest import NOW
from tests.reports.tracker_world import TrackerWorld
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def url(practice):
    return reverse("reports:tracker", args=[practice.slug])


@pytest.fixture
def world(practice):
    return TrackerWorld(practice, now=NOW)


def ids(response):
    return [row.enrollment_id for row in response.context["rows"]]


def text(response):
    return " ".join(response.content.decode().split())


FILTERS = [
    {},
    {"state": "open"},
    {"state": "closed"},
    {"state": "WON"},
    {"state": "OPTED_OUT"},
    {"agent": "none"},
    {"outcome": "NOANS"},
    {"outcome": "NEVER"},
    {"attempts": "0"},
    {"attempts": "2"},
    {"attempts": "5+"},
    {"blocked": "NONE"},
    {"blocked": "COOLING_DOWN"},
    {"blocked": "NO_NUMBER"},
    {"blocked": "CAMPAIGN_OFF"},
    {"priority": "yes"},
    {"priority": "no"},
    {"language": "es"},
    {"enrolled_from": TODAY - timedelta(days=30)},
    {"enrolled_to": TODAY - timedelta(days=30)},
    {"enrolled_from": TODAY - timedelta(days=40), "enrolled_to": TODAY - timedelta(days=10)},
    {"called_from": TODAY - timedelta(days=7)},
    {"called_to": TODAY - timedelta(days=7)},
    {"called_from": TODAY, "called_to": TODAY},
    {"appointment_from": TODAY + timedelta(days=10)},
    {"appointment_to": TODAY + timedelta(days=10)},
    {"state": "open", "language": "en", "attempts": "1", "agent": "none"},
]


def test_each_filter_shows_what_plain_python_finds(world, sign_in, supervisor, url):
    client, found = sign_in(supervisor), set()
    choices = [*FILTERS, {"campaign": world.campaigns[0].pk}, {"campaign": world.campaigns[2].pk, "state": "open"}]
    choices += [{"agent": agent.pk} for agent in world.agents]
    for choice in choices:
        response = client.get(url, choice)
        expected = world.matching(**choice)
        assert (choice, ids(response)) == (choice, expected)
        assert response.context["page"].paginator.count == len(expected)
        found.add(len(expected))
    assert len(found) > 8  # the filters tell rows apart


def test_rows_say_what_the_agents_list_says(practice, sign_in, supervisor, agent, url):
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for number in range(6):
            make_patient(f"Ida{number}")
        build(practice=practice, now=NOW)
        places = list(desk_list.places(agent=agent, today=TODAY))
        for days, place in zip((21, 14, 7, 3, 0), places, strict=False):
            call(place.enrollment, agent, NOW - timedelta(days=days), "NOANS")
        call(places[0].enrollment, agent, NOW - timedelta(hours=1), "LVM")
        call(places[1].enrollment, agent, NOW - timedelta(hours=1), "HUNGUP", source="RING_BACK")
        QueueItem.objects.update(done_at=None)
        listed = desk_list.rows(list(desk_list.places(agent=agent, today=TODAY)), hours=Hours.of(practice), now=NOW)
    response = sign_in(supervisor).get(url)
    cells = {row.enrollment_id: {column.code: value for column, value in row.cells} for row in response.context["rows"]}
    assert len(listed) == 6
    for row in listed:
        mine = cells[row.item.enrollment_id]
        dates = {code: on for code, on in row.dates.items() if code in mine}
        assert {code: mine[code] for code in dates} == dates
        assert (mine["emr_note"], mine["attempts"]) == (row.emr_note, row.item.enrollment.attempts_made)
        assert mine["disposition"] == (row.last.disposition.label if row.last else "")
        assert mine["last_appointment"] == row.item.last_appointment_on


@pytest.mark.parametrize("sort", tracker_columns.SORTS)
def test_every_order_goes_both_ways_with_nothing_last(world, practice, sign_in, supervisor, url, sort):
    client = sign_in(supervisor)
    up, down = (ids(client.get(url, {"sort": f"{sign}{sort}"})) for sign in ("", "-"))
    assert sorted(up) == sorted(down) == sorted(world.matching())
    keys = {"name": "patient__name_key", "attempts": "attempts_made", "latest_call": "last_attempt_at", "assigned": "assigned_on"}
    if sort in keys:
        with tenancy.practice(practice.pk):
            values = dict(Enrollment.objects.values_list("pk", keys[sort]))
        filled = [values[pk] for pk in up if values[pk] is not None]
        assert filled == sorted(filled)
        assert [values[pk] for pk in down if values[pk] is not None] == sorted(filled, reverse=True)
        assert None not in [values[pk] for pk in (*up[: len(filled)], *down[: len(filled)])]


WRONG = [
    "campaign=99999", "campaign=x", "campaign=%00", "campaign=999999999999999999999999", "agent=0", "state=WONDER", "outcome=%F0",
    "attempts=-1", "blocked=x", "priority=1", "language=xx", "enrolled_from=2026-02-30", "enrolled_from=0001-01-01",
    "enrolled_to=9999-12-31", "called_from=x", "enrolled_from=2026-11-01&enrolled_to=2026-10-01", "sort=e.id", "sort=--name",
    "density=x", "columns=%00",
]  # fmt: skip


@pytest.mark.parametrize("address", WRONG)
def test_what_an_address_says_wrongly_is_told_and_left_out(world, sign_in, supervisor, url, address):
    response = sign_in(supervisor).get(f"{url}?{address}")
    assert response.status_code == 422
    assert "A part of this address can’t be used" in text(response)
    assert len(response.context["asked"].problems) == 1


@pytest.mark.parametrize("address", ["columns=x,,mrn", "page=x", "page=-3", "page=99999999999999999999", "page=%00", "x=1"])
def test_unknown_columns_and_pages_are_taken_for_the_usual_ones(world, sign_in, supervisor, url, address):
    assert sign_in(supervisor).get(f"{url}?{address}").status_code == 200


def test_a_campaign_of_another_practice_is_as_unknown_as_none(world, stranger, sign_in, supervisor, url):
    theirs = TrackerWorld(stranger.practice, now=NOW, count=2)
    response = sign_in(supervisor).get(url, {"campaign": theirs.campaigns[0].pk, "agent": theirs.agents[0].pk})
    assert (response.status_code, len(response.context["asked"].problems)) == (422, 2)
    assert ids(response) == world.matching()
    assert "harbor-heart" not in text(response)


def test_pages_of_a_hundred_say_where_they_are(practice, sign_in, supervisor, url, monkeypatch):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY)
        made = [enroll(campaign, make_patient(phones=0), NOW).pk for _ in range(5)]
    monkeypatch.setattr(tracker, "ROWS", 2)
    client = sign_in(supervisor)
    assert [ids(client.get(url, {"page": page})) for page in (1, 2, 3)] == [made[:2:-1], made[2:0:-1], made[:1]]
    assert "5–5 of 5" in text(client.get(url, {"page": 9}))
    monkeypatch.setattr(tracker, "PAGES", 2)
    assert ids(client.get(url, {"page": 3})) == made[2:0:-1]
    assert "The first 4 can be paged through" in text(client.get(url))


def test_the_page_costs_the_same_queries_for_one_row_and_three(practice, sign_in, supervisor, url):
    client, counts = sign_in(supervisor), []
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY)
    for more in (1, 2):
        with tenancy.practice(practice.pk):
            for _ in range(more):
                enroll(campaign, make_patient(), NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


def test_whom_a_rule_holds_back_is_asked_once_for_count_and_page(practice, sign_in, supervisor, url, monkeypatch):
    monkeypatch.setattr(tracker, "ROWS", 2)
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY)
        made = [enroll(campaign, make_patient(phones=0), NOW).pk for _ in range(5)]
        enroll(campaign, make_patient(), NOW)
    client = sign_in(supervisor)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, {"blocked": "NO_NUMBER"})
    assert (ids(response), "1–2 of 5" in text(response)) == (made[:2:-1], True)
    assert sum("WHEN" in query["sql"] and "NO_NUMBER" in query["sql"] for query in queries) == 1
    with tenancy.practice(practice.pk):
        shown = Enrollment.objects.filter(pk__in=ids(response)).values_list("patient", flat=True)
        assert AccessEvent.objects.latest("pk").patient_ids == sorted(shown)
    assert [ids(client.get(url, {"blocked": "NO_NUMBER", "page": page})) for page in (2, 3, 9)] == [
        made[2:0:-1], made[:1], made[:1]
    ]  # fmt: skip
    assert ids(client.get(url, {"blocked": "NONE"})) == [made[-1] + 1]
    assert "No match" in text(client.get(url, {"blocked": "COOLING_DOWN"}))


def test_whom_the_page_shows_is_recorded(world, practice, sign_in, supervisor, url):
    response = sign_in(supervisor).get(url, {"language": "es"})
    with tenancy.practice(practice.pk):
        event = AccessEvent.objects.latest("pk")
        shown = Enrollment.objects.filter(pk__in=ids(response)).values_list("patient", flat=True)
        assert (event.page, event.patient_ids) == ("reports:tracker", sorted(set(shown)))


def test_columns_are_chosen_ordered_and_put_back(world, practice, sign_in, supervisor, url):
    client = sign_in(supervisor)
    order = [column.code for column in tracker_columns.shown([]) + tracker_columns.others(tracker_columns.shown([]))]
    posted = {"shown": ["mrn", "language", "agent"], "place_language": "1", "density": "COMPACT"}
    posted |= {f"place_{code}": order.index(code) + 1 for code in ("mrn", "agent")}
    address = client.post(reverse("reports:tracker_columns", args=[practice.slug]) + "?state=open&sort=name", posted).url
    response = client.get(address)
    assert [column.label for column in response.context["arrangement"].shown] == ["Language", "MRN", "Agent"]
    assert response.context["arrangement"].query == {
        "state": "open", "sort": "name", "columns": "language,mrn,agent", "density": "COMPACT"
    }  # fmt: skip
    back = client.post(address.replace("/tracker/?", "/tracker/columns/?"), posted | {"reset": ""}).url
    assert client.get(back).context["arrangement"].columns == ()


def test_an_empty_practice_says_what_to_do(practice, sign_in, supervisor, url):
    client = sign_in(supervisor)
    assert "Nobody is enrolled yet" in text(client.get(url))
    assert "No match" in text(client.get(url, {"state": "open"}))


def test_agents_may_not_see_it(world, sign_in, url):
    assert sign_in(world.agents[0]).get(url).status_code == 403


# --- Saved views


@pytest.fixture
def view(practice, supervisor):
    with tenancy.practice(practice.pk):
        return SavedView.objects.create(owner=supervisor, name="Spanish", query="language=es&sort=name", saved_at=NOW)


def page_of(practice, name, *args):
    return reverse(f"reports:{name}", args=[practice.slug, *args])


def test_a_view_opens_by_its_number_and_says_when_something_else_is_shown(world, practice, sign_in, supervisor, url, view):
    client = sign_in(supervisor)
    response = client.get(url, {"view": view.pk}, follow=True)
    assert response.redirect_chain == [(f"{url}?view={view.pk}&sort=name&language=es", 302)]
    assert (response.context["is_changed"], response.context["arrangement"].sort) == (False, "name")
    changed = client.get(url, {"view": view.pk, "language": "en", "sort": "name"})
    assert changed.context["is_changed"] is True
    assert ids(changed) == ids(client.get(url, {"language": "en", "sort": "name"}))


def test_a_view_is_saved_changed_renamed_shared_and_deleted(world, practice, sign_in, supervisor, admin, url):
    client = sign_in(supervisor)
    opened = client.post(page_of(practice, "view_new") + "?language=es&columns=mrn", {"name": "Spanish"}).url
    with tenancy.practice(practice.pk):
        view = SavedView.objects.get()
    assert (view.query, view.is_shared, view.owner) == ("language=es&columns=mrn", False, supervisor)
    assert client.get(opened).context["is_changed"] is False
    assert sign_in(admin).get(url, {"view": view.pk}).status_code == 404  # not shared: nobody else's business
    client = sign_in(supervisor)
    client.post(page_of(practice, "view_update", view.pk) + f"?view={view.pk}&language=en")
    client.post(page_of(practice, "view_rename", view.pk), {"name": "English", "is_shared": "on"})
    with tenancy.practice(practice.pk):
        view = SavedView.objects.get()
    assert (view.name, view.query, view.is_shared) == ("English", "language=en", True)
    client = sign_in(admin)
    assert client.get(url, {"view": view.pk}).status_code == 302
    assert client.post(page_of(practice, "view_update", view.pk) + "?language=es").status_code == 422
    assert client.post(page_of(practice, "view_rename", view.pk), {"name": "Mine"}).status_code == 422
    client.post(page_of(practice, "view_delete", view.pk))
    with tenancy.practice(practice.pk):
        assert SavedView.objects.count() == 0


def test_who_neither_owns_nor_administers_a_shared_view_does_not_delete_it(practice, sign_in, supervisor, admin):
    with tenancy.practice(practice.pk):
        view = SavedView.objects.create(owner=admin, name="All", is_shared=True, saved_at=NOW)
    response = sign_in(supervisor).post(page_of(practice, "view_delete", view.pk))
    assert response.status_code == 422
    assert "Only its owner or an admin deletes a shared view." in text(response)


@pytest.mark.parametrize(
    ("name", "says"), [("", "Give the view a name."), ("spanish", "You have a view “spanish” already."), ("x" * 61, "")]
)
def test_a_name_that_can_not_be_is_refused(world, practice, sign_in, supervisor, view, name, says):
    response = sign_in(supervisor).post(page_of(practice, "view_new"), {"name": name})
    assert response.status_code == 422
    assert says in text(response)


def test_twenty_views_are_enough(practice, sign_in, supervisor):
    with tenancy.practice(practice.pk):
        SavedView.objects.bulk_create(SavedView(owner=supervisor, name=str(number), saved_at=NOW) for number in range(20))
    response = sign_in(supervisor).post(page_of(practice, "view_new"), {"name": "One more"})
    assert response.status_code == 422
    assert "You have 20 views, which is the most. Delete one you no longer use." in text(response)


def test_a_view_of_something_gone_still_opens_with_a_notice(world, practice, sign_in, supervisor, url):
    with tenancy.practice(practice.pk):
        view = SavedView.objects.create(owner=supervisor, name="Old", query="campaign=99999&language=es", saved_at=NOW)
    response = sign_in(supervisor).get(url, {"view": view.pk})
    assert response.status_code == 200
    assert re.search("A part of this view is out of date.*Campaign: not known, or not any more", text(response))
    assert ids(response) == world.matching(language="es")


def test_a_view_of_nobody_is_not_found(practice, sign_in, supervisor, url):
    client = sign_in(supervisor)
    assert [client.get(url, {"view": pk}).status_code for pk in ("99999", "x", "9" * 30)] == [404, 404, 404]
