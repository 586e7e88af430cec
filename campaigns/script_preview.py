"""A script before it is saved, or before its campaign is: what is wrong with it, and how it sounds.

The patient in it does not exist.
"""

from dataclasses import dataclass
from datetime import timedelta

from . import scripts
from .models import Workflow
from .script_choice import workflows_of
from .script_library import texts_for
from .script_rules import Fault, faults, names_of

MISSED_AGO = timedelta(days=7)


@dataclass(frozen=True)
class Preview:
    """`voicemail` is the message, where the text is one."""

    faults: list[Fault]
    script: scripts.Script
    voicemail: str
    language: str


def preview(text, *, workflow, language, practice, agent, today):
    """The Preview of a text as it is typed. Asks nothing of the database: names of providers are looked for on saving."""
    names = names_of(practice_name=practice.name, specialties=[practice.specialty])
    values = scripts.sample_values(practice=practice, agent=agent, language=language, on=today - MISSED_AGO)
    script = scripts.filled(scripts.parse(text), values)
    return Preview(
        faults=faults(text, workflow=workflow, may_name=practice.voicemail_may_name, names=names),
        script=script,
        voicemail=scripts.said(script) if workflow == scripts.VOICEMAIL else "",
        language=language,
    )


@dataclass(frozen=True)
class Said:
    """What calls of a campaign would say for one workflow: `whose` text it is, and its Preview."""

    workflow: Workflow
    whose: str
    preview: Preview


def of_campaign(*, campaign, agent, today, language="en"):
    """The Said of every workflow that calls of a campaign, stored or not, may follow, and last that of the voicemail."""
    workflows = [*sorted(workflows_of(kind=campaign.kind, chosen=campaign.workflow)), scripts.VOICEMAIL]
    practice = campaign.practice
    texts = texts_for(campaign=campaign, practice=practice, language=language, workflows=workflows)
    return [
        Said(
            Workflow(name),
            texts[name][1],
            preview(texts[name][0], workflow=name, language=language, practice=practice, agent=agent, today=today),
        )
        for name in workflows
    ]
