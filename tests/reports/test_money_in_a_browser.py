"""The pages about money, teams and mails in a real Chromium: accessible, fitting, live as one types, and without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import report_mails, tenancy
from accounts.models import Membership
from campaigns.models import AgentSpell
from tests.browsing import IN_A_BROWSER, both_themes, sign_in, wrong
from tests.conftest import NOW, make_member
from tests.reports.world import random_calls, store
from tests.world import enroll, make_campaign, make_patient

pytestmark = IN_A_BROWSER
Role = Membership.Role


@pytest.fixture
def world(practice, other_practice, settings):
    """Two practices with a month of calls, led by the same admin, one with a mail that could not be sent."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    admin = make_member(practice, "Ada Admin", Role.ADMIN)
    make_member(practice, "Sam Supervisor", Role.SUPERVISOR)
    with tenancy.practice(other_practice.pk):
        other_practice.memberships.create(user=admin.user, role=Role.SUPERVISOR, joined_at=NOW)
    for seed, each in enumerate([practice, other_practice]):
        calls = random_calls(
            seed=seed, now=NOW, agents=["Ana Agent", "Ben Brook"], campaigns=["Diabetic eye exam recall", "No-shows"], count=300
        )
        agents, _campaigns = store(calls, practice=each, now=NOW)
        with tenancy.practice(each.pk):
            AgentSpell.objects.create(agent=agents["Ana Agent"], state="READY", since_at=NOW - timedelta(hours=1), seen_at=NOW)
            patient = make_patient(source_data_on=NOW.date() - timedelta(days=12 if seed else 1))
            enroll(make_campaign(each, on=NOW.date()), patient, NOW)
    with tenancy.practice(practice.pk):
        report_mails.choose(member=admin, daily=True, weekly=True)
        report_mails.make_due(practice=practice, now=NOW)
        mail = report_mails.claim(practice=practice, now=NOW)
        report_mails.mark_failed(mail=mail, problem="The mail server did not answer.")
    return practice


@pytest.fixture
def pages(world):
    slug = world.slug
    with tenancy.practice(world.pk):
        campaign = world.campaigns.get(name="No-shows")
    return {
        "roi": reverse("campaigns:roi", args=[slug]),
        "roi-own": reverse("campaigns:roi", args=[slug]) + "?own=yes",
        "roi-bad": reverse("campaigns:roi", args=[slug]) + "?show_rate=170&patients=",
        "campaign": reverse("campaigns:detail", args=[slug, campaign.pk]),
        "team": reverse("team") + "?days=30",
        "team-bad": reverse("team") + "?days=9",
        "mails": reverse("reports:mails", args=[slug]),
        "mails-weekly": reverse("reports:mails", args=[slug]) + "?preview=weekly",
    }


@both_themes
def test_pages_are_accessible_and_fit(open_browser, pages, theme, width):
    page, errors = open_browser(theme=theme, width=width)
    sign_in(page, "ada.admin@bayview-eye.example")
    page.wait_for_url("**/practices/")
    found = wrong(page)
    for name, address in pages.items():
        page.goto(address)
        found += [(name, problem) for problem in wrong(page)]
    assert found == []
    assert [error for error in errors if "422" not in error] == []


def test_results_follow_what_is_typed_and_the_address_keeps_it(world, signed_in):
    page, _errors = signed_in("sam.supervisor")
    page.goto(reverse("campaigns:roi", args=[world.slug]))
    show = page.get_by_role("textbox", name="Show rate")
    show.fill("35")
    page.get_by_text("$4,375").first.wait_for()
    page.wait_for_url("**show_rate=35**")
    show.fill("135")
    page.get_by_text("Show rate (%): Enter 0 to 100 percent.").wait_for()
    assert show.evaluate("each => each === document.activeElement")
    show.fill("70")
    page.get_by_text("$8,750").first.wait_for()


def test_the_calculator_works_without_scripts(world, open_browser):
    page, _errors = open_browser(scripts=False)
    sign_in(page, "sam.supervisor@bayview-eye.example")
    page.goto(reverse("campaigns:roi", args=[world.slug]))
    page.get_by_role("textbox", name="Show rate").fill("35")
    page.keyboard.press("Enter")
    page.get_by_text("$4,375").first.wait_for()
    page.get_by_role("button", name="Use this practice’s own numbers").click()
    page.get_by_role("heading", name="This practice’s own numbers").wait_for()


def test_a_choice_is_made_by_keyboard_alone(world, signed_in):
    page, _errors = signed_in("sam.supervisor")
    page.goto(reverse("reports:mails", args=[world.slug]))
    page.get_by_label("Daily, after each day of calling").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Your choice is saved.").wait_for()
    assert page.get_by_label("Daily, after each day of calling").is_checked()
