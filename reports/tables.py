"""Tables of the dashboard as rows for a file."""

from . import calls

TABLES = {
    "agents": calls.by_agent,
    "outcomes": calls.by_disposition,
    "campaigns": calls.by_campaign,
    "attempts": calls.by_attempt,
}
HEAD = [
    "Name", "Dials", "Reached", "Answer rate (%)", "Right party", "Booked", "Booked per dial (%)", "Average handle time (s)",
    "Assisted",
]  # fmt: skip
# A cell that starts so is run as a formula by spreadsheet programs.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(tallies):
    """The head and one row for each tally; names can't act as formulas."""
    yield HEAD
    for each in tallies:
        handled = each.average_handled
        yield [
            f"'{each.name}" if each.name.startswith(FORMULA) else each.name,
            each.dials,
            each.reached,
            each.answer_rate,
            each.right_party,
            each.booked,
            each.conversion,
            round(handled.total_seconds()) if handled is not None else None,
            each.assisted,
        ]
