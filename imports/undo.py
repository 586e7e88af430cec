"""Taking an import back: what it made goes, what it changed is as it was, except where somebody worked on it since.

Set by set in one transaction. What is left alone is marked in ImportChange (`kept_because`), for the page to list.
Opt-outs stay, whoever wrote them, while their patient stays.
"""

from django.db import connection

from accounts.planner import hash_only
from imports import ledger, plan
from imports.models import FileImport, ImportChange

# What a later import changed, unless it was taken back itself.
CHANGED_LATER = """
  SELECT c.patient_id, c.object_id, c."table" FROM imports_importchange c
  JOIN imports_fileimport f ON f.practice_id = %(practice)s AND f.id = c.file_import_id
  WHERE c.practice_id = %(practice)s AND c.file_import_id > %(import)s AND c."table" IN ('PATIENT', 'PHONE', 'APPOINTMENT')
    AND (f.state <> 'UNDONE' OR c.kept_because <> '')
"""

# Agents claim and save under a lock on the enrollment: whoever is at it ends first, and nobody begins meanwhile.
HOLD = """
SELECT id FROM campaigns_enrollment WHERE practice_id = %(practice)s AND (
  patient_id IN (SELECT id FROM patients_patient WHERE practice_id = %(practice)s AND import_id = %(import)s)
  OR id IN (SELECT object_id FROM imports_importchange
            WHERE practice_id = %(practice)s AND file_import_id = %(import)s AND "table" = 'ENROLLMENT'))
ORDER BY id FOR UPDATE
"""

# A patient the import made stays where a person left something on them, or a later import knows them.
KEPT = f"""
WITH made AS (
  SELECT id FROM patients_patient WHERE practice_id = %(practice)s AND import_id = %(import)s
), later AS ({CHANGED_LATER}), edited AS (
  SELECT DISTINCT ON (pgh_obj_id) * FROM patients_patientevent
  WHERE practice_id = %(practice)s AND pgh_obj_id IN (SELECT id FROM made) AND pgh_created_at > %(saved)s
  ORDER BY pgh_obj_id, pgh_id
), kept AS (
  SELECT patient_id, min(why) AS why FROM (
    SELECT patient_id, 'called since' AS why FROM campaigns_callattempt WHERE practice_id = %(practice)s
    UNION ALL SELECT patient_id, 'an agent wanted to call' FROM campaigns_denieddial WHERE practice_id = %(practice)s
    UNION ALL SELECT patient_id, 'a call is under way' FROM campaigns_lease WHERE practice_id = %(practice)s
      AND (closed_at IS NULL OR (closed_as = 'EXPIRED' AND closed_at > now() - interval '2 hours'))
    UNION ALL SELECT patient_id, 'a callback is promised' FROM campaigns_callback WHERE practice_id = %(practice)s
    UNION ALL SELECT patient_id, 'asked not to be called' FROM patients_optout
      WHERE practice_id = %(practice)s AND patient_id IS NOT NULL AND (channel <> 'EMR' OR opted_out_at > %(finished)s)
    UNION ALL SELECT patient_id, 'a number was entered or changed by hand' FROM patients_phonenumber
      WHERE practice_id = %(practice)s AND import_id IS NULL
    UNION ALL SELECT patient_id, 'booked by an agent since' FROM patients_appointment
      WHERE practice_id = %(practice)s AND source = 'DESK'
    UNION ALL SELECT patient_id, 'a later import has news of them' FROM patients_appointment
      WHERE practice_id = %(practice)s AND import_id > %(import)s
    UNION ALL SELECT patient_id, 'a later import has news of them' FROM patients_phonenumber
      WHERE practice_id = %(practice)s AND import_id > %(import)s
    UNION ALL SELECT patient_id, 'a later import has news of them' FROM patients_encounter
      WHERE practice_id = %(practice)s AND import_id > %(import)s
    UNION ALL SELECT patient_id, 'a later import has news of them' FROM later
    UNION ALL SELECT kept_id, 'merged with another record' FROM patients_merge WHERE practice_id = %(practice)s
    UNION ALL SELECT absorbed_id, 'merged with another record' FROM patients_merge WHERE practice_id = %(practice)s
    UNION ALL SELECT l.patient_id, 'an outcome was typed and is not saved' FROM campaigns_calldraft d
      JOIN campaigns_lease l ON l.practice_id = %(practice)s AND l.id = d.lease_id
      WHERE d.practice_id = %(practice)s AND (d.fields->>'note' <> '' OR d.fields->>'code' <> '')
    UNION ALL SELECT p.id, 'edited since' FROM edited JOIN patients_patient p
      ON p.practice_id = %(practice)s AND p.id = pgh_obj_id
      WHERE NOT to_jsonb(p) @> (to_jsonb(edited)
        - ARRAY['pgh_id', 'pgh_created_at', 'pgh_label', 'pgh_obj_id', 'pgh_context', 'pgh_context_id'])
  ) worked WHERE patient_id IN (SELECT id FROM made) GROUP BY patient_id
)
"""  # noqa: S608 constants
KEPT_PATIENTS = (
    KEPT
    + f"""
{ledger.INTO}
SELECT %(practice)s, %(import)s, 'PATIENT', patient_id, patient_id, NULL, '{{}}', '{{}}', why FROM kept
ON CONFLICT (practice_id, file_import_id, "table", object_id) DO UPDATE SET kept_because = EXCLUDED.kept_because
"""  # noqa: S608 constants
)

