"""The two practices, who works for them and how they sign in. Names and addresses are invented."""

from dataclasses import dataclass, field
from datetime import time

from django.contrib.auth.hashers import make_password

from accounts import tenancy
from accounts.models import Membership, Practice, User
from accounts.people import invite, join
from campaigns.practice_setup import create_practice

from . import exports, names, places
from .history import Folk

Role = Membership.Role
PASSWORD = "bay-harbor-recall"  # noqa: S105  (the published password of invented people)
EARLY, LATE = (time(9, 0), time(17, 0)), (time(11, 0), time(19, 30))


@dataclass(frozen=True)
class Person:
    """Somebody who works for a practice. `skill` scales how many of those they reach agree."""

    name: str
    email: str
    role: str
    languages: tuple[str, ...] = ("en",)
    shift: tuple[time, time] = EARLY
    capacity: int = 36
    skill: float = 1.0


@dataclass(frozen=True)
class OwnScript:
    """A text of the practice's own: the standard one with one sentence in the place of another."""

    workflow: str
    standard: str
    own: str
    is_approved: bool = True


@dataclass(frozen=True)
class Specification:
    """A practice of the demo: its row, its people, its patients, its EMR and its campaigns."""

    slug: str
    fields: dict
    people: tuple[Person, ...]
    patients: int
    folk: Folk
    providers: tuple[str, ...]
    offices: tuple[str, ...]
    reasons: tuple[str, ...]
    export: object
    campaigns: tuple[dict, ...] = field(default=())
    scripts: tuple[OwnScript, ...] = field(default=())

    @property
    def admin(self):
        return next(person for person in self.people if person.role == Role.ADMIN)


def bayview(name, role, **more):
    return Person(name, f"{name.lower().replace(' ', '.')}@bayview-eye.example", role, **more)


def harbor(name, role, **more):
    return Person(name, f"{name.lower().replace(' ', '.')}@harbor-heart.example", role, **more)


# Works for both, as a company that serves several practices would have it.
def nora(role):
    return Person("Nora Quinn", "nora.quinn@recall-partners.example", role)


BAYVIEW = Specification(
    slug="bayview-eye",
    fields={
        "name": "Bayview Eye Associates", "specialty": "Ophthalmology", "phone": "(415) 555-0142",
        "time_zone": "America/Los_Angeles",
    },
    people=(
        bayview("Helen Park", Role.ADMIN),
        bayview("Grace Kim", Role.SUPERVISOR),
        nora(Role.SUPERVISOR),
        bayview("Ana Lopez", Role.AGENT, languages=("en", "es"), skill=1.06),
        bayview("Marcus Reed", Role.AGENT, shift=LATE),
        bayview("Wei Chen", Role.AGENT, languages=("en", "zh"), skill=1.02),
        bayview("Priya Nair", Role.AGENT, shift=LATE, skill=0.97),
        bayview("Daniel Ortiz", Role.AGENT, languages=("en", "es"), skill=0.92),
    ),
    patients=2150,
    folk=Folk(
        pools=(
            (names.ENGLISH, 52), (names.SPANISH, 20), (names.CHINESE, 14), (names.VIETNAMESE, 5), (names.TAGALOG, 6),
            (names.RUSSIAN, 3),
        ),
        places=places.BAY_AREA,
        ages=(19, 62, 93),
        overdue_after_months=12,
        first_mrn=204_100,
    ),
    providers=("Marsh, Elena", "Okafor, Ifeanyi", "Tran, Daniel", "Whitcomb, Ruth"),
    offices=("Bay Street", "Bay Street", "Lake Park", "Lake Park"),
    reasons=("Comprehensive exam", "Glaucoma follow-up", "Diabetic eye exam", "Cataract evaluation", "Contact lens fitting"),
    export=exports.drchrono,
    campaigns=(
        {"day": 0, "name": "Annual eye exam recall", "kind": "REACTIVATION", "months_since_visit": 12, "goal": 220,
         "revenue_per_visit": 130},
        {"day": 0, "name": "Missed visits", "kind": "NO_SHOW", "lookback_days": 120, "goal": 80, "revenue_per_visit": 120},
        {"day": 8, "name": "Canceled and not rebooked", "kind": "CANCELLED", "lookback_days": 120, "goal": 60,
         "revenue_per_visit": 120},
        {"day": 16, "name": "Welcome visit", "kind": "NO_ENCOUNTER", "goal": 40, "revenue_per_visit": 140},
        {"day": 29, "name": "How was your visit?", "kind": "REVIEW", "lookback_days": 14, "starts_in": 5,
         "revenue_per_visit": 0, "legal_class": "MARKETING"},
    ),
    scripts=(
        OwnScript(
            "REACTIVATION",
            "Please bring your insurance card and a list of your medicines.",
            "Please bring your glasses, your insurance card and a list of your medicines.\n"
            "Your eyes may be dilated, so it is best if somebody drives you.",
        ),
        OwnScript(
            "NO_SHOW",
            "? I forgot\nThat happens to all of us. Let us find a time that is easy to keep.",
            "? I forgot\nThat happens to all of us. Would a day at the end of the week be easier to keep?",
            is_approved=False,
        ),
    ),
)  # fmt: skip

