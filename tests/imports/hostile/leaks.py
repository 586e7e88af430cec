"""What may stand nowhere in the tables of patients and imports, looked for by SQL in every text and JSON column."""

from django.db import connection

# As PostgreSQL writes them: replaced characters, controls other than tab and line ends, in JSON also as escapes.
BROKEN = "[\\uFFFD\\u0001-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]|\\\\u00[01][0-8b-cB-Ce-fE-F]|\\\\ufffd|\\\\u007f"
SECRET = r"(^|[^0-9])([0-9]{3}-[0-9]{2}-[0-9]{4}|900[ -]?12[ -]?34[0-9]{2})([^0-9]|$)"
# Marks that turn or hide text: a name or number that carries one matches nothing.
INVISIBLE = "[\\u200B\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]"
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND (table_name LIKE 'patients\\_%' OR table_name LIKE 'imports\\_%')
      AND data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'ARRAY')
      AND has_table_privilege(quote_ident(table_name), 'SELECT')
    ORDER BY table_name, column_name
"""
IDENTIFYING = {"mrn", "first_name", "middle_name", "last_name", "name_key", "email", "e164"}


def columns():
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return cursor.fetchall()


def _holding(pattern, places):
    """The columns (of those given) in which a value of the practice entered matches."""
    tables = {}
    for table, column in places:
        tables.setdefault(table, []).append(column)
    found = []
    with connection.cursor() as cursor:
        for table, names in tables.items():
            matches = ", ".join(f'bool_or("{name}"::text ~ %s)' for name in names)
            cursor.execute(f'SELECT {matches} FROM "{table}"', [pattern] * len(names))  # noqa: S608 (names from the catalog)
            found += [f"{table}.{name}" for name, hit in zip(names, cursor.fetchone(), strict=True) if hit]
    return found


def leaks():
    """{what: columns that hold it}; empty when all is well."""
    everywhere = columns()
    identifying = [(table, name) for table, name in everywhere if table.startswith("patients_") and name in IDENTIFYING]
    found = {
        "broken characters": _holding(BROKEN, everywhere),
        "secrets": _holding(SECRET, everywhere),
        "invisible characters": _holding(INVISIBLE, identifying),
    }
    return {what: where for what, where in found.items() if where}


def holding(secrets):
    """The columns that hold one of these exact texts."""
    alternatives = "|".join(secret.replace(" ", "[ ]") for secret in secrets)
    return _holding(alternatives, columns()) if secrets else []
