"""The set-up of dispositions in a real Chromium: accessible, fitting, and a dry run without a new page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import NOW, make_member
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = IN_A_BROWSER


@pytest.fixture
def noans(practice, desk_clock):
    """The disposition that an enrollment's only call, nine days ago, ended with."""
    agent = make_member(practice, "Ana Agent")
    make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    with tenancy.practice(practice.pk):
        enrollment = enroll(make_campaign(practice, on=NOW.date()), make_patient(), NOW)
        call(enrollment, agent, NOW - timedelta(days=9), "NOANS")
        return practice.dispositions.get(code="NOANS")


@both_themes
def test_pages_are_accessible_and_a_dry_run_shows_beside_the_form(noans, signed_in, theme, width):
    page, _errors = signed_in("ada.admin", theme=theme, width=width)
    found = []
    page.goto(reverse("campaigns:dispositions", args=[noans.practice.slug]))
    found += wrong(page)
    page.get_by_role("link", name="Edit No answer").click()
    page.get_by_role("heading", name="No answer").wait_for()
    found += wrong(page)
    page.get_by_label("Call again after (days)").fill("21")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    row = page.get_by_role("row", name="Cooling down after the last call")
    row.wait_for()
    assert row.get_by_role("cell").all_inner_texts() == ["0", "1", "+1"]
    assert page.get_by_label("Call again after (days)").input_value() == "21"
    found += wrong(page)
    page.get_by_label("Call again after (days)").fill("-1")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    page.get_by_role("link", name="Days can't be less than 0").wait_for()
    found += wrong(page)
    assert found == []
