"""Possible doubles in a real Chromium: accessible, fitting, and decided by keyboard alone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns.merging import merge
from patients import doubles
from patients.models import OptOut, Patient, PossibleDouble
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import NOW, make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, visited

pytestmark = IN_A_BROWSER
BORN_ON = date(1951, 4, 7)


@pytest.fixture
def pair(practice):
    agent = make_member(practice, "Ana Agent")
    make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    with tenancy.practice(practice.pk):
        older = make_patient("Ida", "Keller", mrn="448120", born_on=BORN_ON, phones=2, address="1 Main St", city="New York")
        newer = make_patient("Ida", "Kellar", born_on=BORN_ON, email="ida@mail.example")
        visited(older, NOW.date() - timedelta(days=500))
        booked(newer, NOW.date() - timedelta(days=40), "NO_SHOW")
        OptOut.objects.create(patient=older, e164="+12125550199", opted_out_at=NOW)
        for patient in (older, newer):
            campaign = make_campaign(practice, on=NOW.date(), name=f"Recall of {patient.pk}")
            call(enroll(campaign, patient, NOW - timedelta(days=9)), agent, NOW - timedelta(days=8), "NOANS")
        kept, absorbed = make_patient("Jon", "Brandt", mrn="2"), make_patient("Jonathan", "Brandt")
        merge(keep=kept, absorb=absorbed, by=None, now=NOW)
        return doubles.add(patient=newer, other=older, source=PossibleDouble.Source.IMPORT, now=NOW)


@both_themes
def test_pages_are_accessible_and_fit(pair, signed_in, theme, width):
    page, errors = signed_in("sam.supervisor", theme=theme, width=width)
    slug, found = pair.practice.slug, []
    page.goto(reverse("campaigns:doubles", args=[slug]))
    found += wrong(page)
    page.get_by_role("link", name="Compare Ida Keller and Ida Kellar").click()
    page.get_by_role("heading", name="Same person?").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Same person: merge").click()
    page.get_by_role("heading", name="One record now").wait_for()
    found += wrong(page)
    assert found == []
    assert errors == []


def test_a_pair_is_merged_and_parted_by_keyboard_alone(pair, signed_in):
    page, _errors = signed_in("sam.supervisor")
    page.goto(reverse("campaigns:double", args=[pair.practice.slug, pair.pk]))
    page.get_by_role("radio", name="The older record").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Merged: the two records are one now.").wait_for()
    with tenancy.practice(pair.practice_id):
        older = Patient.objects.get(pk=pair.older_id)
    assert older.merged_into_id == pair.newer_id
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The merge is undone").wait_for()
    with tenancy.practice(pair.practice_id):
        assert Patient.objects.standing().filter(pk__in=[pair.older_id, pair.newer_id]).count() == 2
