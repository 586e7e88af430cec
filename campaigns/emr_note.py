"""What the agent pastes into the chart after a call."""


def emr_line(attempt, *, practice):
    """One line with date, agent, outcome and note, on the practice's clocks. Names no patient: the chart does.

    Reads `attempt.agent.user`, `.campaign`, `.disposition` and `.appointment`.
    """
    local = practice.local(attempt.ended_at)
    said = attempt.disposition.label
    if attempt.appointment:
        said += f" for {attempt.appointment.on:%Y-%m-%d}"
    call = f"recall call {attempt.number}" if attempt.is_dial else "patient rang back"
    words = [
        f"{local:%Y-%m-%d %H:%M %Z}",
        f"{call} ({attempt.campaign.name})",
        f"{attempt.agent.name}: {said}",
    ]
    note = " ".join(attempt.note.split())
    return " · ".join(words) + (f". {note}" if note else "")
