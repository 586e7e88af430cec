"""Rows that wait for their chart: appointments of people whose patient file comes later.

They are noted, and the copy of their file is kept. Each later import looks whether it brought the chart, and takes them
in as rows of the import they came with. After the practice's days without a chart they are given up.
"""

from collections import Counter
from datetime import timedelta

from django.db import connection

from imports import content, plan, staging
from imports.models import FileImport, ImportRow

GIVEN_UP = "its chart never came"

# Imports with waiting rows whose chart is known by now, and their lines.
JOINABLE = """
SELECT w.file_import_id, w.line FROM imports_importrow w
JOIN imports_fileimport f ON f.practice_id = %(practice)s AND f.id = w.file_import_id AND f.state = 'DONE'
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.mrn = w.cells ->> 'mrn'
WHERE w.practice_id = %(practice)s AND w.reason = %(waits)s AND w.file_import_id <> %(import)s
ORDER BY 1, 2
"""


def any_in(file_import):
    """Whether rows of an import wait, so that the copy of its file must stay."""
    return file_import.noted_rows.filter(reason=plan.UNKNOWN_CHART).exists()


def join(*, file_import, carry_out, now):
    """Take in rows that waited for a chart this import brought. `carry_out` writes a plan (see `apply.write`)."""
    lines = {}
    with connection.cursor() as cursor:
        cursor.execute(JOINABLE, plan.params_of(file_import) | {"waits": plan.UNKNOWN_CHART})
        for import_id, line in cursor.fetchall():
            lines.setdefault(import_id, set()).add(line)
    for earlier in FileImport.objects.filter(pk__in=lines).select_related("practice").order_by("pk"):
        joined = lines[earlier.pk]
        earlier.noted_rows.filter(reason=plan.UNKNOWN_CHART, line__in=joined).delete()
        _stage_again(earlier, joined, now)
        _recount(earlier, plan.verdicts_of(file_import=earlier), len(joined))
        carry_out(file_import=earlier, now=now)
        if not any_in(earlier):
            earlier.chunks.all().delete()


def expire(*, practice, now):
    """Give up what has waited longer than the practice keeps it."""
    too_long_ago = now - timedelta(days=practice.waiting_rows_days)
    waiting = ImportRow.objects.filter(reason=plan.UNKNOWN_CHART).values("file_import")
    for file_import in FileImport.objects.applied().filter(finished_at__lt=too_long_ago, pk__in=waiting):
        file_import.noted_rows.filter(reason=plan.UNKNOWN_CHART).update(reason=GIVEN_UP, cells={})
        file_import.reasons[GIVEN_UP] = file_import.reasons.pop(plan.UNKNOWN_CHART, 0)
        file_import.save(update_fields=["reasons"])
        file_import.chunks.all().delete()


def _stage_again(earlier, lines, now):
    interpreter = staging.Reading(earlier, now=now).interpreter
    for chunk in earlier.chunks.order_by("number").iterator(chunk_size=1):
        rows = [row for row in content.unpack(chunk.content) if row.line in lines]
        if rows:
            batch = interpreter.read(rows)
            batch.notes.clear()  # they stand there since the first time
            staging.write(earlier, batch)


def _recount(earlier, verdicts, joined):
    """Rows that waited count as what they turned out to be."""
    counts = Counter(earlier.counts)
    counts[ImportRow.Verdict.SKIPPED] -= joined
    counts.update(verdicts)
    reasons = Counter(earlier.reasons)
    reasons[plan.UNKNOWN_CHART] -= joined
    earlier.counts, earlier.reasons = dict(counts), {reason: rows for reason, rows in reasons.items() if rows}
    earlier.save(update_fields=["counts", "reasons"])
