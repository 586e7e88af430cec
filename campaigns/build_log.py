"""What is kept of each build: how the lists went over from the build before, and which enrollments changed, in groups."""

from dataclasses import dataclass

from django.db.models import F, Func, IntegerField, Q

from . import plan_words
from .models import Enrollment, QueueChange


@dataclass(frozen=True)
class Flow:
    """From the lists of the build before to those of this one: `before` − `gone` − `left` + `entered` = `queued`.

    `gone` were called, closed or taken off between the two builds, and so had no place any more that could change.
    """

    before: int
    gone: int
    left: int
    entered: int
    moved: int
    queued: int


@dataclass(frozen=True)
class Group:
    """Changes of one kind, the largest first, with how many enrollments they are about."""

    kind: str
    label: str
    rows: int
    changes: list


def newest_first(*, practice):
    """Every build of the practice with who asked for it."""
    return practice.queuebuilds.select_related("built_by__user").order_by("-business_date", "-number")


def flow(*, build):
    """The Flow into a build; all zero before the first."""
    earlier = Q(business_date__lt=build.business_date) | Q(business_date=build.business_date, number__lt=build.number)
    previous = newest_first(practice=build.practice).filter(earlier).first()
    changes = build.changes
    before = previous.queued if previous else 0
    kept = build.queued - changes["entered"] + changes["left"]
    return Flow(before, max(before - kept, 0), changes["left"], changes["entered"], changes["moved"], build.queued)


def groups(*, build):
    """A Group for each kind of change that the build made. Changes have words; the ids stay in the database."""
    counted = Func(F("enrollment_ids"), function="cardinality", output_field=IntegerField())
    changes = _changes(build).annotate(rows=counted).order_by("-rows", "pk")
    found = {kind: [] for kind in QueueChange.Kind}
    for change in changes.defer("enrollment_ids"):
        found[change.kind].append(_with_words(change))
    return [Group(kind, kind.label, sum(each.rows for each in told), told) for kind, told in found.items() if told]


def change_of(*, build, change_id):
    """One change of the build with its ids and words. Raises QueueChange.DoesNotExist."""
    return _with_words(_changes(build).get(pk=change_id))


def enrollments(*, ids):
    """The enrollments of such ids that are still there, in their order, as rows that note whose data they show."""
    rows = Enrollment.objects.filter(pk__in=list(ids)).select_related("patient", "campaign", "assigned_agent__user")
    return rows.order_by("pk")


def _changes(build):
    return build.queue_changes.select_related("from_agent__user", "to_agent__user")


def _with_words(change):
    change.why_words = plan_words.why(kind=change.kind, code=change.why)
    change.list_words = plan_words.lists(kind=change.kind, source=change.from_agent, target=change.to_agent)
    return change
