"""Values: cells of every kind EMRs write, to clean values or a reason."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from imports.values import codes, dates, names, phones

TODAY = dt.date(2026, 11, 23)
MDY = dates.DateFormat()


def read_birth(text):
    return dates.read_date(text, MDY, today=TODAY, birth=True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7/4/1944", (1944, 7, 4)), ("07-04-1944", (1944, 7, 4)), ("1944-07-04", (1944, 7, 4)),
        ("1944-07-04T00:00:00", (1944, 7, 4)), ("7/4/1944 2:52:09 AM", (1944, 7, 4)), ("19440704", (1944, 7, 4)),
        ("Jul 4, 1944", (1944, 7, 4)), ("4-Jul-1944", (1944, 7, 4)), ("4 July 1944", (1944, 7, 4)),
        ("22962", (1962, 11, 12)), ("22962.0", (1962, 11, 12)), ("04/02/47", (1947, 4, 2)), ("06/10/01", (2001, 6, 10)),
        ("11/23/26", (2026, 11, 23)), ("11/24/26", (1926, 11, 24)),
    ],
)  # fmt: skip
def test_birth_dates(text, day):
    assert read_birth(text) == dt.date(*day)


@pytest.mark.parametrize("text", ["", "Never", "0000-00-00", "0001-01-01", "00/00/0000", "N/A", "null"])
def test_words_for_no_date(text):
    assert read_birth(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("13/45/1980", "there is no such date"), ("02/30/1990", "there is no such date"), ("not a date", "not a date"),
        ("1942", "only a year, not a date"), ("12/05/2050", "a date of birth in the future"),
        ("01/01/1492", "the year is out of range"),
    ],
)  # fmt: skip
def test_impossible_birth_dates_say_why(text, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        read_birth(text)


def test_the_column_votes_on_day_and_month():
    assert dates.vote(["01/02/1950", "24/03/1922", "05/06/1960"]).order == "DMY"
    assert dates.vote(["01/02/1950", "03/24/1922", "05/06/1960"]).order == "MDY"
    assert dates.vote(["01/02/1950", "05/06/1960"]).ambiguous is True
    assert dates.vote(["1950-02-01"]).ambiguous is False


def test_two_digit_years_of_visits_may_lie_ahead():
    assert dates.read_date("02/07/27", MDY, today=TODAY) == dt.date(2027, 2, 7)


@pytest.mark.parametrize(
    ("text", "time"),
    [("9:15 AM", (9, 15)), ("09:59:59.999", (10, 0)),
     ("2:30p", (14, 30)), ("12:15 AM", (0, 15)), ("0915", (9, 15)), ("13:05", (13, 5))],
)  # fmt: skip
def test_times(text, time):
    assert dates.read_time(text) == dt.time(*time)


@pytest.mark.parametrize("text", ["", "00:00:00.000", "00:00", "12:00 AM"])
def test_midnight_means_not_recorded(text):
    assert dates.read_time(text) is None


def test_an_instant_is_shown_by_the_wall_clock_of_the_practice():
    zone = ZoneInfo("America/New_York")

    read = dates.read_datetime("2026-03-30T09:30:00Z", MDY, today=TODAY, zone=zone)
    assert read == (dt.date(2026, 3, 30), dt.time(5, 30))
    read = dates.read_datetime("2026-03-30T09:30:00", MDY, today=TODAY, zone=zone)
    assert read == (dt.date(2026, 3, 30), dt.time(9, 30))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("( 312) 555-5177", (("+13125555177", ""),)), ("312/555-3111", (("+13125553111", ""),)),
        ("+1(512)555-7584", (("+15125557584", ""),)), ("415-555-4959 x12", (("+14155554959", "12"),)),
        ("13125551234", (("+13125551234", ""),)), ("wife's cell 312-555-1234", (("+13125551234", ""),)),
        ("312-555-1234 / 312 555 9999", (("+13125551234", ""), ("+13125559999", ""))),
        ("+44 20 7946 0958", (("+442079460958", ""),)), ("", ()), ("n/a", ()),
    ],
)  # fmt: skip
def test_phones(text, found):
    assert phones.read_phones(text) == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("do not call", "says not to call"), ("ask wife", "no number in it"), ("555-1234", "the area code is missing"),
        ("000-000-0000", "a placeholder, not a number"), ("123-456-7890", "no such area code or exchange"),
        ("31255512345678", "too few or too many digits for a phone number"),
    ],
)  # fmt: skip
def test_wrong_phones_say_why(text, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        phones.read_phones(text)


@pytest.mark.parametrize(
    ("text", "nice"),
    [
        ("O'BRIEN", "O'Brien"), ("MCDONALD", "McDonald"), ("VAN-DYKE", "Van-Dyke"),
        ("ST.CLAIR", "St.Clair"), ("ÖZTÜRK", "Öztürk"),
        ("D'ANGELO", "D'Angelo"), ("DeShawn", "DeShawn"), ("smith", "Smith"), ("HENRY III", "Henry III"), ("J.", "J."),
    ],
)  # fmt: skip
def test_names_get_the_case_people_write_them_in(text, nice):
    assert names.nice_case(text) == nice


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SMITH, JOHN A", ("SMITH", "JOHN", "A")), ("de la Cruz, Maria Jr.", ("de la Cruz", "Maria", "")),
        ("John A. Smith Jr", ("Smith", "John", "A.")), ("Maria de la Cruz", ("de la Cruz", "Maria", "")),
        ("Dr. Ana van der Berg", ("van der Berg", "Ana", "")), ("Smith Jr, Bob", ("Smith", "Bob", "")), ("Lee", ("Lee", "", "")),
    ],
)  # fmt: skip
def test_full_names_come_apart(text, parts):
    assert names.split_full_name(text) == parts


def test_made_up_charts_are_told_by_whole_words():
    assert names.is_test("TEST", "PATIENT")
    assert names.is_test("ZZZTest", "Bob")
    assert not names.is_test("Testa", "Ann")
    assert not names.is_test("Lee", "Patience")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("3 - Checked Out", "KEPT"), ("4 - Charge Entered", "KEPT"), ("x - Cancelled", "CANCELLED"), ("f - Filled", "SCHEDULED"),
        ("PEN : Pending", "SCHEDULED"), ("R/S : Rescheduled", "RESCHEDULED"), ("N/S", "NO_SHOW"), ("CANC", "CANCELLED"),
        ("CHK", "KEPT"),
        ("PEN_CHKIN", "KEPT"), ("Not Arrived", "SCHEDULED"), ("Cancelled - no show", "NO_SHOW"), ("Out", "KEPT"), ("", ""),
    ],
)  # fmt: skip
def test_statuses(text, status):
    assert codes.read_status(text) == status


def test_codes():
    assert [codes.read_zip(text) for text in ("2108", "02108", "21081234", "85201.0", "")] == [
        "02108", "02108", "02108-1234", "85201", "",
    ]  # fmt: skip
    assert [codes.read_sex(text) for text in ("Female", "m", "U", "Unknown", "Other", "")] == ["F", "M", "", "", "X", ""]
    assert [codes.read_language(text) for text in ("Haitian Creole", "spa", "EN", "Klingon")] == ["ht", "es", "en", ""]
    assert [codes.read_state(text) for text in ("ny", "New York", "N.Y.", "")] == ["NY", "NY", "NY", ""]
    assert [codes.read_flag(text) for text in ("0000-00-00", "", "No", "Yes", "2/3/2026", "0", "1")] == [
        False, False, False, True, True, False, True,
    ]  # fmt: skip
    assert [codes.read_patient_status(text) for text in ("D", "A", "I", "Deceased", "Inactive - moved", "?")] == [
        "DECEASED", "ACTIVE", "INACTIVE", "DECEASED", "INACTIVE", "",
    ]  # fmt: skip
    assert codes.code_of("100854:Garcia") == "100854"
    assert codes.label_of("OV : Office Visit") == "Office Visit"
    assert codes.label_of("Follow-up") == "Follow-up"


def test_a_cell_full_of_brackets_is_read_at_once():
    started = time.monotonic()
    names.split_full_name("(" * 130_000)

    assert time.monotonic() - started < 1
