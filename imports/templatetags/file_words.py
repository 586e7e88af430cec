"""What the screens call the codes of an import, and the sum of its rows as a drawing."""

from django import template

from imports.models import FileImport, ImportRow
from patients.models import Appointment, PhoneNumber

register = template.Library()

Verdict = ImportRow.Verdict
LINE_KINDS = {
    "empty": "Empty lines",
    "footer": "Totals and footers",
    "section": "Section headings",
    "repeated_header": "Repeated headers",
    "other_sheet": "Other sheets, not read",
}
# Verdict → tone, and the part of the page that tells more.
PARTS = {
    Verdict.CREATE: ("success", "new"),
    Verdict.UPDATE: ("info", "changed"),
    Verdict.UNCHANGED: ("neutral", ""),
    Verdict.DUPLICATE: ("accent", ""),
    Verdict.SKIPPED: ("warn", "skipped"),
    Verdict.REJECTED: ("danger", "rejected"),
}
BAR = 1000


@register.filter
def appointment_status(code):
    """The words for a status of an appointment, as within a sentence: “no-show”."""
    return Appointment.Status(code).label.lower()


@register.filter
def phone_kind(code):
    """The words for a kind of number, as within a sentence; nothing for an unknown one."""
    return "" if code == PhoneNumber.Kind.OTHER else PhoneNumber.Kind(code).label.lower()


@register.filter
def kind_label(code):
    """The words for the kind of a file; nothing where it is not known."""
    return FileImport.Kind(code).label if code else ""


@register.filter
def line_kind(kind):
    """The words for a kind of line that is no data row, as `reading.Table.left_out` names it."""
    return LINE_KINDS[kind]


@register.filter
def share(rows, total):
    """“12 of 200”, the share of the rows of a file."""
    return f"{rows:,} of {total:,} row{'' if total == 1 else 's'}"


@register.filter
def cells(warnings):
    """“12 cells”: how many were left out of rows that came in."""
    count = sum(warnings.values())
    return f"{count:,} cell{'' if count == 1 else 's'}"


@register.filter
def duration(seconds):
    """A time to wait, as people say it: “about 40 seconds”, “about 3 minutes”."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds, -1) or 10} seconds"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 90 else f"about {round(minutes / 60)} hours"


@register.inclusion_tag("imports/equation.html")
def equation(file_import, planned=False, without=""):
    """The rows of a file as the sum of its six verdicts; `planned` before it is saved. Parts of the page that it is `without`
    (their ids, in words) are not linked."""
    parts, total, x = [], file_import.rows_total, 0
    for verdict in Verdict:
        rows = file_import.counts.get(verdict, 0)
        width = rows * BAR / total if total else 0
        tone, part = PARTS[verdict]
        part = "" if part in without.split() else part
        parts.append({"label": verdict.label, "rows": rows, "tone": tone, "part": part, "x": x, "width": width})
        x += width
    return {"file_import": file_import, "parts": parts, "total": total, "planned": planned}
