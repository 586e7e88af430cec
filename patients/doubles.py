"""Finding and keeping pairs of records that may be one person."""

from .likeness import UNSURE, Traits, likeness
from .models import Patient, PhoneNumber, PossibleDouble

# A nursing home's number is on hundreds of charts.
PARTNERS_LOOKED_AT = 50


def traits(patient):
    """What a patient is compared by. Reads the phone numbers, unless they are prefetched."""
    return Traits(
        first_name=patient.first_name,
        middle_name=patient.middle_name,
        last_name=patient.last_name,
        born_on=patient.born_on,
        e164s=frozenset(number.e164 for number in patient.phones.all()),
        zip_code=patient.zip_code,
        email=patient.email,
        mrn=patient.mrn,
    )


def add(*, patient, other, source, now, import_id=None):
    """Put a pair on the list. Returns the PossibleDouble; one that is known, decided or not, stays as it is."""
    score, evidence = likeness(traits(patient), traits(other))
    older, newer = sorted((patient, other), key=lambda each: each.pk)
    pair, _created = PossibleDouble.objects.get_or_create(
        older=older,
        newer=newer,
        defaults={
            "source": source, "score": score, "evidence": list(evidence), "import_id": import_id, "created_at": now,
        },
    )  # fmt: skip
    return pair


def suspect(*, patient, now):
    """List the likely partners of a patient whom an agent took for a double. Returns the pairs that are new.

    Likely is who is on the way to be the same by the records alone; and, because a person who spoke with them says so,
    also who shares a number and whose first name and date of birth do not speak against it.
    """
    own = traits(patient)
    # One after the other, because each has its index; asked for at once PostgreSQL would read all patients.
    by_name = Patient.objects.filter(name_key=patient.name_key, born_on=patient.born_on, born_on__isnull=False)
    by_number = PhoneNumber.objects.filter(e164__in=own.e164s)
    ids = {*by_name.values_list("pk", flat=True)[:PARTNERS_LOOKED_AT]}
    ids |= {*by_number.values_list("patient", flat=True)[:PARTNERS_LOOKED_AT]}
    partners = Patient.objects.standing().filter(pk__in=ids - {patient.pk}).order_by("pk").prefetch_related("phones")
    likely = [partner for partner in partners if _is_likely(likeness(own, traits(partner)))]
    known = set(PossibleDouble.objects.of(patient).values_list("pk", flat=True))
    pairs = [add(patient=patient, other=partner, source=PossibleDouble.Source.DISPOSITION, now=now) for partner in likely]
    return [pair for pair in pairs if pair.pk not in known]


def part(*, pair, by, now):
    """Remember that the two are different people. Returns False if the pair was decided before."""
    return bool(
        PossibleDouble.objects.open()
        .filter(pk=pair.pk)
        .update(status=PossibleDouble.Status.DIFFERENT, decided_by=by, decided_at=now)
    )


def _is_likely(found):
    evidence = set(found.evidence)
    return found.score >= UNSURE or ("SHARED_PHONE" in evidence and not evidence & {"OTHER_FIRST_NAME", "OTHER_BIRTH"})
