"""What can't be saved of a disposition, each with the sentence that says why."""

import pytest

from dispositions.contradictions import contradictions
from dispositions.defaults import DEFAULTS
from dispositions.models import Disposition


def made(row):
    return Disposition(practice_id=1, position=1, **row)


DISPOSITIONS = [made(row) for row in DEFAULTS]
MOVED = {"code": "MOVED", "label": "Moved away", "hotkey": "m", "retry_after_days": [7, 14]}
DAYS = "retry_after_days"


def found(row, *, others=DISPOSITIONS, daily_call_cap=1):
    draft = made(row)
    return contradictions(draft, others=[one for one in others if one.code != draft.code], daily_call_cap=daily_call_cap)


def default(code, **changed):
    return next(row for row in DEFAULTS if row["code"] == code) | changed


@pytest.mark.parametrize("row", [*DEFAULTS, MOVED], ids=lambda row: row["code"])
def test_the_defaults_and_an_own_one_contradict_nothing(row):
    assert found(row) == {}


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"code": "M"}, "code", "Use 2 to 16 capital letters, digits or underscores."),
        ({"code": "moved"}, "code", "Use 2 to 16 capital letters, digits or underscores."),
        ({"code": "MOVED AWAY"}, "code", "Use 2 to 16 capital letters, digits or underscores."),
        ({"label": "NO answer"}, "label", "Another active disposition has this label. Choose one that agents can tell apart."),
        ({"hotkey": "n"}, "hotkey", "The key N writes a note on the call page. Choose another one."),
        ({"hotkey": "h"}, "hotkey", "The key H says that the call has ended on the call page. Choose another one."),
        ({"hotkey": "C"}, "hotkey", "The key C starts a callback on the call page. Choose another one."),
        ({"hotkey": "?"}, "hotkey", "Use one letter or digit, or leave it empty."),
        ({"hotkey": "ä"}, "hotkey", "Use one letter or digit, or leave it empty."),
        ({"hotkey": "W"}, "hotkey", "“Wrong number” has this key. Choose another one."),
        ({DAYS: [-1]}, DAYS, "Days can't be less than 0: nobody is called in the past."),
        ({DAYS: [7, 0]}, DAYS, "Enter at least 1 day: nobody is called twice in 24 hours."),
        ({DAYS: [7, 367]}, DAYS, "Enter at most 366 days. To call nobody again, close the enrollment."),
        ({DAYS: [7] * 13}, DAYS, "Enter at most 12 numbers; the last one holds for all further attempts."),
        ({DAYS: []}, DAYS, "Say after how many days the patient is called again, as in 7, 7, 14."),
        ({"closes_as": "LOST"}, DAYS, "It closes the enrollment, so no call follows: leave the days empty."),
        (
            {"is_right_party": True}, "is_right_party",
            "Who speaks with the right party has reached a person: check “A person answered” too.",
        ),
        (
            {"is_reached": True, "is_success": True, "closes_as": "WON", DAYS: []}, "is_success",
            "A booking is made with the right party: check “The right party was spoken to” too.",
        ),
        (
            {"is_reached": True, "is_right_party": True, "number_effect": "WRONG"}, "number_effect",
            "The right party was spoken to on this number, so it works and is theirs.",
        ),
        (
            {"is_reached": True, "number_effect": "DISCONNECTED"}, "number_effect",
            "A person answered, so the number is in service.",
        ),
        (
            {"is_reached": True, "is_right_party": True, "is_success": True}, "closes_as",
            "A booking won closes the enrollment as “Re-appointed”.",
        ),
        (
            {"closes_as": "WON", DAYS: []}, "closes_as",
            "Only a booking won closes as “Re-appointed”: check “Counts as a booking won”, or close otherwise.",
        ),
        (
            {"requires": "CALLBACK", "closes_as": "LOST", DAYS: []}, "requires",
            "A promised callback keeps the enrollment open: leave “Closes as” empty, or ask for something else.",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(changed, field, sentence):
    assert found(MOVED | changed) == {field: sentence}


def test_a_code_stands_for_one_outcome():
    others = [*DISPOSITIONS, made(MOVED)]
    again = made(MOVED | {"label": "Else", "hotkey": ""})
    assert list(contradictions(again, others=others, daily_call_cap=1)) == ["code"]


def test_a_call_on_the_same_day_is_possible_where_the_cap_allows_two():
    assert found(MOVED | {DAYS: [0, 7]}, daily_call_cap=2) == {}


def test_what_is_not_active_may_share_its_label_but_not_take_a_key():
    assert found(MOVED | {"label": "No answer", "is_active": False}) == {}
    assert list(found(MOVED | {"hotkey": "w", "is_active": False})) == ["hotkey"]
    retired = [made(default("WNUM", is_active=False))]
    assert found(MOVED | {"hotkey": "w", "label": "Wrong number"}, others=[*DISPOSITIONS[:3], *retired]) == {}


def test_do_not_call_stays_active_and_closes():
    assert found(default("DNC", is_active=False)) == {
        "is_active": "It stays active: who asks not to be called must be noted at once (47 CFR 64.1200(d)(3))."
    }
    assert found(default("DNC", closes_as="LOST")) == {
        "closes_as": "This outcome records a wish not to be called. It must close as “Do not call”."
    }


def test_one_active_disposition_keeps_the_enrollment_open():
    others = [one for one in DISPOSITIONS if one.closes_as or one.number_effect in ("WRONG", "DISCONNECTED")]
    sentence = "One active disposition at least must keep the enrollment open, or every call would be the last one."
    assert found(default("NOANS"), others=others) == {}
    assert found(default("NOANS", is_active=False), others=others) == {"is_active": sentence}
    assert found(default("NOANS", closes_as="LOST", retry_after_days=[]), others=others) == {"closes_as": sentence}