GOING = """(
  SELECT p.id FROM patients_patient p WHERE p.practice_id = %(practice)s AND p.import_id = %(import)s AND NOT EXISTS (
    SELECT FROM imports_importchange c WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s
      AND c."table" = 'PATIENT' AND c.object_id = p.id AND c.kept_because <> '')
)"""

# Children first. What other imports added to a patient who goes, goes along: an earlier one that waited for the chart.
REMOVE = (
    f"""DELETE FROM campaigns_calldraft WHERE practice_id = %(practice)s AND lease_id IN (
      SELECT id FROM campaigns_lease WHERE practice_id = %(practice)s AND patient_id IN {GOING})""",  # noqa: S608 constants
    *(
        f"DELETE FROM {table} WHERE practice_id = %(practice)s AND patient_id IN {GOING}"  # noqa: S608 constants
        for table in (
            "campaigns_queueitem",
            "campaigns_attempteffects",
            "campaigns_lease",
            "campaigns_enrollment",
            "patients_optout",
        )
    ),
    f"DELETE FROM patients_possibledouble WHERE practice_id = %(practice)s AND (newer_id IN {GOING} OR older_id IN {GOING})",  # noqa: S608
    *(
        f"DELETE FROM {table} WHERE practice_id = %(practice)s AND patient_id IN {GOING}"  # noqa: S608 constants
        for table in ("patients_phonenumber", "patients_encounter", "patients_appointment")
    ),
    f"DELETE FROM patients_patient WHERE practice_id = %(practice)s AND id IN {GOING}",  # noqa: S608
)

# What the import added to patients who stay, and a later import changed.
KEPT_ADDED = tuple(
    f"""
{ledger.INTO}
SELECT DISTINCT %(practice)s, %(import)s, later."table", t.id, t.patient_id, NULL::int, '{{}}'::jsonb, '{{}}'::jsonb,
  'a later import has news of it'
FROM {table} t JOIN ({CHANGED_LATER}) later ON later."table" = '{name}' AND later.object_id = t.id
WHERE t.practice_id = %(practice)s AND t.import_id = %(import)s
  AND t.patient_id NOT IN (SELECT id FROM patients_patient WHERE practice_id = %(practice)s AND import_id = %(import)s)
"""  # noqa: S608 constants
    for name, table in (("PHONE", "patients_phonenumber"), ("APPOINTMENT", "patients_appointment"))
)
_IS_KEPT = """EXISTS (SELECT FROM imports_importchange c WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s
        AND c."table" = '{table}' AND c.object_id = {id} AND c.kept_because <> '')"""
_KEPT_NUMBER = _IS_KEPT.format(table="PHONE", id="n.id")
_KEPT_VISIT = _IS_KEPT.format(table="APPOINTMENT", id="a.id")
_MERGED = """(SELECT kept_id FROM patients_merge WHERE practice_id = %(practice)s
        UNION SELECT absorbed_id FROM patients_merge WHERE practice_id = %(practice)s)"""
