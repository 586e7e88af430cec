"""Texts that campaigns had of their own become approved versions of their scripts, and say no reason too early."""

from importlib import import_module

import pytest
from django.db import connections

from accounts import tenancy
from campaigns.models import Campaign, ScriptVersion
from campaigns.script_rules import faults
from campaigns.scripts import parse
from tests.campaigns.conftest import TODAY
from tests.world import make_campaign

migration = import_module("campaigns.migrations.0012_scripts")

# As the product wrote it for a no-show, before scripts had steps.
FORMER = """\
Open:
Hello, this is {agent_name} calling from {practice_name}. Our number here is {practice_phone}.
May I speak with {first_name} {last_name}, please?

If somebody else answers:
Say only who you are and the number. “When would be a good time to reach them?”

Verify before you name a reason:
“Before I go on, I have to be sure that I am speaking with the right person.”
“Could you tell me your full name and your date of birth?”
Go on when two of these match the chart: full name, date of birth, ZIP, last four digits of the phone.

The reason:
“We missed you at your visit on {missed_date}. We would like to find you a time that works better.”

Offer two times:
“I can offer you a time in the morning or one in the afternoon. Which suits you better?”

If it does not suit now:
“When may I call you again?”
If the patient wants no more calls: “I understand. I am noting it this minute, and I am sorry for the trouble.”

Close:
Repeat the day, the time and the name of the provider.
“If anything changes, please call us at {practice_phone}. Thank you, {first_name}, and goodbye.”
"""


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_own_texts_of_every_practice_become_approved_versions_by_who_made_the_campaign(practice, other_practice, admin):
    former = {}
    for each, by in ((practice, admin), (other_practice, None)):
        with tenancy.practice(each.pk):
            for kind, text in (("NO_SHOW", FORMER), ("CANCELLED", f"Own words of {each.slug}."), ("REVIEW", "")):
                former[make_campaign(each, kind, on=TODAY, created_by=by).pk] = text.replace("\n", "\r\n")
    add, drop = (f"ALTER TABLE campaigns_campaign {change} COLUMN script" for change in ("ADD", "DROP"))
    with connections["owner"].schema_editor(atomic=True) as editor:
        editor.execute(f"{add} text NOT NULL DEFAULT ''")
        for practice_id in (practice.pk, other_practice.pk):
            editor.execute("SELECT set_config('app.practice', %s, true)", [str(practice_id)])
            for campaign_id, text in former.items():
                editor.execute("ALTER TABLE campaigns_campaign DISABLE TRIGGER USER")
                editor.execute("UPDATE campaigns_campaign SET script = %s WHERE id = %s", [text, campaign_id])
                editor.execute("ALTER TABLE campaigns_campaign ENABLE TRIGGER USER")
        migration.move_texts(None, editor)
        editor.execute(drop)
    for each, by in ((practice, admin), (other_practice, None)):
        with tenancy.practice(each.pk):
            campaign = Campaign.objects.get(kind="CANCELLED")
            versions = list(ScriptVersion.objects.select_related("script").order_by("script__workflow"))
            assert [(one.script.workflow, one.script.language, one.script.campaign, one.number) for one in versions] == [
                ("CANCELLED_BY_PATIENT", "en", campaign, 1), ("CANCELLED_BY_US", "en", campaign, 1),
            ]  # fmt: skip
            for version in versions:
                assert (version.author, version.approved_by, version.approved_at) == (by, by, campaign.created_at)
                assert [line.text for line in parse(version.text).after[0].lines] == [f"Own words of {each.slug}."]
                assert faults(version.text, workflow=version.script.workflow) == []


def test_what_stood_below_its_verification_is_shown_after_it():
    script = parse(migration.in_steps(FORMER.replace("“We missed you", "“We have missed you")))
    assert [step.title for step in script.opening] == ["Open", "If somebody else answers", "Verify before you name a reason"]
    assert [step.title for step in script.after] == ["The reason", "Offer two times", "If it does not suit now", "Close"]
    assert script.after[0].lines[0].text.startswith("“We have missed you at your visit on {missed_date}.")


@pytest.mark.parametrize(
    "text",
    [
        "Just talk.\n\nClose:\nGoodbye.",
        "Open:\nYou missed {missed_date}.\n\nVerify:\nYour name?\n\nClose:\nGoodbye.",
        "Open:\nHello.\n\nVerify:\nYour name?",
        "# Open\n? Really\n=== Verified ===\n! No",
    ],
)
def test_all_other_texts_are_shown_after_verification_as_a_whole(text):
    moved = migration.in_steps(text)
    script = parse(moved)
    assert [step.title for step in script.opening] == ["Open", "Verify"]
    assert len(script.dividers) == 1
    assert script.objections == ()
    words = [line.strip("#?!= :") for line in text.splitlines() if line.strip()]
    below = moved.split("=== Verified ===")[1]
    assert all(each in below for each in words)
    assert faults(moved, workflow="NO_SHOW") == []
