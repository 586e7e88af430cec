"""What columns are taken for while their meaning is guessed, and the bookkeeping of giving fields to them."""

from typing import NamedTuple

SEEN = 50
STRONG = 0.8


class Claim(NamedTuple):
    """What a column is taken for: the field ('' for none), how surely, why, and what it holds if it is never stored.

    `is_open` marks one that its values may still be asked for, `is_spare` one whose name only leaves it open to be a day of
    visits.
    """

    field: str = ""
    score: int = 0
    reason: str = "Its name is none we know."
    refused: str = ""
    is_open: bool = False
    is_spare: bool = False


class Columns:
    """The columns of a file without a field, for those that give them one. `claims` is changed in place."""

    def __init__(self, header, claims, looks, *, today):
        self.header, self.claims, self.looks, self.today = header, claims, looks, today
        self.open_columns = [
            n for n, look in enumerate(looks) if claims[n].is_open and not claims[n].field and len(look.values) >= 2
        ]

    def _taken(self, *fields):
        return any(claim.field in fields for claim in self.claims)

    def _place(self, field):
        return next((n for n, claim in enumerate(self.claims) if claim.field == field), None)

    def _give(self, n, field, seen):
        before = self.claims[n].reason
        denied = before.startswith("The name says")
        reason = f"{before[:-1]}; they look like {seen}." if denied else f"The values look like {seen}."
        self.claims[n] = Claim(field, SEEN, reason)
        if n in self.open_columns:
            self.open_columns.remove(n)

    def _by(self, *tests, share=STRONG):
        return [n for n in self.open_columns if any(self.looks[n].share(test) >= share for test in tests)]
