"""The date columns of a file that waits: which say themselves whether the month or the day comes first, and which must be asked.

The order is settled per column; the examples show it with dates of the file.
"""

import datetime as dt
import re
from dataclasses import dataclass

from imports import content
from imports.fields import BY_NAME
from imports.values import dates
from imports.voting import VOTING_ROWS, vote

EXAMPLES = 3
_NUMERIC = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}")


@dataclass(frozen=True)
class DateColumn:
    """A column of numeric dates. `examples` are (cell, date by month first, date by day first), the last None where it can't be.

    `is_settled` when its cells, or another column, say which; `is_open` when they leave both readings and these differ.
    """

    header: str
    day_first: bool
    is_settled: bool
    is_open: bool
    examples: tuple


def first_rows(file_import):
    """The rows that a vote goes by."""
    packed = file_import.chunks.get(number=1).content
    return content.unpack(packed)[:VOTING_ROWS]


def of(*, headers, mapping, rows, answers, today):
    """header → DateColumn of every mapped column with numeric dates. `answers` are those of the admin: header → day first."""
    formats = vote(headers, mapping, rows, day_first=answers)
    places = {header: place for place, header in enumerate(headers)}
    found = {}
    for header, form in formats.items():
        cells = [row.cells[places[header]] for row in rows if not row.problem and _NUMERIC.match(row.cells[places[header]])]
        if cells:
            birth = BY_NAME[mapping[header]].kind == "BIRTH_DATE"
            examples = _examples(cells, form, today, birth=birth)
            is_open = form.ambiguous and any(month != day for _, month, day in examples)
            found[header] = DateColumn(header, form.order == "DMY", not form.ambiguous, is_open, examples)
    return found


def open_questions(*, file_import, today):
    """Whether a date column of an import that waits reads both ways, and neither the file nor an earlier one says which."""
    found = of(
        headers=file_import.headers,
        mapping=file_import.mapping,
        rows=first_rows(file_import),
        answers=file_import.day_first,
        today=today,
    )
    return any(column.is_open for column in found.values())


def _examples(cells, form, today, *, birth):
    """Up to three different dates: those that tell the order if there are any, else those that read both ways."""
    both = [(cell, *_read_both(cell, today, birth)) for cell in dict.fromkeys(cells)]
    plain = [each for each in both if each[1] or each[2]]
    telling = [each for each in plain if not (each[1] and each[2])] if not form.ambiguous else []
    differing = [each for each in plain if each[1] != each[2]]
    return tuple((telling or differing or plain)[:EXAMPLES])


def _read_both(cell, today, birth):
    return tuple(_read(cell, order, today, birth) for order in ("MDY", "DMY"))


def _read(cell, order, today, birth) -> dt.date | None:
    try:
        return dates.read_date(cell, dates.DateFormat(order=order), today=today, birth=birth)
    except ValueError:
        return None
