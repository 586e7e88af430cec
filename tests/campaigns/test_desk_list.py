"""The table of the agent's list: sorted, filtered and arranged as its viewer likes it, and remembered for them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns import desk_choice, desk_columns
from campaigns.desk_choice import Choice
from campaigns.models import Callback, Campaign, DeskPreferences, Enrollment, QueueItem
from campaigns.plan import build
from patients.models import Patient
from tests.campaigns.conftest import TODAY
from tests.campaigns.test_desk_pages import LIST_QUERIES
from tests.conftest import NOW, make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db
MANY = 2000
LOS_ANGELES, CHICAGO = "America/Los_Angeles@CA", "America/Chicago@IL"


def names(response):
    return [row.item.patient.first_name for row in response.context["rows"]]


def text(response):
    return " ".join(response.content.decode().split())


def table(response):
    return text(response).partition('<table class="table desk-table')[2].partition("</table>")[0]


def heads(response):
    """The labels of the table's columns in order."""
    head = table(response).partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub(r"<svg.*?</svg>|<.*?>", "", cell).strip() for cell in re.findall(r"<th .*?</th>", head)]


@pytest.fixture
def mixed(inside, agent, listed, now):
    """Four patients: Ida1 … Ida4, at these places of the list, each with something that another has not."""
    first, second, third, fourth = listed(4)
    for number, enrollment in enumerate((first, second, third, fourth), start=1):
        Patient.objects.filter(pk=enrollment.patient_id).update(first_name=f"Ida{number}", name_key=f"keller{number} ida")
    Patient.objects.filter(pk=first.patient_id).update(name_key="wolf ida", zone_key=LOS_ANGELES)
    Patient.objects.filter(pk=second.patient_id).update(name_key="abel ida", language="es")
    Patient.objects.filter(pk=third.patient_id).update(zone_key=CHICAGO, wish_key="#3/0900-1200")
    call(second, agent, now - timedelta(days=15), "NOANS")
    call(second, agent, now - timedelta(days=8), "NOANS")
    call(fourth, agent, now - timedelta(days=9), say("CBACK", callback_at=now + timedelta(hours=2)))
    QueueItem.objects.update(done_at=None)
    visited(first.patient, TODAY - timedelta(days=700))
    visited(third.patient, TODAY - timedelta(days=300))
    booked(third.patient, TODAY + timedelta(days=90))
    booked(fourth.patient, TODAY + timedelta(days=60))
    Enrollment.objects.filter(pk=first.pk).update(assigned_on=TODAY - timedelta(days=3))
    other = make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Other")
    Enrollment.objects.filter(pk=third.pk).update(campaign=other)
    return other


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("place", "1234"),
        ("-place", "4321"),
        ("name", "2341"),
        ("-name", "1432"),
        # Ida3 wishes for Wednesdays, so she is closed; in Los Angeles, where it is 8:00, the practice does not call yet.
        ("time", "2413"),
        ("-time", "3124"),
        ("last_call", "4213"),
        ("-last_call", "2413"),
        ("attempts", "1342"),
        ("-attempts", "2413"),
        ("assigned", "1234"),
        ("-assigned", "2341"),
        ("last_encounter", "1324"),
        ("-last_encounter", "3124"),
        ("next_appointment", "4312"),
        ("-next_appointment", "3412"),
    ],
)
def test_the_list_is_sorted_with_nothing_last_and_equals_by_place(mixed, agent, sign_in, url, sort, expected):
    response = sign_in(agent).get(url("desk"), {"sort": sort})
    assert names(response) == [f"Ida{number}" for number in expected]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"hours": "open"}, "24"),
        ({"hours": "closed"}, "13"),
        ({"language": "es"}, "2"),
        ({"called": "never"}, "13"),
        ({"called": "before"}, "24"),
        ({"callback": "yes"}, "4"),
        ({"callback": "no"}, "123"),
        ({"called": "before", "callback": "no"}, "2"),
        ({"hours": "open", "called": "never"}, ""),
    ],
)
def test_the_list_is_filtered(mixed, agent, sign_in, url, filters, expected):
    response = sign_in(agent).get(url("desk"), filters)
    assert names(response) == [f"Ida{number}" for number in expected]
    assert response.context["page"].paginator.count == len(expected)


def test_a_campaign_of_the_list_filters_it(mixed, agent, sign_in, url):
    client = sign_in(agent)
    assert names(client.get(url("desk"), {"campaign": mixed.pk})) == ["Ida3"]
    assert names(client.get(url("desk"), {"campaign": mixed.pk, "sort": "-name"})) == ["Ida3"]


