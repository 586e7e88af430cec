"""The set-up pages of calling rules: what an admin may narrow, what is refused, and whom it shuts out."""

import logging
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Practice
from campaigns.calling_calendar import why_closed
from campaigns.calling_hours import Hours
from campaigns.calling_law import BY_STATE
from campaigns.calling_reach import People, law_rows, rules_of, shut_out
from campaigns.models import CalendarDay, HoursRule
from patients.area_states import STATES
from patients.models import Patient
from patients.wishes import wish_key
from tests.conftest import NOW
from tests.isolation.sweep import fingerprint
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)
THANKSGIVING = date(2026, 11, 26)
RHODE_ISLAND, ALABAMA, NEW_YORK = "02903", "35203", "10001"
HTMX = {"HX-Request": "true"}
LAW = "Federal law allows calls from 8:00 AM to 9:00 PM (47 CFR 64.1200(c)(1))."


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def web(sign_in, admin):
    return sign_in(admin)


@pytest.fixture
def url(practice):
    def _url(name, *ids):
        return reverse(f"campaigns:{name}", args=[practice.slug, *ids])

    return _url


@pytest.fixture
def three(practice):
    """Three patients: one in New York, one in Rhode Island, one who may be in either."""
    with tenancy.practice(practice.pk):
        make_patient("Nell", "Secretyork", zip_code=NEW_YORK)
        make_patient("Rhoda", "Secretisle", zip_code=RHODE_ISLAND)
        both = make_patient("Bo", "Secretboth", zip_code=NEW_YORK)
        both.zone_key = "America/New_York@NY|America/New_York@RI"
        both.save()


def hours(**changed):
    form = {
        "call_days": [1, 2, 3, 4, 5, 6], "calls_open": "09:00", "calls_close": "20:00", "daily_call_cap": 1, "weekly_call_cap": 3,
    }  # fmt: skip
    return form | changed


def rule(**changed):
    form = {
        "state": "NY", "weekdays": [1, 2], "effect": "HOURS", "opens_at": "10:00", "closes_at": "16:00",
        "note": "Counsel, May 2026",
    }  # fmt: skip
    return form | changed


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def errors(answer, form="form"):
    return {name: list(sentences) for name, sentences in answer.context[form].errors.items()}


def stored(practice):
    row = Practice.objects.get(pk=practice.pk)
    return row.calls_open, row.calls_close, row.call_days, row.daily_call_cap, row.weekly_call_cap


def rules(practice):
    with tenancy.practice(practice.pk):
        return list(HoursRule.objects.order_by("pk").values_list("state", "weekdays", "opens_at", "closes_at", "note"))


def days(practice):
    with tenancy.practice(practice.pk):
        return list(CalendarDay.objects.order_by("on").values_list("on", "name", "is_closed"))


def calendar(answer):
    return {day.on: day for day in answer.context["calendar"]}


def test_the_overview_shows_the_law_with_its_source_and_how_many_patients_live_there(web, url, three, other_practice):
    with tenancy.practice(other_practice.pk):
        make_patient("Cy", "Foreigner", zip_code=RHODE_ISLAND)
    answer = web.get(url("calling_rules"))
    law = {row.name: (row.weekdays, row.saturday, row.sunday, row.patients) for row in answer.context["law"]}
    assert law["Rhode Island"] == ("9:00 AM–6:00 PM", "10:00 AM–5:00 PM", "No calls", 2)
    assert law["All other states"] == ("8:00 AM–9:00 PM", "8:00 AM–9:00 PM", "8:00 AM–9:00 PM", 2)
    assert law["State not known"] == ("10:00 AM–6:00 PM", "10:00 AM–5:00 PM", "No calls", 0)
    assert answer.context["law"][0].name == "Rhode Island"
    page = answer.content.decode()
    assert "2 of 3" in page
    assert "R.I. Gen. Laws 5-61-2(2), 5-61-3.6" in page
    assert "An older chart says 9 AM to 9 PM." in page
    assert "Version 2026-10, as of Oct 1, 2026" in page
    assert "the strictest wins; the practice can narrow the law’s hours, never widen them" in page
    assert "Secret" not in page
    assert "Some patients can never be called" not in page


def test_every_row_of_the_law_is_shown_and_a_merged_record_is_not_counted(inside):
    kept, absorbed = make_patient(zip_code=ALABAMA), make_patient(zip_code=ALABAMA)
    Patient.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    rows = law_rows(people=People.of(inside), on=TODAY)
    assert {row.law.state for row in rows} == {*BY_STATE, ""}
    assert next(row.patients for row in rows if row.name == "Alabama") == 1


