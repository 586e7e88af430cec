"""A whole call in a real Chromium without the mouse: verified, noted, saved, and nothing lost on the way."""

import pytest
from playwright.sync_api import expect

from accounts import tenancy
from campaigns.models import CallAttempt, Callback, CallDraft, Campaign, Lease
from campaigns.next_call import claim
from campaigns.plan import build
from tests.browsing import IN_A_BROWSER, inside, sign_in_here, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import booked, make_campaign, make_patient

pytestmark = IN_A_BROWSER
PATIENTS = 24
OUTCOME = "**/outcome/"
# How far the page's parts jumped by themselves since it was opened, by the browser's own measure.
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => one.hadRecentInput || window.shifts.push(one.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def desk(practice, desk_clock):
    """Ana's list of 24, the first of them open."""
    agent = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for number in range(PATIENTS):
            patient = make_patient(
                f"Ida{number}", "Keller", phones=2, born_on="1951-04-07", provider="Dr. Rivera", mrn=f"M{number}"
            )
            booked(patient, TODAY.replace(month=2), "CANCELLED", provider="Dr. Rivera", specialty="Glaucoma clinic")
        build(practice=practice, now=NOW)
        claim(agent=agent, now=NOW)
    return agent


@pytest.fixture
def sign_in_at(desk, ana_at):
    """`sign_in_at()`: a new machine with the call page open."""

    def _open(**machine):
        watched = {"height": 800, "before": lambda page: page.context.add_init_script(WATCH_SHIFTS)}
        page, _errors = ana_at("call", **watched, **machine)
        return page

    return _open


def outcomes(practice):
    return inside(practice, lambda: list(CallAttempt.objects.order_by("pk").values_list("outcome", "note")))


def name_on(page):
    return page.locator("#patient-name").inner_text()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def next_name(page, before):
    expect(page.locator("#patient-name")).not_to_have_text(before, timeout=20_000)
    expect(page.locator("#patient-name")).to_be_focused()


def places_of(page):
    """Where the parts of the page stand that an agent looks at on every call."""
    parts = ["#patient-name", "#desk-numbers", "#verify", "#call-script", "#call-history", "#id_code", "#id_note"]
    return [page.locator(part).bounding_box() for part in parts]


def test_twenty_calls_by_keyboard_alone_and_nothing_jumps(sign_in_at, practice):
    page = sign_in_at()
    page.mouse.move(0, 0)
    places = places_of(page)
    for _ in range(14):
        before = name_on(page)
        press(page, "2", "Enter")
        next_name(page, before)
        assert places_of(page) == places
    assert page.evaluate("window.shifts") == []
    before = name_on(page)
    press(page, "n")
    page.keyboard.type("Busy at 2, asks for a call back")
    press(page, "Escape", "4")
    page.keyboard.type("tomorrow 3pm")
    press(page, "Enter")
    next_name(page, before)
    for _ in range(5):
        before = name_on(page)
        press(page, "f")
        expect(page.get_by_text("One more", exact=True)).to_be_visible()
        press(page, "b")
        expect(page.locator("#call-history").get_by_text("Glaucoma clinic")).to_be_visible()
        press(page, "1")
        page.keyboard.type("12012026")
        page.locator("#id_appointment_at").focus()
        page.keyboard.type("0930AM")
        page.locator("#id_provider").focus()
        page.keyboard.type("Dr. Rivera")
        press(page, "Enter")
        next_name(page, before)
    saved = outcomes(practice)
    assert [code for code, _note in saved] == ["NOANS"] * 14 + ["CBACK"] + ["DONE"] * 5
    assert saved[14] == ("CBACK", "Busy at 2, asks for a call back")
    assert inside(practice, lambda: Callback.objects.get().due_at.isoformat()) == "2026-11-18T20:00:00+00:00"
    assert inside(practice, lambda: {tuple(lease.matched) for lease in Lease.objects.filter(attempts__outcome="DONE")}) == {
        ("NAME", "BORN")
    }


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 1024), ("dark", 390)])
def test_every_state_of_the_page_is_accessible(sign_in_at, theme, width):
    page = sign_in_at(theme=theme, width=width)
    found = wrong(page)
    page.locator("#matched-NAME").check()
    page.locator("#matched-BORN").check()
    page.get_by_text("Verified", exact=True).wait_for()
    found += wrong(page)
    for code in ("DONE", "CBACK", "DNC", "LVM", "WNUM", "DUPLICATE"):
        page.locator(f"[name=code][value={code}]").check()
        found += [(code, one) for one in wrong(page)]
    page.locator("[name=code][value=CBACK]").check()
    page.locator("#id_callback_when").fill("sun 10am")
    page.get_by_text("No calls then: it is promised for Mon Nov 23, 9:00 AM EST").wait_for()
    page.locator("[name=code][value=DONE]").check()
    page.get_by_role("button", name="Save and next").click()
    page.get_by_text("Enter the date of the appointment.").first.wait_for()
    found += wrong(page)
    page.locator("#keys").evaluate("dialog => dialog.showPopover()")
    found += wrong(page)
    assert found == []


