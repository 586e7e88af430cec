"""Many rows into a table at once: one INSERT … SELECT from arrays, a column each.

COPY would be the usual way, but PostgreSQL refuses it on tables behind row-level security.
"""

from django.db import connection

_BETWEEN = "\x1f"  # a control character, which no cell has left


def insert(model, *, same, columns):
    """Insert rows into the table of `model`. Returns nothing.

    `same` maps column → value of every row; `columns` maps column → (PostgreSQL type, list of values). Texts are given as
    strings; other types as what PostgreSQL reads them from, with "NULL" for null.
    """
    if not columns or not next(iter(columns.values()))[1]:
        return
    quote = connection.ops.quote_name
    fixed = [("%s", quote(name), value) for name, value in same.items()]
    varying = []
    for name, (kind, values) in columns.items():
        if values.count(values[0]) == len(values):  # most files fill but half of the columns
            fixed.append((f"%s::{kind}", quote(name), None if values[0] == "NULL" and kind != "text" else values[0]))
        else:
            varying.append((f"%s::{kind}[]", quote(name), _literal(kind, values)))
    if not varying:
        varying.append(("%s::text[]", "", _literal("text", [""] * len(next(iter(columns.values()))[1]))))
    _execute(quote(model._meta.db_table), fixed, varying)


def _execute(table, fixed, varying):
    names = ", ".join(name for _, name, _ in (*fixed, *varying) if name)
    each = "each.*" if varying[0][1] else ""
    selected = ", ".join([*(placeholder for placeholder, *_ in fixed), *([each] if each else [])])
    arrays = ", ".join(placeholder for placeholder, *_ in varying)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {selected} FROM unnest({arrays}) each",  # noqa: S608 names of our own
            [value for *_, value in (*fixed, *varying)],
        )


def _literal(kind, values):
    if kind not in ("text", "jsonb"):
        return "{" + ",".join(values) + "}"
    joined = _BETWEEN.join(values)
    if "\\" in joined or '"' in joined:
        joined = joined.replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace(_BETWEEN, '","') + '"}'
