"""Who is who: which line of a file is about which patient.

A chart number decides. Without one that is known: a patient of the same name, born on the same day, with a number in
common is surely the same person, and so is anybody `patients.likeness` calls sure. What it calls unsure becomes a new
patient and a possible double, for a person to decide; nobody is called in between.
"""

import json
from datetime import date
from itertools import groupby

from django.db import connection

from imports import arrays
from imports.models import IncomingMatch
from patients.likeness import Traits, likeness
from patients.models import Patient

# Lines whose chart number nobody here has, with the patients they might be about. Two different chart numbers are two
# charts: such a pair is looked at only when name and birth agree, or the patient asked not to be called. A number or a name
# that a crowd shares proves nothing, and would be compared each with each.
LEFT_OVER = """
WITH unmatched AS MATERIALIZED (
  SELECT r.line, r.mrn, r.name_key, r.middle_name, r.born_on FROM imports_incomingrow r
  WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.name_key <> '' AND NOT EXISTS (
    SELECT FROM patients_patient p WHERE p.practice_id = %(practice)s AND r.mrn <> '' AND p.mrn = r.mrn)
)
"""

# Sure without a second look, in one statement, because a file without chart numbers holds 100,000 of them.
EXACT = (
    LEFT_OVER  # noqa: S608 constants
    + """
, candidate AS MATERIALIZED (
  SELECT u.line, u.mrn, p.id, p.merged_into_id, p.mrn AS known_mrn
  FROM unmatched u JOIN patients_patient p ON p.practice_id = %(practice)s AND p.name_key = u.name_key AND p.born_on = u.born_on
  WHERE (u.mrn = '' OR p.mrn = '') AND NOT p.is_test
    AND (u.middle_name = '' OR p.middle_name = '' OR upper(left(u.middle_name, 1)) = upper(left(p.middle_name, 1)))
), listing AS MATERIALIZED (
  SELECT c.line, count(f.e164) AS lists FROM candidate c
  LEFT JOIN imports_incomingphone f ON f.practice_id = %(practice)s AND f.import_id = %(import)s AND f.line = c.line
  GROUP BY c.line
), shared AS (
  SELECT c.line, c.mrn, c.known_mrn, coalesce(c.merged_into_id, c.id) AS id, l.lists, count(n.id) AS numbers,
    count(n.id) FILTER (WHERE EXISTS (
      SELECT FROM imports_incomingphone f WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s
        AND f.line = c.line AND f.e164 = n.e164)) AS common
  FROM candidate c JOIN listing l ON l.line = c.line
  LEFT JOIN patients_phonenumber n ON n.practice_id = %(practice)s AND n.patient_id = c.id
  GROUP BY c.line, c.mrn, c.known_mrn, c.id, c.merged_into_id, l.lists
), best AS (
  SELECT line, min(mrn) AS mrn, min(known_mrn) AS known_mrn,
    CASE WHEN count(DISTINCT id) = 1 THEN min(id) ELSE min(id) FILTER (WHERE known_mrn = '') END AS id
  FROM shared WHERE common > 0 OR numbers = 0 OR lists = 0
  GROUP BY line HAVING count(DISTINCT id) = 1 OR count(DISTINCT id) FILTER (WHERE known_mrn = '') = 1
), claimed AS (
  SELECT id, min(mrn) AS keeps FROM best WHERE mrn <> '' GROUP BY id
)
INSERT INTO imports_incomingmatch (practice_id, import_id, line, patient_id, is_sure, score, evidence)
SELECT %(practice)s, %(import)s, b.line, b.id, true, 100, '[]'
FROM best b LEFT JOIN claimed ON claimed.id = b.id
WHERE b.mrn = '' OR (b.known_mrn = '' AND b.mrn = claimed.keeps)
"""
)

