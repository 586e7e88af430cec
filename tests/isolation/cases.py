"""A case for every page of a practice, and who may open it. A page without one fails the sweep."""

from .sweep import Case

AGENT, SUPERVISOR, ADMIN = "AGENT", "SUPERVISOR", "ADMIN"
ALL = {AGENT, SUPERVISOR, ADMIN}
LEADS = {SUPERVISOR, ADMIN}

LEASE = {"lease_id": "lease_id"}
ATTEMPT = {"attempt_id": "attempt_id"}
PATIENT = {"patient_id": "patient_id"}
PAIR = {"pair_id": "pair_id"}
PHONE = {"phone_id": "phone_id"}
DISPOSITION = {"disposition_id": "disposition_id"}
CAMPAIGN = {"campaign_id": "campaign_id"}
DRAFT = {"draft_id": "draft_id"}
STEP = {**DRAFT, "step": "draft_step"}
CALLBACK = {"callback_id": "callback_id"}
BUILD = {"build_id": "build_id"}
BUILD_CHANGE = {**BUILD, "change_id": "change_id"}
IMPORT = {"import_id": "import_id"}
WAITING = {"import_id": "waiting_import_id"}
CHECKED = {"import_id": "checked_import_id"}
MEMBERSHIP = {"membership_id": "membership_id"}
MESSAGE = {"message_id": "message_id"}
MOVE = {"move_id": "move_id"}
FORMER = {"membership_id": "former_id"}
PROFILE = {"profile_id": "profile_id"}
DETAILS = {
    "name": "Sweep", "time_zone": "America/New_York", "build_at": "03:00", "unconfirmed_days": 7, "rejected_rows_days": 30,
    "waiting_rows_days": 90,
}  # fmt: skip
OFFERED = {"offered": "yes"}
ENTRIES = {
    "location": {"name": "Sweep", "open_days": [1], "opens_at": "09:00", "closes_at": "17:00"},
    "provider": {"name": "Sweep"},
    "visit_type": {"name": "Sweep", "minutes": 30},
}

DESK = {"dial_link": "tel:{number}", "wrap_up_hint_seconds": 60, "correction_minutes": 120}
SCRIPT = {"workflow": "REACTIVATION", "language": "en", "text": "Hello.", "seen": 0}
ALERTS = {
    "idle_alert_minutes": 5, "wrap_up_alert_minutes": 3, "break_alert_minutes": 45, "list_alert_patients": 20,
    "data_alert_days": 7,
}  # fmt: skip
KEY = "00000000-0000-4000-8000-00000000000{}"
MOMENT = {"callback_when": "2000-01-01 10:00"}  # past: refused, so that the page shows the callback
OPT_OUT = {"whole_person": "on", "channel": "CALL"}
RULE = {
    "name": "Sweep", "kind": "REACTIVATION", "months_since_visit": 12, "lookback_days": 90, "appointment_match": "ANY",
    "appointment_horizon_days": 28, "max_attempts": 5, "starts_on": "2026-01-01", "keeps_hours": "PRACTICE",
    "legal_class": "CARE", "revenue_per_visit": 100, "expected_answer_rate": 20, "expected_agree_rate": 62.5,
    "expected_show_rate": 70, "agent_cost_per_month": 1760,
}  # fmt: skip
NUMBER = {"number": "212-555-0134", "kind": "HOME"}
NUMBER_STATE = {"kind": "HOME", "state": "VERIFIED", "seen_state": "UNVERIFIED", "voicemail_allowed": "on"}
WISH = {"weekdays": [1, 2, 3, 4, 5], "starts": "09:00", "ends": "17:00"}
PERSON = {
    "full_name": "Nora New", "email": "nora.new@example.org", "role": "AGENT", "languages": ["en"], "daily_capacity": 200,
    "shift_days": [1, 2], "shift_starts": "09:00", "shift_ends": "17:00", "is_active": "on",
}  # fmt: skip

OUTCOME_RULE = {"label": "Sweep", "is_reached": "on", "retry_after_days": "7", "is_active": "on"}

HOURS = {
    "call_days": [1, 2, 3, 4, 5, 6, 7], "calls_open": "09:00", "calls_close": "20:00", "daily_call_cap": 1, "weekly_call_cap": 3,
}  # fmt: skip
HOURS_RULE = {"state": "GU", "weekdays": [7], "effect": "NO_CALLS", "note": "Sweep"}
DAY = {"on": "2000-01-01", "name": "Sweep"}  # past: refused, so that the page shows the calendar

