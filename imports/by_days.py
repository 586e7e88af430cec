"""Columns of days whose names do not say which: of appointments, of past visits or of visits to come."""

import re

from imports import headers
from imports.claims import STRONG, Claim, Columns
from imports.grammar import VAGUE
from imports.looks import ahead, recent

# What only a list of appointments has.
_BOOKED = {"status", "visit_type", "appointment_id", "appointment_time", "cancelled", "no_show", "rescheduled", "checked_in"}
_SEEN = re.compile(
    r"^(?!.*\b(first|next)\b).*\b(visits?|seen|saw|exam|appointment|encounter|service|treatment|attended|came|office)\b"
)
_has_clock = re.compile(r".*\d:\d\d").match


class DayFinder(Columns):
    """Gives the fields of days and times of day to columns without one, by their values and by the columns beside them."""

    def _dates(self):
        self._beside_appointments()
        columns = self._days(self.open_columns)
        coming = {n: ahead(days, today=self.today) for n, days in columns.items()}
        future = [n for n in columns if coming[n]]
        if not self._taken("appointment_on"):
            if future and not self._taken("next_visit"):
                self._future(columns, max(future, key=lambda n: coming[n]))
            elif not future and columns and self._speaks_of_appointments():
                full = max(columns, key=lambda n: (round(self.looks[n].filled, 1), sorted(columns[n])[len(columns[n]) // 2]))
                self._give(full, "appointment_on", "dates of appointments, beside their status")
        self._last_visits()
        self._times()

    def _days(self, columns, **limits):
        """The days of those of the columns that hold recent dates."""
        columns = [n for n in columns if self.looks[n].share("DATE_LIKE") >= STRONG]
        found = {n: [day for day in self.looks[n].days(today=self.today) if day] for n in columns}
        return {n: days for n, days in found.items() if days and recent(days, today=self.today, **limits)}

    def _spare(self):
        """Columns that may still be days of visits, by their names: those without a field that are not about something else."""
        return [n for n, claim in enumerate(self.claims) if n in self.open_columns or (claim.is_spare and not claim.field)]

    def _beside_appointments(self):
        """The day of appointments where other columns speak of them and one column of dates is left, whatever it is called."""
        booked = [n for n, claim in enumerate(self.claims) if claim.field == "appointment_on" and self.looks[n].values]
        if any(self.claims[n].score > VAGUE for n in booked) or not self._speaks_of_appointments():
            return
        columns = self._days([*booked, *self._spare()], back=4_000)
        timed = [n for n in columns if self.looks[n].share(_has_clock) >= STRONG]
        coming = [n for n in columns if ahead(columns[n], today=self.today)]
        sole = next((group[0] for group in (timed, coming, list(columns)) if len(group) == 1), None)
        if sole is None or sole in booked:
            return
        for n in booked:
            self.claims[n] = Claim(reason="Another column says appointment date more plainly.")
        self._give(sole, "appointment_on", "dates of appointments, beside other columns about them")

    def _speaks_of_appointments(self):
        filled = {claim.field: self.looks[n] for n, claim in enumerate(self.claims) if claim.field and self.looks[n].values}
        if "status" in filled and filled["status"].statuses & {"CANCELLED", "NO_SHOW", "RESCHEDULED"}:
            return True
        listed = filled.keys() & {"last_visit", "next_visit", "encounter_on", "encounter_text"}
        return not listed and bool(filled.keys() & _BOOKED) and len(filled.keys() & (_BOOKED | {"provider", "location"})) > 1

    def _last_visits(self):
        """A lone column of past days in a list of patients, named like a visit, is the last visit."""
        visits = ("last_visit", "encounter_on", "encounter_text", "appointment_on", "appointment_time")
        if self._taken(*visits) or self._speaks_of_appointments():
            return
        columns = self._days([n for n in self._spare() if _SEEN.search(headers.spelled(self.header[n])[0])])
        past = [n for n in columns if not ahead(columns[n], today=self.today)]
        if len(past) == 1:
            self._give(past[0], "last_visit", "past visits, one for each patient")

    def _future(self, columns, n):
        """A column with dates ahead: appointments, or next visits where many patients have none."""
        past = [m for m in columns if m != n and all(day <= self.today for day in columns[m])]
        if self.looks[n].filled < 0.8 and not self._taken("status") and all(day > self.today for day in columns[n]):
            self._give(n, "next_visit", "dates ahead, which many patients lack")
            if len(past) == 1 and not self._taken("last_visit", "encounter_on"):
                self._give(past[0], "last_visit", "dates of past visits")
            return
        self._give(n, "appointment_on", "dates of appointments, past and ahead")

    def _times(self):
        if not self._taken("appointment_on") or self._taken("appointment_time"):
            return
        times = [n for n in self._by("TIME") if len(self.looks[n].counts) > 1]
        if times:
            self._give(times[0], "appointment_time", "times of day")
