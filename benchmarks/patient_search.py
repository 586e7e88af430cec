"""Finding a patient who rings back, of each kind of words, against the bare look into the index by hand.

Both sides run as the runtime role, behind the wall, in a practice of PATIENTS (`BENCH_PATIENTS` in the environment). The
floor is one SELECT for each kind, written for it, of all that the list shows; ours reads the words, looks in every way they can
be meant, and makes objects of the rows. Both must come to the same people.
"""

import os
import random
import time
from datetime import date
from statistics import median, quantiles

from django.db import connection

from accounts.models import Practice
from accounts.tenancy import practice as inside
from campaigns.ring_back import find
from patients.models import Patient
from patients.names import plain

from .database import NOW, analyze, scratch_database

PATIENTS = int(os.environ.get("BENCH_PATIENTS", "100000"))
ROUNDS = 60  # of each kind
FIRST = (
    "Ida",
    "Maria",
    "José",
    "Zoë",
    "John",
    "Anne-Marie",
    "Luis",
    "Ruth",
    "Ahmed",
    "Wei",
    "Olga",
    "Peter",
    "Sam",
    "Dora",
    "Noah",
)
LAST = ("Keller", "O'Brien", "García", "Smith", "Nguyen", "Kowalski", "Brandt", "Haddad", "Okafor", "Silva", "Müller", "Lee")
BORN = date(1930, 1, 1)

FILL = """
INSERT INTO patients_patient (
    practice_id, mrn, first_name, middle_name, last_name, name_key, born_on, sex, language, email, address, city, state, zip_code,
    zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, created_at
)
SELECT %(practice)s, 'M' || n, first.name, '', last.name || branch, last.key || branch || ' ' || first.key,
       %(born)s::date + n %% 29000, '', 'en', '', '', 'Albany', 'NY', '12201', 'America/New_York@NY', '', false, false, false,
       true, '', now()
FROM generate_series(1, %(count)s) n CROSS JOIN LATERAL translate((n %% 997)::text, '0123456789', 'abcdefghij') branch
JOIN unnest(%(firsts)s::text[], %(first_keys)s::text[]) WITH ORDINALITY first (name, key, place)
  ON first.place = 1 + n %% cardinality(%(firsts)s::text[])
JOIN unnest(%(lasts)s::text[], %(last_keys)s::text[]) WITH ORDINALITY last (name, key, place)
  ON last.place = 1 + n / 7 %% cardinality(%(lasts)s::text[])
"""
FILL_NUMBERS = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
SELECT practice_id, id, '+1' || (2120000000 + id * 7919 %% 790000000)::text, '', 'MOBILE', 1, 'UNVERIFIED' FROM patients_patient
WHERE practice_id = %(practice)s
"""
ANSWER = """
SELECT p.id, p.first_name, p.last_name, p.born_on, p.mrn, p.city, e.status, c.name,
       EXISTS (SELECT FROM patients_optout o
               WHERE o.practice_id = p.practice_id AND o.patient_id = p.id AND o.scope <> 'CAMPAIGN'),
       (SELECT l.agent_id FROM campaigns_lease l
        WHERE l.practice_id = p.practice_id AND l.patient_id = p.id AND l.closed_at IS NULL)
FROM patients_patient p
LEFT JOIN LATERAL (SELECT * FROM campaigns_enrollment e WHERE e.practice_id = p.practice_id AND e.patient_id = p.id
                   ORDER BY e.status DESC, e.last_attempt_at DESC NULLS LAST LIMIT 1) e ON true
