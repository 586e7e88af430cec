"""Columns whose names say nothing, guessed from their values and from each other. Only what can be told with confidence."""

import re
from typing import NamedTuple

from imports import headers
from imports.grammar import VAGUE
from imports.looks import ahead, recent

SEEN = 50
# What only a list of appointments has.
_BOOKED = {"status", "visit_type", "appointment_id", "appointment_time", "cancelled", "no_show", "rescheduled", "checked_in"}
_SEEN = re.compile(
    r"^(?!.*\b(first|next)\b).*\b(visits?|seen|saw|exam|appointment|encounter|service|treatment|attended|came|office)\b"
)
_has_clock = re.compile(r".*\d:\d\d").match
_STRONG = 0.8


class Claim(NamedTuple):
    """What a column is taken for: the field ('' for none), how surely, why, and what it holds if it is never stored.

    `is_open` marks one that its values may still be asked for, `is_spare` one whose name only leaves it open to be a day of
    visits.
    """

    field: str = ""
    score: int = 0
    reason: str = "Its name is none we know."
    refused: str = ""
    is_open: bool = False
    is_spare: bool = False


class Finder:
    """Gives fields to columns without one. `claims` is changed in place; `open_columns` are those that may be given one."""

    def __init__(self, header, claims, looks, *, today):
        self.header, self.claims, self.looks, self.today = header, claims, looks, today
        self.open_columns = [
            n for n, look in enumerate(looks) if claims[n].is_open and not claims[n].field and len(look.values) >= 2
        ]

    def find(self):
        """Give out the fields, the plainest looks first, for each find tells more about the columns left."""
        for step in (
            self._contacts,
            self._codes,
            self._birth,
            self._names,
            self._status,
            self._dates,
            self._numbers,
            self._places,
        ):
            step()

    # Bookkeeping

    def _taken(self, *fields):
        return any(claim.field in fields for claim in self.claims)

    def _place(self, field):
        return next((n for n, claim in enumerate(self.claims) if claim.field == field), None)

    def _give(self, n, field, seen):
        before = self.claims[n].reason
        denied = before.startswith("The name says")
        reason = f"{before[:-1]}; they look like {seen}." if denied else f"The values look like {seen}."
        self.claims[n] = Claim(field, SEEN, reason)
        if n in self.open_columns:
            self.open_columns.remove(n)

    def _by(self, *tests, share=_STRONG):
        return [n for n in self.open_columns if any(self.looks[n].share(test) >= share for test in tests)]

    # Steps

    def _contacts(self):
        for n in self._by("EMAIL"):
            if not self._taken("email"):
                self._give(n, "email", "e-mail addresses")
        for n in self._by("PHONE"):
            if self.looks[n].distinct > 0.1:
                self._give(n, "phone_other", "phone numbers")

    def _codes(self):
        for n in self._by("SEX", share=0.95):
            words = {value[:1].upper() for value in self.looks[n].counts}
            if not self._taken("sex") and {"M", "F"} <= words:
                self._give(n, "sex", "codes for sex")
        for n in self._by("STATE", share=0.95):
            if not self._taken("state"):
                self._give(n, "state", "states")
        for n in self._by("LANGUAGE", share=0.9):
            if not self._taken("language"):
                self._give(n, "language", "languages")

    def _birth(self):
        columns = [n for n in self.open_columns if self.looks[n].share("ANY_DATE") >= _STRONG]
        if columns and not self._taken("born_on"):
            births = [n for n in columns if self.looks[n].are_births(today=self.today)]
            if births:  # nothing of a patient is older than the birth
                self._give(min(births, key=self._age), "born_on", "dates of birth")

    def _age(self, n):
        days = sorted(day for day in self.looks[n].days(today=self.today, birth=True) if day)
        return days[len(days) // 2]

    def _names(self):
        if self._taken("full_name") or (self._taken("last_name") and self._taken("first_name")):
            return
        if not self._taken("last_name", "first_name"):
            whole = [n for n in self._by("COMMA_NAME", "PERSON", share=0.6) if self._is_patients(n)]
            if whole:
                best = max(whole, key=lambda n: (len(self.looks[n].counts), -n))
                order = "last name first" if self.looks[best].share("COMMA_NAME") >= 0.6 else "first name first"
                self._give(best, "full_name", f"names, {order}")
                return
        self._separate_names()

    def _is_patients(self, n):
        """Many different people, and not with degrees behind their names as providers have them."""
        look = self.looks[n]
        return look.share("CREDENTIALS") < 0.2 and (look.distinct > 0.3 or len(look.counts) > 25)

    def _separate_names(self):
        single = [n for n in self._by("ONE_NAME", share=0.9) if self._is_patients(n) and not self._says_a_code(n)]
        if not self._taken("first_name"):
            firsts = [n for n in single if self.looks[n].given >= 0.3]
            if not firsts:
                return
            first = max(firsts, key=lambda n: self.looks[n].given)
            self._give(first, "first_name", "given names")
            single.remove(first)
        first = self._place("first_name")
        if not self._taken("last_name"):
            lasts = [n for n in single if abs(n - first) <= 2 and self.looks[n].given < self.looks[first].given]
            if lasts:
                last = max(lasts, key=lambda n: (self.looks[n].surnames - self.looks[n].given, -abs(n - first)))
                self._give(last, "last_name", "last names")
        initials = [n for n in self._by("INITIAL", share=0.7) if abs(n - first) <= 2 and len(self.looks[n].counts) > 3]
        if initials and not self._taken("middle_name"):
            self._give(initials[0], "middle_name", "initials")

    def _says_a_code(self, n):
        return self.looks[n].share("STATUS") > 0.5 or self.looks[n].share("LANGUAGE") > 0.3

    def _status(self):
        for n in self.open_columns[:]:
            if not self._taken("status") and self._is_status(self.looks[n]):
                self._give(n, "status", "appointment statuses")

    def _is_status(self, look):
        if not 2 <= len(look.counts) <= 15 or len(look.values) < 6 or look.share("STATUS") < 0.95:
            return False
        return bool(look.statuses & {"CANCELLED", "NO_SHOW"})

    def _dates(self):
        self._beside_appointments()
        columns = self._days(self.open_columns)
        coming = {n: ahead(days, today=self.today) for n, days in columns.items()}
        future = [n for n in columns if coming[n]]
        if not self._taken("appointment_on"):
            if future and not self._taken("next_visit"):
                self._future(columns, max(future, key=lambda n: coming[n]))
            elif not future and self._taken("status") and columns:
                full = max(columns, key=lambda n: (round(self.looks[n].filled, 1), sorted(columns[n])[len(columns[n]) // 2]))
                self._give(full, "appointment_on", "dates of appointments, beside their status")
        self._last_visits()
        self._times()

    def _days(self, columns, **limits):
        """The days of those of the columns that hold recent dates."""
        columns = [n for n in columns if self.looks[n].share("DATE_LIKE") >= _STRONG]
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
        timed = [n for n in columns if self.looks[n].share(_has_clock) >= _STRONG]
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

    def _numbers(self):
        columns = [n for n in self.open_columns if self.looks[n].is_plain_number() and not self._is_zip(n)]
        if columns and not self._taken("mrn"):
            chosen, seen = self._chart_number(columns)
            if chosen is not None:
                self._give(chosen, "mrn", seen)
                columns.remove(chosen)
        unique = [
            n for n in columns if self.looks[n].distinct == 1 and len(self.looks[n].values) >= 10 and self.looks[n].filled == 1
        ]
        mrn = self._place("mrn")
        repeats = mrn is not None and self.looks[mrn].distinct < 0.95
        if unique and repeats and self._taken("appointment_on") and not self._taken("appointment_id"):
            self._give(unique[0], "appointment_id", "appointment numbers, a new one in each row")

    def _chart_number(self, columns):
        """The column of identifiers that goes with the person, with the words for it; (None, "") if none is sure."""
        people = self._people()
        if people:
            matching = [n for n in columns if self._goes_with(n, people)]
            if matching:
                repeated = len(set(people)) < len([person for person in people if person])
                words = "chart numbers, the same for the same person" if repeated else "chart numbers"
                return max(matching, key=lambda n: (self.looks[n].filled > 0.9, -n)), words
            if len(set(filter(None, people))) > 5:
                return None, ""
        return self._most_varied([n for n in columns if self.looks[n].share("SHORT") < 0.5])

    def _most_varied(self, columns):
        """Without names to go by: the most varied of the numbers that come again: patients are many, doctors few."""
        varied = [n for n in columns if self.looks[n].distinct > 0.15 and len(self.looks[n].counts) > 2]
        repeating = [n for n in varied if self.looks[n].distinct < 1]
        if repeating and (len(repeating) < len(varied) or self._taken("appointment_on")):
            return max(repeating, key=lambda n: self.looks[n].distinct), "chart numbers: one patient has several rows"
        lone = [n for n in varied if self.looks[n].distinct > 0.3]
        return (lone[0], "chart numbers") if lone else (None, "")

    def _goes_with(self, n, people):
        """Whether each number has one person, and each person one number where births tell namesakes apart."""
        pairs = {(cell, person) for cell, person in zip(self.looks[n].cells, people, strict=True) if cell and person}
        numbers, persons = {cell for cell, _ in pairs}, {person for _, person in pairs}
        if len(numbers) < 2 or len(pairs) > 1.05 * len(numbers):
            return False
        if self._taken("born_on"):
            return len(pairs) <= 1.05 * len(persons)
        return self.looks[n].distinct < 1 or not self._taken("appointment_on")

    def _people(self):
        """The person of each row by name and date of birth, or nothing where the names are not known."""
        places = [self._place(field) for field in ("full_name", "last_name", "first_name", "born_on")]
        if places[0] is None and (places[1] is None or places[2] is None):
            return []
        rows = zip(*(self.looks[n].cells for n in places if n is not None), strict=True)
        return ["|".join(row).lower() if any(row) else "" for row in rows]

    def _is_zip(self, n):
        look = self.looks[n]
        if look.share("ZIP") < 0.95 or look.share("REAL_ZIP") < 0.9:
            return False
        return self._near(n, "state") or look.distinct < 0.9 or any("-" in value for value in look.counts)

    def _near(self, n, *fields):
        return any(0 <= m < len(self.claims) and self.claims[m].field in fields for m in (n - 2, n - 1, n + 1, n + 2))

    def _places(self):
        if not self._taken("zip_code"):
            zips = [n for n in self.open_columns if self._is_zip(n)]
            if zips:
                self._give(zips[0], "zip_code", "ZIP codes")
        for n in self._by("STREET", share=0.6):
            if not self._taken("address") and self._near(
                n, "city", "state", "zip_code", "phone_other", "full_name", "born_on", ""
            ):
                self._give(n, "address", "street addresses")
        state = self._place("state")
        before = [n for n in self.open_columns if state is not None and state - 2 <= n < state]
        for n in reversed(before):
            look = self.looks[n]
            if not self._taken("city") and look.share("NO_DIGIT") >= 0.95 and look.share("STATUS") < 0.3 and len(look.counts) > 1:
                self._give(n, "city", "names of cities before a state")
        days = [self.looks[n].share("CREDENTIALS") for n in self.open_columns]
        if not self._taken("provider") and days and max(days) >= 0.6:
            self._give(self.open_columns[days.index(max(days))], "provider", "names of providers, with their degrees")