CASES = {
    "campaigns:desk": Case(),
    "campaigns:desk_list": Case(data={"campaign": "campaign_id"}, form={"sort": "name"}, methods=("post",)),
    "campaigns:desk_columns": Case(form={"shown": ["place"], "density": "COMPACT"}, methods=("post",)),
    "campaigns:next": Case(methods=("post",)),
    "campaigns:call": Case(),
    "campaigns:state": Case(data={"lease": "lease_id"}, form={"state": "WRAP_UP"}, methods=("post",)),
    "campaigns:callback_start": Case(CALLBACK, methods=("post",)),
    "campaigns:search": Case(data={"q": "e164"}, methods=("get", "post")),
    "campaigns:ring_back": Case(PATIENT, methods=("post",)),
    "campaigns:ring_back_do_not_call": Case(PATIENT, form={"words": "Sweep"}, methods=("post",)),
    "campaigns:outcome": Case(LEASE, {"phone_id": "phone_id"}, {"code": "NOANS"}, methods=("post",)),
    "campaigns:skip": Case(LEASE, form={"why": "I know this person"}, methods=("post",)),
    "campaigns:hold": Case(LEASE, {"shown": "phone_id"}, methods=("post",)),
    "campaigns:dial": Case(LEASE, {"phone_id": "phone_id"}, methods=("post",)),
    "campaigns:household": Case(LEASE, {"phone_id": "phone_id"}),
    "campaigns:one_call": Case(LEASE),
    "campaigns:verify": Case(LEASE, form={"matched": ["NAME", "BORN"]}, methods=("post",)),
    "campaigns:draft": Case(LEASE, form={"note": "Sweep"}, methods=("post",)),
    "campaigns:draft_discard": Case(LEASE, methods=("post",)),
    "campaigns:preferences": Case(form={"singleKeys": "yes", "sounds": "no"}, methods=("post",)),
    "campaigns:desk_messages": Case(),
    "campaigns:desk_message_close": Case(MESSAGE, methods=("post",)),
    "campaigns:desk_settings": Case(form=DESK, methods=("get", "post")),
    "campaigns:moment": Case({}, {"patient_id": "patient_id"}, {"callback_when": "tomorrow 10am"}, methods=("post",)),
    "campaigns:hand_back": Case(LEASE, methods=("post",)),
    "campaigns:call_script": Case(LEASE),
    "campaigns:scripts": Case(),
    "campaigns:script_edit": Case(data={"campaign": "campaign_id"}, form=SCRIPT, methods=("get", "post")),
    "campaigns:script_preview": Case(data={"campaign": "campaign_id"}, form=SCRIPT, methods=("post",)),
    "campaigns:script_approve": Case({"version_id": "script_version_id"}, methods=("post",)),
    "campaigns:calls": Case(),
    "campaigns:undo": Case(ATTEMPT, methods=("post",)),
    "campaigns:correct": Case(ATTEMPT, {"phone_id": "phone_id"}, {"code": "LVM", "why": "Sweep"}, methods=("get", "post")),
    "campaigns:callbacks": Case(),
    "campaigns:callback": Case(CALLBACK),
    "campaigns:callback_move": Case(CALLBACK, form=MOMENT, methods=("post",)),
    "campaigns:callback_reassign": Case(CALLBACK, {"to": "membership_id"}, methods=("post",)),
    "campaigns:callback_call_off": Case(CALLBACK, form={"why": "Sweep"}, methods=("post",)),
    "campaigns:patient": Case(PATIENT),
    "campaigns:opt_out": Case(PATIENT, {"e164": "e164"}, OPT_OUT, methods=("post",)),
    "campaigns:list": Case(),
    "campaigns:new": Case(data={"agents": "membership_id"}, form=RULE, methods=("get", "post")),
    "campaigns:new_step": Case(STEP, form=RULE, methods=("get", "post")),
    "campaigns:new_beside": Case(STEP, form=RULE, methods=("post",)),
    "campaigns:new_examples": Case(DRAFT, form=RULE, methods=("post",)),
    "campaigns:new_dry_run": Case(DRAFT, form=RULE, methods=("post",)),
    "campaigns:new_create": Case({"draft_id": "other_draft_id"}, methods=("post",)),
    "campaigns:new_discard": Case({"draft_id": "other_draft_id"}, methods=("post",)),
    "campaigns:build": Case(methods=("post",)),
    "campaigns:builds": Case(),
    "campaigns:build_detail": Case(BUILD),
    "campaigns:build_change": Case(BUILD_CHANGE),
    "campaigns:detail": Case(CAMPAIGN),
    "campaigns:edit": Case(CAMPAIGN, {"agents": "membership_id"}, RULE, methods=("get", "post")),
    "campaigns:preview_edit": Case(CAMPAIGN, {"agents": "membership_id"}, RULE, methods=("post",)),
    "campaigns:examples": Case(CAMPAIGN, {"agents": "membership_id"}, RULE, methods=("post",)),
    "campaigns:dry_run": Case(CAMPAIGN, {"agents": "membership_id"}, RULE, methods=("post",)),
    "campaigns:copy": Case(CAMPAIGN, methods=("post",)),
    "campaigns:roi": Case(),
    "campaigns:status": Case(CAMPAIGN, form={"action": "pause"}, methods=("post",)),
    "campaigns:doubles": Case(),
    "campaigns:double": Case(PAIR),
    "campaigns:double_merge": Case(PAIR, {"keep": "double_id"}, methods=("post",)),
    "campaigns:double_part": Case({"pair_id": "other_pair_id"}, methods=("post",)),
    "campaigns:merge_undo": Case({"merge_id": "merge_id"}, methods=("post",)),
    "campaigns:double_suspect": Case(PATIENT, {"mrn": "double_mrn"}, methods=("post",)),
    "campaigns:number_add": Case(PATIENT, form=NUMBER, methods=("post",)),
    "campaigns:number_change": Case(PHONE, form=NUMBER_STATE, methods=("post",)),
    "campaigns:number_move": Case(PHONE, form={"to": 2}, methods=("post",)),
    "campaigns:wish": Case(PATIENT, form=WISH, methods=("post",)),
    "campaigns:release": Case(LEASE, methods=("post",)),
    "campaigns:number_repair": Case(data={"campaign": "campaign_id"}),
    "campaigns:number_repair_add": Case(PATIENT, form=NUMBER, methods=("post",)),
    "campaigns:dispositions": Case(),
    "campaigns:disposition_new": Case(form={"code": "SWEEP", **OUTCOME_RULE}, methods=("get", "post")),
    "campaigns:disposition_edit": Case(DISPOSITION, form=OUTCOME_RULE, methods=("get", "post")),
    "campaigns:disposition_place": Case(DISPOSITION, form={"position": 1}, methods=("post",)),
    "campaigns:disposition_dry_run": Case(DISPOSITION, form=OUTCOME_RULE, methods=("post",)),
    "campaigns:calling_rules": Case(),
    "campaigns:calling_hours": Case(form=HOURS, methods=("get", "post")),
    "campaigns:calling_hours_dry_run": Case(form=HOURS, methods=("post",)),
    "campaigns:calling_rule_new": Case(form=HOURS_RULE, methods=("get", "post")),
    "campaigns:calling_rule_remove": Case({"rule_id": "removed_rule_id"}, methods=("post",)),
    "campaigns:calling_rule_restore": Case({"rule_id": "rule_id"}, methods=("post",)),
    "campaigns:calling_day_close": Case(form=DAY, methods=("post",)),
    "campaigns:calling_day_open": Case(form=DAY, methods=("post",)),
    "campaigns:calling_day_remove": Case(form=DAY, methods=("post",)),
    "campaigns:setup": Case(),
    "campaigns:practice": Case(form=DETAILS, methods=("get", "post")),
    "campaigns:directory": Case(),
    "campaigns:hand_on": Case(FORMER, methods=("post",)),
    **{f"campaigns:{kind}_new": Case(form=form, methods=("get", "post")) for kind, form in ENTRIES.items()},
    **{f"campaigns:{kind}_found": Case(form={"names": ["Sweep"]}, methods=("post",)) for kind in ENTRIES},
    **{
        f"campaigns:{kind}_edit": Case({"entry_id": f"{kind}_id"}, form=form, methods=("get", "post"))
        for kind, form in ENTRIES.items()
    },
    **{
        f"campaigns:{kind}_offer": Case({"entry_id": f"{kind}_id"}, form={"offered": "yes"}, methods=("post",))
        for kind in ENTRIES
    },
    "reports:agents": Case(),
    "reports:dashboard": Case(),
    "reports:dashboard_file": Case(),
    "reports:floor": Case(),
    "reports:floor_now": Case(),
    "reports:floor_agent": Case(MEMBERSHIP),
    "reports:floor_message": Case(MEMBERSHIP, form={"text": "Sweep", "key": KEY.format(1)}, methods=("post",)),
    "reports:floor_campaigns": Case(MEMBERSHIP, {"campaigns": "campaign_id"}, methods=("post",)),
    "reports:floor_release": Case(LEASE, methods=("post",)),
    "reports:floor_move": Case(
        data={"from_agent": "membership_id", "campaign": "campaign_id"},
        form={"to": "POOL", "what": "LIST", "key": KEY.format(2)},
        methods=("get", "post"),
    ),
    "reports:floor_move_undo": Case(MOVE, methods=("post",)),
    "reports:floor_settings": Case(form=ALERTS, methods=("get", "post")),
    "reports:wallboard": Case(),
    "reports:wallboard_now": Case(),
    "reports:mails": Case(form={"daily": "on"}, methods=("get", "post")),
    "reports:mail_now": Case(form={"kind": "DAILY"}, methods=("post",)),
    "imports:list": Case(),
    "imports:new": Case(methods=("get", "post")),
    "imports:profiles": Case(),
    "imports:profile": Case(PROFILE, form={"name": "Sweep"}, methods=("get", "post")),
    "imports:profile_forget": Case({"profile_id": "forgotten_profile_id"}, methods=("post",)),
    "imports:profile_restore": Case(PROFILE, methods=("post",)),
    "imports:detail": Case(IMPORT),
    "imports:news": Case(methods=("post",)),
    "imports:columns": Case(WAITING, methods=("get", "post")),
    "imports:reopen": Case(CHECKED, methods=("post",)),
    "imports:confirm": Case(CHECKED, form={"looked": "on"}, methods=("post",)),
    "imports:progress": Case(IMPORT),
    "imports:discard": Case(WAITING, methods=("post",)),
    "imports:rejected": Case(IMPORT),
    "imports:rejected_file": Case(IMPORT),
    "imports:changed": Case(IMPORT),
    "imports:undo": Case(IMPORT, methods=("get", "post")),
    "accounts:practice": Case(),
    "accounts:users": Case(),
    "accounts:user_new": Case(data={"supervisor": "supervisor_id"}, form=PERSON, methods=("get", "post")),
    "accounts:user_edit": Case(MEMBERSHIP, {"supervisor": "supervisor_id"}, PERSON, methods=("get", "post")),
    "accounts:user_link": Case(MEMBERSHIP, methods=("post",)),
    "accounts:user_access": Case(MEMBERSHIP, form={"may_enter": "yes"}, methods=("post",)),
    "accounts:tokens": Case(),
    "accounts:token_new": Case(form={"name": "Sweep", "days": "30"}, methods=("get", "post")),
    "accounts:token_revoke": Case({"token_id": "token_id"}, methods=("post",)),
}

