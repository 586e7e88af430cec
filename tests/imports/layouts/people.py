"""The invented people every layout is written from, and what a clean record of them looks like."""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta

# Where the people live: ZIPs whose state and time zone anyone can look up, beside area codes of the same town.
PLACES = [
    ("Miami", "FL", "33125", "305"),
    ("Boston", "MA", "02108", "617"),
    ("Houston", "TX", "77002", "713"),
    ("Chicago", "IL", "60601", "312"),
    ("Phoenix", "AZ", "85001", "602"),
    ("Newark", "NJ", "07102", "973"),
    ("Seattle", "WA", "98101", "206"),
    ("Brooklyn", "NY", "11201", "718"),
]
# First and last names whose case can be told from capitals alone; the last person's name is in no Windows code page.
NAMES = [
    ("Jennifer", "O'Brien"), ("Michael", "McDonald"), ("José", "García"), ("Linda", "Smith-Jones"), ("Siobhán", "Müller"),
    ("Robert", "Williams"), ("Fatima", "Abdul-Rahman"), ("Mary Ann", "Castro Ruiz"), ("Wei", "Chen"), ("Priya", "Patel"),
    ("Björn", "Lindqvist"), ("Patricia", "D'Angelo"), ("Robert", "Williams"), ("Olga", "Ivanova"), ("Earl", "Johnson"),
    ("Ana", "Núñez"), ("David", "Kim"), ("Susan", "Taylor"), ("Chloë", "Martinez"), ("Thomas", "Brown"), ("Aisha", "Khan"),
    ("William", "Thompson"), ("Karen", "Lopez"), ("George", "Washington"), ("Łukasz", "Dvořák"),
]  # fmt: skip
PAST = ("KEPT", "NO_SHOW", "CANCELLED", "RESCHEDULED")


@dataclass(frozen=True)
class Booking:
    """One appointment; `status` is ours."""

    number: str
    on: date
    at: time
    status: str


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist; phones are ten digits or empty, visits run from the latest back."""

    mrn: str
    last: str
    first: str
    middle: str
    born_on: date
    sex: str
    language: str
    email: str
    street: str
    city: str
    state: str
    zip_code: str
    home: str
    mobile: str
    work: str
    visits: tuple
    next_on: date | None
    bookings: tuple

    @property
    def last_visit(self):
        return self.visits[0] if self.visits else None

    def has(self, status):
        return [booking for booking in self.bookings if booking.status == status]


def _phones(chance, area):
    """Everybody has a number; some have two, a few three."""
    numbers = [f"{area}555{chance.randint(1300, 5500):04d}"[:10] for _ in range(3)]
    kept = chance.choice([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, 0), (1, 1, 1)])
    return [number if keep else "" for number, keep in zip(numbers, kept, strict=True)]


def _bookings(chance, place):
    made = []
    for position in range(chance.randint(1, 3)):
        upcoming = position == 0 and place % 3 == 0
        on = date(2026, 12, 1) + timedelta(chance.randint(1, 60)) if upcoming else date(2026, 10, 30) - timedelta(
            chance.randint(0, 150) + 200 * position
        )  # fmt: skip
        status = "SCHEDULED" if upcoming else PAST[(place + position) % 4]
        made.append(Booking(str(880_000 + 10 * place + position), on, time(8 + place % 9, 15 * (place % 4)), status))
    return tuple(made)


def _person(place, names):
    chance = random.Random(4100 + place)
    first, last = names
    city, state, zip_code, area = PLACES[place % len(PLACES)]
    home, mobile, work = _phones(chance, area)
    newest = date(2026, 10, 20) - timedelta(chance.randint(0, 900))
    visits = tuple(newest - timedelta(191 * back) for back in range(place % 4))
    return Person(
        mrn=str(204_117 + 13 * place),
        last=last,
        first=first,
        middle=("", "Marie", "J", "A")[place % 4],
        born_on=date(1930, 1, 1) + timedelta(chance.randint(0, 28_000)),
        sex="FM"[place % 2] if place % 7 else ("X" if place % 2 else ""),
        language="es" if place % 5 == 2 else "en",
        email=f"person{place}@example.com" if place % 3 else "",
        street=f"{chance.randint(10, 9800)} {chance.choice(['Oak Ave', 'Maple St', 'Elm Ct Apt 4B', 'P.O. Box 77'])}",
        city=city,
        state=state,
        zip_code=zip_code,
        home=home,
        mobile=mobile,
        work=work,
        visits=visits,
        next_on=date(2026, 12, 2) + timedelta(chance.randint(0, 80)) if place % 4 == 1 else None,
        bookings=_bookings(chance, place),
    )


EVERYBODY = [_person(place, names) for place, names in enumerate(NAMES)]
# Whom an 8-bit Windows file can name.
PEOPLE = EVERYBODY[:-1]
