"""Rows that wait for their chart: appointments of people whose patient file comes later.

Their staged rows stay when the import has ended. Each later import looks whether it brought the chart, and takes them in
as rows of the import they came with. After KEPT without a chart they are dropped.
"""

from collections import Counter
from datetime import timedelta

from django.db import connection

from imports import plan, staging
from imports.models import FileImport, ImportRow

KEPT = timedelta(days=90)

# Imports with waiting rows whose chart is known by now.
JOINABLE = """
SELECT DISTINCT r.import_id FROM imports_incomingrow r
JOIN imports_fileimport f ON f.practice_id = %(practice)s AND f.id = r.import_id AND f.state = 'DONE'
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.mrn = r.mrn
WHERE r.practice_id = %(practice)s AND r.import_id <> %(import)s AND r.mrn <> ''
ORDER BY 1
"""


def keep(*, file_import):
    """Empty the working tables of an import, but for the rows that wait. Returns how many do."""
    params = plan.params_of(file_import)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM imports_incomingperson WHERE practice_id = %(practice)s AND import_id = %(import)s"
            " AND fault = 'WAITS'",
            params,
        )
        rows = cursor.fetchone()[0]
        if not rows:
            staging.forget(file_import)
            return 0
        for model in staging.WORKING:
            cursor.execute(
                f"DELETE FROM {model._meta.db_table} w WHERE practice_id = %(practice)s AND import_id = %(import)s AND line NOT IN"  # noqa: S608 names of our own
                " (SELECT line FROM imports_incomingperson WHERE practice_id = %(practice)s AND import_id = %(import)s"
                " AND fault = 'WAITS')",
                params,
            )
    return rows


def join(*, file_import, carry_out, now):
    """Take in rows that waited for a chart this import brought. `carry_out` writes a plan (see `apply.write`)."""
    with connection.cursor() as cursor:
        cursor.execute(JOINABLE, plan.params_of(file_import))
        ids = [import_id for (import_id,) in cursor.fetchall()]
    for earlier in FileImport.objects.filter(pk__in=ids).order_by("pk"):
        result = plan.work_out(file_import=earlier)
        carry_out(file_import=earlier, now=now)
        _recount(earlier, result)


def expire(*, now):
    """Drop what has waited too long: those rows are rejected now, in the figures too."""
    old = FileImport.objects.applied().filter(finished_at__lt=now - KEPT, reasons__has_key=plan.UNKNOWN_CHART)
    for file_import in old:
        staging.forget(file_import)
        rows = file_import.reasons.pop(plan.UNKNOWN_CHART)
        file_import.reasons["its chart never came"] = rows
        file_import.save(update_fields=["reasons"])


def _recount(earlier, result):
    """Rows that waited count as what they turned out to be; those that still wait go on as they were."""
    still = result["reasons"].get(plan.UNKNOWN_CHART, 0)
    joined = earlier.reasons.get(plan.UNKNOWN_CHART, 0) - still
    news = Counter(result["counts"])
    noted = Counter(earlier.noted_rows.exclude(verdict="").values_list("verdict", flat=True))
    counts = Counter(earlier.counts)
    counts[ImportRow.Verdict.SKIPPED] -= joined
    for verdict in (ImportRow.Verdict.UPDATE, ImportRow.Verdict.UNCHANGED, ImportRow.Verdict.DUPLICATE):
        counts[verdict] += news[verdict] - noted[verdict]
    earlier.counts, earlier.reasons = dict(counts), dict(earlier.reasons)
    earlier.reasons.pop(plan.UNKNOWN_CHART, None)
    if still:
        earlier.reasons[plan.UNKNOWN_CHART] = still
    earlier.save(update_fields=["counts", "reasons"])
