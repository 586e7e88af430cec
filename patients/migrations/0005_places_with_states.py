from django.db import migrations

from patients.zones import zone_key

BATCH = 20_000

KNOWN = """
SELECT p.id, p.zip_code, p.state, p.zone_key,
  (SELECT coalesce(array_agg(n.e164), '{}') FROM patients_phonenumber n WHERE n.practice_id = p.practice_id AND n.patient_id = p.id)
FROM patients_patient p WHERE p.practice_id = %s AND p.id > %s ORDER BY p.id LIMIT %s
"""
CHANGE = """
UPDATE patients_patient p SET zone_key = new.key FROM unnest(%s::bigint[], %s::text[]) AS new(id, key)
WHERE p.practice_id = %s AND p.id = new.id
"""


def write_places(apps, schema_editor):
    """Work out everybody's zone key anew, as zone@STATE.

    No former version is kept of it: nobody changed anything, and an undo of an import would take it for an edit.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_practice ORDER BY id")
        practices = [practice_id for (practice_id,) in cursor.fetchall()]
        if not practices:
            return
        cursor.execute("ALTER TABLE patients_patient DISABLE TRIGGER USER")
        for practice_id in practices:
            cursor.execute("SELECT set_config('app.practice', %s, true)", [str(practice_id)])
            write_places_of(cursor, practice_id)
        cursor.execute("SELECT set_config('app.practice', '', true)")
        cursor.execute("ALTER TABLE patients_patient ENABLE TRIGGER USER")


def write_places_of(cursor, practice_id):
    last_id = 0
    while True:
        cursor.execute(KNOWN, [practice_id, last_id, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return
        last_id, changed = rows[-1][0], {}
        for patient_id, zip_code, state, known, e164s in rows:
            key = zone_key(zip_code=zip_code, state=state, e164s=e164s)
            if key != known:
                changed[patient_id] = key
        cursor.execute(CHANGE, [list(changed), list(changed.values()), practice_id])


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_wishes_and_scopes"),
    ]

    operations = [migrations.RunPython(write_places, migrations.RunPython.noop)]
