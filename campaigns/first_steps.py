"""The way of a new practice from nothing to its first call, told from its data alone: no step is marked by hand."""

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, Q

from accounts.models import Membership
from accounts.templatetags.ui import weekday_names
from patients.models import Location, Patient, Provider

from . import scripts
from .campaign_words import count
from .models import CallAttempt, Campaign, Enrollment, QueueBuild, ScriptVersion

# Beyond this a number says no more than that there are many, and counting on would take its time.
MOST_COUNTED = 10_000
Role = Membership.Role


@dataclass
class Step:
    """One step. `there` says what the practice has of it, `page` is the URL name of the screen that does it.

    `state`: DONE, NEXT (the first that is missing), LATER, or OPTIONAL (calls can be made without it).
    """

    title: str
    why: str
    there: str
    is_done: bool
    page: str
    action: str
    icon: str
    is_optional: bool = False
    builds: bool = False
    state: str = ""


@dataclass(frozen=True)
class FirstSteps:
    steps: list[Step]

    @property
    def done(self):
        return sum(step.is_done for step in self.steps)

    @property
    def is_complete(self):
        return self.done == len(self.steps)

    @property
    def has_called(self):
        """Whether the last step, the first call, is done."""
        return self.steps[-1].is_done


def of(*, practice, now):
    """The FirstSteps of a practice; a dozen small queries whatever its size."""
    patients = _number(Patient.objects.filter(practice=practice))
    steps = [
        _details(practice),
        _directory(practice),
        _hours(practice),
        _people(practice),
        _patients(patients),
        _campaigns(practice, patients=patients),
        _scripts(practice),
        _lists(practice, now=now),
        _first_call(practice),
    ]
    missing = [step for step in steps if not step.is_done and not step.is_optional]
    for step in steps:
        step.state = "DONE" if step.is_done else "OPTIONAL" if step.is_optional else "NEXT" if step is missing[0] else "LATER"
    return FirstSteps(steps)


def has_called(*, practice):
    """Whether any call was recorded."""
    return CallAttempt.objects.filter(practice=practice).exists()


def first_page(*, membership):
    """Where an admin begins the day while the practice has not called anybody: on the way there."""
    if membership.is_admin and not has_called(practice=membership.practice):
        return "campaigns:setup"
    return None


def _details(practice):
    zone = practice.time_zone.replace("_", " ")
    there = ", ".join(filter(None, [practice.name, practice.specialty, practice.phone, zone]))
    return Step(
        title="Practice details",
        why="Agents say the name and the number to call back; the time zone decides when a day begins.",
        there=there if practice.phone else f"{there}; no number to call back yet",
        is_done=bool(practice.phone),
        page="campaigns:practice",
        action="Practice details",
        icon="building-hospital",
    )


def _directory(practice):
    locations = Location.objects.filter(practice=practice).active().count()
    providers = Provider.objects.filter(practice=practice).active().count()
    return Step(
        title="Locations and providers",
        why="Agents choose from them when they book, and a wrong name or a closed day is pointed out.",
        there=_listed([(locations, "location"), (providers, "provider")]) or "None yet",
        is_done=bool(locations),
        page="campaigns:directory",
        action="Locations and providers",
        icon="map-pin",
        is_optional=True,
    )


def _hours(practice):
    days = weekday_names(practice.call_days)
    per_day = "once" if practice.daily_call_cap == 1 else f"{practice.daily_call_cap} times"
    return Step(
        title="Calling hours",
        why="Nobody is called outside of them; the law’s own hours hold anyway.",
        there=f"{days}, {practice.calls_open:%-I:%M %p} to {practice.calls_close:%-I:%M %p} on the patient’s clocks, "
        f"a person at most {per_day} a day",
        is_done=bool(practice.call_days),
        page="campaigns:calling_rules",
        action="Calling rules",
        icon="clock-shield",
    )


