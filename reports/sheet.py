"""A table of a report, told once: the page, its chart, the CSV and the Excel file are all made from it."""

from dataclasses import dataclass

# What a column holds. Files name the unit in the head, screens write it beside the number.
TEXT, COUNT, RATE, SECONDS, EXPECTED, INDEX, MONEY = "TEXT", "COUNT", "RATE", "SECONDS", "EXPECTED", "INDEX", "MONEY"
UNITS = {RATE: "%", SECONDS: "s", MONEY: "$"}


@dataclass(frozen=True)
class Column:
    """`kind`: TEXT; COUNT; RATE, in percent; SECONDS; EXPECTED, a count with a decimal; INDEX, to two; MONEY, in dollars."""

    label: str
    kind: str = COUNT

    @property
    def in_file(self):
        """The head of the column in a file, with its unit."""
        return f"{self.label} ({UNITS[self.kind]})" if self.kind in UNITS else self.label

    @property
    def is_text(self):
        return self.kind == TEXT


@dataclass(frozen=True)
class Row:
    """A value for each column, None where there is none. `url` is where the first one leads.

    `tone`: "total" adds the others up, "quiet" has too little to go by, "warn" is to be looked at.
    """

    cells: tuple
    url: str = ""
    tone: str = ""

    @property
    def is_total(self):
        return self.tone == "total"


@dataclass(frozen=True)
class Sheet:
    """`code` names it in addresses and files. `note` says what it tells; `remarks` are sentences drawn from its numbers;
    `empty` says why there are none and what helps.

    `chart` is as the `chart` tag takes it (accounts/templatetags/ui.py); a sheet without one is a table alone.
    """

    code: str
    title: str
    columns: tuple
    rows: list
    note: str = ""
    remarks: tuple = ()
    chart: dict | None = None
    size: str = ""
    empty: str = "Nothing was recorded in this period under these filters. Take a longer period, or clear the filters."

    @property
    def is_empty(self):
        """Whether there is nothing but names and zeros."""
        numbers = [place for place, column in enumerate(self.columns) if not column.is_text]
        return not any(row.cells[place] for row in self.rows for place in numbers)


def drawn(columns, rows, *, kind, series, labels=None, **more):
    """The chart of a table: of the columns with the labels `series`, all in the first one's unit. The total is not drawn.

    `labels` are the words under the bars, where the first column does not say enough; `more` goes into the chart.
    """
    rows = [row for row in rows if not row.is_total]
    places = [[column.label for column in columns].index(label) for label in series]
    return {
        "kind": kind,
        "labels": labels or [row.cells[0] for row in rows],
        "unit": "%" if columns[places[0]].kind == RATE else "",
        "series": [{"name": columns[place].label, "values": [row.cells[place] for row in rows]} for place in places],
        **more,
    }
