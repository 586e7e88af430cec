"""Web pages and Excel's XML of 2003 that EMRs save under the name .xls: their table rows as plain rows."""

import codecs
import re
from html.parser import HTMLParser

from imports.files.characters import CELL_END, LINE_IN_CELL, readable
from imports.files.rows import UnreadableFile
from imports.files.sources import spool

_OPENING = re.compile(
    r"^\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*|<\?mso[^>]*>\s*)*"
    r"<(!doctype html|html|head|body|table|meta|style|(\w+:)?workbook)\b",
    re.IGNORECASE | re.DOTALL,
)
_MIDNIGHT = re.compile(r"^(\d{4}-\d\d-\d\d)T00:00:00(\.000)?$")
_CELLS = {"td", "th", "cell"}
_UNFINISHED = 2_000_000
_BROKEN = "The web page is damaged: open it in Excel, save it as CSV and upload that."


def is_markup(text):
    """Whether the beginning of a text is that of a web page or of an XML workbook."""
    return _OPENING.match(text.lstrip("\ufeff")[:4000]) is not None


def rows_of(stream, encoding, errors):
    """A temporary file of plain rows: those of all tables of the page, one below the other."""
    parser, rows = _Rows(), spool()
    decoder = codecs.getincrementaldecoder(encoding)("replace" if errors != "strict" else errors)
    stream.seek(0)
    more = True
    while more:
        piece = stream.read(1 << 18)
        more = bool(piece)
        try:
            parser.feed(decoder.decode(piece, final=not more))
        except (AssertionError, ValueError):  # so the parser meets a declaration it does not know
            raise UnreadableFile(_BROKEN) from None
        if len(parser.rawdata) > _UNFINISHED:  # it would be searched again with every piece, for hours
            raise UnreadableFile(_BROKEN)
        rows.write("".join(parser.taken()).encode("utf-8", "replace"))
    return rows


class _Rows(HTMLParser):
    """Collects rows; a table within a cell begins rows of its own, which is how such pages lay out their titles."""

    def __init__(self):
        super().__init__()
        self.lines, self.row, self.cell, self.span = [], [], None, 1

    def taken(self):
        lines, self.lines = self.lines, []
        return lines

    def handle_starttag(self, tag, attrs):
        tag = tag.rpartition(":")[2]
        if tag in {"tr", "row", "table"}:
            self._end_row()
        elif tag in _CELLS:
            self._end_cell()
            numbers = {
                name.rpartition(":")[2]: int(value) for name, value in attrs if value and len(value) < 6 and value.isdecimal()
            }
            self.row += [""] * min(max(numbers.get("index", 0) - 1 - len(self.row), 0), 5_000)
            self.cell, self.span = [], min(numbers.get("colspan", 1), 5_000)
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag):
        tag = tag.rpartition(":")[2]
        if tag in _CELLS:
            self._end_cell()
        elif tag in {"tr", "row", "table"}:
            self._end_row()

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data.replace("\n", " "))

    def _end_cell(self):
        if self.cell is not None:
            lines = ("".join(self.cell)).split("\n")
            text = LINE_IN_CELL.join(filter(None, (" ".join(readable(line).split()) for line in lines)))
            self.row += [_MIDNIGHT.sub(r"\1", text)] + [""] * (self.span - 1)
            self.cell = None

    def _end_row(self):
        self._end_cell()
        if self.row:
            self.lines.append(CELL_END.join(self.row) + "\n")
            self.row = []
