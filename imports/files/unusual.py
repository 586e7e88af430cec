"""Rows that are no data: empty ones, section headings, totals and other footers, headers printed once more.

A row is judged only when few of its cells are filled, and called a footer only if all of them speak for it: Total, Page
and Count are surnames too.
"""

import re

from imports import fields
from imports.files.rows import trimmed, unique

SECTION = re.compile(r"^([^:]{2,40}):\s*(\S.*)$", re.DOTALL)
_RULE = re.compile(r"^[-=_*+.~#\s]+$")
# What a count or total row begins with, and what may stand in its other cells.
_TOTAL = re.compile(
    r"^\W*((grand|sub|report|overall|running|page|section|group|final)[\s-]*)*totals?\b"
    r"|^\W*((row|record|patient|appointment|recall|item|line|visit|total)s?[\s-]*)?count\b"
    r"|^\W*(number|no\.?|nbr|#) of\b|^\W*(average|sum|subtotal)\b|^\W*\d+ (rows?|records?|patients?|appointments?|items?)\b",
    re.IGNORECASE,
)
# What stands below or between the pages of a report.
_NOTICE = re.compile(
    r"^\W*end of\b.*\b(report|file|list|data|page)|^\W*page:? ?\d|^\W*(date )?printed( on| by| at|:|\W*\d|$)"
    r"|^\W*(report )?(generated|run|created|produced|exported)( on| by| at| date| time|:|\W*\d)"
    r"|^\W*(report (end|date|run|filters?|parameters)\b)|^\W*confidential\b.*(\W|health|patient|information|$)"
    r"|^\W*(copyright|©|\(c\) \d{4})|^\W*continued( on| from|\W*$)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^[\s#$€(]*[-+]?[\d.,]+\s*[%)]?$")
_NUMBER_WORDS = re.compile(
    r"^\W*(total|count|of|page|patients?|records?|rows?|appointments?|visits?|items?|date|time|by|on)[\W\d]*$", re.IGNORECASE
)
_MOMENT = re.compile(r"^\W*\d[\d/:.,\s-]*([ap]\.?m\.?)?\W*$", re.IGNORECASE)
_PERSON_NAME = re.compile(r"^[^\W\d]+,\s*[^\W\d]+[.\s]*[^\W\d]*[.]?$")
_UNITS = re.compile(
    r"^[(\[<{].*[)\]>}]$|^[mdy]{1,4}[/.\- ][mdy]{1,4}[/.\- ][mdy]{1,4}( hh.*)?$|^[#()\s./-]*#[#()\s./-]*$|^(var)?char ?\(\d+\)$"
    r"|^(text|string|date|datetime|number|numeric|integer|int|boolean|yes/no|y/n|m/f|years?|yrs?|required|optional)$",
    re.IGNORECASE,
)
# No heading or footer is longer; the patterns are slow on what is.
LONGEST = 200
_IDS = {"mrn", "appointment_id"}


class Judge:
    """Judges the unusual rows of one table, in their order."""

    def __init__(self, header, header_line, titles):
        self.header, self.header_line, self.titles = header, header_line, set(map(_but_for_numbers, titles))
        self.width = len(header)
        self.ids = [n for n, name in enumerate(header) if fields.field_for(name)[0] in _IDS] if header_line else []
        self.few = max(2, min(6, self.width // 2))
        self.rows_seen = self.rows_before_section = 0

    def kind(self, cells, line):
        """Why a row without a problem is no data row ("empty", "footer", "section", "repeated_header"), or ''."""
        filled = [cell for cell in cells if cell]
        if not filled or (len(filled[0]) <= LONGEST and all(map(_RULE.match, filled))):
            return "empty"
        if cells[0] == self.header[0] and unique(trimmed(cells)) == self.header:
            return "repeated_header"
        if 0 < line - self.header_line <= 2 and self.header_line and not self.rows_seen and all(map(_UNITS.match, filled)):
            return "repeated_header"
        if len(filled) > self.few or any(len(cell) > LONGEST for cell in filled):
            return ""
        if _but_for_numbers(" ".join(filled)) in self.titles and not self._has_id(cells, filled):
            return "repeated_header"
        if self._is_footer(cells, filled):
            return "footer"
        if self.width >= 3 and _section(filled) and not self._has_id(cells, filled):
            self.rows_before_section = self.rows_seen
            return "section"
        return ""

    def _is_footer(self, cells, filled):
        first, others = filled[0], filled[1:]
        if _NOTICE.search(first):
            if " " in first and not self._has_id(cells, filled):
                return True
            return all(_NUMBER_WORDS.match(cell) or _MOMENT.match(cell) or _NOTICE.search(cell) for cell in others)
        if not _TOTAL.search(first) or (others and _PERSON_NAME.match(first)):
            return False
        if not all(_NUMBER.match(cell) or _NUMBER_WORDS.match(cell) or _TOTAL.search(cell) for cell in others):
            return False
        return not self._has_id(cells, filled) or self._counts(others)

    def _has_id(self, cells, filled):
        """Whether a column of chart or appointment numbers is filled, other than by the words that make the row unusual."""
        return any(n < len(cells) and cells[n] and cells[n] != filled[0] for n in self.ids)

    def _counts(self, others):
        """Whether a number in the row is that of the rows above it: then it is no chart number."""
        counts = {str(self.rows_seen), str(self.rows_seen - self.rows_before_section)}
        return any(re.sub(r"\D", "", cell) in counts for cell in others)


def _but_for_numbers(title):
    """A title as it comes again on each page: "Page 2 of 5" is that of "Page 1 of 5"."""
    return re.sub(r"\d+", "#", title)


def _section(filled):
    """Whether the filled cells are a heading: "Recall Type: Glaucoma", in one cell or two."""
    if len(filled) == 1:
        return SECTION.match(filled[0])
    return len(filled) == 2 and len(filled[0]) > 2 and filled[0].endswith(":")
