"""The pages that set a practice up, in a real Chromium: accessible and fitting, empty and filled, in both themes and widths."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from imports.models import FileImport, ImportProfile
from patients.models import Location, Provider, ProviderPlace, VisitType
from tests.browsing import IN_A_BROWSER, wrong
from tests.conftest import make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, say

pytestmark = IN_A_BROWSER
LONG_NAME = "weekly_export_of_all_patients_and_appointments_of_the_practice_as_of_november.csv"


@pytest.fixture
def address(practice):
    return lambda name, *ids: reverse(name, args=[practice.slug, *ids])


@pytest.fixture
def filled(practice, desk_clock, settings):
    """One of everything the pages show, with long names; the ids of what has a page of its own."""
    settings.TEAM_LIMIT = 1
    admin = make_member(practice, "Alexandria Featherstonehaugh-Montgomery", Membership.Role.ADMIN)
    lead = make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    agents = [make_member(practice, f"Ana Agent {number}", supervisor=lead) for number in range(3)]
    now, today = desk_clock, practice.business_date(desk_clock)
    with tenancy.practice(practice.pk):
        location = Location.objects.create(name="Main Street", address="12 Main Street, Troy, NY", phone="(518) 555-0101")
        Location.objects.create(name="Saratoga", is_active=False, opens_at=None, closes_at=None)
        provider = Provider.objects.create(name="Rivera, Carmen, MD", specialty="Ophthalmology")
        ProviderPlace.objects.create(provider=provider, location=location)
        visit_type = VisitType.objects.create(name="Tele check-in", minutes=15, is_telehealth=True)
        for name in ("Okafor, Chidi, OD", "Delgado-Featherstonehaugh, Rosa-Maria, MD PhD FACS"):
            booked(make_patient(provider=name), today - timedelta(days=400), "KEPT", provider=name, location="Clifton Park")
        promised = enroll(make_campaign(practice, on=today), make_patient(), now)
        call(promised, agents[0], now, say("CBACK", callback_at=now + timedelta(days=1)))
        for state in ("DONE", "FAILED", "CHECKED", "UPLOADED"):
            FileImport.objects.create(
                file_name=LONG_NAME, file_hash="0" * 64, kind="BOTH", encoding="utf-8", delimiter=",", headers=["x"],
                layout_key="key", source_data_on=today, state=state, alarms=["Look"], rows_total=1_234_567, counts={"CREATE": 9},
                uploaded_by=admin, created_at=now, finished_at=now,
            )  # fmt: skip
        profile = ImportProfile.objects.create(
            layout_key="key", headers=["Chart Number", "Date_Of_Birth", "Shoe Size"], rows=1_234_567, used_at=now,
            mapping={"Chart Number": "mrn", "Date_Of_Birth": "born_on"}, day_first={"Date_Of_Birth": False},
        )  # fmt: skip
        Membership.objects.filter(pk=agents[0].pk).update(is_active=False)
    return {
        "campaigns:location_edit": location.pk,
        "campaigns:provider_edit": provider.pk,
        "campaigns:visit_type_edit": visit_type.pk,
        "imports:profile": profile.pk,
    }


machines = pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])


@machines
def test_empty_pages_are_accessible_and_fit(practice, signed_in, address, theme, width):
    make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    page, errors = signed_in("ada.admin", theme=theme, width=width)
    found = []
    for name in ("campaigns:setup", "campaigns:practice", "campaigns:directory", "imports:profiles", "accounts:users"):
        page.goto(address(name))
        found += [(name, each) for each in wrong(page)]
    assert (found, errors) == ([], [])


@machines
def test_filled_pages_are_accessible_and_fit(filled, signed_in, address, theme, width):
    page, errors = signed_in("alexandria.featherstonehaugh-montgomery", theme=theme, width=width)
    found = []
    for name in ("campaigns:setup", "campaigns:directory", "imports:profiles", "imports:list", "accounts:users"):
        page.goto(address(name))
        found += [(name, each) for each in wrong(page)]
        frames = page.locator(".table-frame").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
        found += [(name, f"a table {each} pixels too wide") for each in frames if each > 0]
    for name, pk in filled.items():
        page.goto(address(name, pk))
        found += [(name, each) for each in wrong(page)]
    assert (found, errors) == ([], [])


def test_steps_that_ask_or_can_be_undone_are_accessible(filled, signed_in, address):
    page, _errors = signed_in("alexandria.featherstonehaugh-montgomery", theme="dark", width=390)
    found = []
    page.goto(address("campaigns:practice"))
    page.get_by_label("Time zone").select_option("America/Chicago")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Change the time zone?").wait_for()
    found += wrong(page)
    page.get_by_label("Change the time zone from").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("clocks show America/Chicago").wait_for()
    found += wrong(page)
    page.goto(address("accounts:users"))
    page.get_by_role("button", name="End access of Ana Agent 1").click()
    page.get_by_text("Ana Agent 1 can’t enter any more").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("may sign in again").wait_for()
    page.goto(address("imports:profiles"))
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("button", name="Undo").wait_for()
    found += wrong(page)
    page.goto(address("campaigns:directory"))
    page.locator("#provider summary").click()
    page.get_by_role("button", name="Add the checked providers").click()
    page.get_by_text("2 providers added.").wait_for()
    page.goto(address("campaigns:location_new"))
    page.get_by_role("button", name="Add").click()
    page.get_by_text("There is a problem").wait_for()
    found += wrong(page)
    assert found == []
