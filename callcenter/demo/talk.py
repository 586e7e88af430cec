"""What comes of one dial: the truth about the number and the chart, then the odds, then the words of the patient."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

from campaigns.outcome import Outcome
from patients.models import OptOut, Patient, PhoneNumber

from . import notes, odds

QUARTER = timedelta(minutes=15)


class Talks:
    """The telephone of one practice. Its EMR hears of every booking, as when the agent enters it there."""

    def __init__(self, practice, emr, *, skills):
        self.practice, self.emr, self.rng, self.skills = practice, emr, emr.rng, skills
        self._answered = odds.Share(self.rng.random())
        self._agreed = odds.Share(self.rng.random())
        self._charts, self._numbers = {}, {}
        self.wanted_callbacks = []

    def meet_patients(self):
        """Learn which chart a patient's row stands for and the numbers to dial; again after an import or an opt-out."""
        self._charts = {pk: self.emr.charts[mrn] for pk, mrn in Patient.objects.values_list("pk", "mrn")}
        self._numbers = defaultdict(list)
        refused = set(OptOut.objects.values_list("e164", flat=True))
        usable = PhoneNumber.objects.usable().order_by("patient_id", "position")
        for pk, patient_id, e164 in usable.values_list("pk", "patient_id", "e164"):
            if e164 not in refused:
                self._numbers[patient_id].append((pk, e164))

    def hold(self, call, *, agent, now):
        """(Outcome, seconds it took) of a Call at a moment."""
        chart = self._charts[call.patient_id]
        numbers = self._numbers[call.patient_id]
        phone_id, e164 = number = numbers[(call.attempt - 1) % len(numbers)]
        local = self.practice.local(now)
        moment = odds.Moment(
            hour=local.hour,
            weekday=local.weekday(),
            attempt=call.attempt,
            is_promised=call.source == "CALLBACK",
            age=self._age(chart, local.date()),
            skill=self.skills[agent.pk],
        )
        outcome = self._outcome(chart, self.emr.lines.get(e164[2:], "OK"), moment, agent=agent, local=local)
        seconds = self.rng.randint(*odds.SECONDS[outcome.code])
        if outcome.code in ("WNUM", "DCONN"):
            numbers.remove(number)
        return replace(outcome, phone_id=phone_id, note=notes.note_for(outcome.code, self.rng)), seconds

    def _outcome(self, chart, line, moment, *, agent, local):
        if chart.is_twin and self.rng.random() < odds.IS_TWIN:
            return Outcome("DUPLICATE")
        if line == "GONE":
            return Outcome("DCONN")
        if not self._answered.says_yes(odds.answers(moment)):
            return Outcome("LVM" if self.rng.random() < odds.VOICEMAIL else "NOANS")
        if line == "WRONG":
            return Outcome("WNUM")
        today = local.date()
        visit = chart.next_visit(today)
        if visit is None and self.rng.random() < odds.BOOKED_MEANWHILE:
            visit = self.emr.add_visit(chart, on=self.emr.free_day(today), made_on=today)
        if visit is not None:
            return Outcome("RECONFIRMED", appointment_on=visit.on, appointment_at=visit.at, provider=visit.provider)
        if self._agreed.says_yes(odds.agrees(moment)):
            return self._booked(chart, today)
        return self._refused(agent, local)

    def _booked(self, chart, today):
        visit = self.emr.add_visit(chart, on=self.emr.free_day(today), made_on=today)
        return Outcome("DONE", appointment_on=visit.on, appointment_at=visit.at, provider=visit.provider)

    def _refused(self, agent, local):
        if self.wanted_callbacks:
            return Outcome("CBACK", callback_at=self.wanted_callbacks.pop())
        code = self.rng.choices(list(odds.REFUSALS), weights=list(odds.REFUSALS.values()))[0]
        if code == "CBACK":
            return Outcome("CBACK", callback_at=self._promise(agent, local))
        if code == "DNC":
            # Whose wish it is must be said where others have the number too.
            return Outcome("DNC", opt_out_number=True, opt_out_words=self.rng.choice(notes.WORDS_OF_REFUSAL))
        return Outcome(code)

    def _promise(self, agent, local):
        """A quarter of an hour within the agent's shift: later today, or on one of the next working days."""
        day, starts, ends = local.date(), agent.shift_starts, agent.shift_ends
        later = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=self.rng.randint(2, 4))
        if later.time() < ends and later.date() == day and self.rng.random() < 0.35:
            return later + QUARTER * self.rng.randint(0, 3)
        day += timedelta(days=self.rng.choices((1, 2, 3), weights=(6, 3, 1))[0])
        day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
        opening = datetime.combine(day, starts, self.practice.zone)
        quarters = (datetime.combine(day, ends) - datetime.combine(day, starts)) // QUARTER
        return opening + QUARTER * self.rng.randint(2, quarters - 4)

    def _age(self, chart, on):
        born = date.fromisoformat(chart.born)
        return on.year - born.year
