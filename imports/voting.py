"""What a column as a whole tells about its cells: how it writes dates, and which name comes first."""

from dataclasses import replace

from imports.fields import BY_NAME
from imports.values import dates, names

# Rows that are looked at; the files in which these cannot tell day from month are the ones to ask about.
VOTING_ROWS = 5_000


def vote(header, mapping, rows, *, day_first=()):
    """DateFormat by header for every mapped column that holds dates, from the rows given.

    `day_first` maps a header to the answer of the admin, for columns that cannot tell.
    """
    wanted = [n for n, name in enumerate(header) if (f := BY_NAME.get(mapping.get(name))) and f.kind.endswith("DATE")]
    values = {n: [] for n in wanted}
    for row in rows:
        for n in wanted:
            if not row.problem and row.cells[n]:
                values[n].append(row.cells[n])
    formats = {header[n]: dates.vote(values[n]) for n in wanted}
    for name in day_first:
        if name in formats and formats[name].ambiguous:
            formats[name] = replace(formats[name], order="DMY" if day_first[name] else "MDY", ambiguous=False)
    told = {form.order for form in formats.values() if form.decided}
    if len(told) == 1:  # a column that cannot tell day from month follows the columns that can
        order = told.pop()
        formats = {
            name: replace(form, order=order, ambiguous=False) if form.ambiguous else form for name, form in formats.items()
        }
    return formats


def last_first(header, mapping, rows):
    """Whether full names without a comma begin with the last name."""
    places = [n for n, name in enumerate(header) if mapping.get(name) == "full_name"]
    return any(names.vote_last_first([row.cells[n] for row in rows if not row.problem and row.cells[n]]) for n in places)
