"""A script before it is saved: what is wrong with it, and how it sounds. The patient in it does not exist."""

from dataclasses import dataclass
from datetime import timedelta

from . import scripts
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
