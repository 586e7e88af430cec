"""Locations, providers and visit types of a practice: kept by admins, found in its files, offered where a visit is booked."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import CharField, Count, Prefetch, Value
from django.db.models.functions import Cast

from patients.models import Appointment, Location, Patient, Provider, ProviderPlace, VisitType

# Where names come from: the kind of entry → (model, column) of what files brought.
FOUND_IN = {
    Location: [(Appointment, "location")],
    Provider: [(Appointment, "provider"), (Patient, "provider")],
    VisitType: [(Appointment, "visit_type")],
}
FOUND_SHOWN = 200


class NameTaken(Exception):
    """Another entry of the kind has this name, perhaps in other letters; nothing was saved."""


@dataclass(frozen=True)
class Offered:
    """Names to choose from when a visit is booked: (provider, specialty), locations, and (visit type, minutes)."""

    providers: list
    locations: list
    visit_types: list


def tidy(name):
    """A name without what nobody sees: spaces around it and doubled ones."""
    return " ".join(name.split())


def entries(*, practice, kind):
    """All entries of a kind (a model), the active first; providers with their locations."""
    listed = kind.objects.filter(practice=practice).in_order()
    if kind is Provider:
        places = ProviderPlace.objects.select_related("location").order_by("location__name")
        listed = listed.prefetch_related(Prefetch("places", places))
    return listed


def found(*, practice, kind):
    """(name, rows) in the practice's visits and charts that no entry of the kind has, the most frequent first."""
    spelled = defaultdict(Counter)
    for model, column in FOUND_IN[kind]:
        rows = model.objects.filter(practice=practice).exclude(**{column: ""}).order_by().values_list(column)
        for name, number in rows.annotate(Count("pk")):
            spelled[_key(name)][tidy(name)] += number
    for name in kind.objects.filter(practice=practice).values_list("name", flat=True):
        spelled.pop(_key(name), None)
    longest = kind._meta.get_field("name").max_length
    names = [(_best(spellings), spellings.total()) for spellings in spelled.values()]
    return sorted(((name, rows) for name, rows in names if 0 < len(name) <= longest), key=lambda row: (-row[1], row[0]))


def add_found(*, practice, kind, names):
    """Add those of `names` that the files have and the directory has not. Returns how many were added."""
    known = {name for name, _number in found(practice=practice, kind=kind)}
    new = [kind(practice=practice, name=name) for name in dict.fromkeys(names) if name in known]
    before = kind.objects.filter(practice=practice).count()
    kind.objects.bulk_create(new, ignore_conflicts=True)  # a second click of the same instant
    return kind.objects.filter(practice=practice).count() - before


def save(*, entry, locations=None):
    """Store an entry, new or changed; `locations` are a provider's. Raises NameTaken."""
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as refused:
        if "_name_in_practice" not in str(refused):
            raise
        raise NameTaken from None
    if locations is not None:
        chosen = {location.pk for location in locations}
        entry.places.exclude(location__in=chosen).delete()
        places = [ProviderPlace(provider=entry, location_id=pk) for pk in sorted(chosen)]
        ProviderPlace.objects.bulk_create(places, ignore_conflicts=True)


def put_aside(*, entry, is_active):
    """Offer the entry no longer, or again. What names it stays as it is. Returns False where it is so already."""
    kind = type(entry)
    return bool(kind.objects.filter(pk=entry.pk).exclude(is_active=is_active).update(is_active=is_active))


def offered(*, practice):
    """The Offered of the practice, in one query: the call page asks for it."""
    columns = {Provider: "specialty", Location: Value(""), VisitType: Cast("minutes", CharField())}
    first, *others = [
        kind.objects.filter(practice=practice).active().order_by().values_list(Value(kind.__name__), "name", more)
        for kind, more in columns.items()
    ]
    rows = sorted(first.union(*others, all=True), key=lambda row: row[1].lower())
    of_kind = {kind: [row[1:] for row in rows if row[0] == kind.__name__] for kind in columns}
    return Offered(
        providers=of_kind[Provider],
        locations=[name for name, _ in of_kind[Location]],
        visit_types=of_kind[VisitType],
    )


def doubts(*, practice, outcome):
    """What is odd about a visit that was booked (outcome.Outcome), a sentence each. It is booked all the same.

    A practice without entries of a kind doubts no name of that kind.
    """
    said = []
    providers = {one.name.lower(): one for one in entries(practice=practice, kind=Provider) if one.is_active}
    locations = {one.name.lower(): one for one in Location.objects.filter(practice=practice).active()}
    visit_types = {one.name.lower(): one for one in VisitType.objects.filter(practice=practice).active()}
    provider, location = providers.get(_key(outcome.provider)), locations.get(_key(outcome.location))
    visit_type = visit_types.get(_key(outcome.visit_type))
    if providers and outcome.provider and provider is None:
        said.append(f"“{outcome.provider}” is not among the practice’s providers: check the name.")
    if locations and outcome.location and location is None:
        said.append(f"“{outcome.location}” is not among the practice’s locations: check the name.")
    if visit_types and outcome.visit_type and visit_type is None:
        said.append(f"“{outcome.visit_type}” is not among the practice’s visit types: check the name.")
    if visit_type and visit_type.is_telehealth and not outcome.location:
        return said
    if provider and location and (places := list(provider.places.all())) and location.pk not in {at.location_id for at in places}:
        said.append(f"{provider.name} sees patients at {_listed(at.location.name for at in places)}, not at {location.name}.")
    if location is None and not outcome.location and len(locations) == 1:
        (location,) = locations.values()
    return said + (_hours_doubted(location, outcome) if location else [])


def _hours_doubted(location, outcome):
    on, at = outcome.appointment_on, outcome.appointment_at
    if on.isoweekday() not in location.open_days:
        return [f"{location.name} is closed on {on:%A}s: check the date."]
    if at and location.opens_at and not location.opens_at <= at < location.closes_at:
        return [f"{location.name} is open from {location.opens_at:%-I:%M %p} to {location.closes_at:%-I:%M %p}: check the time."]
    return []


def _best(spellings):
    """The most frequent spelling, and rather one that is not all in capitals."""
    return max(spellings, key=lambda name: (not name.isupper(), spellings[name], name))


def _key(name):
    return tidy(name).lower()


def _listed(names):
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
