"""What holds a file for a second look before it is saved."""

from django.db import connection

from imports import plan, profiles
from imports.models import FileImport, ImportRow

MOST_REJECTED = 0.2
MOST_FEWER = 0.4
MOST_CLOSED_CHARTS = 0.2
KNOWN_BEFORE, KNOWN_NOW = 0.5, 0.1
# Shares of a handful say nothing.
FEWEST = 20

KNOWN_CHARTS = """
SELECT count(*), count(p.id) FROM imports_incomingrow r
LEFT JOIN patients_patient p ON p.practice_id = %(practice)s AND p.mrn = r.mrn AND p.import_id IS DISTINCT FROM %(import)s
WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.mrn <> ''
"""
CLOSED_CHARTS = """
SELECT count(*) FILTER (WHERE i.leads AND NOT i.is_new AND NOT p.is_deceased AND NOT p.is_inactive AND (v.deceased OR v.inactive))
FROM imports_incomingperson i
JOIN imports_incomingrow v ON v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = i.patient_id
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s
"""
OPEN_CHARTS = """
SELECT count(*) FROM patients_patient
WHERE practice_id = %(practice)s AND NOT is_deceased AND NOT is_inactive AND merged_into_id IS NULL
"""


def of(*, file_import, result):
    """The alarms of an import whose plan is worked out, as sentences. `result` is what `plan.work_out` returned."""
    found = []
    rejected, rows = result["counts"][ImportRow.Verdict.REJECTED], file_import.rows_total
    if rejected > MOST_REJECTED * rows:
        found.append(f"{rejected:,} of {rows:,} rows would be rejected: more than one in five.")
    if file_import.is_correction:
        return found
    profile = profiles.of_layout(file_import.headers)
    found += _older_data(file_import) + _against_last_time(file_import, profile)
    return found + _another_practice(file_import, profile, result) + _closed_charts(file_import)


def known_share(*, file_import):
    """The share of the file's chart numbers that the practice knew before, 0 to 1; None where the file has too few."""
    numbered, known = _one_row(KNOWN_CHARTS, plan.params_of(file_import))
    return known / numbered if numbered >= FEWEST else None


def _against_last_time(file_import, profile):
    found = []
    if profile is None:
        profile, gone, _ = profiles.most_alike(file_import.headers)
        lost = [header for header in gone if profile.mapping.get(header)] if profile else []
        if lost:
            found.append(f"A column that was there last time is gone: {', '.join(lost)}.")
    if profile and profile.rows > 10 and file_import.rows_total <= (1 - MOST_FEWER) * profile.rows:
        found.append(f"The file has {file_import.rows_total:,} rows; last time it had {profile.rows:,}.")
    return found


def _older_data(file_import):
    """Data of an earlier day would overwrite what a file of this layout said since."""
    before = FileImport.objects.applied().filter(layout_key=file_import.layout_key).order_by("-source_data_on").first()
    if before is None or file_import.source_data_on >= before.source_data_on:
        return []
    return [f"The data is of {file_import.source_data_on:%b %-d, %Y}; data of {before.source_data_on:%b %-d, %Y} came in before."]


def _another_practice(file_import, profile, result):
    strangers = result["reasons"].get(plan.other_person(file_import), 0)
    if strangers > MOST_REJECTED * file_import.rows_total:
        return ["Many chart numbers belong to other people here: is this the file of another practice?"]
    if profile is None or profile.rows < FEWEST:
        return []
    share = known_share(file_import=file_import)
    expected = KNOWN_BEFORE if profile.known_share is None else profile.known_share
    if share is not None and share < KNOWN_NOW and expected >= KNOWN_BEFORE:
        return ["Hardly any chart number of the file is known here: is this the file of another practice?"]
    return []


def _closed_charts(file_import):
    params = plan.params_of(file_import)
    (closed,), (total,) = _one_row(CLOSED_CHARTS, params), _one_row(OPEN_CHARTS, params)
    if total >= FEWEST and closed > MOST_CLOSED_CHARTS * total:
        return [f"{closed:,} of {total:,} patients would become inactive or deceased: more than one in five."]
    return []


def _one_row(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()