def test_nothing_left_by_the_filters_says_so_and_offers_to_clear_them(mixed, agent, sign_in, url):
    client = sign_in(agent)
    page = text(client.get(url("desk"), {"hours": "open", "called": "never"}))
    assert "No match" in page
    assert "None of the 4 patients in this part of the list passes these filters." in page
    assert "All done" not in page
    response = client.post(url("desk_list"), {"hours": "open", "called": "never", "sort": "name", "clear": ""}, follow=True)
    assert names(response) == ["Ida2", "Ida3", "Ida4", "Ida1"]
    assert "No match" not in text(response)


def test_a_list_that_is_done_or_empty_does_not_speak_of_filters(listed, agent, now, sign_in, url):
    [only] = listed(1)
    client = sign_in(agent)
    assert "Nobody called yet" in text(client.get(url("desk"), {"show": "done", "called": "never"}))
    call(only, agent, now, "NOANS")
    page = text(client.get(url("desk"), {"called": "never"}))
    assert ("All done" in page, "No match" in page) == (True, False)
    QueueItem.objects.all().delete()
    page = text(client.get(url("desk"), {"called": "never"}))
    assert ("Nothing on this list today" in page, "No match" in page, 'id="list-choice"' in page) == (True, False, False)


@pytest.mark.parametrize(
    "address",
    [
        "sort=x", "sort=-", "sort=patient__last_name", "sort=--name", "campaign=x", "campaign=999999999999999999999",
        "campaign=-1", "hours=%00", "language=%00", "language=xx", "called=1",
        "callback=%F0%9F%98%80", "page=x", "page=99999999999999999999",
        "page=-3", "show=%00", "sort=name&sort=x", "campaign=%27%3B--",
    ],
)  # fmt: skip
def test_what_the_address_says_wrongly_counts_as_not_said(mixed, agent, sign_in, url, address):
    response = sign_in(agent).get(f"{url('desk')}?{address}")
    assert response.status_code == 200
    assert names(response) == ["Ida1", "Ida2", "Ida3", "Ida4"]


def test_what_belongs_to_another_practice_filters_nothing_and_is_not_named(practice, agent, stranger, desk_clock, sign_in, url):
    with tenancy.practice(stranger.practice_id):
        foreign = make_campaign(stranger.practice, on=TODAY, name="Foreign secret")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY)
        make_patient()
        build(practice=practice, now=desk_clock)
    client = sign_in(agent)
    response = client.get(url("desk"), {"campaign": foreign.pk})
    assert names(response) == ["Ida"]
    assert "Foreign secret" not in text(response)
    assert client.post(url("desk_list"), {"campaign": foreign.pk}).url == f"{url('desk')}?sort=place#call-list"


def test_filters_and_sort_stand_in_the_address_and_come_back_in_another_session(mixed, agent, sign_in, url, client):
    response = sign_in(agent).post(url("desk_list"), {"sort": "-name", "called": "never", "hours": "nonsense"})
    assert (response.status_code, response.url) == (302, f"{url('desk')}?sort=-name&called=never#call-list")
    client.logout()
    again = sign_in(agent).get(url("desk"))
    assert names(again) == ["Ida1", "Ida3"]
    assert again.context["choice"] == Choice(sort="-name", called="never")
    assert "2 of 4 match. Sorted by last name, descending." in text(again)


def test_an_address_counts_more_than_what_is_remembered_and_does_not_change_it(mixed, agent, sign_in, url):
    client = sign_in(agent)
    client.post(url("desk_list"), {"sort": "-name", "called": "never"})
    assert names(client.get(url("desk"), {"sort": "place"})) == ["Ida1", "Ida2", "Ida3", "Ida4"]
    assert names(client.get(url("desk"), {"show": "all"})) == ["Ida1", "Ida3"]
    assert names(client.get(url("desk"))) == ["Ida1", "Ida3"]


def test_a_remembered_campaign_that_left_the_list_is_forgotten(mixed, agent, sign_in, url):
    client = sign_in(agent)
    client.post(url("desk_list"), {"campaign": mixed.pk})
    assert names(client.get(url("desk"))) == ["Ida3"]
    QueueItem.objects.filter(enrollment__campaign=mixed).delete()
    response = client.get(url("desk"))
    assert names(response) == ["Ida1", "Ida2", "Ida4"]
    assert response.context["choice"].filters == {}


