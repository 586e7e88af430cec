"""What a script is: its markup, the words that are filled in, and the standard texts. Policy without Django.

A script is plain text, and each line says by its beginning what it is:

    # Verify                       a step begins
    Could you tell me your name?   said by the agent
    (Never read it out.)           a note to the agent, not said
    ? I would rather not           what the patient may say: the lines below are what to say then
    === Verified ===               what stands below is shown once two identifiers match, and not before
    ! What will it cost?           an objection, with its answer below

A branch (?) and an objection (!) reach to the next line that begins with a mark. Blank lines mean nothing.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

TEXTS = Path(__file__).parent / "script_texts"
LANGUAGES = {"en": "English", "es": "Spanish"}
VOICEMAIL, REFERRAL = "VOICEMAIL", "REFERRAL"
DIVIDER = "=== Verified ==="
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What a script may say, and what it stands for; anything else in braces is refused on saving and never filled in.
PLACEHOLDERS = {
    "first_name": "the patient's first name",
    "last_name": "the patient's last name",
    "agent_name": "who calls",
    "practice_name": "the practice",
    "practice_phone": "the number to call back",
    "provider": "the patient's usual provider",
    "missed_date": "the date of the visit the call is about",
    "appointment_provider": "the provider of that visit",
    "appointment_location": "where that visit was to be",
}
# The files a standard text is put together from.
_WIN = ("offer", "objections")
_PARTS = {
    "CANCELLED_BY_US": ("opening", "cancelled_by_us", *_WIN),
    "CANCELLED_BY_PATIENT": ("opening", "cancelled_by_patient", *_WIN),
    "NO_SHOW": ("opening", "no_show", *_WIN),
    "REACTIVATION": ("opening", "reactivation", *_WIN),
    "NO_ENCOUNTER": ("opening", "no_encounter", *_WIN),
    "WIN_BACK": ("opening", "win_back", *_WIN),
    "REVIEW": ("opening", "review"),
    "TELE_VISIT": ("opening", "tele_visit"),
    VOICEMAIL: ("voicemail",),
    REFERRAL: ("referral",),
}
# Words for what is not known of a patient, fit for the standard texts.
_UNKNOWN = {
    "en": {"phone": "our office number", "provider": "your doctor", "date": "the day planned", "location": "our office"},
    "es": {"phone": "teléfono del consultorio", "provider": "su médico", "date": "día previsto", "location": "el consultorio"},
}
_SPANISH_MONTHS = [
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
]  # fmt: skip
_DIVIDES = re.compile(r"=+ *verified *=+", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"(M\.?D|D\.?O|N\.?P|P\.?A|R\.?N|O\.?D|D\.?P\.?M|D\.?D\.?S|Ph\.?D|FNP|APRN|PA-?C|FNP-?C)\.?", re.IGNORECASE
)


@dataclass(frozen=True)
class Line:
    """Something to say, or a note to the agent. `number` is its line in the text, from 1."""

    text: str
    is_note: bool
    number: int


@dataclass(frozen=True)
class Branch:
    """What the patient says, or objects, and what to say then."""

    says: str
    lines: tuple[Line, ...]
    number: int


@dataclass(frozen=True)
class Step:
    """A part of a script: a title, which may be empty, what is said, and how it goes on by what the patient says."""

    title: str
    lines: tuple[Line, ...]
    branches: tuple[Branch, ...]
    number: int


@dataclass(frozen=True)
class Script:
    """A text cut into its parts. `dividers` are the numbers of its dividing lines; `early` the objections before the first.

    Without a dividing line all of it is `after`: what may be shown too early is decided by nobody's slip.
    """

    opening: tuple[Step, ...]
    after: tuple[Step, ...]
    objections: tuple[Branch, ...]
    early: tuple[Branch, ...]
    dividers: tuple[int, ...]


def parse(text):
    """Cut any text into a Script. Never raises; what is wrong with it says script_rules.faults."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    dividers = tuple(number for number, line in lines if _DIVIDES.fullmatch(line))
    first = dividers[0] if dividers else 0
    opening, early = _section([each for each in lines if each[0] < first])
    after, objections = _section([each for each in lines if each[0] > first and each[0] not in dividers])
    return Script(opening=opening, after=after, objections=objections, early=early, dividers=dividers)