def test_hours_and_caps_are_saved_for_this_practice_alone_and_written_down(web, url, practice, other_practice, admin, caplog):
    theirs = stored(other_practice)
    with caplog.at_level(logging.INFO, logger="campaigns.calling_rules"):
        form = hours(calls_open="10:00", calls_close="18:30", call_days=[1, 3], daily_call_cap=2, weekly_call_cap=5)
        answer = web.post(url("calling_hours"), form, follow=True)
        again = web.post(url("calling_hours"), form, follow=True)
    assert said(answer) == ["Saved. Every call is checked against it from now on; call lists follow at the next build."]
    assert said(again) == ["This is what was saved before. Nothing was changed."]
    assert stored(practice) == (time(10), time(18, 30), [1, 3], 2, 5)
    assert stored(other_practice) == theirs
    assert [record.getMessage() for record in caplog.records] == [
        f"calling hours of practice {practice.pk} set to 10:00-18:30 13 2/5 by user {admin.user_id}"
    ]
    page = answer.content.decode()
    assert "Mon, Wed" in page
    assert "10:00 AM–6:30 PM, on the patient’s clocks" in page
    assert "2 in 24 hours and 5 in 7 days" in page


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"calls_open": "07:59"}, "calls_open", f"{LAW[:-1]}. Start at 8:00 AM or later."),
        ({"calls_close": "21:01"}, "calls_close", f"{LAW[:-1]}. End at 9:00 PM or earlier."),
        ({"calls_open": "20:00"}, "calls_close", "The hours must end after they start."),
        ({"calls_open": "nine"}, "calls_open", "Enter a time, as in 9:00 AM."),
        ({"call_days": []}, "call_days", "Choose at least one day: without one nobody is ever called."),
        ({"call_days": [8]}, "call_days", "Select a valid choice. 8 is not one of the available choices."),
        ({"daily_call_cap": 3, "weekly_call_cap": 2}, "weekly_call_cap",
            "Calls in 7 days can’t be fewer than calls in 24 hours."),
        ({"daily_call_cap": 4, "weekly_call_cap": 5}, "daily_call_cap", "Enter 1 to 3 calls."),
        ({"daily_call_cap": 0}, "daily_call_cap", "Enter 1 to 3 calls."),
        ({"weekly_call_cap": 8}, "weekly_call_cap", "Enter 1 to 7 calls."),
        ({"weekly_call_cap": "many"}, "weekly_call_cap", "Enter 1 to 7 calls."),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused_with_words_at_once(web, url, practice, changed, field, sentence):
    before = stored(practice)
    answer = web.post(url("calling_hours"), hours(**changed))
    assert answer.status_code == 422
    assert errors(answer) == {field: [sentence]}
    assert stored(practice) == before


def test_hours_that_shut_some_out_are_asked_about_with_places_and_counts(web, url, practice, three):
    evening = hours(calls_open="18:00", calls_close="20:00")
    answer = web.post(url("calling_hours"), evening)
    reach = answer.context["form"].shut_out
    assert answer.status_code == 422
    assert (reach.groups, reach.patients, reach.total) == ([("Rhode Island", 2)], 2, 3)
    assert "for 2 of 3 patients" in answer.content.decode()
    assert stored(practice)[0] == time(9)
    assert web.post(url("calling_hours"), {**evening, "agreed": "yes"}).status_code == 422
    saved = web.post(url("calling_hours"), {**evening, "agreed": reach.token}, follow=True)
    assert stored(practice)[0] == time(18)
    assert "Some patients can never be called" in saved.content.decode()
    assert web.post(url("calling_hours"), {**evening, "daily_call_cap": 2}).status_code == 302


def test_who_agreed_to_one_list_is_asked_again_about_another(web, url, practice, three):
    token = web.post(url("calling_hours"), hours(calls_open="18:00")).context["form"].shut_out.token
    with tenancy.practice(practice.pk):
        make_patient(zip_code=RHODE_ISLAND)
    answer = web.post(url("calling_hours"), {**hours(calls_open="18:00"), "agreed": token})
    assert (answer.status_code, answer.context["form"].shut_out.patients) == (422, 3)


