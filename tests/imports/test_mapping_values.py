"""Columns without a telling name are known by their values, and rivals are settled, in files made on the spot."""

import csv
import datetime as dt
import io
import random

import pytest

from imports import mapping
from imports.reading import open_table

TODAY = dt.date(2026, 11, 23)
NAMES = (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Carlos Maria",
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson",
)
GIVEN, LAST = (line.split() for line in NAMES)
TOWNS = [("Boston", "MA", "02134"), ("Miami", "FL", "33101"), ("Austin", "TX", "73301"), ("New York", "NY", "10001")]


class Person:
    def __init__(self, number, dice):
        self.mrn = str(100_000 + number * 7)
        self.first, self.last = dice.choice(GIVEN), dice.choice(LAST)
        self.born = us(dt.date(1930, 1, 1) + dt.timedelta(dice.randrange(25_000)))
        self.phone = f"{dice.choice([312, 212, 415, 617])}{dice.randrange(200, 999)}{dice.randrange(10_000):04d}"
        self.sex, self.town = dice.choice("MF"), dice.choice(TOWNS)


class Booking:
    def __init__(self, number, dice):
        self.number, self.person = str(900_000 + number), dice.choice(PEOPLE)
        self.day = TODAY + dt.timedelta(dice.randrange(-300, 60))
        self.status = "Scheduled" if self.day > TODAY else dice.choice(["Completed", "No Show", "Cancelled"])
        self.on, self.made = us(self.day), us(self.day - dt.timedelta(30))


def us(day):
    return f"{day:%m/%d/%Y}"


DICE = random.Random(3)
PEOPLE = [Person(n, DICE) for n in range(40)]
BOOKINGS = [Booking(n, DICE) for n in range(120)]


def guesses(rows, header=None):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows] if header else rows)
    return mapping.guess(open_table(io.BytesIO(text.getvalue().encode()), limit_bytes=9_000_000), today=TODAY)


def found(rows, header=None):
    return [guess.field for guess in guesses(rows, header)]


def reason(rows, header, column):
    return next(guess.reason for guess in guesses(rows, header) if guess.header == column)


def test_a_list_without_header_with_names_in_two_columns():
    rows = [[p.last, p.first, p.sex, p.born, "12 Maple Ave", *p.town, p.phone, p.mrn] for p in PEOPLE]

    assert found(rows) == [
        "last_name", "first_name", "sex", "born_on", "address", "city", "state", "zip_code", "phone_other", "mrn",
    ]  # fmt: skip


def test_a_list_without_header_with_first_name_first_and_a_day_of_registration():
    rows = [[p.mrn, us(TODAY - dt.timedelta(900 + n)), f"{p.first} {p.last}", p.born, p.phone] for n, p in enumerate(PEOPLE)]

    assert found(rows) == ["mrn", "", "full_name", "born_on", "phone_other"]


def test_appointments_without_header_and_without_names():
    rows = [[b.number, b.on, b.made, f"10:{n % 60:02d} AM", b.person.mrn, b.person.town[2], b.status, "Return Visit",
    "Rivera, Carmen MD"]
            for n, b in enumerate(BOOKINGS)]  # fmt: skip

    assert found(rows) == [
        "appointment_id", "appointment_on", "", "appointment_time", "mrn", "zip_code", "status", "", "provider",
    ]  # fmt: skip


def test_the_names_of_a_report_designer_say_nothing():
    rows = [
        [b.status, b.on, b.made, f"{b.person.last}, {b.person.first}", b.person.phone, b.person.born, b.number] for b in BOOKINGS
    ]

    assert found(rows, [f"Textbox{n}" for n in range(30, 37)]) == [
        "status", "appointment_on", "", "full_name", "phone_other", "born_on", "",
    ]  # fmt: skip


def test_the_number_that_goes_with_the_person_is_the_chart_number():
    rows = [[b.number, b.person.mrn, b.person.last, b.person.first, b.person.born, b.on] for b in BOOKINGS]
    header = ["Ref A1", "Ref B1", "Last Name", "First Name", "DOB", "Appt Date"]

    assert found(rows, [name.replace("Ref", "Qx") for name in header])[:2] == ["appointment_id", "mrn"]
    assert reason(rows, ["Qx1", "Qx2", *header[2:]], "Qx2") == "The values look like chart numbers, the same for the same person."


def test_next_visits_are_dates_ahead_that_many_lack():
    rows = [[p.mrn, f"{p.last}, {p.first}", p.born, us(TODAY - dt.timedelta(30 + n)),
    us(TODAY + dt.timedelta(n)) if n % 4 == 1 else ""]
            for n, p in enumerate(PEOPLE)]  # fmt: skip

    assert found(rows) == ["mrn", "full_name", "born_on", "last_visit", "next_visit"]