LEFT JOIN campaigns_campaign c ON c.practice_id = p.practice_id AND c.id = e.campaign_id
WHERE p.id IN ({who}) AND p.merged_into_id IS NULL ORDER BY e.last_attempt_at DESC NULLS LAST, p.name_key
"""
FLOORS = {
    "phone": "SELECT patient_id FROM patients_phonenumber WHERE e164 = %(e164)s",
    "last_seven": """SELECT patient_id FROM patients_phonenumber
                     WHERE e164_reversed >= %(reversed)s AND e164_reversed < %(reversed)s || 'z'""",
    "name": """SELECT id FROM patients_patient
               WHERE name_key >= %(last)s AND name_key < %(last)s || '~'
                 AND given_key >= %(first)s AND given_key < %(first)s || '~'""",
    "birth_and_name": """SELECT id FROM patients_patient
                         WHERE born_on = %(born)s AND name_key >= %(last)s AND name_key < %(last)s || '~'""",
    "mrn": "SELECT id FROM patients_patient WHERE mrn <> '' AND mrn = %(mrn)s",
}


def run():
    """Milliseconds of one search both ways over all kinds, and the median and 95th percentile of ours by kind."""
    with scratch_database():
        practice = Practice.objects.create(slug="bench", name="bench", time_zone="America/New_York")
        with inside(practice.pk):
            _fill(practice)
        analyze()
        with inside(practice.pk):
            samples = _samples(random.Random(7))
            ours = {kind: [] for kind in FLOORS}
            floor = {kind: [] for kind in FLOORS}
            for sample in samples:  # the first round warms the cache of the server for both
                for kind in FLOORS:
                    taken, by_hand = _time(lambda kind=kind, sample=sample: _by_hand(kind, sample))
                    floor[kind].append(taken)
                    taken, found = _time(lambda kind=kind, sample=sample: find(text=sample[kind], practice=practice, now=NOW))
                    ours[kind].append(taken)
                    _compare(kind, sample, found, by_hand)
    mine, theirs = (sum(median(taken) for taken in side.values()) / len(side) for side in (ours, floor))
    kinds = ", ".join(f"{kind} {median(taken):.1f}/p95 {quantiles(taken, n=20)[-1]:.1f}ms" for kind, taken in ours.items())
    return f"patient_search ours={mine:.2f}ms floor={theirs:.2f}ms ratio={mine / theirs:.1f} (patients={PATIENTS}, {kinds})"


def _fill(practice):
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "practice": practice.pk,
                "born": BORN,
                "count": PATIENTS,
                "firsts": list(FIRST),
                "lasts": list(LAST),
                "first_keys": [plain(name) for name in FIRST],
                "last_keys": [plain(name) for name in LAST],
            },
        )
        cursor.execute(FILL_NUMBERS, {"practice": practice.pk})


def _samples(chance):
    """People drawn at random, each with what the agent types of every kind and what the floor is asked."""
    lowest = Patient.objects.order_by("pk").values_list("pk", flat=True).first()
    samples = []
    for _ in range(ROUNDS):
        patient = Patient.objects.get(pk=lowest + chance.randrange(PATIENTS))
        e164 = patient.phones.get().e164
        samples.append(
            {
                "phone": f"({e164[2:5]}) {e164[5:8]}-{e164[8:]}",
                "last_seven": f"{e164[5:8]}-{e164[8:]}",
                "name": f"{patient.last_name.upper()}, {patient.first_name}",
                "birth_and_name": f"{patient.born_on:%m/%d/%Y} {patient.last_name}",
                "mrn": patient.mrn.lower(),
                "asked": {
                    "e164": e164,
                    "reversed": e164[5:][::-1],
                    "first": plain(patient.first_name),
                    "born": patient.born_on,
                    "last": plain(patient.last_name),
                    "mrn": patient.mrn,
                },
            }
        )
    return samples


def _by_hand(kind, sample):
    with connection.cursor() as cursor:
        cursor.execute(ANSWER.format(who=FLOORS[kind]), sample["asked"])
        return {row[0] for row in cursor.fetchall()}


def _compare(kind, sample, found, by_hand):
    """The same people; where more fit than are shown, those shown are among them. Longer MRNs that begin so follow the one."""
    mine = [patient.pk for patient in found.people]
    same = mine[:1] == list(by_hand) if kind == "mrn" else set(mine) <= by_hand if found.is_more else set(mine) == by_hand
    if not (by_hand and same):
        raise AssertionError(f"{kind}: the answers differ")


def _time(work):
    started = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - started), result