HARBOR = Specification(
    slug="harbor-heart",
    fields={
        "name": "Harbor Heart Cardiology", "specialty": "Cardiology", "phone": "(617) 555-0187",
        "time_zone": "America/New_York",
    },
    people=(
        harbor("Naomi Stein", Role.ADMIN),
        nora(Role.ADMIN),
        harbor("Tom Gallagher", Role.SUPERVISOR),
        harbor("Luisa Fernandes", Role.AGENT, languages=("en", "pt"), skill=1.04),
        harbor("Sean Murphy", Role.AGENT, shift=LATE, skill=0.95),
        harbor("Tanya Brooks", Role.AGENT, languages=("en", "es"), skill=1.01),
    ),
    patients=1250,
    folk=Folk(
        pools=((names.ENGLISH, 66), (names.SPANISH, 14), (names.PORTUGUESE, 9), (names.HAITIAN, 6), (names.CHINESE, 5)),
        places=places.GREATER_BOSTON,
        ages=(38, 71, 95),
        overdue_after_months=9,
        first_mrn=71_300,
    ),
    providers=("Adeyemi, Folake", "Castellano, Peter", "Lindqvist, Maja"),
    offices=("Harbor Street", "Seaport", "Harbor Street"),
    reasons=("Follow-up visit", "Echocardiogram", "Stress test", "Device check", "Blood pressure follow-up"),
    export=exports.medinformatix,
    campaigns=(
        {"day": 0, "name": "Cardiology follow-up recall", "kind": "REACTIVATION", "months_since_visit": 9, "goal": 140,
         "revenue_per_visit": 180},
        {"day": 0, "name": "No-shows", "kind": "NO_SHOW", "lookback_days": 120, "goal": 50, "revenue_per_visit": 160},
        {"day": 10, "name": "Canceled tests and visits", "kind": "CANCELLED", "lookback_days": 120, "goal": 40,
         "revenue_per_visit": 170},
        {"day": 18, "name": "New patients never seen", "kind": "NO_ENCOUNTER", "goal": 25, "revenue_per_visit": 200},
    ),
    scripts=(
        OwnScript(
            "NO_SHOW",
            "Please bring your insurance card and a list of your medicines.",
            "Please bring your insurance card, a list of your medicines and your blood pressure readings.",
        ),
    ),
)  # fmt: skip

PRACTICES = (BAYVIEW, HARBOR)
ROLE_WORDS = dict(Role.choices)


def create(specification):
    """The practice with its people, who cannot sign in until `open_doors`. Left as it is where it exists."""
    practice = Practice.objects.filter(slug=specification.slug).first()
    if practice is None:
        admin = specification.admin
        practice, _membership = create_practice(
            slug=specification.slug, admin_email=admin.email, admin_name=admin.name, **specification.fields
        )
    with tenancy.practice(practice.pk):
        for person in specification.people:
            if not practice.memberships.filter(user__email=person.email).exists():
                _employ(practice, person)
    return practice


def open_doors():
    """Give everybody of the demo the published password. It is the last step: before it, nobody can sign in."""
    emails = [person.email for specification in PRACTICES for person in specification.people]
    User.objects.filter(email__in=emails).update(password=make_password(PASSWORD))


def doors_are_open():
    """Whether the demo was loaded to its end."""
    user = User.objects.filter(email=PRACTICES[-1].admin.email).first()
    return user is not None and user.has_usable_password()


def logins():
    """Lines of a table: one login for each role and practice, and the person who belongs to both."""
    rows = [("Practice", "Role", "E-mail", "Password")]
    for specification in PRACTICES:
        shown = {}
        for person in specification.people:
            shown.setdefault(person.role, person)
        rows += [(specification.slug, ROLE_WORDS[role], person.email, PASSWORD) for role, person in shown.items()]
    rows.append(("both", "Supervisor / Admin", nora(Role.ADMIN).email, PASSWORD))
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _employ(practice, person):
    supervisor = None
    if person.role == Role.AGENT:
        supervisor = practice.memberships.filter(role=Role.SUPERVISOR).order_by("pk").first()
    starts, ends = person.shift
    membership = invite(
        practice=practice,
        email=person.email,
        full_name=person.name,
        role=person.role,
        supervisor=supervisor,
        languages=list(person.languages),
        daily_capacity=person.capacity,
        shift_starts=starts,
        shift_ends=ends,
    )
    if membership.is_waiting:
        join(membership=membership)
