"""Phone cells: several numbers with their kinds, extensions, wishes, and cells made to take for ever."""

import time

import pytest

from imports.values import phones


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("H: (312) 555-1234 C: 312-555-9999", (("+13125551234", "", "HOME"), ("+13125559999", "", "MOBILE"))),
        ("312-555-1234 (home), 312-555-9999 (cell)", (("+13125551234", "", "HOME"), ("+13125559999", "", "MOBILE"))),
        ("Home 312-555-1234; Work 312-555-9999 x45", (("+13125551234", "", "HOME"), ("+13125559999", "45", "WORK"))),
        ("312-555-1234 / 312-555-9999", (("+13125551234", "", ""), ("+13125559999", "", ""))),
        ("wife's cell 312-555-1234", (("+13125551234", "", "MOBILE"),)),
        ("312-555-1234 cell or home", (("+13125551234", "", ""),)),
        ("312-555-1234 312-555-1234", (("+13125551234", "", ""),)),
        ("000-000-0000 or 312-555-1234", (("+13125551234", "", ""),)),
        ("3125551234.0", (("+13125551234", "", ""),)),
        ("", ()),
    ],
)  # fmt: skip
def test_the_kinds_a_cell_names_are_kept(text, found):
    assert phones.read_kinds(text) == found


@pytest.mark.parametrize("text", [
    "3125551234", "312-555-1234", "(312) 555-1234", "( 312) 555-1234", "(312)555-1234", "312.555.1234", "312 555 1234",
    "312/555-1234",
    "+1(312)555-1234", "+1 312 555 1234", "1-312-555-1234", "13125551234", "+13125551234", "'312-555-1234", " 312-555-1234 ",
    "312-5551234",
    "1 (312) 555-1234", "tel: 312-555-1234",
])  # fmt: skip
def test_one_number_in_every_style(text):
    assert phones.read_phones(text) == (("+13125551234", ""),)


@pytest.mark.parametrize("text", ["312-555-1234 x12", "312-555-1234x12", "(312) 555-1234 ext. 12", "312-555-1234 Ext 12",
"3125551234 #12",
                                  "312-555-1234, extension: 12", "312-555-1234 EXT12"])  # fmt: skip
def test_extensions_behind_a_number(text):
    assert phones.read_phones(text) == (("+13125551234", "12"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3.12555E+09", "a spreadsheet has cut off its last digits"), ("222-222-2222", "a placeholder, not a number"),
        ("0125551234", "no such area code or exchange"), ("please do not call", "says not to call"), ("DNC", "says not to call"),
        ("5551234", "the area code is missing"), ("see chart", "no number in it"), ("312-555-123",
        "too few or too many digits for a phone number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        phones.read_phones(text)


@pytest.mark.parametrize("text", [
    "do not call", "Do Not Call 312-555-1234", "DON'T CALL", "dont call him", "DNC", "no calls", "no phone calls please",
    "never call",
    "refuses calls", "declined calls", "stop calling", "opted out", "pt does not want calls - do not phone", "do not contact",
])  # fmt: skip
def test_words_that_refuse_calls(text):
    assert phones.refuses(text) is True


@pytest.mark.parametrize(
    "text", ["", "312-555-1234", "no phone", "no contact number", "call after 5", "wife's cell", "disconnected", "callback"]
)
def test_words_that_do_not(text):
    assert phones.refuses(text) is False


@pytest.mark.parametrize(
    ("text", "extension"), [("12", "12"), ("x12", "12"), ("Ext. 12", "12"), ("12.0", "12"), ("", ""), ("0", ""), ("n/a", "")]
)
def test_extensions_in_a_cell_of_their_own(text, extension):
    assert phones.read_extension(text) == extension


def test_words_are_no_extension():
    with pytest.raises(ValueError, match=r"^not an extension$"):
        phones.read_extension("ask for Ann")


@pytest.mark.parametrize("piece", ["1", " ", "(", "1 ", "1-", "+1 (", "x", "312-555-1234 ", "don't ", "ext", "٣"])
def test_hostile_cells_are_read_at_once(piece):
    started = time.monotonic()
    for read in (phones.read_phones, phones.read_kinds, phones.read_extension, phones.refuses):
        try:
            read(piece * 100_000)
        except ValueError as fault:
            assert piece * 20 not in str(fault)  # noqa: PT017

    assert time.monotonic() - started < 2
