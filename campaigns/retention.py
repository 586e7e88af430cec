"""What is kept how long, in one place: read by the page of the practice, from what the hourly tasks go by."""

from dataclasses import dataclass

from . import campaign_drafts, drafts, taking_back
from .models.bulk_change import UNDO_WITHIN


@dataclass(frozen=True)
class Kept:
    """`until` says how long, `then` what happens. `setting` names the field of Practice that decides, if one does."""

    what: str
    until: str
    then: str
    setting: str = ""


def rules(*, practice):
    """All of them: first what goes by itself, then what stays."""
    return [
        Kept(
            "The copy of an imported file, without the columns that are never stored",
            f"until its import has ended; {_days(practice.unconfirmed_days)} if nobody confirms it",
            "The copy is deleted. The import stays in the list with its counts.",
            "unconfirmed_days",
        ),
        Kept(
            "Cells of rejected rows, so that they can be corrected",
            f"{_days(practice.rejected_rows_days)} after the import",
            "The cells are deleted. Line, column and reason stay.",
            "rejected_rows_days",
        ),
        Kept(
            "Appointment rows whose patient is not known yet, with the copy of their file",
            f"{_days(practice.waiting_rows_days)} after the import",
            "Rows and copy are deleted; the rows count as left out.",
            "waiting_rows_days",
        ),
        Kept("Outcomes typed and not saved", f"{_days(drafts.KEPT.days)} after they were typed", "The text is deleted."),
        Kept(
            "What it takes to undo or correct an outcome",
            f"{_hours(taking_back.KEPT)} after the call",
            "It is deleted. The outcome stands.",
        ),
        Kept(
            "What it takes to undo a change of many enrollments at once",
            f"{_hours(UNDO_WITHIN)} after the change",
            "It is deleted by the hour. What was changed, and by whom, stays.",
        ),
        Kept(
            "Campaigns that are being set up", f"{_days(campaign_drafts.KEPT.days)} after the last step", "The draft is deleted."
        ),
        Kept("File layouts that were forgotten", "1 day, for Undo", "They are deleted."),
        Kept(
            "What an import changed, so that it can be undone",
            "as long as the import is listed",
            "Recall Desk deletes none of it.",
        ),
        Kept(
            "Patients, calls, outcomes, notes and opt-outs, with every former version",
            "as long as the practice is served",
            "Recall Desk deletes none of it. A wish not to be called never runs out.",
        ),
        Kept(
            "Who saw which patient, and who changed what",
            "six years at least (45 CFR 164.316(b)(2)(i))",
            "Recall Desk deletes none of it, and no setting shortens it.",
        ),
    ]


def _hours(span):
    return f"{round(span.total_seconds() / 3600)} hours"


def _days(number):
    return "1 day" if number == 1 else f"{number} days"
