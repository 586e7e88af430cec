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
    names = ", ".join(quote(name) for name in (*same, *columns))
    arrays = ", ".join(f"%s::{kind}[]" for kind, _ in columns.values())
    fixed = "".join("%s, " for _ in same)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {fixed}each.* FROM unnest({arrays}) each",  # noqa: S608
            [*same.values(), *(_literal(kind, values) for kind, values in columns.values())],
        )


def _literal(kind, values):
    if kind not in ("text", "jsonb"):
        return "{" + ",".join(values) + "}"
    joined = _BETWEEN.join(values)
    if "\\" in joined or '"' in joined:
        joined = joined.replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace(_BETWEEN, '","') + '"}'