def _section(lines):
    """(steps, objections) of numbered lines."""
    steps, objections, said = [], [], None
    for number, line in lines:
        mark, words = line[0], line[1:].strip()
        if mark == "!":
            said = []
            objections.append((words, said, number))
            continue
        if mark == "#" or (not steps and (mark == "?" or said is None)):
            said = []
            steps.append((words if mark == "#" else "", said, [], number))
        if mark == "?":
            said = []
            steps[-1][2].append((words, said, number))
        elif mark != "#":
            said.append(Line(line, is_note=line.startswith("(") and line.endswith(")"), number=number))
    return tuple(Step(title, tuple(said), _branches(found), number) for title, said, found, number in steps), _branches(
        objections
    )


def _branches(found):
    return tuple(Branch(says, tuple(lines), number) for says, lines, number in found)


def fill(text, values):
    """Put values into the placeholders of the list above. Never str.format: scripts are written by users."""

    def word(match):
        name = match.group(1)
        return str(values[name]) if name in PLACEHOLDERS and name in values else match.group(0)

    return PLACEHOLDER.sub(word, text)


def filled(script, values):
    """The same Script with its placeholders filled in. Cut before it is filled, so that no name is taken for a mark."""

    def line(each):
        return Line(fill(each.text, values), each.is_note, each.number)

    def branch(each):
        return Branch(fill(each.says, values), tuple(map(line, each.lines)), each.number)

    def step(each):
        return Step(fill(each.title, values), tuple(map(line, each.lines)), tuple(map(branch, each.branches)), each.number)

    return Script(
        opening=tuple(map(step, script.opening)),
        after=tuple(map(step, script.after)),
        objections=tuple(map(branch, script.objections)),
        early=tuple(map(branch, script.early)),
        dividers=script.dividers,
    )


def said(script):
    """All that is said, as one text: what a voicemail is."""
    return " ".join(line.text for step in (*script.opening, *script.after) for line in step.lines if not line.is_note)


@cache
def standard_text(workflow, language):
    """The text a workflow has until a version of the practice's own is approved. `language` is one of LANGUAGES."""
    return "\n".join((TEXTS / language / f"{part}.txt").read_text(encoding="utf-8") for part in _PARTS[workflow])


def values_for(*, patient, practice, agent, missed, language):
    """The words for the placeholders. `missed` is the appointment that the campaign is about, or None."""
    unknown = _UNKNOWN[language]
    of_visit, usual = missed.provider if missed else "", patient.provider
    return {
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "agent_name": agent.name,
        "practice_name": practice.name,
        "practice_phone": practice.phone or unknown["phone"],
        "provider": spoken_name(usual or of_visit) or unknown["provider"],
        "missed_date": _spoken_date(missed.on, language) if missed else unknown["date"],
        "appointment_provider": spoken_name(of_visit or usual) or unknown["provider"],
        "appointment_location": (missed.location if missed else "") or unknown["location"],
    }


def sample_values(*, practice, agent, language, on):
    """The words of a patient who does not exist, for a preview. `on` is a date to say."""
    patient = SimpleNamespace(first_name="Jordan", last_name="Sample", provider="Rivera, Alex")
    missed = SimpleNamespace(provider="Chen, Robin", location="Main Street", on=on)
    return values_for(patient=patient, practice=practice, agent=agent, missed=missed, language=language)


def spoken_name(name):
    """A provider as one says it: “MARSH, ELENA, MD” of a file is Elena Marsh. What is not of this form stays as it is."""
    parts = [part.strip() for part in name.split(",")]
    names = [part for part in parts if part and not _CREDENTIAL.fullmatch(part)]
    if len(names) != 2:
        return name.strip()
    spoken = " ".join(reversed(names))
    return spoken.title() if spoken.isupper() else spoken


def _spoken_date(on, language):
    return f"{on.day} de {_SPANISH_MONTHS[on.month - 1]}" if language == "es" else f"{on:%B} {on.day}"
