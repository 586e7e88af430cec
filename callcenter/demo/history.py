"""The past of a demo practice: who its patients are and why they fell out of care, drawn from a seeded generator."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from . import places
from .emr import Chart

# What became of a patient: (share of a hundred, how their past is written).
FATES = ((43, "in_care"), (27, "overdue"), (10, "missed"), (8, "canceled"), (8, "never_seen"), (4, "gone"))
LINE_STATES = (("OK", 91), ("WRONG", 4), ("GONE", 5))
TWINS, TESTS = 8, 3
# What a tired hand typed for a date of birth: the importer refuses such a row and says why.
TYPOS = ("1958-02-31", "31.06.1949?")


@dataclass(frozen=True)
class Folk:
    """Whom a practice cares for: households by language with weights, cities, ages, and how soon they are overdue."""

    pools: tuple
    places: tuple
    ages: tuple[int, int, int]
    overdue_after_months: int
    first_mrn: int


def fill(emr, *, folk, patients, on):
    """Give an empty EMR its charts and their past as of a day."""
    writer = _Writer(emr, folk, on)
    fates = [fate for share, fate in FATES for _ in range(share)]
    for _ in range(patients):
        writer.write(emr.rng.choice(fates))
    writer.add_twins()
    writer.add_oddities()


class _Writer:
    def __init__(self, emr, folk, on):
        self.emr, self.folk, self.on, self.rng = emr, folk, on, emr.rng
        self.mrn = folk.first_mrn
        self.neighbor = None

    def write(self, fate):
        chart = self._chart()
        getattr(self, f"_{fate}")(chart)
        self.emr.charts[chart.mrn] = chart
        self.neighbor = chart

    def add_twins(self):
        """People whom the front desk registered twice: same name and birth, a second chart without a visit."""
        known = [chart for chart in self.emr.charts.values() if chart.status == "A" and chart.cell]
        for chart in self.rng.sample(known, min(TWINS, len(known))):
            twin = replace(chart, mrn=self._next_mrn(), middle_name="", email="", is_twin=True, visits=[])
            twin.registered_on = twin.changed_on = self._ago(20, 200)
            self.emr.charts[twin.mrn] = twin

    def add_oddities(self):
        """What no EMR is without: charts made for trying things out, and dates that cannot be."""
        for n in range(TESTS):
            chart = replace(self._chart(), first_name=("Zz", "Mouse", "Training")[n], last_name="Test")
            self.emr.charts[chart.mrn] = chart
        for typo in TYPOS:
            chart = replace(self._chart(), born=typo)
            self.emr.charts[chart.mrn] = chart

    def _next_mrn(self):
        self.mrn += self.rng.randint(1, 9)
        return str(self.mrn)

    def _ago(self, least, most):
        return self.on - timedelta(days=self.rng.randint(least, most))

    # Who they are

    def _chart(self):
        rng, folk = self.rng, self.folk
        pool = rng.choices([pool for pool, _ in folk.pools], weights=[weight for _, weight in folk.pools])[0]
        place = rng.choices(folk.places, weights=[place.weight for place in folk.places])[0]
        sex = rng.choices(("F", "M", ""), weights=(54, 45, 1))[0]
        first = rng.choice(pool.male if sex == "M" else pool.female)
        last = rng.choice(pool.family)
        home = self._number(place) if rng.random() < 0.4 else ""
        if self.neighbor and rng.random() < 0.06:  # the other half of a couple: same name, same telephone at home
            last, home = self.neighbor.last_name, self.neighbor.home
        mrn = self._next_mrn()
        registered_on = self._ago(60, 2500)
        return Chart(
            mrn=mrn,
            first_name=first,
            middle_name=rng.choice("ABCDEFGHJKLMNPRSTVW") if rng.random() < 0.4 else "",
            last_name=last,
            born=self._birth().isoformat(),
            sex=sex,
            language=pool.language if pool.language == "en" or rng.random() < 0.6 else "en",
            email=f"patient{mrn}@mail.example" if rng.random() < 0.6 else "",
            address=f"{rng.randint(11, 3990)} {rng.choice(places.STREETS)}",
            city=place.city,
            state=place.state,
            zip_code=place.zip_code,
            cell=self._number(place, may_be_far=True) if rng.random() < (0.86 if home else 0.97) else "",
            home=home,
            work=self._number(place) if rng.random() < 0.07 else "",
            provider=rng.choice(self.emr.providers),
            registered_on=registered_on,
            changed_on=registered_on,
        )

    def _birth(self):
        youngest, usual, oldest = self.folk.ages
        age = self.rng.triangular(youngest, oldest, usual)
        return self.on - timedelta(days=int(age * 365.25))

    def _number(self, place, *, may_be_far=False):
        """Ten digits that nobody has: exchange 555. What is at the other end is drawn with it."""
        far = may_be_far and self.rng.random() < 0.05
        area = self.rng.choice(places.BROUGHT_ALONG if far else place.area_codes)
        while (digits := f"{area}555{self.rng.randint(100, 9899):04d}") in self.emr.lines:
            pass
        states, weights = zip(*LINE_STATES, strict=True)
        self.emr.lines[digits] = self.rng.choices(states, weights=weights)[0]
        return digits

    # What became of them

    def _in_care(self, chart):
        last = self._ago(5, self.folk.overdue_after_months * 30 - 45)
        self._seen(chart, last)
        if self.rng.random() < 0.55:
            self._book(chart, 1, 75)

    def _overdue(self, chart):
        due = self.folk.overdue_after_months * 30 + 20
        # Some are not overdue yet when the month begins: they enter the campaign on a day of it.
        self._seen(chart, self._ago(due - 45, due + 1100))
        if self.rng.random() < 0.03:
            self._book(chart, 3, 60)

    def _missed(self, chart):
        missed_on = self._weekday(self._ago(2, 130))
        self._seen(chart, missed_on - timedelta(days=self.rng.randint(90, 700)))
        self.emr.add_visit(chart, on=missed_on, made_on=missed_on - timedelta(days=self.rng.randint(3, 40)), status="NO_SHOW")
        if self.rng.random() < 0.06:
            self._book(chart, 2, 40)

    def _canceled(self, chart):
        was_on = self._weekday(self._ago(2, 130))
        if self.rng.random() < 0.8:
            self._seen(chart, was_on - timedelta(days=self.rng.randint(90, 700)))
        self.emr.add_visit(chart, on=was_on, made_on=was_on - timedelta(days=self.rng.randint(3, 40)), status="CANCELLED")

    def _never_seen(self, chart):
        chart.registered_on = chart.changed_on = self._ago(10, 240)

    def _gone(self, chart):
        self._seen(chart, self._ago(300, 1500))
        chart.status = "D" if self.rng.random() < 0.4 else "I"
        chart.changed_on = self._ago(5, 200)

    def _seen(self, chart, last):
        """Kept visits up to a day, about a year apart."""
        day = self._weekday(last)
        chart.registered_on = min(chart.registered_on, day - timedelta(days=self.rng.randint(400, 1500)))
        chart.changed_on = day
        for _ in range(self.rng.choice((1, 1, 2, 2, 3))):
            self.emr.add_visit(chart, on=day, made_on=day - timedelta(days=self.rng.randint(2, 45)), status="KEPT")
            day = self._weekday(day - timedelta(days=self.rng.randint(200, 420)))
            if day < chart.registered_on:
                break

    def _book(self, chart, least, most):
        day = self._weekday(self.on + timedelta(days=self.rng.randint(least, most)))
        self.emr.add_visit(chart, on=day, made_on=self._ago(1, 30))

    def _weekday(self, day: date) -> date:
        return day - timedelta(days=max(0, day.weekday() - 4))
