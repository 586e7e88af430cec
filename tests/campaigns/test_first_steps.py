"""The checklist of a new practice: computed from its data, told in words, one way to each screen."""

from datetime import timedelta

import pytest

from accounts import tenancy
from campaigns import first_steps
from campaigns.plan import build
from patients.models import Location
from tests.conftest import NOW, make_member
from tests.world import call, enroll, make_campaign, make_patient, visited

pytestmark = pytest.mark.django_db
QUERIES = 16  # of the page, with sign-in and the practice


def states(practice, now=NOW):
    with tenancy.practice(practice.pk):
        return {step.title: step.state for step in first_steps.of(practice=practice, now=now).steps}


def words(practice, title, now=NOW):
    with tenancy.practice(practice.pk):
        return next(step.there for step in first_steps.of(practice=practice, now=now).steps if step.title == title)


def test_an_empty_practice_has_its_hours_and_texts_and_begins_with_its_details(practice, admin, other_practice):
    with tenancy.practice(other_practice.pk):
        make_patient()
        Location.objects.create(name="Elsewhere")
    assert states(practice) == {
        "Practice details": "NEXT",
        "Locations and providers": "OPTIONAL",
        "Calling hours": "DONE",
        "Users": "LATER",
        "Patients from the EMR": "LATER",
        "First campaign": "LATER",
        "Scripts": "DONE",
        "Call lists": "LATER",
        "First call": "LATER",
    }


def test_each_step_is_done_by_what_is_there_and_the_next_one_follows(practice, admin, now):
    practice.phone = "(518) 555-0100"
    practice.save()
    assert states(practice)["Users"] == "NEXT"
    agent = make_member(practice, "Ana Agent")
    assert states(practice)["Patients from the EMR"] == "NEXT"
    with tenancy.practice(practice.pk):
        patient = make_patient()
        visited(patient, practice.business_date(now) - timedelta(days=900))
    assert states(practice)["First campaign"] == "NEXT"
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=practice.business_date(now))
    assert states(practice)["Call lists"] == "NEXT"
    with tenancy.practice(practice.pk):
        build(practice=practice, now=now)
    assert (states(practice)["Call lists"], states(practice)["First call"]) == ("DONE", "NEXT")
    with tenancy.practice(practice.pk):
        call(campaign.enrollments.get(), agent, now, "NOANS")
        Location.objects.create(name="Main Street")
    assert set(states(practice).values()) == {"DONE"}


def test_lists_without_anybody_are_no_lists(practice, admin, now):
    with tenancy.practice(practice.pk):
        build(practice=practice, now=now)
    assert states(practice)["Call lists"] == "LATER"
    assert words(practice, "Call lists") == "Built today: 0 patients to call; it takes a campaign first"
    with tenancy.practice(practice.pk):
        make_campaign(practice, on=practice.business_date(now))
    assert words(practice, "Call lists") == "Built today: 0 patients to call. The campaign tells who is held back, and why"


def test_what_is_there_is_told_in_numbers(practice, admin, supervisor, now):
    for name in ("Ana Agent", "Bo Agent", "Cy Agent"):
        make_member(practice, name)
    make_member(practice, "Di Former", is_active=False)
    assert words(practice, "Users") == "3 agents, 1 supervisor, 1 admin"
    assert words(practice, "Calling hours") == (
        "Mon–Sat, 9:00 AM to 8:00 PM on the patient’s clocks, a person at most once a day"
    )


def test_many_patients_are_not_counted_to_the_end(practice, monkeypatch):
    monkeypatch.setattr(first_steps, "MOST_COUNTED", 2)
    with tenancy.practice(practice.pk):
        for _ in range(4):
            make_patient()
    assert words(practice, "Patients from the EMR") == "more than 2 patients"


def test_the_page_says_how_far_it_is_and_leads_to_the_next_step(sign_in, admin, url):
    page = sign_in(admin).get(url("setup")).content.decode()

    assert "2 of 9" in page
    assert page.count('aria-current="step"') == 1
    assert f'class="btn btn-primary" href="{url("practice")}"' in page


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_page_costs_the_same_for_any_practice(sign_in, practice, admin, url, now, count, django_assert_max_num_queries):
    with tenancy.practice(practice.pk):
        for number in range(count):
            campaign = make_campaign(practice, on=practice.business_date(now))
            enroll(campaign, make_patient(), now)
            make_member(practice, f"Agent {number}")
    client = sign_in(admin)
    with django_assert_max_num_queries(QUERIES):
        client.get(url("setup"))


def test_an_admin_begins_here_until_the_first_call(sign_in, practice, admin, agent, now):
    client = sign_in(admin)
    assert client.get("/").url == f"/p/{practice.slug}/setup/"
    with tenancy.practice(practice.pk):
        call(enroll(make_campaign(practice, on=practice.business_date(now)), make_patient(), now), agent, now, "NOANS")
    assert client.get("/").url == f"/p/{practice.slug}/dashboard/"


def test_a_call_of_another_practice_is_no_first_call(sign_in, practice, other_practice, admin, now):
    caller = make_member(other_practice, "Cal Caller")
    with tenancy.practice(other_practice.pk):
        campaign = make_campaign(other_practice, on=other_practice.business_date(now))
        call(enroll(campaign, make_patient(), now), caller, now, "NOANS")
    assert sign_in(admin).get("/").url == f"/p/{practice.slug}/setup/"


def test_the_empty_dashboard_leads_admins_here_and_tells_how_far(sign_in, practice, admin, supervisor, url):
    dashboard = f"/p/{practice.slug}/dashboard/"
    shown = sign_in(admin).get(dashboard).content.decode()

    assert f'href="{url("setup")}"' in shown
    assert "2 of 9" in shown
    assert "of 9" not in sign_in(supervisor).get(dashboard).content.decode()


def test_the_button_builds_the_lists_and_comes_back(sign_in, practice, admin, url, desk_clock):
    answer = sign_in(admin).post(url("build"), {"next": url("setup")})
    assert answer.url == url("setup")
