"""Short notes, as agents leave them."""

NOTES = {
    "DONE": (
        "Prefers mornings.", "Daughter will drive.", "Asked for a text the day before.", "New insurance card, will bring it.",
        "Wants the same doctor as before.", "Needs the interpreter, noted in the EMR.", "Had forgotten about it, glad we called.",
        "Confirmed address and date of birth.", "Asked about parking, told them about the garage.",
    ),
    "CBACK": (
        "At work, asked for a call later.", "Has to look at the calendar first.", "Driving.", "Wants to ask the spouse.",
        "In a meeting, please ring again.", "Needs to arrange a ride first.",
    ),
    "UNAVLBL": ("Not at home, back tomorrow.", "Son answered, patient is resting.", "Traveling until the day after tomorrow."),
    "LVM": ("", "", "", "Second message.", "Mailbox in Spanish.", "Left name and number only."),
    "NOANS": ("", "", "", "", "Rang out.", "Mailbox full.", "Mailbox not set up."),
    "HUNGUP": ("", "Hung up after the greeting.", "Thought it was a sales call."),
    "RECONFIRMED": ("Booked online already.", "Made the appointment at the desk.", "Has one, read it back to us."),
    "LOST": (
        "Moved out of state.", "Goes to another practice closer to home.", "Feels fine, does not want a visit.",
        "Insurance changed, we are out of network.", "Was seen at the hospital.",
    ),
    "DNC": ("Asked not to be called again.", "Please write, do not call."),
    "WNUM": ("Belongs to somebody else now.", "Never heard of the patient."),
    "DCONN": ("", "Out of service."),
    "DUPLICATE": ("Same person under another chart number.",),
}  # fmt: skip
WORDS_OF_REFUSAL = ("Please take me off your list.", "Do not call this number again.", "Stop calling me.")


def note_for(code, rng):
    """A note for an outcome, or '' as often as agents leave none."""
    return rng.choice(NOTES[code]) if rng.random() < 0.6 else ""
