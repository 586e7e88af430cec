"""Hours that a campaign keeps for itself, on the clocks of its patients, written as one word: `~12345/1700-1900`.

The word is put behind a patient's hours key (campaigns/calling_hours.py), and so can only take time away from what the law,
the practice and the patient leave open.
"""

from patients.wishes import parse, wish_key


def word(*, weekdays, opens_at, closes_at):
    """The word for ISO weekdays from `opens_at` to `closes_at`. Raises ValueError where the hours end before they start."""
    return wish_key(weekdays=weekdays, starts=opens_at, ends=closes_at).replace("#", "~")


def meant(own_hours):
    """What a word stands for, as patients.wishes.Wish with `weekdays`, `starts` and `ends`; None for no own hours."""
    return parse(own_hours.removeprefix("~"))


def words(own_hours):
    """A word as people write it: “Mon, Tue, 5:00 PM–7:00 PM”; those of the practice for none."""
    return str(meant(own_hours) or "as the practice")