def test_hours_that_open_for_nobody_are_refused_whatever_is_checked(web, url, practice):
    with tenancy.practice(practice.pk):
        make_patient(zip_code=RHODE_ISLAND)
    evening = hours(calls_open="18:00")
    answer = web.post(url("calling_hours"), evening)
    assert "Nobody could be called" in answer.content.decode()
    assert "Save all the same" not in answer.content.decode()
    token = answer.context["form"].shut_out.token
    assert web.post(url("calling_hours"), {**evening, "agreed": token}).status_code == 422
    assert stored(practice)[0] == time(9)


def test_a_practice_without_patients_is_warned_and_not_asked(web, url, practice):
    answer = web.post(url("calling_hours"), hours(calls_open="18:00"), follow=True)
    assert stored(practice)[0] == time(18)
    assert "There are no patients yet. Those who come from here could not be called:" in answer.content.decode()
    assert [group.words for group in answer.context["shut_out"].groups] == ["Rhode Island"]


def test_those_whose_own_times_lie_outside_are_counted_apart(inside):
    patient = make_patient(zip_code=NEW_YORK)
    patient.wish_key = wish_key(weekdays=[7])
    patient.save()
    make_patient(zip_code=NEW_YORK)
    reach = shut_out(practice=inside, rules=[], people=People.of(inside))
    assert reach.groups == [("Patients whose preferred times lie outside of the hours", 1)]
    assert (reach.is_everybody, People.of(inside).with_wishes) == (False, 1)


def test_the_usual_hours_reach_every_state(inside):
    assert shut_out(practice=inside, rules=[], people=People.of(inside)).groups == []
    assert len(STATES) == 56


def test_places_with_no_minute_in_common_are_said_together(inside):
    inside.calls_open, inside.calls_close = time(18), time(19)
    inside.save()
    for zone_key in ("", "America/New_York@RI", "America/New_York@NY", "America/New_York@NY|Pacific/Guam@GU"):
        patient = make_patient()
        patient.zone_key = zone_key
        patient.save()
    reach = shut_out(practice=inside, rules=rules_of(inside), people=People.of(inside))
    assert [group.words for group in reach.groups] == ["New York with Guam", "Rhode Island", "State not known"]
    assert reach.patients == 3


@pytest.mark.parametrize(
    ("on", "row", "words"),
    [
        (TODAY, None, ""),
        (TODAY, ("Staff day", True), "Staff day"),
        (THANKSGIVING, None, "Thanksgiving Day"),
        (THANKSGIVING, ("Thanksgiving Day", False), ""),
        (date(2026, 11, 22), None, "Sunday"),
    ],
)
def test_why_a_day_is_without_calls(practice, on, row, words):
    with tenancy.practice(practice.pk):
        if row:
            CalendarDay.objects.create(on=on, name=row[0], is_closed=row[1])
        assert why_closed(practice=practice, on=on) == words


def test_a_dry_run_for_a_holiday_says_so(web, url, settings, three):
    settings.CLOCK_OFFSET_SECONDS = (NOW + timedelta(days=8) - timezone.now()).total_seconds()
    answer = web.post(url("calling_hours_dry_run"), hours(), headers=HTMX)
    assert "No calls are made that day (Thanksgiving Day)" in answer.content.decode()


def test_a_dry_run_counts_tonight_and_saves_nothing(web, url, practice, three):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY)
        for patient in Patient.objects.all():
            enroll(campaign, patient, NOW)
    before, row = fingerprint(practice), stored(practice)
    form = hours(call_days=[1, 2, 4, 5, 6])
    answer = web.post(url("calling_hours_dry_run"), form, headers=HTMX)
    places = {place.label: (place.before, place.after) for place in answer.context["comparison"].places}
    assert places["On tonight's call lists"] == (3, 0)
    assert sum(after for _before, after in places.values()) == 3
    page = answer.content.decode()
    assert "<html" not in page
    assert "Nothing is saved." in page
    assert "−3" in page
    assert "<h1>Practice hours and caps</h1>" in web.post(url("calling_hours_dry_run"), form).content.decode()
    assert (fingerprint(practice), stored(practice)) == (before, row)
    assert web.post(url("calling_hours_dry_run"), hours(calls_open="07:00"), headers=HTMX).status_code == 422


