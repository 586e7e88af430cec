"""The call page in a real Chromium: a dial asks first, a lost hold and a wish show by themselves, and all of it is accessible."""

from functools import partial

import pytest

from accounts import tenancy
from campaigns import opt_out
from campaigns.models import CallAttempt, Campaign, DeniedDial, Enrollment, HoursRule, Lease
from campaigns.next_call import claim, let_go
from campaigns.plan import build
from patients.models import OptOut, PhoneNumber
from patients.numbers import written
from tests.browsing import IN_A_BROWSER, both_themes, inside, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import make_campaign, make_patient

pytestmark = IN_A_BROWSER
SHARED = "+12125550777"
# Chromium writes a line for each answer that is not of the kind it expects; ours are meant.
MEANT = ("409", "422")
# What would leave for the telephone is kept in a list instead.
CATCH_DIALS = """
window.dialed = [];
addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='tel:']");
  if (link) { event.preventDefault(); window.dialed.push(link.href); }
}, true);
"""


@pytest.fixture
def household(practice, desk_clock):
    """Ana has Ida open; Uwe, at the same number, is due too."""
    agent = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for name in ("Ida", "Uwe"):
            person = make_patient(name, "Keller", phones=2, born_on="1951-04-07")
            PhoneNumber.objects.filter(patient=person, position=1).update(e164=SHARED)
        build(practice=practice, now=NOW)
        return claim(agent=agent, now=NOW)


@pytest.fixture
def open_page(household, ana_at):
    """`open_page(theme=…, width=…)`: the call page of Ana's, on a machine that dials nowhere."""
    return partial(ana_at, "call", before=lambda page: page.context.add_init_script(CATCH_DIALS))


def amiss(page, errors):
    """What is wrong with the page, and the errors that are not meant."""
    return wrong(page) + [error for error in errors if not any(code in error for code in MEANT)]


@both_themes
def test_a_dial_asks_first_and_each_state_is_accessible(open_page, practice, household, theme, width):
    page, errors = open_page(theme=theme, width=width)
    page.get_by_role("heading", name="Also due at this number").wait_for()
    page.keyboard.press("9")
    page.get_by_text("Whose wish", exact=True).wait_for()
    found = amiss(page, errors)
    page.get_by_role("button", name=f"Dial {written(SHARED)}").click()
    page.get_by_text("Allowed at this minute").wait_for()
    assert page.evaluate("window.dialed") == [f"tel:{SHARED}"]
    inside(practice, lambda: HoursRule.objects.create(state="NY", weekdays=[2], note="Board of April 3"))
    page.get_by_role("button", name=f"Dial {written(SHARED)}").click()
    page.get_by_text("Do not dial now.").wait_for()
    found += amiss(page, errors)
    assert page.evaluate("window.dialed") == [f"tel:{SHARED}"]
    assert inside(practice, DeniedDial.objects.count) == 1
    assert found == []


def test_a_wish_that_a_colleague_notes_shows_on_the_open_page(open_page, practice, household):
    page, errors = open_page()
    page.get_by_label("Note").fill("She laughed.")
    inside(practice, lambda: let_go(agent=household.agent))
    page.get_by_text("You no longer hold this patient").wait_for(timeout=20_000)
    found = amiss(page, errors)
    supervisor = make_member(practice, "Sam Supervisor", "SUPERVISOR")
    inside(
        practice,
        lambda: opt_out.register(patient=household.patient, by=supervisor, now=NOW, channel=OptOut.Channel.WRITTEN),
    )
    page.get_by_text("this person has asked not to be called").wait_for(timeout=20_000)
    found += amiss(page, errors)
    assert page.get_by_role("button", name="Dial").count() == 0
    assert page.get_by_label("Note").input_value() == "She laughed."
    page.locator("#id_code").get_by_text("Hung up").click()
    page.get_by_role("button", name="Save and stop").click()
    page.get_by_text("The outcome is saved.").wait_for()
    assert inside(practice, lambda: CallAttempt.objects.get().note) == "She laughed."
    assert found == []


def test_one_call_goes_on_with_the_second_person_by_keyboard(open_page, practice, household):
    page, errors = open_page()
    page.keyboard.press("2")
    button = page.get_by_role("button", name="Save and go on with Uwe Keller")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Same call, second person: Uwe Keller").wait_for()
    assert page.evaluate("document.activeElement.id") == "patient-name"
    assert amiss(page, errors) == []
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="All done").wait_for()
    assert inside(practice, lambda: list(CallAttempt.objects.order_by("pk").values_list("outcome", "source", "lease"))) == [
        ("NOANS", "QUEUE", household.pk), ("UNAVLBL", "HOUSEHOLD", household.pk),
    ]  # fmt: skip
    assert inside(practice, Lease.objects.open().count) == 0
    assert inside(practice, Enrollment.objects.count) == 2


def test_a_callback_outside_the_hours_says_what_will_be_promised(open_page, household):
    page, errors = open_page()
    page.keyboard.press("4")
    page.locator("#id_callback_when").fill("sun 10am")
    page.get_by_text("No calls then: it is promised for Mon Nov 23, 9:00 AM EST").wait_for()
    page.locator("#id_callback_when").fill("tomorrow 10am")
    page.get_by_text("Wed Nov 18, 10:00 AM EST for the patient").wait_for()
    assert page.get_by_text("No calls then").count() == 0
    assert amiss(page, errors) == []
