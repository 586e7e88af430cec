"""Scripts say who calls before anything else, name no reason too early, and take words from a list, never code."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Workflow
from campaigns.script_choice import who_canceled, workflow_of
from campaigns.script_rules import NOT_ON_A_MACHINE, TELL_THE_REASON, faults, names_of
from campaigns.scripts import (
    DIVIDER,
    LANGUAGES,
    PLACEHOLDER,
    PLACEHOLDERS,
    REFERRAL,
    VOICEMAIL,
    Branch,
    Line,
    fill,
    filled,
    parse,
    said,
    spoken_name,
    standard_text,
    values_for,
)

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}
OF_CALLS = [code for code, _label in Workflow.of_calls()]
GREETING = {
    "en": "Hello, this is <agent_name> calling from <practice_name>. Our number here is <practice_phone>.",
    "es": "Hola, le habla <agent_name> de <practice_name>. Nuestro número es el <practice_phone>.",
}
ASKED_FOR = {"en": ("full name", "date of birth"), "es": ("nombre completo", "fecha de nacimiento")}
REASONS = re.compile(r"visit|see (?:you|us)|ver(?:le|nos)\b|appointment|doctor|cancel|cita\b|médico|reseña|review", re.IGNORECASE)
GOOD = f"# Open\nHello, this is {{agent_name}}.\n{DIVIDER}\nWe missed you on {{missed_date}}."
NAMES = names_of(practice_name="Bayview Eye Associates", specialties=["Ophthalmology"], providers=["Marsh, Elena", "Young, Al"])
BOTH = pytest.mark.parametrize("language", LANGUAGES)


def sentences(text, workflow="NO_SHOW", **rules):
    return [str(fault) for fault in faults(text, workflow=workflow, **rules)]


def spoken(branches_or_steps):
    """All words of steps or branches, notes to the agent left out."""
    return " ".join(line.text for each in branches_or_steps for line in each.lines if not line.is_note)


@BOTH
@pytest.mark.parametrize("workflow", Workflow.values)
def test_every_standard_text_keeps_the_rules_of_saving(workflow, language):
    assert sentences(standard_text(workflow, language), workflow, names=NAMES) == []


@BOTH
@pytest.mark.parametrize("workflow", OF_CALLS)
def test_a_standard_text_says_who_calls_asks_two_identifiers_and_names_no_reason_before(workflow, language):
    script = filled(parse(standard_text(workflow, language)), VALUES)
    greet, verify = script.opening
    assert greet.lines[0].text == GREETING[language]
    assert "<first_name> <last_name>" in greet.lines[1].text
    assert all(words in spoken([verify]) for words in ASKED_FOR[language])
    early = spoken(script.opening) + spoken(branch for step in script.opening for branch in step.branches)
    assert REASONS.findall(early) == []
    assert REASONS.search(spoken(script.after))  # the words are able to show


@BOTH
@pytest.mark.parametrize("workflow", OF_CALLS)
def test_a_standard_text_knows_what_patients_answer(workflow, language):
    script = parse(standard_text(workflow, language))
    assert [len(step.branches) for step in script.opening] == [5, 3]
    assert all(branch.lines for step in (*script.opening, *script.after) for branch in step.branches)
    assert len(script.objections) >= (3 if workflow == "REVIEW" else 5)


@pytest.mark.parametrize("workflow", Workflow.values)
def test_both_languages_have_the_same_parts(workflow):
    english, spanish = (parse(standard_text(workflow, language)) for language in ("en", "es"))
    shapes = [
        (
            [(len(step.lines), [len(branch.lines) for branch in step.branches]) for step in (*script.opening, *script.after)],
            [len(branch.lines) for branch in script.objections],
        )
        for script in (english, spanish)
    ]
    assert shapes[0] == shapes[1]


@BOTH
def test_the_voicemail_names_neither_reason_nor_practice_and_the_referral_offers_nothing(language):
    words = said(filled(parse(standard_text(VOICEMAIL, language)), VALUES))
    assert not any(f"<{name}>" in words for name in NOT_ON_A_MACHINE)
    assert REASONS.findall(words) == []
    assert words.count("<practice_phone>") == 2
    assert set(PLACEHOLDER.findall(standard_text(REFERRAL, language))) == {"practice_phone", "first_name"}


def test_a_text_is_cut_at_its_marks():
    script = parse(
        f"  # Open \nHello.\n(Smile.)\n\n? Who is it?\nA friend.\n? Busy\nLater, then.\n# Verify\nYour name?\n\n{DIVIDER}\n"
        "We missed you.\n? I forgot\nIt happens.\n! Too dear\nIt is free.\n# Close\nGoodbye.\n"
    )
    opened, verify = script.opening
    assert (opened.title, opened.lines) == ("Open", (Line("Hello.", False, 2), Line("(Smile.)", True, 3)))
    assert opened.branches == (
        Branch("Who is it?", (Line("A friend.", False, 6),), 5),
        Branch("Busy", (Line("Later, then.", False, 8),), 7),
    )
    assert (verify.title, [line.text for line in verify.lines]) == ("Verify", ["Your name?"])
    assert [(step.title, [line.text for line in step.lines]) for step in script.after] == [
        ("", ["We missed you."]),
        ("Close", ["Goodbye."]),
    ]
    assert [(one.says, [line.text for line in one.lines]) for one in script.objections] == [("Too dear", ["It is free."])]


def test_without_a_divider_nothing_may_be_shown_before_verification():
    script = parse("# Open\nHello.\n# Reason\nWe missed you.")
    assert (script.opening, [step.title for step in script.after]) == ((), ["Open", "Reason"])


@given(st.text(alphabet=st.sampled_from("#?!=()V erified{}first_name\n\r\t\u2028ñ%"), max_size=200) | st.text(max_size=200))
def test_no_text_makes_parsing_filling_or_checking_raise_and_no_line_is_lost(text):
    script = filled(parse(text), VALUES)
    for workflow in Workflow.values:
        faults(text, workflow=workflow, names=NAMES)
    steps = (*script.opening, *script.after)
    branches = (*script.objections, *script.early, *(branch for step in steps for branch in step.branches))
    lines = [line for each in (*steps, *branches) for line in each.lines]
    numbers = {line.number for line in lines} | {each.number for each in (*steps, *branches)} | set(script.dividers)
    assert numbers >= {number for number, line in enumerate(text.splitlines(), 1) if line.strip()}


@pytest.mark.parametrize(
    ("written", "filled_in"),
    [
        ("Dear {first_name}", "Dear <first_name>"),
        ("{first_name.__class__}", "{first_name.__class__}"),
        ("{0} {} {{first_name}} {password}", "{0} {} {<first_name>} {password}"),
        ("100 % {", "100 % {"),
    ],
)
def test_only_words_of_the_list_are_filled_in(written, filled_in):
    assert fill(written, VALUES) == filled_in


def test_a_name_that_looks_like_a_mark_stays_a_name():
    script = filled(parse(f"Hello.\n{DIVIDER}\n{{first_name}}\n"), {"first_name": f"# {{last_name}}\n{DIVIDER}"})
    assert [line.text for line in script.after[0].lines] == [f"# {{last_name}}\n{DIVIDER}"]
    assert script.dividers == (2,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD, []),
        (" \n ", ["The script is empty. Write what the agent says."]),
        ("x" * 20_001, ["The script is longer than 20,000 characters."]),
        (
            "Hello.\nWe missed you.",
            [f"There is no line “{DIVIDER}”. It divides what is said before two identifiers match from what is said after."],
        ),
        (f"{GOOD}\n=Verified=\nMore.", [f"Line 5: “{DIVIDER}” stands here a second time."]),
        (f"{DIVIDER}\nHi.", ["Line 1: Nothing is said above this line. Begin with who calls, from where, and the number."]),
        (f"Hi.\n{DIVIDER}\n# Close", ["Line 2: Nothing is said below this line. Say there why you call."]),
        (
            GOOD.replace("this is", "about {missed_date} with {provider}"),
            [
                f"Line 2: {{{name}}} tells the reason of the call, so it stands below “{DIVIDER}” only."
                for name in ("missed_date", "provider")
            ],
        ),
        (
            GOOD.replace(DIVIDER, f"! Too dear\nIt is free.\n{DIVIDER}"),
            [f"Line 3: Objections (!) stand below “{DIVIDER}”: before it the patient knows no reason to object to. Use “?”."],
        ),
        (f"{GOOD}\n? I forgot\n!\nIt is free.", [
            "Line 5: Write below this line what to say then.", "Line 6: Write behind the mark what the patient says.",
        ]),
    ],
)  # fmt: skip
def test_a_script_is_refused_with_a_sentence_and_its_line(text, told):
    assert sentences(text) == told


@pytest.mark.parametrize("braces", ["{password}", "{First_Name}", "{first_name.__class__}", "{0}", "{}", "{first_name", "first}"])
def test_an_unknown_placeholder_is_refused_with_what_there_is(braces):
    (told,) = sentences(GOOD.replace("We missed", f"We {braces} missed"))
    assert told.startswith("Line 4: “")
    assert told.endswith(f"What can be is {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}.")


def test_what_tells_a_reason_may_be_said_after_verification():
    assert sentences(f"Hello.\n{DIVIDER}\n{' '.join(f'{{{name}}}' for name in TELL_THE_REASON)}") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("This is {agent_name} for {first_name}: call {practice_phone}.", []),
        ("Call {practice_name}.", ["{practice_name} must not be left on a machine"]),
        ("You missed {missed_date} with {provider}.", [f"{{{name}}} must not be left" for name in ("missed_date", "provider")]),
        ("The BAYVIEW office called.", ["“BAYVIEW” tells who calls or why"]),
        ("Your eye exam is due.", ["“eye” tells who calls or why"]),
        ("Our ophthalmology team called.", ["“ophthalmology” tells who calls or why"]),
        ("Dr. Marsh asked me to call.", ["“Marsh” tells who calls or why"]),
        ("Dr. Young asked me to call.", ["“Young” tells who calls or why"]),
        ("A young man of our office called.", []),
        ("# Step\nHello.", ["A voicemail text is only what is said"]),
        ("Hello.\n? Beep\nBye.", ["A voicemail text is only what is said"]),
        (f"Hello.\n{DIVIDER}\nBye.", ["A voicemail text is one message"]),
    ],
)
def test_a_voicemail_tells_nobody_who_calls_or_why(text, told):
    found = sentences(text, VOICEMAIL, names=NAMES)
    assert len(found) == len(told)
    assert all(part in sentence for sentence, part in zip(found, told, strict=True))


def test_a_practice_that_allows_it_is_named_on_a_machine():
    assert sentences("This is {practice_name}, your Bayview Eye team.", VOICEMAIL, may_name=True, names=NAMES) == []


def test_a_referral_has_nothing_to_divide():
    assert sentences("May I ask you one more thing?", REFERRAL) == []
    assert sentences(GOOD, REFERRAL) == [
        f"Line 3: A referral is asked for at the end of a call, so there is no line “{DIVIDER}”."
    ]


@pytest.mark.parametrize(
    ("reason", "who"),
    [
        ("Provider out", "PRACTICE"),
        ("DR. ON VACATION", "PRACTICE"),
        ("Cancelled by office", "PRACTICE"),
        ("Canceled by the clinic, patient informed", "PRACTICE"),
        ("Provider cancelled, pt notified", "PRACTICE"),
        ("Office closed - weather", "PRACTICE"),
        ("Equipment failure", "PRACTICE"),
        ("Cancelled by patient", "PATIENT"),
        ("Cancelled by patient: does not like provider", "PATIENT"),
        ("PT REQUEST", "PATIENT"),
        ("Pt called, provider was told", "PATIENT"),
        ("Has another doctor", "PATIENT"),
        ("Hospitalized", "PATIENT"),
        ("Patient in hospital", "PATIENT"),
        ("Family matter", "PATIENT"),
        ("Transportation", ""),
        ("Felt unwell", ""),
        ("Weather", ""),
        ("Doctoral exam", ""),
        ("42", ""),
        ("", ""),
    ],
)
def test_who_canceled_is_told_by_the_party_that_the_reason_names(reason, who):
    assert who_canceled(reason) == who


def test_the_workflow_is_that_of_the_kind_unless_the_campaign_chose_one():
    assert workflow_of(kind="NO_SHOW") == "NO_SHOW"
    assert workflow_of(kind="NO_SHOW", chosen="TELE_VISIT") == "TELE_VISIT"
    assert workflow_of(kind="CANCELLED", cancel_reason="Provider out") == "CANCELLED_BY_US"
    assert workflow_of(kind="CANCELLED", chosen="TELE_VISIT", cancel_reason="Provider out") == "TELE_VISIT"
    for blames_nobody in ("Patient request", "Weather", ""):
        assert workflow_of(kind="CANCELLED", cancel_reason=blames_nobody) == "CANCELLED_BY_PATIENT"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Marsh, Elena", "Elena Marsh"),
        ("MARSH, ELENA, M.D.", "Elena Marsh"),
        ("Dr. Smith", "Dr. Smith"),
        ("Smith, MD", "Smith, MD"),
        ("Elena Marsh, MD", "Elena Marsh, MD"),
        ("A, B, C", "A, B, C"),
        (" , ", ","),
        ("", ""),
    ],
)
def test_a_provider_is_named_as_one_says_it(written, name):
    assert spoken_name(written) == name


def test_what_is_not_known_has_words_that_fit():
    patient = SimpleNamespace(first_name="Ida", last_name="Keller", provider="")
    practice, agent = SimpleNamespace(name="Bayview", phone=""), SimpleNamespace(name="Ana")
    missed = SimpleNamespace(provider="Chen, Robin", location="", on=date(2026, 3, 1))

    def words(language, missed):
        values = values_for(patient=patient, practice=practice, agent=agent, missed=missed, language=language)
        return [
            values[name] for name in ("provider", "appointment_provider", "missed_date", "appointment_location", "practice_phone")
        ]

    assert words("en", missed) == ["Robin Chen", "Robin Chen", "March 1", "our office", "our office number"]
    assert words("es", missed) == ["Robin Chen", "Robin Chen", "1 de marzo", "el consultorio", "teléfono del consultorio"]
    assert words("en", None)[:3] == ["your doctor", "your doctor", "the day planned"]
