"""The last wall before a call: PostgreSQL itself refuses to hold a patient who must not be called.

The queue and the desk ask the same before (campaigns/eligibility.py); this trigger also binds whoever forgets to ask,
and closes the gap between asking and holding. Only a call the patient makes themselves (RING_BACK) passes unasked; whoever
else is spoken to in a call (HOUSEHOLD) was not dialed again.
"""

import pgtrigger

# Raised with this SQLSTATE, so that a refusal is told from a fault.
REFUSED = "RD001"
# However the patient asked to be called back: more dials in 24 hours than this are forbidden in FL, MD and OK.
MOST_IN_A_DAY = 3

# A dial counts for the person and for the number: outcomes of several people under one hold are one, and one that was
# handed back without an outcome counts too.
_COUNT = """
        SELECT count(DISTINCT dial) FILTER (WHERE moment > at - interval '24 hours'), count(DISTINCT dial)
        INTO in_a_day, in_a_week FROM (
            SELECT coalesce(lease_id, -id) AS dial, ended_at AS moment FROM campaigns_callattempt
            WHERE practice_id = NEW.practice_id AND {made} = {value}
              AND ended_at > at - interval '7 days' AND source <> 'RING_BACK'
            UNION ALL SELECT coalesce(household_of_id, id), dialed_at FROM campaigns_lease
            WHERE practice_id = NEW.practice_id AND {held} = {value}
              AND dialed_at > at - interval '7 days' AND source <> 'RING_BACK'
        ) dials;
        IF in_a_day >= daily OR in_a_week >= weekly THEN
          RAISE EXCEPTION 'lease refused: {what} called often' USING ERRCODE = '{refused}';
        END IF;
"""
_OF_PERSON = _COUNT.format(made="patient_id", held="patient_id", value="NEW.patient_id", what="person", refused=REFUSED)
_OF_NUMBER = _COUNT.format(made="e164", held="dialed_e164", value="NEW.e164", what="number", refused=REFUSED)
GUARD = pgtrigger.Trigger(
    name="nobody_who_must_not_be_called",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[
        ("at", "timestamptz"), ("daily", "integer"), ("weekly", "integer"), ("in_a_day", "bigint"), ("in_a_week", "bigint"),
    ],
    func=f"""
        IF NEW.source = 'RING_BACK' THEN RETURN NEW; END IF;
        PERFORM 1 FROM patients_optout o WHERE o.practice_id = NEW.practice_id AND o.patient_id = NEW.patient_id
          AND (o.scope <> 'CAMPAIGN' OR o.campaign_id = (
            SELECT campaign_id FROM campaigns_enrollment e WHERE e.practice_id = NEW.practice_id AND e.id = NEW.enrollment_id));
        IF FOUND THEN
          RAISE EXCEPTION 'lease refused: opted out' USING ERRCODE = '{REFUSED}';
        END IF;
        PERFORM 1 FROM patients_optout o WHERE o.practice_id = NEW.practice_id AND o.e164 = NEW.e164 AND o.e164 <> ''
          AND o.scope <> 'CAMPAIGN';
        IF FOUND THEN
          RAISE EXCEPTION 'lease refused: number opted out' USING ERRCODE = '{REFUSED}';
        END IF;
        at := coalesce(NEW.asked_at, now());
        SELECT daily_call_cap, weekly_call_cap INTO daily, weekly FROM accounts_practice WHERE id = NEW.practice_id;
        IF NEW.source = 'CALLBACK' THEN
          daily := {MOST_IN_A_DAY}; weekly := NULL;
        END IF;
        {_OF_PERSON}
        IF NEW.source = 'HOUSEHOLD' OR NEW.e164 = '' THEN RETURN NEW; END IF;
        {_OF_NUMBER}
        RETURN NEW;
    """,
)  # fmt: skip