def test_past_dates_that_could_be_anything_are_left_alone():
    rows = [[p.mrn, f"{p.last}, {p.first}", p.born, us(TODAY - dt.timedelta(30 + n))] for n, p in enumerate(PEOPLE)]

    assert found(rows) == ["mrn", "full_name", "born_on", ""]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Emergency Contact Phone", "312-555-1234"), ("Emergency Contact", "Lee, Bob"), ("Guarantor DOB", "01/02/1950"),
        ("Fax", "312-555-1234"),
        ("Spouse Email", "a@example.com"), ("Age", "35 yrs"), ("Create Time", "8:00 AM"), ("Employer Phone", "312-555-1234"),
        ("PCP", "Rivera, Carmen"), ("Insurance Phone", "312-555-1234"), ("Preferred Name", "Bob"),
    ],
)  # fmt: skip
def test_what_is_somebody_elses_is_not_guessed_by_its_values(header, cell):
    rows = [[p.mrn, p.last, p.first, cell] for p in PEOPLE]

    assert found(rows, ["MRN", "Last Name", "First Name", header])[3] == ""


def test_names_under_the_wrong_heads_are_told_by_how_common_they_are():
    rows = [[p.last, p.first, p.mrn, p.born] for p in PEOPLE]

    assert found(rows, ["First", "Last", "ID", "DOB"]) == ["last_name", "first_name", "mrn", "born_on"]
    assert reason(rows, ["First", "Last", "ID", "DOB"], "First") == (
        "94% of the names under “Last” are common given names, 0% of those under “First”: the two are swapped."
    )
    assert found([[p.first, p.last, p.mrn, p.born] for p in PEOPLE], ["First", "Last", "ID", "DOB"])[:2] == [
        "first_name",
        "last_name",
    ]


def test_rare_names_are_never_swapped():
    rows = [[f"Zx{p.last[::-1].lower()}", f"Qy{p.first[::-1].lower()}", p.mrn] for p in PEOPLE]

    assert found(rows, ["First", "Last", "ID"]) == ["first_name", "last_name", "mrn"]


def test_an_id_that_is_new_in_each_row_is_of_the_appointment():
    rows = [[b.number, b.on, b.status, b.person.first, b.person.last, b.person.born] for b in BOOKINGS]

    assert found(rows, ["ID", "Date", "Status", "First Name", "Last Name", "DOB"]) == [
        "appointment_id", "appointment_on", "status", "first_name", "last_name", "born_on",
    ]  # fmt: skip


def test_past_visit_dates_without_an_outcome_are_visits():
    past = [b for b in BOOKINGS if b.day < TODAY]

    assert found([[b.person.mrn, b.on] for b in past], ["MRN", "Visit Date"]) == ["mrn", "encounter_on"]
    assert found([[b.person.mrn, b.on, b.status] for b in past], ["MRN", "Visit Date", "Status"])[1:] == [
        "appointment_on",
        "status",
    ]
    assert found([[b.person.mrn, b.on, b.status] for b in past], ["MRN", "DOS", "Visit Status"])[1:] == [
        "appointment_on",
        "status",
    ]


def test_confirmed_is_no_status():
    rows = [[b.person.mrn, b.on, ("Yes", "No", "LM")[n % 3], b.status] for n, b in enumerate(BOOKINGS)]

    assert found(rows, ["MRN", "Appt Date", "Confirmation Status", "State of it"])[2:] == ["", "status"]


def test_appointments_side_by_side_are_grouped_by_the_number_in_their_names():
    rows = [[p.mrn, p.last, p.first, "11/13/2026", "Kept", "12/02/2026", "Scheduled", "Rivera"] for p in PEOPLE]
    header = ["MRN", "Last", "First", "Appt 1 Date", "Appt 1 Status", "Appt 2 Date", "Appt 2 Status", "Provider"]
    chosen = mapping.as_mapping(guesses(rows, header))

    assert mapping.problems(chosen) == []
    assert mapping.appointment_columns(header, chosen) == [
        {"appointment_on": 3, "status": 4, "provider": 7}, {"appointment_on": 5, "status": 6, "provider": 7},
    ]  # fmt: skip


def test_visits_side_by_side_with_statuses_are_appointments():
    rows = [[p.mrn, p.last, p.first, "11/13/2026", "Kept", "Lee", "12/02/2026", "Scheduled", "Ng"] for p in PEOPLE]
    header = ["MRN", "Last", "First", *(f"Visit {n} {part}" for n in (1, 2) for part in ("Date", "Status", "Provider"))]

    assert found(rows, header)[3:] == ["appointment_on", "status", "provider"] * 2


def test_one_appointment_whose_columns_bear_numbers_of_their_own():
    header = ["MRN", "Appt Date1", "Status3", "Provider2"]
    rows = [[b.person.mrn, b.on, b.status, "Rivera"] for b in BOOKINGS]
    chosen = mapping.as_mapping(guesses(rows, header))

    assert mapping.appointment_columns(header, chosen) == [{"appointment_on": 1, "status": 2, "provider": 3}]
    assert mapping.appointment_columns(["MRN", "Last", "First"], {"MRN": "mrn", "Last": "last_name", "First": "first_name"}) == []


