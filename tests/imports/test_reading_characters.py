"""Encodings and characters: what is decoded how, what is dropped, and what costs a row."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.decoding import CHOICES
from imports.reading import UnreadableFile, open_table

HEADER = b"MRN,Last Name,First Name\n"
DAMAGED = "has characters that cannot be read"


def opened(content, encoding=""):
    return open_table(io.BytesIO(content), limit_bytes=50_000_000, encoding=encoding)


def rows_of(content, encoding=""):
    return [(*row.cells, row.problem) for row in opened(content, encoding).rows()]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("  Lee ", "Lee"), ("\u00a0Lee\u00a0", "Lee"), ("Le\u200be\ufeff", "Lee"), ("L\x00e\x01e\x7f", "Lee"), ("Lee\x85", "Lee"),
        ("Mc\u00a0Lee", "Mc Lee"), ("Lee\u2028Ann", "Lee Ann"), ("Pen\u0303a", "Peña"), ("Lee\x0b\x0cAnn", "LeeAnn"),
        ("'Lee", "Lee"), ("'00123", "00123"), ("'t Hooft", "'t Hooft"), ("O'Brien", "O'Brien"), ("'", "'"), ('="00123"', "00123"),
        ('"=""00123"""', "00123"), ("=1+1", "=1+1"), ("李", "李"), ("a\tb", "a\tb"), ("Zoë 😀", "Zoë 😀"),
        ("Lee \ufffd Co", "Lee  Co"), ("\ufffd", ""),
    ],
)  # fmt: skip
def test_a_cell_is_cleaned(cell, read):
    assert rows_of(HEADER + f"1,{cell},Ann\n2,Ng,Bo\n".encode()) == [("1", read, "Ann", ""), ("2", "Ng", "Bo", "")]


@pytest.mark.parametrize(
    ("bad", "read", "problem"),
    [
        ("Pe\ufffda".encode(), "Pea", DAMAGED),
        ("Pe\u00ef\u00bf\u00bda".encode(), "Pea", DAMAGED),
        (b"Pe\xf1a", "Peña", ""),  # Windows-1252 in the midst of UTF-8
        (b"Zo\xc3", "Zo", DAMAGED),  # the second half of a letter is lost
        (b"Le\x81e", "Lee", DAMAGED),
    ],
)
def test_what_cannot_be_read_costs_its_row_and_is_never_kept(bad, read, problem):
    good = "7,Peña,José\n".encode() * 5

    assert rows_of(HEADER + good + b"8," + bad + b",Ann\n" + good) == [
        *[("7", "Peña", "José", "")] * 5, ("8", read, "Ann", problem), *[("7", "Peña", "José", "")] * 5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "cut", "last"), [("utf-8", 1, "Zo"), ("utf-16", 1, "Zo"), ("utf-8-sig", 1, "Zo"), ("utf-16-be", 1, "Zo")]
)
def test_a_file_cut_off_within_a_letter_loses_its_last_row_alone(codec, cut, last):
    content = (HEADER.decode() + "1,Peña,José\n2,Ng,Zoë").encode(codec)[:-cut]

    assert rows_of(content) == [("1", "Peña", "José", ""), ("2", "Ng", last, DAMAGED)]


@pytest.mark.parametrize(("codec", "label"), CHOICES)
def test_the_admin_may_say_which_encoding_it_is(codec, label):
    table = opened("MRN,Last Name,First Name\n1,Lee,Ann\n2,Ng,Bo\n".encode(codec), codec)

    assert table.encoding == codec
    assert [row.cells for row in table.rows()] == [("1", "Lee", "Ann"), ("2", "Ng", "Bo")]


def test_the_word_of_the_admin_goes_before_the_guess():
    assert rows_of(HEADER + "1,Peña,José\n".encode("mac-roman"), "mac-roman") == [("1", "Peña", "José", "")]


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("utf-8", "Row 4 of the file cannot be read as UTF-8: choose another encoding."),
        ("rot13", "This encoding is not one of those offered: choose another."),
    ],
)
def test_a_choice_that_does_not_fit_is_said_with_the_row(encoding, sentence):
    with pytest.raises(UnreadableFile) as error:
        opened(HEADER + b"1,Lee,Ann\n2,Ng,Bo\n3,Pe\xf1a,Cy\n", encoding)
    assert str(error.value) == sentence


@pytest.mark.parametrize("codec", ["cp932", "gb18030", "euc-kr"])
def test_text_in_no_encoding_we_can_tell_is_refused(codec):
    names = {"cp932": "ァ高橋ソ表能十予", "gb18030": "丂丄丅丆丏丒両丣", "euc-kr": "똠방각하"}[codec]
    content = HEADER + (f"1,{names},x\n" * 40).encode(codec, "ignore")
    if codec == "euc-kr":  # its bytes are all letters of Windows-1252, so only the admin can tell
        assert rows_of(content, "euc-kr")[0][0] == "1"
        return
    with pytest.raises(UnreadableFile) as error:
        opened(content)
    assert str(error.value) == "This is not a text file: export the list from the EMR as CSV and upload that."


BEGINNINGS = [b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", HEADER, b"PK\x03\x04", b"<table><tr><td>"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(BEGINNINGS))
def test_any_bytes_end_in_rows_or_one_sentence(content, begin):
    try:
        text = "".join("".join(row.cells) + row.section for row in opened(begin + content).rows())
    except UnreadableFile as refused:
        text = str(refused)

    assert text == text.encode("utf-8").decode("utf-8").replace("\ufffd", "").replace("\x00", "")
