"""Scripts say who calls before anything else, and take words from a list, never code."""

import pytest

from campaigns.models import Campaign
from campaigns.scripts import PLACEHOLDERS, VOICEMAIL, default_script, fill, steps

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}


@pytest.mark.parametrize("kind", Campaign.Kind.values)
def test_every_default_begins_with_caller_practice_and_number_and_verifies_before_the_reason(kind):
    opening, *rest = steps(fill(default_script(kind), VALUES))
    assert opening.lines[0] == "Hello, this is <agent_name> calling from <practice_name>. Our number here is <practice_phone>."
    titles = [step.title for step in rest]
    reason = "Ask" if kind == "REVIEW" else "The reason"
    assert titles.index("Verify before you name a reason") < titles.index(reason)
    before_reason = " ".join(" ".join(step.lines) for step in [opening, *rest[: titles.index(reason)]])
    assert not any(word in before_reason for word in ("<missed_date>", "<provider>", "visit", "appointment"))


def test_the_voicemail_names_neither_reason_nor_practice():
    said = fill(VOICEMAIL, VALUES)
    assert not any(word in said for word in ("<practice_name>", "<provider>", "<missed_date>", "visit", "appointment"))
    assert "<practice_phone>" in said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Dear {first_name}", "Dear <first_name>"),
        ("{first_name.__class__}", "{first_name.__class__}"),
        ("{0} {} {{first_name}} {password}", "{0} {} {<first_name>} {password}"),
        ("100 % {", "100 % {"),
    ],
)
def test_only_words_of_the_list_are_filled_in(written, said):
    assert fill(written, VALUES) == said


def test_a_script_of_ones_own_is_cut_into_steps():
    found = steps("Just talk.\n\nClose:\nGoodbye.\n  And thanks. \n\n\n")
    assert [(step.title, step.lines) for step in found] == [("", ("Just talk.",)), ("Close", ("Goodbye.", "And thanks."))]