def test_a_rule_takes_hours_away_and_a_second_click_adds_no_second_one(web, url, practice, three):
    answer = web.post(url("calling_rule_new"), rule(weekdays=[2, 1, 2]), follow=True)
    assert said(answer) == [
        "The rule is added. Every call is checked against it from now on; call lists follow at the next build."
    ]
    again = web.post(url("calling_rule_new"), rule(), follow=True)
    assert said(again) == ["This rule is there already. Nothing was changed."]
    assert rules(practice) == [("NY", [1, 2], time(10), time(16), "Counsel, May 2026")]
    page = answer.content.decode()
    assert "10:00 AM–4:00 PM" in page
    assert "Changes nothing now" not in page
    with tenancy.practice(practice.pk):
        open_at = Hours.of(practice).is_open
        assert open_at("America/New_York@NY", NOW) is True
        assert open_at("America/New_York@NY", NOW + timedelta(hours=6)) is False
        assert open_at("America/New_York@RI", NOW + timedelta(hours=6)) is True


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"weekdays": []}, {"weekdays": ["Choose at least one day."]}),
        ({"note": "  "}, {"note": ["Say why: a citation, or the practice’s wish."]}),
        ({"state": "XX"}, {"state": ["Select a valid choice. XX is not one of the available choices."]}),
        ({"opens_at": ""}, {"opens_at": ["Enter a time, as in 9:00 AM."]}),
        ({"opens_at": "16:00"}, {"closes_at": ["The hours must end after they start."]}),
        ({"effect": ""}, {"effect": ["Choose what the rule allows."]}),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_words(web, url, practice, changed, found):
    answer = web.post(url("calling_rule_new"), rule(**changed))
    assert (answer.status_code, errors(answer)) == (422, found)
    assert rules(practice) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"opens_at": "08:00", "closes_at": "21:00"},
        {"state": "RI", "opens_at": "09:00", "closes_at": "18:00", "weekdays": [1, 2, 3]},
        {"state": "", "effect": "NO_CALLS", "weekdays": [7]},
    ],
)
def test_a_rule_that_narrows_nothing_is_told(web, url, practice, changed):
    answer = web.post(url("calling_rule_new"), rule(**changed), follow=True)
    assert said(answer)[0].startswith("This changes nothing: the law, the practice’s hours and its other rules")
    assert "Changes nothing now" in answer.content.decode()
    assert len(rules(practice)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "", "opens_at": "09:00", "closes_at": "19:59"},
        {"state": "KY", "opens_at": "10:01", "closes_at": "20:00"},
        {"effect": "NO_CALLS", "weekdays": [6], "opens_at": "nonsense", "closes_at": ""},
    ],
)
def test_a_rule_that_narrows_by_a_minute_is_not_said_to_do_nothing(web, url, practice, changed):
    answer = web.post(url("calling_rule_new"), rule(**changed), follow=True)
    assert said(answer)[0].startswith("The rule is added.")


def test_a_rule_that_shuts_patients_out_is_asked_about(web, url, practice, three):
    sunday = rule(state="RI", weekdays=[1, 2, 3, 4, 5, 6], effect="NO_CALLS")
    answer = web.post(url("calling_rule_new"), sunday)
    assert answer.status_code == 422
    assert answer.context["form"].shut_out.groups == [("Rhode Island", 2)]
    assert rules(practice) == []
    assert web.post(url("calling_rule_new"), {**sunday, "agreed": answer.context["form"].shut_out.token}).status_code == 302
    assert len(rules(practice)) == 1
    nobody = web.post(url("calling_rule_new"), {**sunday, "state": ""})
    assert (nobody.status_code, nobody.context["form"].shut_out.is_everybody) == (422, True)


def test_a_removed_rule_can_be_put_back_as_it_was(web, url, practice, three):
    web.post(url("calling_rule_new"), rule())
    with tenancy.practice(practice.pk):
        pk = HoursRule.objects.get().pk
    before = rules(practice)
    answer = web.post(url("calling_rule_remove", pk), follow=True)
    assert rules(practice) == []
    assert url("calling_rule_restore", pk) in answer.content.decode()
    assert said(web.post(url("calling_rule_remove", pk), follow=True)) == ["This rule was removed before. Nothing was changed."]
    assert said(web.post(url("calling_rule_restore", pk), follow=True))[0].startswith("The rule is back.")
    again = web.post(url("calling_rule_restore", pk), follow=True)
    assert said(again) == ["This rule is there already. Nothing was changed."]
    assert rules(practice) == before
    assert [(change.title, change.who) for change in again.context["changes"]] == [
        ("Rule added", "Ada Admin"), ("Rule removed", "Ada Admin"), ("Rule added", "Ada Admin"),
    ]  # fmt: skip
    assert again.context["changes"][0].what == [("New York, Mon, Tue", "", "10:00 AM–4:00 PM (Counsel, May 2026)")]
    assert again.context["removed"] is None