# Asked by programs with a token; for roles and sessions they do not exist.
API_CASES = {
    "api:imports": Case(methods=("get", "post")),
    "api:import": Case(IMPORT),
}

ROLES = {
    "campaigns:desk": ALL,
    "campaigns:desk_list": ALL,
    "campaigns:desk_columns": ALL,
    "campaigns:next": ALL,
    "campaigns:call": ALL,
    "campaigns:state": ALL,
    "campaigns:callback_start": ALL,
    "campaigns:search": ALL,
    "campaigns:ring_back": ALL,
    "campaigns:ring_back_do_not_call": ALL,
    "campaigns:outcome": ALL,
    "campaigns:skip": ALL,
    "campaigns:hold": ALL,
    "campaigns:dial": ALL,
    "campaigns:household": ALL,
    "campaigns:one_call": ALL,
    "campaigns:verify": ALL,
    "campaigns:draft": ALL,
    "campaigns:draft_discard": ALL,
    "campaigns:moment": ALL,
    "campaigns:hand_back": ALL,
    "campaigns:call_script": ALL,
    "campaigns:scripts": LEADS,
    "campaigns:script_edit": LEADS,
    "campaigns:script_preview": LEADS,
    "campaigns:script_approve": LEADS,
    "campaigns:calls": ALL,
    "campaigns:undo": ALL,
    "campaigns:correct": ALL,
    "campaigns:callbacks": ALL,
    "campaigns:callback": LEADS,
    "campaigns:callback_move": LEADS,
    "campaigns:callback_reassign": LEADS,
    "campaigns:callback_call_off": LEADS,
    "campaigns:patient": LEADS,
    "campaigns:opt_out": LEADS,
    "campaigns:list": LEADS,
    "campaigns:new": LEADS,
    "campaigns:new_step": LEADS,
    "campaigns:new_beside": LEADS,
    "campaigns:new_examples": LEADS,
    "campaigns:new_dry_run": LEADS,
    "campaigns:new_create": LEADS,
    "campaigns:new_discard": LEADS,
    "campaigns:build": LEADS,
    "campaigns:builds": LEADS,
    "campaigns:build_detail": LEADS,
    "campaigns:build_change": LEADS,
    "campaigns:detail": LEADS,
    "campaigns:edit": LEADS,
    "campaigns:preview_edit": LEADS,
    "campaigns:examples": LEADS,
    "campaigns:dry_run": LEADS,
    "campaigns:copy": LEADS,
    "campaigns:roi": LEADS,
    "campaigns:status": LEADS,
    "campaigns:doubles": LEADS,
    "campaigns:double": LEADS,
    "campaigns:double_merge": LEADS,
    "campaigns:double_part": LEADS,
    "campaigns:merge_undo": LEADS,
    "campaigns:double_suspect": LEADS,
    "campaigns:number_add": LEADS,
    "campaigns:number_change": LEADS,
    "campaigns:number_move": LEADS,
    "campaigns:wish": LEADS,
    "campaigns:release": LEADS,
    "campaigns:number_repair": LEADS,
    "campaigns:number_repair_add": LEADS,
    "campaigns:preferences": ALL,
    "campaigns:desk_messages": ALL,
    "campaigns:desk_message_close": ALL,
    "campaigns:desk_settings": {ADMIN},
    "campaigns:dispositions": {ADMIN},
    "campaigns:disposition_new": {ADMIN},
    "campaigns:disposition_edit": {ADMIN},
    "campaigns:disposition_place": {ADMIN},
    "campaigns:disposition_dry_run": {ADMIN},
    "campaigns:calling_rules": {ADMIN},
    "campaigns:calling_hours": {ADMIN},
    "campaigns:calling_hours_dry_run": {ADMIN},
    "campaigns:calling_rule_new": {ADMIN},
    "campaigns:calling_rule_remove": {ADMIN},
    "campaigns:calling_rule_restore": {ADMIN},
    "campaigns:calling_day_close": {ADMIN},
    "campaigns:calling_day_open": {ADMIN},
    "campaigns:calling_day_remove": {ADMIN},
    "campaigns:setup": {ADMIN},
    "campaigns:practice": {ADMIN},
    "campaigns:directory": {ADMIN},
    "campaigns:hand_on": {ADMIN},
    **{f"campaigns:{kind}_{page}": {ADMIN} for kind in ENTRIES for page in ("new", "found", "edit", "offer")},
    "reports:agents": LEADS,
    "reports:dashboard": LEADS,
    "reports:dashboard_file": LEADS,
    "reports:floor": LEADS,
    "reports:floor_now": LEADS,
    "reports:floor_agent": LEADS,
    "reports:floor_message": LEADS,
    "reports:floor_campaigns": LEADS,
    "reports:floor_release": LEADS,
    "reports:floor_move": LEADS,
    "reports:floor_move_undo": LEADS,
    "reports:floor_settings": {ADMIN},
    "reports:wallboard": LEADS,
    "reports:wallboard_now": LEADS,
    "reports:mails": LEADS,
    "reports:mail_now": LEADS,
    "imports:list": {ADMIN},
    "imports:new": {ADMIN},
    "imports:profiles": {ADMIN},
    "imports:profile": {ADMIN},
    "imports:profile_forget": {ADMIN},
    "imports:profile_restore": {ADMIN},
    "imports:detail": {ADMIN},
    "imports:news": {ADMIN},
    "imports:columns": {ADMIN},
    "imports:reopen": {ADMIN},
    "imports:confirm": {ADMIN},
    "imports:progress": {ADMIN},
    "imports:discard": {ADMIN},
    "imports:rejected": {ADMIN},
    "imports:rejected_file": {ADMIN},
    "imports:changed": {ADMIN},
    "imports:undo": {ADMIN},
    "accounts:practice": ALL,
    "accounts:users": {ADMIN},
    "accounts:user_new": {ADMIN},
    "accounts:user_edit": {ADMIN},
    "accounts:user_link": {ADMIN},
    "accounts:user_access": {ADMIN},
    "accounts:tokens": {ADMIN},
    "accounts:token_new": {ADMIN},
    "accounts:token_revoke": {ADMIN},
}
