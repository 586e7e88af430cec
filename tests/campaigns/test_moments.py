"""A callback as people say it at the phone is read as the moment they mean, or refused with words."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import moments

# A Tuesday.
NOW = datetime.fromisoformat("2026-11-17T11:00")
ANY_TIME = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2035-01-01"))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("tue 3pm", "2026-11-17 15:00"),
        ("Tuesday, 3 p.m.", "2026-11-17 15:00"),
        ("next tue 3pm", "2026-11-24 15:00"),
        ("wed at 3", "2026-11-18 15:00"),
        ("weds 9", "2026-11-18 09:00"),
        ("thursday 10:30", "2026-11-19 10:30"),
        ("mon", "2026-11-23 10:00"),
        ("sat noon", "2026-11-21 12:00"),
        ("next week", "2026-11-24 10:00"),
        ("next week fri 4 pm", "2026-11-27 16:00"),
        ("tomorrow", "2026-11-18 10:00"),
        ("tomorrow morning", "2026-11-18 10:00"),
        ("tomorrow afternoon", "2026-11-18 14:00"),
        ("tom 9:30", "2026-11-18 09:30"),
        ("today 5pm", "2026-11-17 17:00"),
        ("tonight", "2026-11-17 18:00"),
        ("tonight at 7", "2026-11-17 19:00"),
        ("8 in the evening tomorrow", "2026-11-18 20:00"),
        ("9:15 tomorrow morning", "2026-11-18 09:15"),
        ("lunch", "2026-11-17 12:00"),
        ("lunch tomorrow", "2026-11-18 12:00"),
        ("tomorrow lunch 11:30", "2026-11-18 11:30"),
        ("tomorrow lunch at 1", "2026-11-18 13:00"),
        ("3pm", "2026-11-17 15:00"),
        ("9am", "2026-11-18 09:00"),
        ("12am", "2026-11-18 00:00"),
        ("12 pm", "2026-11-17 12:00"),
        ("16:45", "2026-11-17 16:45"),
        ("in 2 hours", "2026-11-17 13:00"),
        ("in an hour", "2026-11-17 12:00"),
        ("in 45 min", "2026-11-17 11:45"),
        ("in 3 days", "2026-11-20 11:00"),
        ("in 3 days at 4pm", "2026-11-20 16:00"),
        ("in a week", "2026-11-24 11:00"),
        ("dec 3 2pm", "2026-12-03 14:00"),
        ("December 3rd, 2:15 PM", "2026-12-03 14:15"),
        ("3 dec 2pm", "2026-12-03 14:00"),
        ("Thu Dec 3 2pm", "2026-12-03 14:00"),
        ("the 3rd of december at 2", "2026-12-03 14:00"),
        ("12/3 2pm", "2026-12-03 14:00"),
        ("1/5", "2027-01-05 10:00"),
        ("1/5/27 9am", "2027-01-05 09:00"),
        ("may 4 9am", "2027-05-04 09:00"),
        ("2026-11-18 15:00", "2026-11-18 15:00"),
        ("2027-03-14 02:30", "2027-03-14 02:30"),
        ("dec 3 10:00", "2026-12-03 10:00"),
    ],
)
def test_what_people_say_is_read_as_they_mean_it(words, meant):
    assert f"{moments.read(words, now=NOW):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("soon", "is no day and time"),
        ("tuu 3pm", "is no day and time"),
        ("when she is back", "is no day and time"),
        ("today", "Say the time"),
        ("13pm", "no such day or time"),
        ("25:99", "no such day or time"),
        ("feb 30 2pm", "no such day or time"),
        ("13/40", "no such day or time"),
        ("fri dec 3 2pm", "December 3 is a Thursday"),
        ("in 2 hours or so", "was not understood"),
        ("in 2 hours 3pm", "was not understood"),
        ("tomorrow morning 12:30", "no such day or time"),
        ("in 999 weeks 99:99", "no such day or time"),
        ("", "is no day and time"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(words, part):
    with pytest.raises(moments.Unreadable, match=part):
        moments.read(words, now=NOW)


def test_twelve_at_night_is_written_without_a_guess():
    assert moments.written(datetime.fromisoformat("2026-12-03T00:05")) == "Dec 3 2026 12:05 AM"


@given(ANY_TIME)
def test_what_is_written_is_read_again(moment):
    moment = moment.replace(second=0, microsecond=0)
    assert moments.read(moments.written(moment), now=NOW) == moment


@given(st.text(max_size=60))
def test_nothing_typed_breaks_it(words):
    with contextlib.suppress(moments.Unreadable):
        assert isinstance(moments.read(words, now=NOW), datetime)


@given(st.sampled_from(["9am", "3pm", "noon", "16:45"]), ANY_TIME)
def test_a_time_alone_lies_within_the_coming_day(words, now):
    moment = moments.read(words, now=now)
    assert timedelta(0) < moment - now.replace(second=0, microsecond=0) <= timedelta(days=1)
