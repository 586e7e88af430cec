"""When a person asked to be called: the word that is stored, and what it says on the screen."""

import re
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Patient
from patients.wishes import parse, wish_key

STORED = next(each for each in Patient._meta.constraints if each.name == "patient_wish_key").condition.children[0][1]


@pytest.mark.parametrize(
    ("asked", "key", "words"),
    [
        ({"weekdays": [5, 1, 3], "starts": time(9), "ends": time(12)}, "#135/0900-1200", "Mon, Wed, Fri, 9:00 AM–12:00 PM"),
        ({"starts": time(17, 30), "ends": time(20)}, "#1234567/1730-2000", "5:30 PM–8:00 PM"),
        ({"weekdays": [2]}, "#2/0000-2359", "Tue"),
        ({"ends": time(12)}, "#1234567/0000-1200", "12:00 AM–12:00 PM"),
    ],
)
def test_a_wish_becomes_a_word_and_says_itself(asked, key, words):
    assert wish_key(**asked) == key
    assert str(parse(key)) == words


def test_no_wish_is_no_word():
    assert wish_key() == ""
    assert parse("") is None


@pytest.mark.parametrize(
    "asked", [{"starts": time(12), "ends": time(12)}, {"starts": time(13), "ends": time(9)}, {"weekdays": [0, 8]}]
)
def test_hours_that_never_come_are_refused(asked):
    with pytest.raises(ValueError, match=r"must end|weekdays are"):
        wish_key(**asked)


@given(weekdays=st.sets(st.integers(1, 7), min_size=1), starts=st.times(), ends=st.times())
def test_every_word_fits_the_column_and_reads_back(weekdays, starts, ends):
    starts, ends = sorted(at.replace(second=0, microsecond=0, tzinfo=None) for at in (starts, ends))
    if starts == ends:
        return
    key = wish_key(weekdays=weekdays, starts=starts, ends=ends)
    assert re.fullmatch(STORED, key)
    assert len(key) <= Patient._meta.get_field("wish_key").max_length
    wish = parse(key)
    assert (set(wish.weekdays), wish.starts, wish.ends) == (weekdays, starts, ends)
