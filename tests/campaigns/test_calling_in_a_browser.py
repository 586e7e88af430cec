"""Calling rules in a real Chromium: accessible, fitting, and asked about before somebody is shut out."""

from datetime import date

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import CalendarDay, HoursRule
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import make_member
from tests.world import make_patient

pytestmark = IN_A_BROWSER


@pytest.fixture
def ruled(practice, desk_clock):
    """A practice with rules of its own, whose patients live in New York and, one of them, in Rhode Island."""
    admin = make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    with tenancy.practice(practice.pk):
        for zip_code in ("10001", "02903"):
            make_patient(zip_code=zip_code)
        HoursRule.objects.create(state="NY", weekdays=[6], note="Counsel's letter", created_by=admin)
        CalendarDay.objects.create(on=date(2026, 11, 26), name="Thanksgiving Day", is_closed=False, created_by=admin)
        CalendarDay.objects.create(on=date(2026, 12, 24), name="Staff day", created_by=admin)
    return practice


@both_themes
def test_pages_are_accessible_and_a_warning_is_answered_by_a_check_mark(ruled, signed_in, theme, width):
    page, _errors = signed_in("ada.admin", theme=theme, width=width)
    found = []
    page.goto(reverse("campaigns:calling_rules", args=[ruled.slug]))
    found += wrong(page)
    page.get_by_role("link", name="Change hours and caps").click()
    page.get_by_label("From").fill("18:00")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    page.get_by_text("As if these hours and caps held tonight.").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Rhode Island: 1 patient").wait_for()
    found += wrong(page)
    page.get_by_label("Save all the same").check()
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("6:00 PM–8:00 PM").wait_for()
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_role("button", name="Add the rule").click()
    page.get_by_role("link", name="Choose at least one day").wait_for()
    found += wrong(page)
    page.goto(reverse("campaigns:calling_rules", args=[ruled.slug]))
    page.get_by_role("button", name="Remove the rule").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("The rule is back.").wait_for()
    found += wrong(page)
    assert found == []
