"""What may not be saved as a script, in sentences for who wrote it. Policy without Django."""

import re
from dataclasses import dataclass

from .scripts import DIVIDER, PLACEHOLDER, PLACEHOLDERS, REFERRAL, VOICEMAIL, parse

# Each of these tells a stranger why the practice calls.
TELL_THE_REASON = {"provider", "missed_date", "appointment_provider", "appointment_location"}
# On a machine that anybody may hear, the practice's name may tell the specialty.
NOT_ON_A_MACHINE = TELL_THE_REASON | {"practice_name"}
LONGEST = 20_000
MOST_LINES, MOST_FAULTS = 600, 20
_BRACES = re.compile(r"\{([^{}]*)\}?|\}")
_WORD = re.compile(r"[^\W\d_]{3,}")
# Words of a practice's name that tell nothing.
_PLAIN = {
    "the", "and", "for", "with", "our", "your", "you", "office", "associates", "associate", "group", "center", "centre", "care",
    "inc", "llc", "pllc",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A sentence, and the line of the text it is about, from 1; 0: the text as a whole."""

    line: int
    sentence: str

    def __str__(self):
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


def faults(text, *, workflow, may_name=False, names=frozenset()):
    """What keeps the text from being saved, in the order of its lines; none: it may be.

    A voicemail text is checked for `names` too (from `names_of`), unless the practice `may_name` itself on a machine.
    """
    if not text.strip():
        return [Fault(0, "The script is empty. Write what the agent says.")]
    if len(text) > LONGEST:
        return [Fault(0, f"The script is longer than {LONGEST:,} characters.")]
    if text.count("\n") >= MOST_LINES:
        return [Fault(0, f"The script has more than {MOST_LINES:,} lines.")]
    script = parse(text)
    found = _placeholder_faults(text)
    found += _unanswered(script)
    if workflow == VOICEMAIL:
        found += _voicemail_faults(text, script, may_name=may_name, names=names)
    elif workflow == REFERRAL:
        found += [
            Fault(number, f"A referral is asked for at the end of a call, so there is no line “{DIVIDER}”.")
            for number in script.dividers
        ]
    else:
        found += _divider_faults(script) + _early_faults(text, script)
    return sorted(found, key=lambda fault: fault.line)[:MOST_FAULTS]


def names_of(*, practice_name, specialties=(), providers=()):
    """The words that tell who called: those of the practice's name, of specialties and of providers, in lower case.

    Those of providers are kept with a capital: a provider may be called Young.
    """
    told = {word for name in (practice_name, *specialties) for word in _WORD.findall(name.lower())}
    people = {word.capitalize() for name in providers for word in _WORD.findall(name)}
    return frozenset(told - _PLAIN) | people


def _placeholder_faults(text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in _BRACES.finditer(line):
            if match.group(1) not in PLACEHOLDERS or not match.group().endswith("}"):
                known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                found.append(Fault(number, f"“{match.group()}” can't be filled in. What can be is {known}."))
    return found


def _unanswered(script):
    branches = [branch for step in (*script.opening, *script.after) for branch in step.branches]
    found = []
    for branch in (*branches, *script.objections, *script.early):
        if not branch.says:
            found.append(Fault(branch.number, "Write behind the mark what the patient says."))
        if not branch.lines:
            found.append(Fault(branch.number, "Write below this line what to say then."))
    return found


def _divider_faults(script):
    if not script.dividers:
        return [
            Fault(
                0, f"There is no line “{DIVIDER}”. It divides what is said before two identifiers match from what is said after."
            )
        ]
    found = [Fault(number, f"“{DIVIDER}” stands here a second time.") for number in script.dividers[1:]]
    if not any(step.lines for step in script.opening):
        found.append(
            Fault(script.dividers[0], "Nothing is said above this line. Begin with who calls, from where, and the number.")
        )
    if not any(step.lines for step in script.after):
        found.append(Fault(script.dividers[0], "Nothing is said below this line. Say there why you call."))
    return found


def _early_faults(text, script):
    found = [
        Fault(
            branch.number, f"Objections (!) stand below “{DIVIDER}”: before it the patient knows no reason to object to. Use “?”."
        )
        for branch in script.early
    ]
    first = script.dividers[0] if script.dividers else 0
    for number, line in enumerate(text.splitlines()[: max(first - 1, 0)], 1):
        found += [
            Fault(number, f"{{{name}}} tells the reason of the call, so it stands below “{DIVIDER}” only.")
            for name in PLACEHOLDER.findall(line)
            if name in TELL_THE_REASON
        ]
    return found


def _voicemail_faults(text, script, *, may_name, names):
    found = [Fault(number, "A voicemail text is one message, so there is nothing to divide.") for number in script.dividers]
    marked = [step for step in script.after if step.title] + [branch for step in script.after for branch in step.branches]
    found += [
        Fault(each.number, "A voicemail text is only what is said: no steps (#), branches (?) or objections (!).")
        for each in (*marked, *script.objections)
    ]
    if not may_name:
        found += _naming_faults(text, names)
    return found


def _naming_faults(text, names):
    why = "anybody may hear it. An admin can allow that in the desk settings."
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for name in PLACEHOLDER.findall(line):
            if name in NOT_ON_A_MACHINE:
                found.append(Fault(number, f"{{{name}}} must not be left on a machine: {why}"))
        for word in _WORD.findall(PLACEHOLDER.sub(" ", line)):
            if word in names or word.lower() in names:
                found.append(Fault(number, f"“{word}” tells who calls or why, and must not be left on a machine: {why}"))
    return found