# What else it added to them, unless a call used it or a merge moved it.
REMOVE_ADDED = (
    f"""
    DELETE FROM patients_phonenumber n WHERE n.practice_id = %(practice)s AND n.import_id = %(import)s
      AND n.state = 'UNVERIFIED' AND n.last_reached_at IS NULL
      AND n.patient_id NOT IN (SELECT id FROM patients_patient WHERE practice_id = %(practice)s AND import_id = %(import)s)
      AND NOT EXISTS (SELECT FROM campaigns_callattempt t WHERE t.practice_id = %(practice)s AND t.phone_id = n.id)
      AND NOT {_KEPT_NUMBER} AND n.patient_id NOT IN {_MERGED}
    """,  # noqa: S608 constants
    f"""
    DELETE FROM patients_encounter e WHERE e.practice_id = %(practice)s AND e.import_id = %(import)s
      AND e.patient_id NOT IN (SELECT id FROM patients_patient WHERE practice_id = %(practice)s AND import_id = %(import)s)
      AND e.patient_id NOT IN {_MERGED}
    """,  # noqa: S608 constants
    f"""
    DELETE FROM patients_appointment a WHERE a.practice_id = %(practice)s AND a.import_id = %(import)s
      AND a.patient_id NOT IN (SELECT id FROM patients_patient WHERE practice_id = %(practice)s AND import_id = %(import)s)
      AND NOT EXISTS (SELECT FROM campaigns_enrollment e WHERE e.practice_id = %(practice)s AND e.missed_appointment_id = a.id
                      AND e.attempts_made > 0)
      AND NOT EXISTS (SELECT FROM campaigns_callattempt t WHERE t.practice_id = %(practice)s AND t.appointment_id = a.id)
      AND NOT {_KEPT_VISIT} AND a.patient_id NOT IN {_MERGED}
    """,  # noqa: S608 constants
)

# An appointment that goes takes the untouched enrollment with it that was made for it.
REMOVE_REASONS = f"""
DELETE FROM campaigns_queueitem q USING campaigns_enrollment e, patients_appointment a
WHERE q.practice_id = %(practice)s AND e.practice_id = %(practice)s AND a.practice_id = %(practice)s
  AND q.enrollment_id = e.id AND e.missed_appointment_id = a.id AND a.import_id = %(import)s AND e.attempts_made = 0
  AND NOT {_KEPT_VISIT};
UPDATE campaigns_enrollment e SET status = 'CLOSED', closed_as = 'INELIGIBLE',
  closed_because = 'The import that told of the visit was undone', closed_at = %(now)s
FROM patients_appointment a
WHERE e.practice_id = %(practice)s AND a.practice_id = %(practice)s AND e.missed_appointment_id = a.id
  AND a.import_id = %(import)s AND e.attempts_made = 0 AND e.status = 'OPEN' AND NOT {_KEPT_VISIT};
UPDATE campaigns_enrollment e SET missed_appointment_id = NULL FROM patients_appointment a
WHERE e.practice_id = %(practice)s AND a.practice_id = %(practice)s AND e.missed_appointment_id = a.id
  AND a.import_id = %(import)s AND e.attempts_made = 0 AND NOT {_KEPT_VISIT}
"""  # noqa: S608 constants

TABLES = {
    "PATIENT": "patients_patient",
    "PHONE": "patients_phonenumber",
    "APPOINTMENT": "patients_appointment",
    "ENROLLMENT": "campaigns_enrollment",
    "CALLBACK": "campaigns_callback",
}


def params_of(file_import):
    """The parameters of KEPT. Row history goes by the clock of the database, all else by that of the practice."""
    return plan.params_of(file_import) | {"finished": file_import.finished_at, "saved": file_import.started_at}


def undo(*, file_import, now):
    """Take a finished import back. Runs in the caller's transaction; sets the import's state to UNDONE."""
    params = params_of(file_import) | {"now": now}
    with connection.cursor() as cursor:
        hash_only(cursor)
        cursor.execute(HOLD, params)
        cursor.execute(KEPT_PATIENTS, params)
        _mark_changed_since(cursor, params)
        _restore(cursor, params)
        for statement in KEPT_ADDED:
            cursor.execute(statement, params)
        cursor.execute(REMOVE_REASONS, params)
        removed = {}
        for statement in REMOVE:
            cursor.execute(statement, params)
            removed["patients"] = cursor.rowcount
        for statement in REMOVE_ADDED:
            cursor.execute(statement, params)
    # Rows that waited for their chart come in no more.
    file_import.noted_rows.filter(reason=plan.UNKNOWN_CHART).update(cells={})
    file_import.chunks.all().delete()
    kept = ImportChange.objects.filter(file_import=file_import).exclude(kept_because="").count()
    restored = ImportChange.objects.filter(file_import=file_import, kept_because="").count()
    effects = file_import.effects | {"undone": {"removed": removed["patients"], "restored": restored, "kept": kept}}
    FileImport.objects.filter(pk=file_import.pk).update(
        state=FileImport.State.UNDONE, undone_at=now, effects=effects, heartbeat_at=None
    )


