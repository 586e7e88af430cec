"""The wall between practices, raised from the models after every migration. No hand-kept list of tables.

- Row-level security, enabled and forced, on each table with a `practice_id` column.
- A composite foreign key `(practice_id, x_id)` for each link between such tables, and an index that starts so.
- Grants for the runtime role: reading and writing rows, and nothing more; append-only tables only take inserts, updates of
  the columns that their model names as movable, and deletions where it says that rows are removable.
"""

from django.apps import apps
from django.db import connections, transaction
from pghistory.models import Event

from .tenancy import PracticeForeignKey

# Read before a practice is known, so it can't stand behind the wall. See DESIGN § 7, ring 2.
GLOBAL_TABLES = {"accounts_membership"}

POLICY = "practice_wall"
# The sub-select makes PostgreSQL read the setting once a query. Without a practice the cast fails: an error, never rows.
CONDITION = "practice_id = (SELECT current_setting('app.practice')::bigint)"

# Is there an index that starts with (practice_id, column)?
INDEXED = """
SELECT 1 FROM pg_index i
JOIN pg_attribute p ON p.attrelid = i.indrelid AND p.attname = 'practice_id' AND p.attnum = i.indkey[0]
JOIN pg_attribute c ON c.attrelid = i.indrelid AND c.attnum = i.indkey[1]
WHERE i.indrelid = %s::regclass AND c.attname = %s AND i.indpred IS NULL
"""


def practice_models():
    """Every model whose table holds rows of one practice."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and any(field.column == "practice_id" for field in model._meta.local_concrete_fields)
    ]


def walled_tables():
    """Names of the tables that row-level security must guard."""
    return sorted({model._meta.db_table for model in practice_models()} - GLOBAL_TABLES)


def links():
    """(table, column, referenced table) of each foreign key between tables of a practice.

    History tables are left out: they keep ids of rows that may be gone.
    """
    return sorted(
        (model._meta.db_table, field.column, field.remote_field.model._meta.db_table)
        for model in practice_models()
        if not issubclass(model, Event)
        for field in model._meta.local_concrete_fields
        if isinstance(field, PracticeForeignKey)
    )


def kept_by_a_link():
    """Tables whose every row belongs to a row of its practice: the composite key says all that a key to practices would."""
    return sorted(
        model._meta.db_table
        for model in practice_models()
        if any(isinstance(field, PracticeForeignKey) and not field.null for field in model._meta.local_concrete_fields)
        and not issubclass(model, Event)
    )


def append_only_tables():
    """Tables that take inserts only: calls made, who saw what, and row history."""
    history = {model._meta.db_table for model in apps.get_models() if issubclass(model, Event)}
    return sorted(history | {model._meta.db_table for model in practice_models() if getattr(model, "append_only", False)})


def movable_columns():
    """(table, column) of what may be updated in append-only tables all the same: `movable_columns` of their models."""
    return sorted(
        (model._meta.db_table, column) for model in practice_models() for column in getattr(model, "movable_columns", ())
    )


def removable_tables():
    """Append-only tables whose rows may go all the same, as a trigger writes down each that does."""
    return sorted(model._meta.db_table for model in practice_models() if getattr(model, "removable", False))


def raise_wall(*, using):
    """Bring policies, composite keys and grants in line with the models. Run as the owner; safe to repeat."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in walled_tables():
            if table in existing:
                _guard(cursor, table)
        for table, column, target in links():
            if {table, target} <= existing:
                _link(cursor, table, column, target)
        for table in kept_by_a_link():
            if table in existing:
                _drop_implied_key(cursor, table)
        _grant(cursor, connections["default"].settings_dict["USER"], existing)


def _exists(cursor, sql, params):
    cursor.execute(sql, params)
    return cursor.fetchone() is not None


def _guard(cursor, table):
    if _exists(cursor, "SELECT 1 FROM pg_policies WHERE tablename = %s AND policyname = %s", [table, POLICY]):
        return
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    cursor.execute(f'CREATE POLICY {POLICY} ON "{table}" USING ({CONDITION}) WITH CHECK ({CONDITION})')


def _link(cursor, table, column, target):
    key, name = f"{target}_of_practice"[:63], f"{table}_{column}_practice"[:63]
    constraint = "SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass"
    if not _exists(cursor, constraint, [key, f'"{target}"']):
        cursor.execute(f'ALTER TABLE "{target}" ADD CONSTRAINT "{key}" UNIQUE (practice_id, id)')
    if not _exists(cursor, constraint, [name, f'"{table}"']):
        # A new key is checked against the rows of every practice, which the wall hides from its owner too.
        guarded = {table, target} - GLOBAL_TABLES
        for each in guarded:
            cursor.execute(f'ALTER TABLE "{each}" NO FORCE ROW LEVEL SECURITY')
        cursor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (practice_id, "{column}") '
            f'REFERENCES "{target}" (practice_id, id) DEFERRABLE INITIALLY IMMEDIATE'
        )
        for each in guarded:
            cursor.execute(f'ALTER TABLE "{each}" FORCE ROW LEVEL SECURITY')
    if not _exists(cursor, INDEXED, [f'"{table}"', column]):
        cursor.execute(f'CREATE INDEX "{f"{table}_{column}_by_practice"[:63]}" ON "{table}" (practice_id, "{column}")')


def _drop_implied_key(cursor, table):
    """Drop the plain key to practices: it is checked for each row once more, at the end of the transaction of an import."""
    cursor.execute(
        """
        SELECT c.conname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'practice_id' AND c.conkey = ARRAY[a.attnum]
        WHERE c.conrelid = %s::regclass AND c.contype = 'f'
        """,
        [f'"{table}"'],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def _grant(cursor, role, existing):
    if not _exists(cursor, "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role]):
        return  # one role owns and runs: the start-up check refuses to serve as it
    cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
    cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"')
    cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
    cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{role}"')
    for table in append_only_tables():
        if table in existing:
            cursor.execute(f'REVOKE UPDATE, DELETE ON "{table}" FROM "{role}"')
    for table, column in movable_columns():
        if table in existing:
            cursor.execute(f'GRANT UPDATE ("{column}") ON "{table}" TO "{role}"')
    for table in removable_tables():
        if table in existing:
            cursor.execute(f'GRANT DELETE ON "{table}" TO "{role}"')
