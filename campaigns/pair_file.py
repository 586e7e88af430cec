"""Two records that may be one person, side by side: what they say, what each brings, and which one should stay."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import Now

from accounts.words import LANGUAGES
from patients.likeness import AGAINST, EVIDENCE
from patients.models import Appointment, Encounter, Merge, OptOut, Patient, PossibleDouble
from patients.numbers import written

from .call_sheet import numbers_of
from .models import CallAttempt, Callback, Enrollment, Lease

SEX = {"F": "Female", "M": "Male", "X": "Other"}
# What a comparison says: words, tone of the badge, icon.
SAME = ("Same", "success", "equal")
DIFFERENT = ("Differs", "warn", "equal-not")
SHARED = ("One in common", "info", "circles-relation")
ONE = ("Only on one", "neutral", "circle-half-2")
# Plural words for what a merge moved, by table.
MOVED = {
    "patients_phonenumber": "phone number",
    "patients_encounter": "visit",
    "patients_appointment": "appointment",
    "campaigns_callattempt": "call",
    "campaigns_enrollment": "enrollment",
    "patients_optout": "opt-out",
}


@dataclass(frozen=True)
class Fact:
    """One line of the comparison. `older` and `newer` are lists of words; `verdict` is one of the above or None."""

    label: str
    older: list[str]
    newer: list[str]
    verdict: tuple[str, str, str] | None


@dataclass(frozen=True)
class PairFile:
    """`facts` compare, `brings` counts. `keep` is the record that should stay, `keep_because` says why, as half a sentence."""

    pair: PossibleDouble
    evidence: list[tuple[str, bool]]
    facts: list[Fact]
    brings: list[Fact]
    keep: Patient
    keep_because: str
    is_opted_out: bool
    is_uncallable: bool
    is_held: bool

    @property
    def records(self):
        return [self.pair.older, self.pair.newer]


def evidence_of(pair):
    """(words, whether it speaks against one person) for what the score of a pair rests on."""
    return [(EVIDENCE[code], code in AGAINST) for code in pair.evidence if code in EVIDENCE]


def pair_file(*, pair):
    """Read both records of a pair, by the same few queries whatever the length of their histories."""
    both = (pair.older, pair.newer)
    numbers = [numbers_of(patient) for patient in both]
    counts = {model: _counts(model, both) for model in (Appointment, Encounter, CallAttempt, OptOut)}
    keep, because = _recommended(both, counts)
    return PairFile(
        pair=pair,
        evidence=evidence_of(pair),
        facts=_facts(both, numbers),
        brings=_brings(both, counts),
        keep=keep,
        keep_because=because,
        is_opted_out=any(counts[OptOut].values()),
        is_uncallable=any(patient.is_deceased or patient.is_inactive for patient in both),
        is_held=Lease.objects.open().filter(patient__in=both, expires_at__gt=Now()).exists(),
    )


def last_merge(*, pair):
    """The standing merge of the two, or None."""
    both = [pair.older_id, pair.newer_id]
    merges = Merge.objects.standing().filter(kept__in=both, absorbed__in=both)
    return merges.select_related("kept", "absorbed", "merged_by__user").first()


def moved_by(merge):
    """What a merge moved, in words: ["2 phone numbers", "1 call"]."""
    counts = Counter({table: len(ids) for table, ids in merge.moved.get("moved", {}).items()})
    for entry in merge.moved.get("changed", []):
        counts[entry["table"]] += "patient_id" in entry["fields"]  # numbers, which get a place in the order, too
    return [f"{counts[table]} {word}{'' if counts[table] == 1 else 's'}" for table, word in MOVED.items() if counts[table]]


def _counts(model, both):
    return dict(model.objects.filter(patient__in=both).order_by().values_list("patient").annotate(Count("pk")))


def _recommended(both, counts):
    """The record to keep: what the EMR goes on listing, what is in use, what has more history, what was there first."""
    older, newer = both
    reasons = [
        ("it has a chart number", [bool(patient.mrn) for patient in both]),
        ("its chart is active", [not (patient.is_inactive or patient.is_deceased) for patient in both]),
        (
            "it has the fresher EMR data",
            [patient.source_data_on or date.min for patient in both],
        ),
        ("it has more history", [sum(each.get(patient.pk, 0) for each in counts.values()) for patient in both]),
    ]
    for words, (for_older, for_newer) in reasons:
        if for_older != for_newer:
            return (older, words) if for_older > for_newer else (newer, words)
    return older, "it was here first"


def _facts(both, numbers):
    older, newer = both
    lines = [
        ("Name", lambda patient: patient.full_name),
        ("Date of birth", lambda patient: _date(patient.born_on)),
        ("Sex", lambda patient: SEX.get(patient.sex, "")),
        ("Chart number", lambda patient: patient.mrn),
        ("E-mail", lambda patient: patient.email),
        ("Address", lambda patient: ", ".join(part for part in (patient.address, patient.city, patient.state) if part)),
        ("ZIP", lambda patient: patient.zip_code),
        ("Language", lambda patient: LANGUAGES.get(patient.language, patient.language)),
        ("Provider", lambda patient: patient.provider),
        ("Chart is", _state),
        ("Voicemail", lambda patient: "Allowed" if patient.voicemail_allowed else "Not allowed"),
        ("EMR data of", lambda patient: _date(patient.source_data_on)),
    ]
    facts = [_fact(label, _listed(say(older)), _listed(say(newer))) for label, say in lines]
    facts.insert(4, _numbers(*numbers))
    return [fact for fact in facts if fact.older or fact.newer]


def _numbers(older, newer):
    words = [
        [f"{written(number.e164)}{_about(number)}" for number in sorted(numbers, key=lambda each: each.position)]
        for numbers in (older, newer)
    ]
    sets = [{number.e164 for number in numbers} for numbers in (older, newer)]
    if sets[0] and sets[1] and sets[0] != sets[1]:
        return Fact("Phone numbers", *words, SHARED if sets[0] & sets[1] else DIFFERENT)
    return Fact("Phone numbers", *words, _verdict(*sets))


def _about(number):
    if number.is_refused:
        return " (do not call)"
    return f" ({number.get_state_display().lower()})" if number.state != number.State.UNVERIFIED else ""


def _brings(both, counts):
    last_calls = _last_calls(both)
    campaigns = _campaigns(both)
    promised = dict(Callback.objects.pending().filter(patient__in=both).order_by().values_list("patient").annotate(Count("pk")))
    rows = [
        ("Visits", counts[Encounter]),
        ("Appointments", counts[Appointment]),
        ("Calls", counts[CallAttempt]),
        ("Callbacks promised", promised),
        ("Opt-outs", counts[OptOut]),
    ]
    brought = [Fact(label, *([str(count.get(patient.pk, 0))] for patient in both), None) for label, count in rows]
    brought.insert(3, Fact("Last call", *(_listed(last_calls.get(patient.pk, "")) for patient in both), None))
    return [*brought, Fact("Campaigns", *(campaigns.get(patient.pk, []) for patient in both), None)]


def _last_calls(both):
    latest = CallAttempt.objects.filter(patient__in=both).order_by("patient", "-ended_at", "-pk").distinct("patient")
    return {call.patient_id: f"{call.disposition.label}, {_date(call.ended_at)}" for call in latest.select_related("disposition")}


def _campaigns(both):
    found = {}
    enrollments = (
        Enrollment.objects.filter(patient__in=both).select_related("campaign").order_by("-status", "-enrolled_at", "-pk")
    )
    for each in enrollments:
        state = "open" if each.status == Enrollment.Status.OPEN else each.get_closed_as_display().lower()
        words = f"{each.campaign.name}: {state}, {each.attempts_made} of {each.campaign.max_attempts} attempts"
        found.setdefault(each.patient_id, []).append(words)
    return found


def _fact(label, older, newer):
    plain = [[word.casefold() for word in words] for words in (older, newer)]
    return Fact(label, older, newer, _verdict(*plain))


def _verdict(older, newer):
    if not older and not newer:
        return None
    if not older or not newer:
        return ONE
    return SAME if older == newer else DIFFERENT


def _state(patient):
    return "Deceased" if patient.is_deceased else "Inactive" if patient.is_inactive else "Active"


def _listed(words):
    return [words] if words else []


def _date(day):
    return f"{day:%b} {day.day}, {day.year}" if day else ""