def test_preferences_are_kept_by_practice(practice, agent, other_practice, desk_clock, sign_in, url):
    member = Membership.objects.create(practice=other_practice, user=agent.user, role="AGENT", joined_at=NOW)
    client = sign_in(agent)
    client.post(url("desk_list"), {"sort": "-name"})
    client.post(url("desk_columns"), {"shown": ["remarks"], "density": "COMPACT"})
    there = reverse("campaigns:desk", args=[other_practice.slug])
    response = client.get(there)
    assert (response.context["choice"], response.context["density"]) == (Choice(), "COMFORTABLE")
    assert [column.code for column in response.context["columns"]] == desk_columns.USUAL
    client.post(reverse("campaigns:desk_list", args=[other_practice.slug]), {"sort": "attempts"})
    assert (client.get(url("desk")).context["choice"].sort, client.get(there).context["choice"].sort) == ("-name", "attempts")
    with tenancy.practice(other_practice.pk):
        assert DeskPreferences.objects.get().agent == member


def test_columns_are_chosen_ordered_and_reset(listed, agent, sign_in, url):
    listed(1)
    client = sign_in(agent)
    assert heads(client.get(url("desk"))) == ["Patient", *(desk_columns.BY_CODE[code].label for code in desk_columns.USUAL)]
    form = {"shown": ["remarks", "language", "place", "no such"], "place_language": "1", "density": "COMPACT"}
    response = client.post(url("desk_columns") + "?show=all&sort=name", form)
    assert response.url == f"{url('desk')}?show=all&sort=name#call-list"
    response = client.get(url("desk"))
    assert heads(response) == ["Patient", "Language", "Place", "Remarks"]
    assert "desk-compact" in text(response)
    # Numbers are those that the page shows now.
    client.post(url("desk_columns"), {"shown": ["remarks", "language", "place"], "place_language": "3", "density": "COMPACT"})
    assert heads(client.get(url("desk"))) == ["Patient", "Place", "Remarks", "Language"]
    client.post(url("desk_columns"), {"shown": ["remarks"], "reset": "", "density": "COMPACT"})
    response = client.get(url("desk"))
    assert len(heads(response)) == 1 + len(desk_columns.USUAL)
    assert response.context["density"] == "COMPACT"


@pytest.mark.parametrize(
    "form", [{}, {"shown": ["x"]}, {"shown": ["place"], "place_place": "x", "density": "HUGE"}, {"place_place": "99999999999999"}]
)
def test_a_broken_form_of_columns_is_no_error(listed, agent, sign_in, url, form):
    listed(1)
    client = sign_in(agent)
    assert client.post(url("desk_columns"), form).status_code == 302
    response = client.get(url("desk"))
    assert (response.status_code, response.context["density"]) == (200, "COMFORTABLE")


def test_every_column_can_be_shown(mixed, agent, sign_in, url):
    client = sign_in(agent)
    client.post(url("desk_columns"), {"shown": [column.code for column in desk_columns.COLUMNS]})
    response = client.get(url("desk"))
    assert heads(response) == ["Patient", *(desk_columns.BY_CODE[code].label for code in desk_columns.USUAL), "Language"]
    rows = re.findall(r"<tr>(.*?)</tr>", table(response).partition("<tbody>")[2])
    assert [row.count("<td") for row in rows] == [len(desk_columns.COLUMNS)] * 4
    for words in ("2 of 5", "Call 3 of 5, expected to book", "Tue Nov 17, 1:00 PM EST", "Spanish"):
        assert words in text(response), words


def test_why_this_place_is_told_until_the_call_is_made(listed, agent, now, sign_in, url):
    first, _second = listed(2)
    call(first, agent, now, "NOANS")
    rows = sign_in(agent).get(url("desk"), {"show": "all"}).context["rows"]
    assert [row.outlook[:11] for row in rows] == ["", "call 1 of 5"]


def test_a_column_that_is_moved_takes_the_place_it_was_given():
    before = ["a", "b", "c", "d"]
    assert desk_columns.moved(before, places={"a": 1, "b": 2, "c": 1, "d": 4}) == ["c", "a", "b", "d"]
    assert desk_columns.moved(before, places={"a": 3, "b": 2, "c": 3, "d": 4}) == ["b", "c", "a", "d"]
    assert desk_columns.moved(before, places={}) == before


def test_the_head_that_sorts_says_how(mixed, agent, sign_in, url):
    client = sign_in(agent)
    page = text(client.get(url("desk")))
    assert (page.count("aria-sort="), page.count('aria-sort="ascending"')) == (1, 1)
    assert 'name="sort" value="-place"' in page
    page = text(client.get(url("desk"), {"sort": "-name"}))
    assert re.findall(r'<th scope="col" aria-sort="(\w+)"> ?<button [^>]*value="(\S+)"', page) == [("descending", "name")]