# What is left is compared in Python, pair by pair.
PAIRS = (
    LEFT_OVER  # noqa: S608 constants
    + """
, rest AS MATERIALIZED (
  SELECT u.* FROM unmatched u WHERE NOT EXISTS (
    SELECT FROM imports_incomingmatch m WHERE m.practice_id = %(practice)s AND m.import_id = %(import)s AND m.line = u.line)
), crowd AS MATERIALIZED (
  SELECT e164 FROM patients_phonenumber WHERE practice_id = %(practice)s GROUP BY e164 HAVING count(*) > 50
), namesakes AS MATERIALIZED (
  SELECT name_key FROM patients_patient WHERE practice_id = %(practice)s GROUP BY name_key HAVING count(*) > 50
), pair AS (
  SELECT u.line, p.id FROM rest u
  JOIN patients_patient p ON p.practice_id = %(practice)s AND p.name_key = u.name_key
  WHERE u.name_key NOT IN (SELECT name_key FROM namesakes) OR p.born_on = u.born_on
  UNION
  SELECT u.line, n.patient_id FROM rest u
  JOIN imports_incomingphone f ON f.practice_id = %(practice)s AND f.import_id = %(import)s AND f.line = u.line
  JOIN patients_phonenumber n ON n.practice_id = %(practice)s AND n.e164 = f.e164
  WHERE f.e164 NOT IN (SELECT e164 FROM crowd)
), few AS (
  SELECT line, id, count(*) OVER (PARTITION BY line) AS rivals FROM pair
)
SELECT few.line, coalesce(p.merged_into_id, p.id), EXISTS (
    SELECT FROM imports_incomingmatch m JOIN imports_incomingrow other
      ON other.practice_id = %(practice)s AND other.import_id = %(import)s AND other.line = m.line AND other.mrn <> ''
    WHERE m.practice_id = %(practice)s AND m.import_id = %(import)s AND m.patient_id = p.id AND r.mrn <> '') AS claimed,
  jsonb_build_object('last_name', r.last_name, 'first_name', r.first_name, 'middle_name', r.middle_name, 'born_on', r.born_on,
    'zip_code', r.zip_code, 'email', r.email, 'mrn', r.mrn, 'e164s', (
      SELECT coalesce(jsonb_agg(f.e164), '[]') FROM imports_incomingphone f
      WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s AND f.line = few.line)),
  jsonb_build_object('last_name', p.last_name, 'first_name', p.first_name, 'middle_name', p.middle_name, 'born_on', p.born_on,
    'zip_code', p.zip_code, 'email', p.email, 'mrn', p.mrn, 'e164s', (
      SELECT coalesce(jsonb_agg(n.e164), '[]') FROM patients_phonenumber n
      WHERE n.practice_id = %(practice)s AND n.patient_id IN (p.id, p.merged_into_id)))
FROM few
JOIN imports_incomingrow r ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = few.line
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = few.id
WHERE few.rivals <= 50 AND NOT p.is_test
  AND (r.mrn = '' OR p.mrn = '' OR (p.name_key = r.name_key AND p.born_on = r.born_on) OR EXISTS (
    SELECT FROM patients_optout o
    WHERE o.practice_id = %(practice)s AND o.patient_id = coalesce(p.merged_into_id, p.id)))
ORDER BY few.line, p.id
"""
)


def match(*, file_import, cursor, params):
    """Fill IncomingMatch for the lines of an import whose chart number is not known, or that have none."""
    if not Patient.objects.exists():
        return
    cursor.execute(EXACT, params)
    claimed, found = set(), []
    with connection.chunked_cursor() as streamed:  # pairs may be many, their best ones are few
        streamed.execute(PAIRS, params)
        for line, pairs in groupby(streamed, key=lambda pair: pair[0]):
            best = _best(list(pairs), claimed)
            if best:
                found.append((line, *best))
    for start in range(0, len(found), 5_000):
        _insert(file_import, found[start : start + 5_000])


def _insert(file_import, found):
    lines, patients, sure, scores, evidence = zip(*found, strict=True)
    arrays.insert(
        IncomingMatch,
        same={"practice_id": file_import.practice_id, "import_id": file_import.pk},
        columns={
            "line": ("int", [str(line) for line in lines]),
            "patient_id": ("bigint", [str(patient) for patient in patients]),
            "is_sure": ("bool", [str(each).lower() for each in sure]),
            "score": ("int", [str(score) for score in scores]),
            "evidence": ("jsonb", [json.dumps(codes) for codes in evidence]),
        },
    )


def _best(pairs, claimed):
    """(patient id, whether it is sure, score, evidence) of the likeliest patient, or None.

    Of two sure ones neither is, nor is a patient without chart number whom another chart of the file has claimed.
    """
    scored = [
        (likeness(ours, theirs), patient_id, taken, ours.mrn, theirs.mrn)
        for _, patient_id, taken, ours, theirs in ((*pair[:3], _traits(pair[3]), _traits(pair[4])) for pair in pairs)
    ]
    scored.sort(key=lambda each: (-each[0].score, each[1]))
    sure_ones = [each for each in scored if each[0].is_sure]
    chartless = [each for each in sure_ones if not each[4]]
    if len(chartless) == 1:  # made of this very line by an earlier import
        scored = sure_ones = chartless
    best, patient_id, taken, mrn, _ = scored[0]
    if not (best.is_sure or best.is_unsure):
        return None
    rivals = len({each[1] for each in sure_ones}) > 1
    sure = best.is_sure and not rivals and not taken and not (mrn and patient_id in claimed)
    if sure and mrn:
        claimed.add(patient_id)
    return patient_id, sure, best.score, list(best.evidence)


def _traits(text):
    plain = json.loads(text)
    plain["e164s"] = frozenset(plain["e164s"])
    born_on = plain.pop("born_on")
    return Traits(**plain, born_on=date.fromisoformat(born_on) if born_on else None)
