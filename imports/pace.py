"""How fast a file is being read, and how long it will take from here. Pure."""

from dataclasses import dataclass

# A rate over less is a guess.
FEWEST_SECONDS = 2


@dataclass(frozen=True)
class Pace:
    """Rows a second, and whole seconds left; None while nobody can say."""

    rows_per_second: int | None
    seconds_left: int | None


def of(*, done, total, started_at, now):
    """The pace of `done` rows of `total` since a moment."""
    seconds = (now - started_at).total_seconds() if started_at else 0
    if seconds < FEWEST_SECONDS or not done:
        return Pace(None, None)
    return Pace(round(done / seconds), round((total - done) * seconds / done))