def _mark_changed_since(cursor, params):
    """Leave alone what no longer says what the import made it say, and enrollments and callbacks that went on."""
    for table in ("PATIENT", "PHONE", "APPOINTMENT"):
        cursor.execute(
            f"""
            UPDATE imports_importchange c SET kept_because = 'changed again since' FROM {TABLES[table]} t
            WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s AND c."table" = '{table}'
              AND t.practice_id = %(practice)s AND t.id = c.object_id AND c.kept_because = '' AND NOT to_jsonb(t) @> c.latter
            """,  # noqa: S608 constants
            params,
        )
    cursor.execute(
        """
        UPDATE imports_importchange c SET kept_because = 'the patient is in the campaign again' FROM campaigns_enrollment e
        WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s AND c."table" = 'ENROLLMENT' AND c.kept_because = ''
          AND e.practice_id = %(practice)s AND e.id = c.object_id AND (e.status = 'OPEN' OR EXISTS (
            SELECT FROM campaigns_enrollment other WHERE other.practice_id = %(practice)s AND other.patient_id = e.patient_id
              AND other.campaign_id = e.campaign_id AND other.status = 'OPEN') OR EXISTS (
            SELECT FROM imports_importchange first JOIN campaigns_enrollment other
              ON other.practice_id = %(practice)s AND other.id = first.object_id
            WHERE first.practice_id = %(practice)s AND first.file_import_id = %(import)s AND first."table" = 'ENROLLMENT'
              AND other.patient_id = e.patient_id AND other.campaign_id = e.campaign_id AND other.id < e.id))
        """,
        params,
    )
    cursor.execute(
        """
        UPDATE imports_importchange c SET kept_because = 'asked not to be called' FROM campaigns_enrollment e
        WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s AND c."table" = 'ENROLLMENT' AND c.kept_because = ''
          AND e.practice_id = %(practice)s AND e.id = c.object_id AND EXISTS (
            SELECT FROM patients_optout o WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id
              AND (o.scope <> 'CAMPAIGN' OR o.campaign_id = e.campaign_id))
        """,
        params,
    )
    cursor.execute(
        """
        UPDATE imports_importchange c SET kept_because = 'its time has passed' FROM campaigns_callback b
        WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s AND c."table" = 'CALLBACK' AND c.kept_because = ''
          AND b.practice_id = %(practice)s AND b.id = c.object_id AND (b.window_ends_at < %(now)s OR NOT EXISTS (
            SELECT FROM imports_importchange e WHERE e.practice_id = %(practice)s AND e.file_import_id = %(import)s
              AND e."table" = 'ENROLLMENT' AND e.object_id = b.enrollment_id AND e.kept_because = ''))
        """,
        params,
    )


def _restore(cursor, params):
    """Put the former values back, table by table: each column that any change of the import names."""
    for table, name in TABLES.items():
        cursor.execute(
            """
            SELECT DISTINCT jsonb_object_keys(former) FROM imports_importchange
            WHERE practice_id = %(practice)s AND file_import_id = %(import)s AND "table" = %(table)s AND kept_because = ''
            """,
            params | {"table": table},
        )
        columns = [connection.ops.quote_name(column) for (column,) in cursor.fetchall()]
        if columns:
            news = ", ".join(f"{column} = was.{column}" for column in columns)
            cursor.execute(
                f"""
                UPDATE {name} t SET {news}
                FROM imports_importchange c
                JOIN {name} now ON now.practice_id = %(practice)s AND now.id = c.object_id
                CROSS JOIN LATERAL jsonb_populate_record(now, c.former) was
                WHERE c.practice_id = %(practice)s AND c.file_import_id = %(import)s AND c."table" = '{table}'
                  AND c.kept_because = '' AND t.practice_id = %(practice)s AND t.id = c.object_id
                """,  # noqa: S608 names of our own columns
                params,
            )