def test_a_rule_that_would_shut_out_everybody_by_now_is_not_put_back(web, url, practice):
    with tenancy.practice(practice.pk):
        make_patient(zip_code=NEW_YORK)
    web.post(url("calling_rule_new"), rule(state="NY", weekdays=[1, 2, 3, 4, 5, 6], opens_at="09:00", closes_at="12:00"))
    with tenancy.practice(practice.pk):
        pk = HoursRule.objects.get().pk
    web.post(url("calling_rule_remove", pk))
    web.post(url("calling_hours"), hours(calls_open="12:00"))
    web.get(url("calling_rules"))
    answer = web.post(url("calling_rule_restore", pk), follow=True)
    assert said(answer) == ["Not put back: with the hours as they are now nobody could ever be called."]
    assert rules(practice) == []


def test_a_day_is_closed_once_and_opened_again(web, url, practice):
    form = {"on": "2026-12-24", "name": " Staff   day "}
    answer = web.post(url("calling_day_close"), form, follow=True)
    assert said(answer) == ["No calls on Thu Dec 24, 2026: Staff day."]
    again = web.post(url("calling_day_close"), {**form, "name": "Other"}, follow=True)
    assert said(again) == ["No calls are made on Thu Dec 24, 2026 already. Nothing was changed."]
    assert days(practice) == [(date(2026, 12, 24), "Staff day", True)]
    assert calendar(answer)[date(2026, 12, 24)].kind == "CLOSED"
    opened = web.post(url("calling_day_remove"), {"on": "2026-12-24"}, follow=True)
    assert said(opened) == ["Thu Dec 24, 2026 is an ordinary day again."]
    assert said(web.post(url("calling_day_remove"), {"on": "2026-12-24"}, follow=True)) == [
        "Nothing is noted for this day any more. Nothing was changed."
    ]
    assert (days(practice), date(2026, 12, 24) in calendar(opened)) == ([], False)
    assert [(change.title, change.what) for change in opened.context["changes"]] == [
        ("As in the calendar again", [("Dec 24, 2026", "Staff day", "calls")]),
        ("Day closed", [("Dec 24, 2026", "", "Staff day")]),
    ]


