"""Where records come from: text as it was uploaded, or the rows of a workbook or web page written out plainly."""

import tempfile
from dataclasses import dataclass

from imports.files.characters import CELL_END
from imports.files.lines import line_blocks

IN_MEMORY = 4_000_000


def spool():
    """A temporary file without a name, in memory while it is small; gone when nobody holds it any more."""
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)


@dataclass(frozen=True)
class Source:
    """Where records come from: a stream of text, its encoding and how its lines are made.

    `width` is the number of cells of a whole row, 0 while nobody knows. `wrapped`: each whole line stands in quotes and
    is a record of its own inside them. Rows of a workbook or web page are kept as lines with CELL_END between cells,
    a character no text file can hold, and know no quotes.
    """

    stream: object
    encoding: str
    delimiter: str
    errors: str = "strict"
    wrapped: bool = False
    width: int = 0

    def lines(self):
        """Lists of physical lines."""
        if self.delimiter == CELL_END:
            return plain_blocks(self.stream)
        blocks = line_blocks(self.stream, self.encoding, self.errors)
        return ([unwrapped(line) for line in lines] for lines in blocks) if self.wrapped else blocks


def plain_blocks(stream):
    """Lists of lines of a stream that this package wrote itself: UTF-8, clean, no line too long."""
    stream.seek(0)
    while lines := stream.readlines(1 << 18):
        yield [line.decode() for line in lines]


def unwrapped(line):
    """A line without the quotes around the whole of it, and without empty cells after them."""
    text = line.strip().rstrip(",;\t").rstrip()
    return text.removeprefix('"').removesuffix('"').replace('""', '"') + "\n"
