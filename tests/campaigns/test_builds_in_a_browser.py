"""What explains the queue, in a real Chromium: accessible, fitting, and a dry run without a new page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns import plan
from campaigns.models import DeniedDial, Enrollment
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import NOW, make_member
from tests.world import booked, call, make_campaign, make_patient, visited

pytestmark = IN_A_BROWSER
TODAY = NOW.date()


@pytest.fixture
def pages(practice, desk_clock):
    """Addresses of the pages, after two builds with changes of every kind between them."""
    ana, slug = make_member(practice, "Ana Agent"), practice.slug
    make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY, name="Fall reactivation")
        patients = [make_patient(f"Ida{number}") for number in range(5)]
        for patient in patients:
            visited(patient, TODAY - timedelta(days=800))
        plan.build(practice=practice, now=NOW - timedelta(hours=3))
        enrollment = Enrollment.objects.get(patient=patients[0])
        call(enrollment, ana, NOW - timedelta(hours=1), "NOANS")
        DeniedDial.objects.create(
            patient=patients[0], agent=ana, e164="+12125550100", rule="CALLED_OFTEN", detail="Called today", denied_at=NOW
        )
        patients[1].phones.update(state="WRONG")
        booked(patients[2], TODAY + timedelta(days=9))
        Membership.objects.filter(pk=ana.pk).update(shift_days=[7])
        build = plan.build(practice=practice, now=NOW)
        change = build.queue_changes.first()
    return {
        "campaigns": reverse("campaigns:list", args=[slug]),
        "builds": reverse("campaigns:builds", args=[slug]),
        "build": reverse("campaigns:build_detail", args=[slug, build.pk]),
        "change": reverse("campaigns:build_change", args=[slug, build.pk, change.pk]),
        "patient": reverse("campaigns:patient", args=[slug, patients[0].pk]),
        "idle": reverse("campaigns:call", args=[slug]),
        "form": reverse("campaigns:edit", args=[slug, campaign.pk]),
    }


@both_themes
def test_pages_are_accessible_and_a_dry_run_shows_beside_the_form(pages, signed_in, theme, width):
    page, _errors = signed_in("sam.supervisor", theme=theme, width=width)
    found = []
    for name, address in pages.items():
        page.goto(address)
        found += [(name, each) for each in wrong(page)]
    page.get_by_label("Months since the last visit").fill("40")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    page.get_by_text("Counted for the next nightly build").wait_for()
    assert page.url.endswith(pages["form"])
    found += wrong(page)
    assert found == []
