"""Names and codes: their odd cases, and cells made to take for ever."""

import time

import pytest

from imports.values import codes, given, names


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("DO, ANN", ("DO", "ANN", "")), ("Ann Do", ("Do", "Ann", "")), ("Ann Lee DO", ("Lee", "Ann", "")), ("Smith, Jr., Bob",
        ("Smith", "Bob", "")),
        ("Smith, Bob, Jr.", ("Smith", "Bob", "")), ("Smith III, Bob Q", ("Smith", "Bob", "Q")), ('Lee, Ann "Annie"', ("Lee",
        "Ann", "")),
        ("Lee, Ann (Annie) M", ("Lee", "Ann", "M")), ("Mr. Bob Lee", ("Lee", "Bob", "")), ("*LEE, ANN*", ("LEE", "ANN", "")),
        ("", ("", "", "")),
        (",", ("", "", "")), ("Lee,", ("Lee", "", "")), ("van der Berg, Ana", ("van der Berg", "Ana", "")),
    ],
)  # fmt: skip
def test_full_names_come_apart(text, parts):
    assert names.split_full_name(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [("SMITH JOHN A", ("SMITH", "JOHN", "A")), ("DE LA CRUZ MARIA", ("DE LA CRUZ", "MARIA", "")), ("SMITH, JOHN A", ("SMITH",
    "JOHN", "A")),
     ("LEE ANN", ("LEE", "ANN", ""))],
)  # fmt: skip
def test_full_names_with_the_last_name_first_and_no_comma(text, parts):
    assert names.split_full_name(text, last_first=True) == parts


def test_a_column_tells_which_end_the_last_name_is_at():
    assert names.vote_last_first(["SMITH JOHN A", "GARCIA MARIA", "BROWN LINDA", "MILLER ROBERT"])
    assert not names.vote_last_first(["JOHN A SMITH", "MARIA GARCIA", "LINDA BROWN", "ROBERT MILLER"])
    assert not names.vote_last_first(["SMITH, JOHN", "GARCIA, MARIA", "BROWN, LINDA"])
    assert not names.vote_last_first([])


@pytest.mark.parametrize(
    ("text", "nice"),
    [("*JOHN", "John"), ("-SMITH", "Smith"), ("'O'BRIEN", "O'Brien"), ("MCGEE", "McGee"), ("MC", "Mc"), ("II", "II"),
    ("JOHN'S", "John's"),
     ("  ANN   MARIE ", "Ann Marie"), ("macDonald", "macDonald"), ("Freeman822", "Freeman822"), ("", "")],
)  # fmt: skip
def test_names_get_the_case_people_write_them_in(text, nice):
    assert names.nice_case(text) == nice


def test_given_names_and_surnames_are_known_by_their_first_word():
    assert [given.plain(name) for name in ("O'Brien", "Siobhán", "Freeman822", "Mary Ann", "李")] == [
        "obrien",
        "siobhan",
        "freeman",
        "mary",
        "",
    ]
    assert given.share_given(["Mary", "Smith", "Qzx", "Linda"]) == 0.5
    assert given.share_surnames(["Mary", "Smith", "Qzx", "Lopez"]) == 0.5
    assert given.share_given([]) == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [("12345:Garcia", "12345"), ("'00123", "00123"), ('="00123"', "00123"), ("*123", "123"), ("123.0", "123"), ("A-12",
    "A-12"), ("", ""),
     ("1.0.0", "1.0.0")],
)  # fmt: skip
def test_chart_numbers_without_what_spreadsheets_put_around_them(text, code):
    assert codes.code_of(text) == code


@pytest.mark.parametrize(
    ("text", "language"),
    [("8:00 AM", ""), ("en", "en"), ("ENG", "en"), ("en-US", "en"), ("Spanish; Castilian", "es"), ("es : Spanish", "es"),
    ("am", "am"),
     ("I am not sure", ""), ("Unknown", ""), ("Declined", "")],
)  # fmt: skip
def test_languages(text, language):
    assert codes.read_language(text) == language


@pytest.mark.parametrize(
    ("text", "refuses"),
    [("Y", True), ("Yes", True), ("X", True), ("1", True), ("N", False), ("0", False), ("", None), ("Do not call", True),
    ("DNC", True),
     ("2026-01-02", True), ("Refused", True), ("unknown", None)],
)  # fmt: skip
def test_a_column_of_people_not_to_call(text, refuses):
    assert codes.read_no_calls(text) is refuses


@pytest.mark.parametrize(
    ("text", "refuses"),
    [("N", True), ("No", True), ("0", True), ("False", True), ("Refused", True), ("Y", False), ("Yes", False), ("", None),
    ("after 5pm", False),
     ("do not call", True), ("No - DNC", True)],
)  # fmt: skip
def test_a_column_of_people_we_may_call(text, refuses):
    assert codes.read_no_calls(text, inverted=True) is refuses


@pytest.mark.parametrize("text", ["٠٢١٣٤", "²²²²²", "abcde", "123456"])
def test_what_is_no_zip_is_said(text):
    with pytest.raises(ValueError, match="ZIP code"):
        codes.read_zip(text)


@pytest.mark.parametrize("piece", ["1", " ", "(", "A", "a ", ",", "A : ", "no ", '"', "O'", "Mc"])
def test_hostile_cells_are_read_at_once(piece):
    cell = piece * 100_000
    started = time.monotonic()
    for read in (names.nice_case, names.split_full_name, given.plain, codes.label_of, codes.code_of, codes.read_sex,
    codes.read_language,
                 codes.read_state, codes.read_zip, codes.read_flag, codes.read_no_calls, codes.read_patient_status,
                 codes.read_status, lambda text: names.vote_last_first([text]), lambda text: names.is_test(text,
                 text)):  # fmt: skip
        try:
            read(cell)
        except ValueError as fault:
            assert piece * 20 not in str(fault)  # noqa: PT017

    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Pending Arrival", "SCHEDULED"), ("PendingArrival", "SCHEDULED"), ("InLobby", "KEPT"), ("CheckedOut", "KEPT"),
        ("NoShow", "NO_SHOW"),
        ("Left without being seen", "CANCELLED"), ("HH Incomplete", "SCHEDULED"), ("x", "CANCELLED"), ("N", "NO_SHOW"),
        ("DNKA", "NO_SHOW"),
        ("Not Confirmed", "SCHEDULED"), ("Late Cancel", "CANCELLED"), ("Reminder sent", "SCHEDULED"), ("In Room", "KEPT"),
    ],
)  # fmt: skip
def test_statuses_of_more_systems(text, status):
    assert codes.read_status(text) == status


@pytest.mark.parametrize("text", ["2", "Yes", "purple"])
def test_a_status_we_do_not_know_is_said(text):
    with pytest.raises(ValueError, match=r"^a status we do not know$"):
        codes.read_status(text)


@pytest.mark.parametrize("text", ["None", "NULL", "N/A", "NMN", "-"])
def test_a_word_for_no_name_is_none(text):
    assert names.nice_case(text) == ""


def test_a_patient_may_be_called_null():
    assert names.nice_case("Null") == "Null"
