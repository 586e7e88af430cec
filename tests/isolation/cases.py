"""A case for every page of a practice, and who may open it. A page without one fails the sweep."""

from .sweep import Case

AGENT, SUPERVISOR, ADMIN = "AGENT", "SUPERVISOR", "ADMIN"
ALL = {AGENT, SUPERVISOR, ADMIN}
LEADS = {SUPERVISOR, ADMIN}

LEASE = {"lease_id": "lease_id"}
PATIENT = {"patient_id": "patient_id"}
CAMPAIGN = {"campaign_id": "campaign_id"}
IMPORT = {"import_id": "import_id"}
MEMBERSHIP = {"membership_id": "membership_id"}

CASES = {
    "campaigns:desk": Case(),
    "campaigns:next": Case(methods=("post",)),
    "campaigns:call": Case(),
    "campaigns:outcome": Case(LEASE, {"phone_id": "phone_id", "key": "key"}, {"code": "NOANS"}, methods=("post",)),
    "campaigns:skip": Case(LEASE, form={"why": "Chart must be checked"}, methods=("post",)),
    "campaigns:hold": Case(LEASE, methods=("post",)),
    "campaigns:callbacks": Case(),
    "campaigns:patient": Case(PATIENT),
    "campaigns:opt_out": Case(PATIENT, {"phone_id": "phone_id"}, {"person": "on", "channel": "CALL"}, methods=("post",)),
}

ROLES = {
    "campaigns:desk": ALL,
    "campaigns:next": ALL,
    "campaigns:call": ALL,
    "campaigns:outcome": ALL,
    "campaigns:skip": ALL,
    "campaigns:hold": ALL,
    "campaigns:callbacks": ALL,
    "campaigns:patient": LEADS,
    "campaigns:opt_out": LEADS,
}