@pytest.mark.parametrize(
    ("name", "form", "found"),
    [
        ("calling_day_close", {"on": "2026-11-16", "name": "Past"}, {"on": ["This day has passed already."]}),
        ("calling_day_close", {"on": "", "name": "Some day"}, {"on": ["Choose a date."]}),
        ("calling_day_close", {"on": "2026-13-40", "name": "Some day"}, {"on": ["Choose a date."]}),
        ("calling_day_close", {"on": "2026-12-24", "name": ""}, {"name": ["Say why, as in “Staff day”."]}),
        ("calling_day_close", {"on": "2027-11-18", "name": "Far"},
            {"on": ["Choose a day until Nov 17, 2027; later ones can be closed when they are nearer."]}),
        ("calling_day_open", {"on": "2026-12-24"},
            {"on": ["This is no federal holiday: calls are made on it unless the practice closes it."]}),
        ("calling_day_open", {"on": "2027-07-04"},
            {"on": ["The practice makes no calls on Sundays. Add the day to its hours first."]}),
        ("calling_day_remove", {"on": "2026-11-16"}, {"on": ["This day has passed already."]}),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_with_words(web, url, practice, name, form, found):
    answer = web.post(url(name), form)
    assert (answer.status_code, errors(answer)) == (422, found)
    assert days(practice) == []


def test_a_holiday_is_opened_but_not_where_a_state_forbids_it(web, url, practice, three):
    with tenancy.practice(practice.pk):
        make_patient(zip_code=ALABAMA)
    assert calendar(web.get(url("calling_rules")))[THANKSGIVING].kind == "HOLIDAY"
    answer = web.post(url("calling_day_open"), {"on": "2026-11-26"}, follow=True)
    assert said(answer) == [
        "Calls are made on Thu Nov 26, 2026. Patients in Alabama, Louisiana, Rhode Island are still not called (3 of 4 patients)."
    ]
    assert said(web.post(url("calling_day_open"), {"on": "2026-11-26"}, follow=True))[0].startswith(
        "Calls are made on Thu Nov 26, 2026 already. Nothing was changed."
    )
    assert days(practice) == [(THANKSGIVING, "Thanksgiving Day", False)]
    day = calendar(answer)[THANKSGIVING]
    assert (day.kind, day.still_closed, day.patients) == ("OPENED", "Alabama, Louisiana, Rhode Island", 3)
    with tenancy.practice(practice.pk):
        open_at, noon = Hours.of(practice).is_open, NOW + timedelta(days=9, hours=1)
        assert (open_at("America/New_York@NY", noon), open_at("America/New_York@RI", noon)) == (True, False)
    closed = web.post(url("calling_day_remove"), {"on": "2026-11-26"}, follow=True)
    assert said(closed) == ["Thu Nov 26, 2026 is a holiday without calls again."]


def test_closing_a_holiday_adds_nothing_and_closing_an_opened_one_closes_it(web, url, practice):
    close = {"on": "2026-11-26", "name": "Family day"}
    assert said(web.post(url("calling_day_close"), close, follow=True))[0].startswith("No calls are made on")
    assert days(practice) == []
    web.post(url("calling_day_open"), {"on": "2026-11-26"})
    web.post(url("calling_day_close"), close)
    assert days(practice) == [(THANKSGIVING, "Family day", True)]


def test_holidays_of_a_state_stand_in_the_calendar_of_who_has_patients_there(web, url, practice):
    mardi_gras = date(2027, 2, 9)
    assert mardi_gras not in calendar(web.get(url("calling_rules")))
    with tenancy.practice(practice.pk):
        make_patient(zip_code="70112")
    day = calendar(web.get(url("calling_rules")))[mardi_gras]
    assert (day.kind, day.name, day.still_closed, day.patients) == ("STATE", "Mardi Gras", "Louisiana", 1)


def test_more_rules_days_and_places_need_no_more_queries(web, url, practice, admin):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert web.get(url("calling_rules")).status_code == 200
        return len(captured)

    def add(state, zip_code, on):
        with tenancy.practice(practice.pk):
            HoursRule.objects.create(state=state, weekdays=[1], note=f"Rule {state}", created_by=admin)
            CalendarDay.objects.create(on=on, name="Closed", created_by=admin)
            make_patient(zip_code=zip_code)

    add("NY", NEW_YORK, date(2026, 12, 1))
    queries()
    one = queries()
    add("RI", RHODE_ISLAND, date(2026, 12, 2))
    add("AL", ALABAMA, date(2026, 12, 3))
    assert queries() == one <= 15


def test_only_admins_may_open_or_change_any_of_it(sign_in, url, practice, supervisor, agent):
    with tenancy.practice(practice.pk):
        pk = HoursRule.objects.create(state="NY", weekdays=[1], note="Kept").pk
    pages = [("get", "calling_rules", ()), ("get", "calling_hours", ()), ("get", "calling_rule_new", ())]
    pages += [("post", name, ()) for name in (
        "calling_hours", "calling_hours_dry_run", "calling_rule_new",
        "calling_day_close", "calling_day_open", "calling_day_remove",
    )]  # fmt: skip
    pages += [("post", "calling_rule_remove", (pk,)), ("post", "calling_rule_restore", (pk,))]
    for member in (supervisor, agent):
        web = sign_in(member)
        assert {getattr(web, method)(url(name, *ids)).status_code for method, name, ids in pages} == {403}
    assert len(rules(practice)) == 1


def test_a_rule_of_another_practice_is_not_found_and_stays(web, url, other_practice, stranger):
    with tenancy.practice(other_practice.pk):
        foreign = HoursRule.objects.create(state="NY", weekdays=[1], note="Foreignrule")
        CalendarDay.objects.create(on=date(2026, 12, 24), name="Foreignday")
    for name in ("calling_rule_remove", "calling_rule_restore"):
        assert web.post(url(name, foreign.pk)).status_code == 404
        assert web.post(url(name, 2_000_000_000)).status_code == 404
    web.post(url("calling_day_remove"), {"on": "2026-12-24"})
    page = web.get(f"{url('calling_rules')}?removed={foreign.pk}").content.decode()
    assert "Foreign" not in page
    assert (len(rules(other_practice)), len(days(other_practice))) == (1, 1)
    assert web.get(f"{url('calling_rules')}?removed=nonsense").status_code == 200
