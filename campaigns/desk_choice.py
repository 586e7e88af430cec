"""Which part of a call list is shown, and sorted by what: both in SQL, so that a page of a long list costs what it shows."""

from dataclasses import asdict, dataclass

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from accounts.words import LANGUAGES

from .calling_hours import local_zone
from .models import CallAttempt, Callback, QueueItem

SORTS = {
    "place": "place in the list",
    "name": "last name",
    "time": "open now, then the patient’s time",
    "last_call": "last call",
    "attempts": "calls made",
    "assigned": "assigned",
    "last_encounter": "last encounter",
    "next_appointment": "next appointment",
}
USUAL_SORT = "place"
HOURS = {"open": "Open now", "closed": "Closed now"}
CALLED = {"never": "Never called", "before": "Called before"}
CALLBACK = {"yes": "With a callback", "no": "Without"}


class Sorted:
    """Anything that says an order as `sort`: the name of one, with a minus where it is turned round."""

    @property
    def sorted_by(self):
        return self.sort.removeprefix("-")

    @property
    def direction(self):
        """As aria-sort says it."""
        return "descending" if self.sort.startswith("-") else "ascending"

    def sort_after_click(self, column_sort):
        """The sort that a click on a column's head asks for: by that column, turned round if it is that already."""
        return f"-{column_sort}" if self.sort == column_sort else column_sort


@dataclass(frozen=True)
class Choice(Sorted):
    """What somebody wants of a list. A filter that is empty lets all pass; `sort` is one of SORTS, with a minus turned round."""

    sort: str = USUAL_SORT
    campaign: str = ""
    hours: str = ""
    language: str = ""
    called: str = ""
    callback: str = ""

    @property
    def filters(self):
        """The filters that leave somebody out."""
        return {name: code for name, code in asdict(self).items() if code and name != "sort"}

    @property
    def query(self):
        """All of the choice as the address says it: ids and codes, never a name."""
        return {"sort": self.sort, **self.filters}

    @property
    def sort_words(self):
        return f"{SORTS[self.sorted_by]}, {self.direction}"


@dataclass(frozen=True)
class Facets:
    """What stands on a list to choose from: id → name of campaigns, languages, and (zone_key, wish_key) of patients."""

    campaigns: dict
    languages: dict
    keys: set


def facets(*, agent):
    """The Facets of an agent's list, in one query."""
    found = list(
        QueueItem.objects.filter(agent=agent)
        .order_by()
        .values_list(
            "enrollment__campaign", "enrollment__campaign__name", "patient__language", "patient__zone_key", "patient__wish_key"
        )
        .distinct()
    )
    campaigns = sorted({(name, str(pk)) for pk, name, *_rest in found})
    languages = sorted({(LANGUAGES.get(code, code), code) for _pk, _name, code, *_keys in found})
    return Facets(
        campaigns={pk: name for name, pk in campaigns},
        languages={code: name for name, code in languages if code},
        keys={(zone_key, wish_key) for *_rest, zone_key, wish_key in found},
    )


def narrowed(places, *, choice, facets, hours, now):
    """The places of desk_list.places that pass the filters. `hours` is calling_hours.Hours."""
    wanted = Q()
    if choice.campaign:
        wanted &= Q(enrollment__campaign=choice.campaign)
    if choice.language:
        wanted &= Q(patient__language=choice.language)
    if choice.called:
        wanted &= Q(enrollment__attempts_made=0) if choice.called == "never" else Q(enrollment__attempts_made__gt=0)
    if choice.callback:
        promised = Exists(Callback.objects.pending().filter(enrollment=OuterRef("enrollment")))
        wanted &= promised if choice.callback == "yes" else ~promised
    if choice.hours:
        places, is_open = _open_now(places, facets=facets, hours=hours, now=now)
        wanted &= is_open if choice.hours == "open" else ~is_open
    return places.filter(wanted)


def ordered(places, *, choice, facets, hours, now):
    """The places of desk_list.places in the order wanted; those that have nothing to sort by come last, equals by place."""
    places, keys = _sorted_by(places, choice.sorted_by, facets=facets, hours=hours, now=now)
    is_down = choice.direction == "descending"
    order = [key.desc(nulls_last=True) if is_down else key.asc(nulls_last=True) for key in keys]
    return places.order_by(*order, "position", "pk")


def _sorted_by(places, name, *, facets, hours, now):
    """The places with what they need, and the expressions to sort them by."""
    if name == "time":
        places, is_open = _open_now(places, facets=facets, hours=hours, now=now)
        is_closed = Case(When(is_open, then=Value(0)), default=Value(1), output_field=IntegerField())
        return places, [is_closed, _clocks(facets=facets, hours=hours, now=now)]
    if name == "last_call":
        midnight = hours.practice.midnight(hours.practice.business_date(now))
        before = CallAttempt.objects.dials().filter(enrollment=OuterRef("enrollment"), ended_at__lt=midnight).order_by("-number")
        return places, [Subquery(before.values("ended_at")[:1])]
    column = {
        "place": "position",
        "name": "patient__name_key",
        "attempts": "enrollment__attempts_made",
        "assigned": "enrollment__assigned_on",
        "last_encounter": "last_encounter_on",
        "next_appointment": "next_appointment_on",
    }[name]
    return places, [F(column)]


def _open_now(places, *, facets, hours, now):
    """The places, and the condition that a call to their patient is within the calling hours of this minute."""
    keys = sorted({zone_key + wish_key for zone_key, wish_key in facets.keys})
    places = places.alias(hours_key=Concat("patient__zone_key", "patient__wish_key"))
    is_open = Q(hours_key__in=[key for key in keys if hours.is_open(key, now)])
    for campaign, own in hours.own.items():
        is_open &= ~Q(enrollment__campaign=campaign) | Q(hours_key__in=[key for key in keys if hours.is_open(key + own, now)])
    return places, is_open


def _clocks(*, facets, hours, now):
    """How far the clock that is shown for a patient is ahead of UTC, in seconds."""
    by_offset = {}
    for zone_key in sorted({zone_key for zone_key, _wish_key in facets.keys}):
        zone = local_zone(practice=hours.practice, zone_key=zone_key)
        by_offset.setdefault(int(now.astimezone(zone).utcoffset().total_seconds()), []).append(zone_key)
    cases = [When(patient__zone_key__in=zone_keys, then=Value(offset)) for offset, zone_keys in by_offset.items()]
    return Case(*cases, default=Value(None), output_field=IntegerField())
