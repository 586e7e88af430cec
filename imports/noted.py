"""What there is to say about rows of a file, put together by what mends it: one group for each reason and column."""

from dataclasses import dataclass, field

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from imports.models import ImportRow

GROUPS = 20
EXAMPLES = 3


@dataclass
class Group:
    """Rows with one thing to mend. `examples` are (line, what stood in the cell, shortened, or the chart number)."""

    column: str
    reason: str
    rows: int
    examples: list = field(default_factory=list)


def groups(*, file_import, verdict):
    """Groups of the noted rows of a verdict ("" for rows that came in without a cell), the largest first, at most GROUPS."""
    noted = file_import.noted_rows.filter(verdict=verdict)
    counted = noted.order_by().values_list("column", "reason").annotate(rows=Count("pk")).order_by("-rows", "column", "reason")
    found = {(column, reason): Group(column, reason, rows) for column, reason, rows in counted[:GROUPS]}
    if found:
        place = Window(RowNumber(), partition_by=[F("column"), F("reason")], order_by=[F("line"), F("pk")])
        first = noted.annotate(place=place).filter(place__lte=EXAMPLES).order_by("line", "pk")
        for row in ImportRow.objects.filter(pk__in=[row.pk for row in first.only("pk")]).order_by("line", "pk"):
            if (row.column, row.reason) in found:
                found[row.column, row.reason].examples.append((row.line, row.cell or row.cells.get("mrn", "")))
    return list(found.values())
