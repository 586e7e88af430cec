"""What the agent says: the default scripts, and how a script is filled in and cut into steps.

Every script begins with who calls, from where and on which number to call back, and verifies two identifiers before
any reason is named. The voicemail text names no reason, and no practice either, since its name may tell the specialty.
"""

import re
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# What a script may say; anything else in braces is shown as it was written.
PLACEHOLDERS = (
    "first_name",
    "last_name",
    "agent_name",
    "practice_name",
    "practice_phone",
    "provider",
    "missed_date",
)

_BEGIN = """\
Open:
Hello, this is {agent_name} calling from {practice_name}. Our number here is {practice_phone}.
May I speak with {first_name} {last_name}, please?

If somebody else answers:
Say only who you are and the number. “When would be a good time to reach them?”

Verify before you name a reason:
“Before I go on, I have to be sure that I am speaking with the right person.”
“Could you tell me your full name and your date of birth?”
Go on when two of these match the chart: full name, date of birth, ZIP, last four digits of the phone.
"""
_OFFER = """\
Offer two times:
“I can offer you a time in the morning or one in the afternoon. Which suits you better?”

If it does not suit now:
“When may I call you again?”
If the patient wants no more calls: “I understand. I am noting it this minute, and I am sorry for the trouble.”

Close:
Repeat the day, the time and the name of the provider.
“If anything changes, please call us at {practice_phone}. Thank you, {first_name}, and goodbye.”
"""
_REASONS = {
    "REACTIVATION": "“It has been a while since we last saw you, and {provider} would like to see you again.”",
    "NO_SHOW": "“We missed you at your visit on {missed_date}. We would like to find you a time that works better.”",
    "CANCELLED": "“Your visit on {missed_date} was canceled. We would like to find you a new time with {provider}.”",
    "NO_ENCOUNTER": (
        "“You registered with us, and we have not had the chance to see you yet. We would like to welcome you for a first visit.”"
    ),
    "WIN_BACK": (
        "“When we last spoke, a visit was not what you wanted. Should that have changed, {provider} would be glad to see you.”"
    ),
}
_REVIEW = """\
Ask:
“Thank you for coming to see us. How was your visit?” Listen, and note the answer in the patient's own words.

If it went well:
“Would you tell others about it in a short review? We can send you the address.” Offer nothing in return for it.

If it did not:
“Thank you for telling me. May somebody from the practice call you about it?”

Close:
“If you need us, the number is {practice_phone}. Thank you, {first_name}, and goodbye.”
"""
VOICEMAIL = (
    "Hello, this is {agent_name} with a message for {first_name} {last_name}. "
    "Please call me back at {practice_phone}. Once more, the number is {practice_phone}. Thank you."
)


@dataclass(frozen=True)
class Step:
    """A part of a script: a heading, which may be empty, and its paragraphs."""

    title: str
    lines: tuple[str, ...]


def default_script(kind):
    """The script a campaign of this kind has until somebody writes its own."""
    if kind == "REVIEW":
        return f"{_BEGIN}\n{_REVIEW}"
    return f"{_BEGIN}\nThe reason:\n{_REASONS[kind]}\n\n{_OFFER}"


def fill(text, values):
    """Put values into the placeholders of the list above. Never str.format: scripts are written by users."""

    def word(match):
        name = match.group(1)
        return str(values[name]) if name in PLACEHOLDERS and name in values else match.group(0)

    return PLACEHOLDER.sub(word, text)


def steps(text):
    """Cut a script at its empty lines; a part whose first line ends with a colon has that line as its heading."""
    found = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in part.strip().splitlines() if line.strip()]
        if not lines:
            continue
        title = lines.pop(0)[:-1] if lines[0].endswith(":") else ""
        found.append(Step(title=title, lines=tuple(lines)))
    return found


def values_for(*, patient, practice, agent, missed):
    """The words for the placeholders. `missed` is the appointment that the campaign is about, or None."""
    return {
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "agent_name": agent.name,
        "practice_name": practice.name,
        "practice_phone": practice.phone or "our office number",
        "provider": (missed.provider if missed else "") or patient.provider or "the doctor",
        "missed_date": f"{missed.on:%B} {missed.on.day}" if missed else "your last appointment",
    }
