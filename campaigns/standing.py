"""Where the open work of a practice or campaign stands today: on a call list, or held back and by which rule."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When

from .eligibility import LABELS, open_work_today
from .models import QueueItem

ON_LIST = "ON_LIST"
NEXT_BUILD = "NEXT_BUILD"
NAMES = {ON_LIST: "On today's call lists", NEXT_BUILD: "Ready, waiting for the next build", **LABELS}


@dataclass(frozen=True)
class Place:
    """So many open enrollments stand here. `code` is a rule's name, ON_LIST or NEXT_BUILD."""

    code: str
    rows: int

    @property
    def label(self):
        return NAMES[self.code]

    @property
    def is_ready(self):
        return self.code in (ON_LIST, NEXT_BUILD)


def standing(*, practice, now, campaign=None):
    """The places of all open enrollments, each in exactly one, those that can be called first; empty ones left out.

    Judged as the plan does, by the last minute of today's calling.
    """
    work = open_work_today(practice=practice, now=now)
    if campaign is not None:
        work = work.filter(campaign=campaign)
    waiting = QueueItem.objects.filter(done_at__isnull=True)
    place = Case(
        When(~Q(blocked_by=""), then=F("blocked_by")),
        When(Exists(waiting.filter(enrollment=OuterRef("pk"))), then=Value(ON_LIST)),
        When(Exists(waiting.filter(patient=OuterRef("patient"))), then=Value("OTHER_CAMPAIGN")),
        default=Value(NEXT_BUILD),
        output_field=CharField(),
    )
    rows = work.annotate(place=place).order_by().values_list("place").annotate(Count("pk"))
    return sorted((Place(code, count) for code, count in rows), key=lambda each: list(NAMES).index(each.code))
