"""Importing a patient file, from bytes to rows with history, against COPY into an unlogged table and one INSERT … ON CONFLICT.

The floor knows the layout beforehand, trusts every cell, keeps no history, and writes to tables of the same columns, keys
and indexes without row-level security. Both get the same file and must come to the same patients and numbers.
"""

import random
import resource
import tempfile
from functools import partial
from statistics import median

from django.db import connection, connections

from accounts import tenancy
from accounts.models import Practice
from imports.importing import import_file

from .database import NOW, scratch_database, seconds

ROWS = 200_000
RUNS = 3
HEADER = "Chart #,Last Name,First Name,MI,DOB,Sex,Email,Address,City,State,Zip,Cell Phone"
SYLLABLES = ("ba", "cor", "den", "fal", "gor", "hal", "jen", "kel", "lor", "man", "nor", "per", "ran", "sol", "ter", "val")

FILE = """
CREATE UNLOGGED TABLE floor_file (
  mrn text, last_name text, first_name text, middle_name text, born_on text, sex text, email text, address text, city text,
  state text, zip_code text, phone text);
CREATE TABLE floor_patient (LIKE patients_patient INCLUDING ALL);
CREATE TABLE floor_phone (LIKE patients_phonenumber INCLUDING ALL)
"""
INSERT = """
WITH written AS (
  INSERT INTO floor_patient AS p (practice_id, mrn, first_name, middle_name, last_name, name_key, born_on, sex, language, email,
    address, city, state, zip_code, zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note,
    source_data_on, created_at)
  SELECT %(practice)s, mrn, initcap(first_name), initcap(middle_name), initcap(last_name), lower(last_name || ' ' || first_name),
    to_date(born_on, 'MM/DD/YYYY'), sex, 'en', lower(email), address, city, state, zip_code, 'America/New_York@NY', '', false,
    false, false, true, '', %(on)s, %(now)s
  FROM floor_file
  ON CONFLICT (practice_id, mrn) WHERE mrn <> '' DO UPDATE SET first_name = EXCLUDED.first_name,
    middle_name = EXCLUDED.middle_name, last_name = EXCLUDED.last_name, name_key = EXCLUDED.name_key, born_on = EXCLUDED.born_on,
    sex = EXCLUDED.sex, email = EXCLUDED.email, address = EXCLUDED.address, city = EXCLUDED.city, state = EXCLUDED.state,
    zip_code = EXCLUDED.zip_code, source_data_on = EXCLUDED.source_data_on
  RETURNING id, mrn
)
INSERT INTO floor_phone (practice_id, patient_id, e164, extension, kind, position, state)
SELECT %(practice)s, written.id, '+1' || regexp_replace(phone, '\\D', '', 'g'), '', 'MOBILE', 1, 'UNVERIFIED'
FROM written JOIN floor_file USING (mrn)
ON CONFLICT DO NOTHING
"""
ANSWER = """
SELECT count(*), md5(string_agg(concat_ws('|', p.mrn, last_name, first_name, middle_name, name_key, born_on, sex, language, email,
  address, city, p.state, zip_code, zone_key, source_data_on, e164, n.kind, position), E'\\n' ORDER BY p.mrn, e164))
FROM {patient} p JOIN {phone} n ON n.patient_id = p.id AND n.practice_id = p.practice_id
WHERE p.practice_id = %s
"""


def run(rows=ROWS, runs=RUNS):
    """The first import and the same file again, each against the floor; medians, and the peak memory of this process."""
    with scratch_database(), tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.writelines(_lines(rows))
        file.flush()
        with connections["owner"].cursor() as cursor:
            cursor.execute(FILE)
        first, again = zip(*(_once(file.name, number, rows) for number in range(runs)), strict=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return "\n".join(
        f"{name} ours={median(ours):.2f}s floor={median(floor):.2f}s ratio={median(ours) / median(floor):.2f} "
        f"(rows={rows}, {rows / median(ours):,.0f} rows/s, peak memory {memory:.0f} MB)"
        for name, pairs in (("import_csv", first), ("import_csv_again", again))
        for ours, floor in [zip(*pairs, strict=True)]
    )


def _once(path, number, rows):
    practice = Practice.objects.create(slug=f"bench-{number}", name="Bench", time_zone="America/New_York")
    ours = [seconds(partial(_import, practice, path, verdict, rows)) for verdict in ("create", "unchanged")]
    with tenancy.practice(practice.pk):
        mine = _answer(connection, practice, "patients_patient", "patients_phonenumber")
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE floor_patient, floor_phone")
    floor = [seconds(partial(_by_hand, practice, path)) for _ in range(2)]
    if _answer(connections["owner"], practice, "floor_patient", "floor_phone") != mine or mine[0] != rows:
        raise AssertionError("the floor comes to other patients than the import")
    return tuple(zip(ours, floor, strict=True))


def _import(practice, path, verdict, rows):
    with open(path, "rb") as stream:
        figures = import_file(practice_id=practice.pk, stream=stream, name="bench.csv", now=NOW)
    if figures[verdict] != rows:
        raise AssertionError(f"not every row counts as {verdict}")


def _by_hand(practice, path):
    params = {"practice": practice.pk, "on": practice.business_date(NOW), "now": NOW}
    with connections["owner"].cursor() as cursor, open(path, "rb") as stream:
        cursor.execute("TRUNCATE floor_file")
        cursor.copy_expert("COPY floor_file FROM STDIN (FORMAT csv, HEADER)", stream)
        cursor.execute(INSERT, params)


def _answer(using, practice, patient, phone):
    with using.cursor() as cursor:
        cursor.execute(ANSWER.format(patient=patient, phone=phone), [practice.pk])
        return cursor.fetchone()


def _lines(rows):
    draw = random.Random(7)
    yield HEADER + "\n"
    for n in range(rows):
        last = "".join(draw.choices(SYLLABLES, k=3)).upper()
        first = "".join(draw.choices(SYLLABLES, k=2)).upper()
        born = f"{draw.randint(1, 12):02}/{draw.randint(1, 28):02}/{draw.randint(1930, 2015)}"
        area, exchange = draw.choice(("212", "718", "917", "646")), draw.randint(200, 999)
        yield (
            f"M{n:07},{last},{first},{draw.choice('ABCDE')},{born},{draw.choice('FM')},{first}.{last}{n}@example.com,"
            f"{draw.randint(1, 9999)} Main St,New York,NY,{draw.randint(10001, 10040)},"
            f"({area}) {exchange}-{draw.randint(0, 9999):04}\n"
        )
