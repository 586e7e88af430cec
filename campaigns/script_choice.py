"""Which workflow a call follows: by the campaign, and for a canceled visit by who canceled it. Policy without Django."""

import re

# The first party that a reason names is taken for the one who canceled: “Provider out, patient notified”.
_PATIENT = {
    "pt", "pts", "pat", "patient", "patients", "parent", "guardian", "caregiver", "family", "spouse", "mother", "father",
    "paciente",
}  # fmt: skip
_PRACTICE = {
    "prov", "provider", "providers", "dr", "drs", "doctor", "doctors", "md", "physician", "surgeon", "clinician", "nurse",
    "therapist", "office", "clinic", "practice", "facility", "hospital", "staff", "staffing", "us", "center", "equipment",
    "closed", "closure", "template", "overbooked", "holiday", "doctora", "clinica",
}  # fmt: skip
# Words in which a doctor or a place is mentioned and the patient is the one who canceled.
_NOT_OURS = re.compile(
    r"\b(another|other|different|new|outside|own|primary care)\s+(dr|doctor|provider|physician|clinic|office|practice)\b"
    r"|\b(in|at|to|the|admitted to)\s+hospital\b|\bhospitali[sz]ed\b"
)
_BY = re.compile(r"\bby\s+(?:the\s+)?([a-z]+)")
_WORD = re.compile(r"[a-z]+")


def workflow_of(*, kind, chosen="", cancel_reason=""):
    """The code of the workflow: what the campaign chose itself, else that of its kind.

    Of a canceled visit whose reason names nobody the patient's text is used, because it blames nobody.
    """
    if chosen:
        return chosen
    if kind == "CANCELLED":
        return "CANCELLED_BY_US" if who_canceled(cancel_reason) == "PRACTICE" else "CANCELLED_BY_PATIENT"
    return kind


def workflows_of(*, kind, chosen=""):
    """All workflows that calls of such a campaign may follow."""
    return {workflow_of(kind=kind, chosen=chosen, cancel_reason=reason) for reason in ("by patient", "by provider")}


def who_canceled(reason):
    """PRACTICE or PATIENT, as an EMR's cancel reason says it; '' where it tells neither."""
    words = _NOT_OURS.sub(" patient ", reason.lower())
    by = _BY.search(words)
    for word in [*(by.groups() if by else ()), *_WORD.findall(words)]:
        if word in _PATIENT:
            return "PATIENT"
        if word in _PRACTICE:
            return "PRACTICE"
    return ""