def test_those_who_lead_see_an_agents_list_in_their_own_way(mixed, agent, supervisor, sign_in, url):
    sign_in(agent).post(url("desk_list"), {"sort": "-name"})
    client = sign_in(supervisor)
    response = client.post(f"{url('desk_list')}?agent={agent.pk}", {"sort": "-attempts"})
    assert response.url == f"{url('desk')}?agent={agent.pk}&sort=-attempts#call-list"
    assert names(client.get(url("desk"), {"agent": agent.pk})) == ["Ida2", "Ida4", "Ida1", "Ida3"]
    assert names(sign_in(agent).get(url("desk"))) == ["Ida1", "Ida4", "Ida3", "Ida2"]


def test_nobody_arranges_a_list_that_they_may_not_see(practice, agent, supervisor, stranger, sign_in, url):
    assert sign_in(agent).post(f"{url('desk_list')}?agent={supervisor.pk}", {"sort": "name"}).status_code == 403
    assert sign_in(supervisor).post(f"{url('desk_list')}?agent={stranger.pk}", {"sort": "name"}).status_code == 404
    with tenancy.practice(practice.pk):
        assert DeskPreferences.objects.count() == 0


@pytest.mark.parametrize("page", ["desk_list", "desk_columns"])
def test_what_is_remembered_is_not_changed_by_looking(listed, agent, sign_in, url, page):
    listed(1)
    client = sign_in(agent)
    assert client.get(url(page), {"sort": "name"}).status_code == 405
    client.get(url("desk"), {"sort": "name"})
    assert DeskPreferences.objects.count() == 0


def test_preferences_stand_for_one_member_once(inside, agent):
    DeskPreferences.objects.remember(agent=agent, sounds=True)
    DeskPreferences.objects.remember(agent=agent, density="COMPACT")
    kept = DeskPreferences.objects.get()
    assert (kept.sounds, kept.single_keys, kept.density) == (True, True, "COMPACT")


def test_a_long_list_costs_no_more_queries_than_a_short_one(inside, agent, desk_clock, sign_in, url):
    campaign = make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY)
    patients = Patient.objects.bulk_create(
        Patient(first_name="Ida", last_name=f"Keller{number}", name_key=f"keller{number} ida", zone_key=CHICAGO)
        for number in range(MANY)
    )
    enrollments = Enrollment.objects.bulk_create(
        Enrollment(campaign=campaign, patient=patient, why="Test", enrolled_at=desk_clock) for patient in patients
    )
    queue = build(practice=inside, now=desk_clock)
    QueueItem.objects.all().delete()
    QueueItem.objects.bulk_create(
        QueueItem(build=queue, enrollment=one, patient=one.patient, agent=agent, position=place)
        for place, one in enumerate(enrollments, start=1)
    )
    client = sign_in(agent)
    client.get(url("desk"))
    costs = {}
    for sort in desk_choice.SORTS:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url("desk"), {"sort": f"-{sort}", "page": 2})
        costs[sort] = len(queries)
        assert (len(response.context["rows"]), response.context["page"].paginator.count) == (50, MANY)
    assert costs == dict.fromkeys(desk_choice.SORTS, LIST_QUERIES)


def test_a_callback_shows_on_the_patients_clocks_and_in_red_once_its_moment_is_over(listed, agent, now, sign_in, url):
    [only] = listed(1)
    call(only, agent, now - timedelta(days=2), say("CBACK", callback_at=now + timedelta(hours=1)))
    QueueItem.objects.update(done_at=None)
    client = sign_in(agent)
    assert re.search(r'tone-info">.{,600}Tue Nov 17, 12:00 PM EST', text(client.get(url("desk"))))
    Callback.objects.update(due_at=now - timedelta(hours=1))
    assert re.search(r'tone-danger">.{,600}Tue Nov 17, 10:00 AM EST', text(client.get(url("desk"))))


def test_enrollments_of_a_colleague_stay_off_the_list_whatever_the_filters(mixed, agent, now, sign_in, url):
    bo = make_member(agent.practice, "Bo Agent")
    enroll(mixed, make_patient("Zoe"), now)
    QueueItem.objects.create(
        build=QueueItem.objects.first().build, enrollment=Enrollment.objects.get(patient__first_name="Zoe"),
        patient=Patient.objects.get(first_name="Zoe"), agent=bo, position=1,
    )  # fmt: skip
    client = sign_in(agent)
    for filters in ({"campaign": mixed.pk}, {"called": "never"}, {"hours": "open"}, {"callback": "no"}):
        assert "Zoe" not in names(client.get(url("desk"), filters))
