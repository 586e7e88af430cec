"""Whatever table a program writes as CSV, in any dialect and encoding, comes back cell by cell."""

import csv
import io

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from imports.reading import open_table

HEADER = ["MRN", "Last Name", "First Name", "DOB", "Notes"]
ASCII = "abcXYZ 0189.,;|'\"\n\t-/:()@"
WESTERN = ASCII + "ñéüÖçß"


def cells(alphabet):
    inside = st.text(alphabet, max_size=12)
    # An apostrophe at the start and spaces around are Excel's and ours to drop, see test_reading_characters.
    return inside.map(lambda text: text.strip().lstrip("'").strip()).filter(lambda text: not text.startswith("'"))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]).flatmap(
        lambda codec: st.tuples(
            st.just(codec),
            st.lists(st.lists(cells(WESTERN), min_size=4, max_size=4), min_size=1, max_size=12),
        )
    ),
    st.sampled_from([",", "\t", "|", ";"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
)
@example(("utf-8", [["", "", "", ";"], ["", "", "", ";"]]), "|", csv.QUOTE_MINIMAL, "\n")
def test_a_written_table_comes_back(coded, delimiter, quoting, end):
    codec, body = coded
    rows = [(f"10{n}", *row) for n, row in enumerate(body)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(HEADER)
    writer.writerows(rows)
    content = text.getvalue().encode(codec)
    # A few bytes may be valid in more than one encoding; a table has more.
    assume(codec != "cp1252" or not any(map(ord, filter(lambda char: ord(char) > 127, text.getvalue()))) or _only_cp1252(content))
    table = open_table(io.BytesIO(content), limit_bytes=50_000_000)

    assert table.header == tuple(HEADER)
    assert [row.cells for row in table.rows()] == rows
    assert [row.problem for row in table.rows()] == [""] * len(rows)


def _only_cp1252(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