def test_a_crash_a_reload_and_another_machine_lose_no_note(sign_in_at, practice):
    page = sign_in_at()
    press(page, "n")
    page.keyboard.type("Her daughter drives her, only Fri")
    page.get_by_text("Draft kept at").wait_for()
    page.reload()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Her daughter drives her, only Fri")
    page.get_by_label("Note", exact=True).press("End")
    page.keyboard.type("days")
    page.close(run_before_unload=False)
    other = sign_in_at()
    expect(other.get_by_label("Note", exact=True)).to_have_value("Her daughter drives her, only Fridays")
    other.locator("body").press("Escape")
    press(other, "2", "Enter")
    expect(other.get_by_label("Note", exact=True)).to_have_value("")
    assert outcomes(practice) == [("NOANS", "Her daughter drives her, only Fridays")]


def test_two_tabs_tell_of_each_other_and_save_once(sign_in_at, practice):
    first = sign_in_at()
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_label("Note", exact=True).fill("From the first tab")
    first.get_by_text("Draft kept at").wait_for()
    second.get_by_label("Note", exact=True).fill("From the second tab")
    second.get_by_text("Another page of yours has written on this call").wait_for()
    assert wrong(second) == []
    second.get_by_role("button", name="Add its note to mine").click()
    expect(second.get_by_label("Note", exact=True)).to_have_value("From the first tab\nFrom the second tab")
    second.get_by_text("Draft kept at").wait_for()
    before = name_on(second)
    second.locator("[name=code][value=NOANS]").check()
    second.get_by_role("button", name="Save and next").click()
    next_name(second, before)
    first.locator("[name=code][value=HUNGUP]").check()
    first.get_by_role("button", name="Save and next").click()
    first.get_by_text("This call has an outcome already").first.wait_for()
    assert outcomes(practice) == [("NOANS", "From the first tab\nFrom the second tab")]


def test_a_connection_cut_at_the_moment_of_saving_saves_once(sign_in_at, practice):
    """The server has the outcome, the answer is lost, and the page sends it again until it hears."""
    page, before = sign_in_at(), None
    before = name_on(page)
    cuts = []

    def cut(route):
        if len(cuts) < 2:
            response = route.fetch(max_redirects=0) if cuts else None
            cuts.append(response and response.status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(OUTCOME, cut)
    page.get_by_label("Note", exact=True).fill("Rang twice")
    page.locator("body").press("Escape")
    press(page, "2", "Enter")
    page.get_by_text("Not saved yet: the server can’t be reached").wait_for()
    assert wrong(page) == []
    next_name(page, before)
    assert cuts == [None, 302]
    assert outcomes(practice) == [("NOANS", "Rang twice")]
    assert inside(practice, CallDraft.objects.count) == 0


def test_offline_the_page_keeps_the_outcome_until_the_connection_is_back(sign_in_at, practice):
    page = sign_in_at()
    before = name_on(page)
    page.context.set_offline(True)
    press(page, "2", "Enter")
    page.get_by_text("Not saved yet: the server can’t be reached").wait_for()
    assert outcomes(practice) == []
    page.get_by_role("button", name="Stop and change it").click()
    press(page, "6", "Enter")
    page.get_by_text("Not saved yet: the server can’t be reached").wait_for()
    page.context.set_offline(False)
    next_name(page, before)
    assert outcomes(practice) == [("HUNGUP", "")]


def test_a_session_that_ends_while_typing_costs_nothing(sign_in_at, practice):
    page = sign_in_at()
    before = name_on(page)
    page.get_by_label("Note", exact=True).fill("Will ask her son")
    page.context.clear_cookies(name="sessionid")
    page.locator("body").press("Escape")
    press(page, "2", "Enter")
    page.get_by_text("Not saved yet: you are signed out").wait_for()
    assert wrong(page) == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in on another tab").click()
    sign_in_here(opened.value, "ana.agent@bayview-eye.example")
    opened.value.wait_for_url("**/p/**")
    next_name(page, before)
    assert outcomes(practice) == [("NOANS", "Will ask her son")]


def test_single_keys_rest_while_typing_and_can_be_switched_off(sign_in_at):
    page = sign_in_at()
    press(page, "n")
    page.keyboard.type("f2b ?")
    expect(page.get_by_label("Note", exact=True)).to_have_value("f2b ?")
    assert page.locator("[name=code]:checked, [name=matched]:checked").count() == 0
    press(page, "Escape", "?")
    page.get_by_label("Use single keys").uncheck()
    press(page, "Escape", "2", "f")
    assert page.locator("[name=code]:checked, [name=matched]:checked").count() == 0


def test_the_language_chosen_for_the_script_stays_when_more_of_it_opens(sign_in_at):
    page = sign_in_at()
    page.get_by_role("link", name="Español").click()
    script = page.locator("#call-script")
    expect(script.get_by_text("Hola, le habla Ana Agent")).to_be_visible()
    page.locator("#matched-NAME").check()
    page.locator("#matched-BORN").check()
    expect(script.get_by_text("Objections")).to_be_visible()
    expect(script.get_by_text("Hola, le habla Ana Agent")).to_be_attached()
    page.locator("[name=code][value=CBACK]").check()
    page.get_by_role("button", name="Save and next").click()
    page.get_by_text("Enter when to call back.").first.wait_for()
    expect(script.get_by_text("Hola, le habla Ana Agent")).to_be_attached()


def test_enter_goes_on_after_save_and_stop(sign_in_at):
    page = sign_in_at()
    before = name_on(page)
    press(page, "2", "Enter")
    next_name(page, before)
    press(page, "2", "Shift+Enter")
    page.get_by_role("heading", name="My list").wait_for()
    expect(page.get_by_role("button", name="Call next patient")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#patient-name")).to_be_visible()
