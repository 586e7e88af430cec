"""Every figure of the reports once more: from plain rows, in plain Python, with no code of the reports."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import sqrt
from statistics import mean, median

from accounts.models import Membership
from campaigns.models import AgentSpell, CallAttempt, Callback, Campaign, Enrollment
from dispositions.models import Disposition
from patients.models import Appointment, PhoneNumber

DAY = timedelta(days=1)
CENT = Decimal("0.01")
# 200 a day, 5 days a week, 4 weeks: what an agent's monthly cost pays for.
DIALS_A_MONTH = 200 * 5 * 4


def percent(part, whole):
    return round(100 * part / whole, 1) if whole else None


def cents(amount):
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(CENT, ROUND_HALF_EVEN)


@dataclass
class Asked:
    """What is asked for, as plain values."""

    first_on: date
    last_on: date
    until: datetime
    campaign: int | None
    agent: int | None
    location: str


class Oracle:
    """The plain rows of a practice at a moment."""

    def __init__(self, practice, now):
        self.zone, self.now = practice.zone, now
        self.today = now.astimezone(self.zone).date()

        def rows(model, *names):
            return list(model.objects.filter(practice_id=practice.pk).values(*names))

        self.calls = rows(CallAttempt)
        self.enrollments = {row["id"]: row for row in rows(Enrollment)}
        self.visits = {row["id"]: row for row in rows(Appointment)}
        self.promises, self.spells = rows(Callback), rows(AgentSpell)
        self.campaigns = {row["id"]: row for row in rows(Campaign)}
        self.dispositions = {row["code"]: row for row in rows(Disposition)}
        self.phones = rows(PhoneNumber)
        self.people = {row["id"]: row for row in rows(Membership, "id", "role", "is_active", "user__full_name")}
        self.of_call = {row["id"]: row for row in self.calls}

    def on(self, moment):
        return moment.astimezone(self.zone).date()

    def within(self, moment, asked):
        begins = datetime.combine(asked.first_on, time.min, self.zone)
        return moment is not None and begins <= moment <= asked.until and self.on(moment) <= asked.last_on

    def picked(self, asked, *, agent=True):
        """Calls of the period that are asked for."""
        return [
            call
            for call in self.calls
            if self.within(call["ended_at"], asked)
            and asked.campaign in (None, call["campaign_id"])
            and (not agent or asked.agent in (None, call["agent_id"]))
            and asked.location in ("", call["location"])
        ]

    def dials(self, asked, **how):
        return [call for call in self.picked(asked, **how) if call["source"] != "RING_BACK"]

    def listed(self, asked):
        """Enrollments that are asked for, of all times."""
        return [
            row
            for row in self.enrollments.values()
            if asked.campaign in (None, row["campaign_id"])
            and asked.agent in (None, row["assigned_agent_id"])
            and asked.location in ("", row["location"])
        ]

    # Calls

    @staticmethod
    def tally(calls):
        """All that a Tally says, its rates included."""
        dials = [call for call in calls if call["source"] != "RING_BACK"]
        right = [call for call in dials if call["is_right_party"]]
        won = sum(call["is_success"] for call in dials)
        time_spent = sum((call["ended_at"] - call["started_at"] for call in dials), timedelta(0))
        return {
            "dials": len(dials),
            "reached": sum(call["is_reached"] for call in dials),
            "right_party": len(right),
            "booked": sum(call["is_success"] for call in calls),
            "booked_by_dial": won,
            "converted": sum(call["is_success"] for call in right),
            "handled": time_spent if dials else None,
            "answer_rate": percent(sum(call["is_reached"] for call in dials), len(dials)),
            "right_party_rate": percent(len(right), len(dials)),
            "conversion": percent(won, len(dials)),
            "conversion_per_conversation": percent(sum(call["is_success"] for call in right), len(right)),
            "average_handled": time_spent / len(dials) if dials else None,
        }

    def assisted(self, asked):
        found = Counter()
        for call in self.picked(asked, agent=False):
            first = self.of_call.get(call["prompted_by_id"])
            if first and first["agent_id"] != call["agent_id"] and asked.agent in (None, first["agent_id"]):
                found[first["agent_id"]] += 1
        return found

    def totals(self, asked):
        return {**self.tally(self.picked(asked)), "assisted": self.assisted(asked).total()}

    def over(self, asked, group_of):
        """(group, tally) for each group of the dates of the period, in their order."""
        groups, on = {}, asked.first_on
        while on <= asked.last_on:
            groups.setdefault(group_of(on), [])
            on += DAY
        for call in self.picked(asked):
            groups[group_of(self.on(call["ended_at"]))].append(call)
        return [(group, self.tally(calls)) for group, calls in groups.items()]

    def by_weekday(self, asked):
        found = dict(self.over(asked, lambda on: on.isoweekday()))
        return [(day, found.get(day, self.tally([]))) for day in range(1, 8)]

    def by_hour(self, asked):
        hours = defaultdict(list)
        for call in self.picked(asked):
            if call["source"] != "RING_BACK" or call["is_success"]:
                hours[call["ended_at"].astimezone(self.zone).hour].append(call)
        return [(hour, self.tally(hours.get(hour, []))) for hour in range(min(hours), max(hours) + 1)] if hours else []

    def by(self, asked, key):
        """group → tally of each that any dial or booking has."""
        found = defaultdict(list)
        for call in self.picked(asked):
            found[call[key]].append(call)
        tallies = {group: self.tally(calls) for group, calls in found.items()}
        return {group: tally for group, tally in tallies.items() if tally["dials"] or tally["booked"]}

    def by_campaign(self, asked):
        found = self.by(asked, "campaign_id")
        for pk, row in self.campaigns.items():
            runs = (
                row["status"] == "ACTIVE" and row["starts_on"] <= asked.last_on and (row["ends_on"] or date.max) >= asked.last_on
            )
            if pk == asked.campaign or (asked.campaign is None and runs):
                found.setdefault(pk, self.tally([]))
        return {self.campaigns[pk]["name"]: tally for pk, tally in found.items()}

    def by_agent(self, asked):
        found, assisted = self.by(asked, "agent_id"), self.assisted(asked)
        for pk, row in self.people.items():
            active = row["role"] == "AGENT" and row["is_active"]
            if pk == asked.agent or (asked.agent is None and active) or pk in assisted:
                found.setdefault(pk, self.tally([]))
        return {
            self.people[pk]["user__full_name"]: {**tally, "assisted": assisted[pk]} for pk, tally in found.items()
        }  # fmt: skip

    def mix(self, asked):
        days = (asked.last_on - asked.first_on).days + 1

        def span_of(on):
            return on if days <= 31 else on - on.weekday() * DAY if days <= 92 else on.replace(day=1)

        spans, on = {}, asked.first_on
        while on <= asked.last_on:
            spans.setdefault(span_of(on), Counter())
            on += DAY
        for call in self.dials(asked):
            spans[span_of(self.on(call["ended_at"]))][call["outcome"]] += 1
        return {span: dict(counts) for span, counts in spans.items()}

    def by_attempt(self, asked):
        found = {number: [] for number in range(1, 6)}
        for call in self.dials(asked):
            found.setdefault(min(call["number"], 6), []).append(call)
        return [(number, self.tally(calls)) for number, calls in sorted(found.items())]

    def returns(self, asked):
        """Attempt number → (dials, booked, brings, costs, pays)."""
        found = defaultdict(lambda: [0, 0, Fraction(0), Fraction(0)])
        for call in self.dials(asked):
            campaign, sums = self.campaigns[call["campaign_id"]], found[call["number"]]
            sums[0] += 1
            sums[3] += Fraction(campaign["agent_cost_per_month"]) / DIALS_A_MONTH
            if call["is_success"]:
                sums[1] += 1
                sums[2] += Fraction(campaign["revenue_per_visit"]) * Fraction(campaign["expected_show_rate"]) / 100
        return {
            number: (dials, booked, cents(brings / dials), cents(costs / dials), brings >= costs)
            for number, (dials, booked, brings, costs) in found.items()
        }

    def cap(self, asked):
        paying, returns = 0, self.returns(asked)
        while True:
            dials, _booked, _brings, _costs, pays = returns.get(paying + 1, (0, 0, 0, 0, False))
            if dials < 30:
                return paying or None
            if not pays:
                return paying
            paying += 1

    # When, who

    def heat(self, asked):
        """(weekday, hour) → (dials, reached, low, high), and how many dials have no place."""
        cells, unplaced = defaultdict(lambda: [0, 0]), 0
        for call in self.dials(asked):
            if call["patient_hour"] is None:
                unplaced += 1
                continue
            cell = cells[divmod(call["patient_hour"], 24)]
            cell[0] += 1
            cell[1] += call["is_reached"]
        return {
            place: (dials, reached, *self.score_interval(reached, dials)) for place, (dials, reached) in cells.items()
        }, unplaced

    @staticmethod
    def score_interval(part, whole):
        """The two rates at which the observed one lies 1.959964 standard errors away: roots of a quadratic."""
        rate, square = part / whole, 1.959964**2
        a, b, c = 1 + square / whole, -(2 * rate + square / whole), rate * rate
        root = sqrt(max(b * b - 4 * a * c, 0))
        return tuple(round(100 * min(max((-b + sign * root) / (2 * a), 0), 1), 1) for sign in (-1, 1))

    def comparison(self, asked):
        """Name → (dials, booked, expected, index, low, high)."""
        everybody = self.dials(asked, agent=False)
        kinds = defaultdict(list)
        for call in everybody:
            kinds[call["campaign_id"], min(call["number"], 6)].append(call["is_success"])
        found = {}
        for pk, row in self.people.items():
            own = [call for call in everybody if call["agent_id"] == pk]
            if not own or asked.agent not in (None, pk):
                continue
            expected = float(
                sum(Fraction(sum(won), len(won)) for call in own for won in [kinds[call["campaign_id"], min(call["number"], 6)]])
            )
            won = sum(call["is_success"] for call in own)
            around = (None, None, None)
            if expected >= 5:
                z, more = 1.959964, won + 1
                low = won * (1 - 1 / (9 * won) - z / (3 * won**0.5)) ** 3 if won else 0
                high = more * (1 - 1 / (9 * more) + z / (3 * more**0.5)) ** 3
                around = tuple(round(count / expected, 2) for count in (won, low, high))
            found[row["user__full_name"]] = (len(own), won, round(expected, 1), *around)
        return found

    def times(self, asked):
        whole = self.tally(self.picked(asked))
        if asked.campaign or asked.location:
            return whole["dials"], whole["average_handled"], None, None
        lasted = [
            spell["until_at"] - spell["since_at"]
            for spell in self.spells
            if spell["state"] == "WRAP_UP" and self.within(spell["until_at"], asked) and asked.agent in (None, spell["agent_id"])
        ]
        average = sum(lasted, timedelta(0)) / len(lasted) if lasted else None
        return whole["dials"], whole["average_handled"], len(lasted), average

    # Promises and numbers

    def promised(self, asked):
        found = Counter(dict.fromkeys(("made", "kept", "missed", "called_off", "due", "overdue", "coming"), 0))
        names = {"KEPT": "kept", "MISSED": "missed", "CANCELLED": "called_off"}
        for row in self.promises:
            enrollment = self.enrollments[row["enrollment_id"]]
            if (
                asked.campaign not in (None, enrollment["campaign_id"])
                or asked.agent not in (None, row["owner_id"])
                or asked.location not in ("", enrollment["location"])
            ):
                continue
            found["made"] += self.within(row["created_at"], asked)
            if row["status"] in names:
                found[names[row["status"]]] += self.within(row["settled_at"], asked)
            elif row["due_at"] > self.now:
                found["coming"] += 1
            else:
                found["overdue" if row["window_ends_at"] < self.now else "due"] += 1
        return dict(found), percent(found["kept"], found["kept"] + found["missed"])

    def quality(self, asked):
        dials = self.dials(asked)

        def of(column, value):
            return sum(self.dispositions[call["outcome"]][column] == value for call in dials)

        contacts = sum(call["is_right_party"] for call in dials)
        wrong, gone = of("number_effect", "WRONG"), of("number_effect", "DISCONNECTED")
        wishes = of("closes_as", "OPTED_OUT")
        return {
            "dials": len(dials), "contacts": contacts, "wrong": wrong, "disconnected": gone, "opted_out": wishes,
            "wrong_rate": percent(wrong, len(dials)), "disconnected_rate": percent(gone, len(dials)),
            "opt_out_rate": percent(wishes, len(dials)), "opt_out_rate_per_contact": percent(wishes, contacts),
        }  # fmt: skip

    def number_states(self):
        found = Counter(row["state"] for row in self.phones)
        return {state: (count, percent(count, len(self.phones))) for state, count in found.items()}

    # Bookings

    def funnel(self, asked):
        enrolled = [row for row in self.listed(asked) if self.within(row["enrolled_at"], asked)]
        reached = booked = kept = 0
        for row in enrolled:
            calls = [call for call in self.calls if call["enrollment_id"] == row["id"]]
            won = [call for call in calls if call["is_success"]]
            reached += bool(won) or any(call["is_reached"] and call["source"] != "RING_BACK" for call in calls)
            booked += bool(won)
            kept += any(call["appointment_id"] and self.visits[call["appointment_id"]]["status"] == "KEPT" for call in won)
        return len(enrolled), reached, booked, kept

    def visits_of(self, asked):
        """(call, visit) for visits whose day came in the period, each with the call that booked it first."""
        firsts = {}
        for call in sorted(self.calls, key=lambda call: call["id"], reverse=True):
            if call["is_success"] and call["appointment_id"]:
                firsts[call["appointment_id"]] = call
        return [
            (call, self.visits[pk])
            for pk, call in firsts.items()
            if asked.first_on <= self.visits[pk]["on"] <= asked.last_on
            and asked.campaign in (None, call["campaign_id"])
            and asked.agent in (None, call["agent_id"])
            and asked.location in ("", call["location"])
        ]

    def leads(self, asked):
        """Four of (kept, no-show, called off, unknown, rates), by how far ahead was booked."""
        found = [Counter() for _ in range(4)]
        for call, visit in self.visits_of(asked):
            days = (visit["on"] - self.on(call["ended_at"])).days
            found[sum(days > limit for limit in (7, 14, 21))][visit["status"]] += 1
        return [
            (
                counts["KEPT"], counts["NO_SHOW"], counts["CANCELLED"] + counts["RESCHEDULED"], counts["SCHEDULED"],
                percent(counts["KEPT"], counts["KEPT"] + counts["NO_SHOW"]),
                percent(counts["NO_SHOW"], counts["KEPT"] + counts["NO_SHOW"]),
            )
            for counts in found
        ]  # fmt: skip

    def money(self, asked):
        calls = self.picked(asked)
        dials, booked = self.dials(asked), sum(call["is_success"] for call in calls)
        cost = sum(
            (Fraction(self.campaigns[call["campaign_id"]]["agent_cost_per_month"]) / DIALS_A_MONTH for call in dials), Fraction(0)
        )
        kept = [call for call, visit in self.visits_of(asked) if visit["status"] == "KEPT"]
        revenue = sum((self.campaigns[call["campaign_id"]]["revenue_per_visit"] for call in kept), Decimal(0))
        spent = cents(cost)
        each = (spent / booked).quantize(CENT) if booked else None
        return len(dials), booked, len(kept), revenue.quantize(CENT), spent, each

    # Lists

    def penetration(self, asked):
        begins = datetime.combine(asked.first_on, time.min, self.zone)
        rows = [
            row
            for row in self.listed(asked)
            if row["enrolled_at"] <= asked.until and (row["closed_at"] is None or row["closed_at"] >= begins)
        ]
        dialed = {call["enrollment_id"] for call in self.calls if call["source"] != "RING_BACK"}
        reached = {call["enrollment_id"] for call in self.calls if call["source"] != "RING_BACK" and call["is_reached"]}
        ids = {row["id"] for row in rows}
        is_open = sum(row["status"] == "OPEN" for row in rows)
        counts = len(ids), is_open, len(ids & dialed), len(ids & reached)
        return (*counts, percent(counts[2], counts[0]), percent(counts[3], counts[0]))

    def ages(self, asked):
        dialed = {call["enrollment_id"] for call in self.calls if call["source"] != "RING_BACK"}
        found = [[0, 0] for _ in range(5)]
        for row in self.listed(asked):
            if row["status"] == "OPEN":
                days = (self.today - self.on(row["enrolled_at"])).days
                span = found[sum(days > limit for limit in (7, 30, 90, 180))]
                span[0] += 1
                span[1] += row["id"] not in dialed
        return [tuple(span) for span in found]

    def untouched(self, asked):
        rows = [row for row in self.listed(asked) if row["status"] == "OPEN" and row["assigned_agent_id"]]
        idle = [row for row in rows if not row["last_attempt_at"] or self.on(row["last_attempt_at"]) < row["assigned_on"]]
        return len(rows), len(idle), percent(len(idle), len(rows))

    def first_call(self, asked):
        firsts = {}
        for call in self.calls:
            if call["source"] != "RING_BACK":
                known = firsts.get(call["enrollment_id"], call["ended_at"])
                firsts[call["enrollment_id"]] = min(known, call["ended_at"])
        days = [
            (self.on(firsts[row["id"]]) - self.on(row["enrolled_at"])).days
            for row in self.listed(asked)
            if self.within(firsts.get(row["id"]), asked)
        ]
        return (len(days), float(median(days)), round(mean(days), 1)) if days else (0, None, None)