@pytest.mark.parametrize(
    ("header", "pairs"),
    [
        (["Home Phone", "Home Phone Ext", "Work Phone", "Work Phone Ext"], {0: 1, 2: 3}),
        (["OfficePhone", "OfficePhoneExtension", "HomePhone"], {0: 1}),
        (["Cell Phone", "Phone", "Ext"], {1: 2}),
        (["Home Phone", "Work Phone Ext"], {}),
    ],
)
def test_extensions_go_with_the_phone_their_names_speak_of(header, pairs):
    rows = [
        [PEOPLE[n].mrn, PEOPLE[n].last, PEOPLE[n].first, *("12" if "xt" in name else PEOPLE[n].phone for name in header)]
        for n in range(9)
    ]
    names = ["MRN", "Last", "First", *header]
    chosen = mapping.as_mapping(guesses(rows, names))

    assert mapping.extension_columns(names, chosen) == {phone + 3: extension + 3 for phone, extension in pairs.items()}


def test_an_active_column_with_words_is_the_status_of_the_chart():
    rows = [[p.mrn, p.last, p.first, ("Active", "Inactive")[n % 2]] for n, p in enumerate(PEOPLE)]

    assert found(rows, ["MRN", "Last", "First", "Active"])[3] == "patient_status"
    assert found([[*row[:3], "Y"] for row in rows], ["MRN", "Last", "First", "Active"])[3] == "active"


def test_an_empty_column_gives_way_to_one_that_is_filled():
    rows = [[p.mrn, "", p.last, p.first] for p in PEOPLE]

    assert found(rows, ["Patient ID", "Medical Record #", "Last", "First"])[:2] == ["mrn", ""]


def test_prose_about_encounters_and_plain_dates_of_encounters():
    prose = [
        [p.mrn, p.last, p.first, "Seen 01/02/2024 for 185349003 (SNOMED-CT) - Office Visit; Seen 03/04/2024 for x"]
        for p in PEOPLE
    ]

    assert found(prose, ["MRN", "Last", "First", "Encounter"])[3] == "encounter_text"
    assert found([[*row[:3], "01/02/2024"] for row in prose], ["MRN", "Last", "First", "Encounter"])[3] == "encounter_on"
    assert found([[*row[:3], str(n)] for n, row in enumerate(prose)], ["MRN", "Last", "First", "Encounter"])[3] == ""


def test_social_security_numbers_without_a_name_are_refused_also_where_few():
    rows = [[p.last, p.first, p.born, p.phone, "123-45-6789" if n % 5 == 0 else "see chart"] for n, p in enumerate(PEOPLE)]

    assert [(guess.field, guess.refused, guess.samples) for guess in guesses(rows)][4] == ("", "Social Security number", ())


def test_what_is_not_needed_is_said_so():
    rows = [[p.mrn, p.last, p.first, "white", "glaucoma"] for p in PEOPLE]
    last = guesses(rows, ["MRN", "Last", "First", "Race", "Diagnosis"])[3:]

    assert [guess.reason for guess in last] == ["Not needed to call a patient, not stored."] * 2
    assert [guess.refused for guess in last] == ["not needed to call a patient"] * 2


def test_samples_are_three_distinct_values():
    samples = guesses([["1", "Lee", "Ann"], ["1", "Lee", "Bo"], ["2", "Ng", "Cy"], ["3", "Ng", "Di"]], ["MRN", "Last", "First"])

    assert [guess.samples for guess in samples] == [("1", "2", "3"), ("Lee", "Ng"), ("Ann", "Bo", "Cy")]


def test_columns_of_hostile_cells_are_guessed_in_time():
    rows = [["(" * 100_000, "1" * 100_000, " 1" * 50_000, "a@" * 50_000, "12:" * 30_000, "A " * 50_000] for _ in range(8)]
    started = dt.datetime.now(tz=dt.UTC)
    guesses(rows)

    assert dt.datetime.now(tz=dt.UTC) - started < dt.timedelta(seconds=10)


def test_a_schedule_without_header_with_many_other_dates_and_numbers():
    codes = {"Scheduled": "1", "Completed": "2", "Cancelled": "3", "No Show": "4"}
    rows = [
        [b.on, b.made, b.made if b.status == "Cancelled" else "", str(n % 60), b.person.mrn, b.person.town[2], codes[b.status],
        b.status,
         "Y" if n % 9 == 0 else "N", ("NEW", "RETURN")[n % 2], "Main Campus", ("RIVERA, CARMEN", "FELDMAN, SAUL")[n % 2],
         str(10_000 + n % 25)]
        for n, b in enumerate(BOOKINGS)
    ]  # fmt: skip

    assert found(rows) == ["appointment_on", "", "", "", "mrn", "zip_code", "", "status", "", "", "", "", ""]


def test_reasons_are_in_words():
    rows = [[b.person.mrn, b.on, b.status, "No", b.made] for b in BOOKINGS]
    header = ["MRN", "Appt Date", "Appt Status", "Is Cancelled", "Cancelled Date"]

    assert [guess.reason for guess in guesses(rows, header)] == [
        "The name says chart number (MRN).", "The name says appointment date.", "The name says appointment status.",
        "The name says canceled.", "Another column says canceled more plainly.",
    ]  # fmt: skip
