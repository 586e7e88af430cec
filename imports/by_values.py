"""Columns whose names say nothing, guessed from their values and from each other. Only what can be told with confidence."""

from imports.by_days import DayFinder
from imports.claims import STRONG


class Finder(DayFinder):
    """Gives fields to columns without one. `claims` is changed in place; `open_columns` are those that may be given one."""

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
        columns = [n for n in self.open_columns if self.looks[n].share("ANY_DATE") >= STRONG]
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
