"""What undoing an import would do, counted without touching anything."""

from collections import Counter
from dataclasses import dataclass

from django.db import connection

from imports import undo
from patients.models import Patient

CHANGED_SINCE = """
SELECT count(*) FROM imports_importchange c JOIN {name} t ON t.practice_id = %(practice)s AND t.id = c.object_id
WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s AND c."table" = '{table}' AND NOT to_jsonb(t) @> c.latter
"""


@dataclass(frozen=True)
class Outlook:
    """`removed`: patients that go. `restored`: records that get former values back. `kept`: (reason, records left alone)."""

    removed: int
    restored: int
    kept: list


def of(*, file_import):
    """The Outlook of a finished import, as of now. An undo goes by its own look, for a call may come in between."""
    params = undo.params_of(file_import)
    kept = Counter()
    with connection.cursor() as cursor:
        cursor.execute(undo.KEPT + "SELECT why, count(*) FROM kept GROUP BY why", params)  # noqa: S608 constants
        kept.update(dict(cursor.fetchall()))
        staying = kept.total()
        for table in ("PATIENT", "PHONE", "APPOINTMENT"):
            cursor.execute(CHANGED_SINCE.format(name=undo.TABLES[table], table=table), params)
            kept["changed again since"] += cursor.fetchone()[0]
    made = Patient.objects.filter(import_id=file_import.pk).count()
    changed = file_import.changes.count() - kept["changed again since"]
    return Outlook(made - staying, changed, [(why, count) for why, count in sorted(kept.items()) if count])
