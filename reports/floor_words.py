"""What became of work that was moved, in exact numbers."""

from campaigns.campaign_words import count
from campaigns.moving_work import CAMPAIGN, HELD, LANGUAGE


def moved_words(moved):
    """As in “12 patients moved from Ana to Bo, all of today’s list. 3 stay: 2 whose language …”."""
    giver, taker = moved.from_agent.name, moved.to_agent.name if moved.to_agent else "the shared pool"
    of = f" of “{moved.campaign.name}”" if moved.campaign else ""
    many, listed = len(moved.enrollment_ids), moved.listed
    parts = [f"{count(many, 'patient')}{of} moved from {giver} to {taker}"]
    if many:
        parts.append("all on today’s list" if listed == many else f"{listed:,} of them on today’s list")
    if moved.callback_ids:
        parts.append(f"with {count(len(moved.callback_ids), 'callback')}")
    return f"{', '.join(parts)}. {_stayed(moved)}".strip()


def gave_back(moved, enrollments, callbacks):
    """What an undo put back, of how many."""
    said = f"{enrollments:,} of {count(len(moved.enrollment_ids), 'patient')}"
    if moved.callback_ids:
        said += f" and {callbacks:,} of {count(len(moved.callback_ids), 'callback')}"
    rest = len(moved.enrollment_ids) - enrollments
    why = " The others were called, closed, opened or given to somebody else since." if rest else ""
    return f"Undone: {said} are back with {moved.from_agent.name}.{why}"


def _stayed(moved):
    """Why some stay, as a sentence of its own; empty if none does."""
    words = {
        HELD: "open or being saved at this moment",
        LANGUAGE: f"whose language {moved.from_agent.name} speaks and the other doesn’t",
        CAMPAIGN: "of campaigns that name other agents",
    }
    reasons = [f"{moved.stayed[reason]:,} {why}" for reason, why in words.items() if reason in moved.stayed]
    return f"{sum(moved.stayed.values()):,} stay: {', '.join(reasons)}." if reasons else ""