def _people(practice):
    counts = practice.memberships.aggregate(
        agents=Count("pk", filter=Q(role=Role.AGENT, is_active=True)),
        supervisors=Count("pk", filter=Q(role=Role.SUPERVISOR, is_active=True)),
        admins=Count("pk", filter=Q(role=Role.ADMIN, is_active=True)),
        invited=Count("pk", filter=Q(joined_at__isnull=True)),
    )
    there = [(counts[f"{name}s"], name) for name in ("agent", "supervisor", "admin")]
    return Step(
        title="Users",
        why="Every agent calls under their own name, from their own list.",
        there=_listed(there) + (f"; {counts['invited']} more invited" if counts["invited"] else ""),
        is_done=counts["agents"] > 0,
        page="accounts:users" if counts["agents"] else "accounts:user_new",
        action="Users" if counts["agents"] else "Invite an agent",
        icon="users",
    )


def _patients(patients):
    return Step(
        title="Patients from the EMR",
        why="Calls need patients: upload what the EMR exports, as it is.",
        there=_many(patients, "patient") if patients else "None yet",
        is_done=patients > 0,
        page="imports:list" if patients else "imports:new",
        action="Imports" if patients else "Import a file",
        icon="file-import",
    )


def _campaigns(practice, *, patients):
    live = practice.campaigns.exclude(status=Campaign.Status.ENDED)
    campaigns, open_work = live.count(), _number(Enrollment.objects.open().filter(practice=practice))
    return Step(
        title="First campaign",
        why="It says whom to win back, and enrolls them by its rule.",
        there=f"{_many(campaigns, 'campaign')}, {_many(open_work, 'patient')} enrolled" if campaigns else "None yet",
        is_done=campaigns > 0,
        page="campaigns:list" if campaigns or not patients else "campaigns:new",
        action="Campaigns" if campaigns else "New campaign",
        icon="speakerphone",
    )


def _scripts(practice):
    own = ScriptVersion.objects.filter(practice=practice, approved_at__isnull=False).count()
    standard = f"Standard texts in {len(scripts.LANGUAGES)} languages"
    return Step(
        title="Scripts",
        why="What agents say, word for word; nothing of the reason shows before the patient is verified.",
        there=f"{standard}, {_many(own, 'text')} of your own" if own else f"{standard}; change them if you like",
        is_done=True,
        page="campaigns:scripts",
        action="Scripts",
        icon="script",
    )


def _lists(practice, *, now):
    build = QueueBuild.objects.filter(practice=practice).newest()
    builds = build is None or not build.queued
    there = "Not built yet; every night builds them by itself"
    if build is not None:
        day = "today" if build.business_date == practice.business_date(now) else f"{build.business_date:%b %-d}"
        there = f"Built {day}: {_many(build.queued, 'patient')} to call"
        if not build.queued:
            # A new practice is built by itself within minutes, long before there is anybody to call.
            has_campaign = practice.campaigns.exclude(status=Campaign.Status.ENDED).exists()
            there += ". The campaign tells who is held back, and why" if has_campaign else "; it takes a campaign first"
    return Step(
        title="Call lists",
        why="Each agent gets a list of their own, in the order in which calls bring most.",
        there=there,
        is_done=bool(build and build.queued),
        page="campaigns:build" if builds else "campaigns:builds",
        action="Build the call lists" if builds else "Call lists",
        icon="list-check",
        builds=builds,
    )


def _first_call(practice):
    first = CallAttempt.objects.filter(practice=practice).order_by("pk").first()
    return Step(
        title="First call",
        why="An agent signs in, presses “Call next patient” and saves the outcome.",
        there=f"Saved on {practice.local(first.ended_at):%b %-d, %Y, %-I:%M %p %Z}" if first else "None yet",
        is_done=first is not None,
        page="reports:dashboard" if first else "campaigns:desk",
        action="Dashboard" if first else "Open the desk",
        icon="phone",
    )


def _number(rows):
    """How many rows, up to one more than MOST_COUNTED."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def _many(number, word):
    if number > MOST_COUNTED:
        return f"more than {intcomma(MOST_COUNTED)} {word}s"
    return count(number, word)


def _listed(counts):
    return ", ".join(_many(number, word) for number, word in counts if number)
