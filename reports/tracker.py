"""The tracker: one row for each enrollment of a practice, with the columns of DESIGN § 5."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import connection

from accounts.planner import room_for_hashes
from audit import access
from campaigns.desk_choice import Sorted
from campaigns.tracker_choice import Choice, condition

from . import tracker_sql
from .tracker_columns import SORTS, USUAL, USUAL_SORT, Column, shown

ROWS = 100
# A page further back costs as much as all before it: who looks for somebody there narrows the list.
PAGES = 100
COMFORTABLE, COMPACT = "COMFORTABLE", "COMPACT"


@dataclass(frozen=True)
class Arrangement(Sorted):
    """What somebody wants of the tracker: filters, order, columns, density. `query` says all of it as the address does."""

    choice: Choice = field(default_factory=Choice)
    sort: str = USUAL_SORT
    columns: tuple = ()
    density: str = COMFORTABLE

    @property
    def shown(self):
        return shown(self.columns)

    @property
    def query(self):
        said = dict(self.choice.query)
        if self.sort != USUAL_SORT:
            said["sort"] = self.sort
        codes = [column.code for column in self.shown]
        if codes != USUAL:
            said["columns"] = ",".join(codes)
        if self.density != COMFORTABLE:
            said["density"] = self.density
        return said

    @property
    def address(self):
        """The query as it stands in an address and in a saved view: equal arrangements have equal ones."""
        return urlencode(self.query, safe=",")

    @property
    def sort_words(self):
        return f"{SORTS[self.sorted_by].label}, {self.direction}"


@dataclass(frozen=True)
class Row:
    """One enrollment. `cells` are (Column, value) in the order of the columns."""

    enrollment_id: int
    patient_id: int
    name: str
    cells: list[tuple[Column, str | int | date | None]]


class RowsPage(Page):
    """A page whose end is where its rows end, also where it is the last that can be opened."""

    def end_index(self):
        return self.start_index() + len(self.object_list) - 1


class Rows(Paginator):
    """The rows that match, in pages of a hundred, of which the first hundred can be opened."""

    def __init__(self, *, practice, arrangement, now):
        self.arrangement, self.practice, self.now = arrangement, practice, now
        self.condition = condition(choice=arrangement.choice, practice=practice, now=now)
        super().__init__(None, ROWS)

    @cached_property
    def count(self):
        """How many match. Whom a rule holds back costs as much as a build, so it is asked once, with the first page."""
        if self.arrangement.choice.blocked:
            return self._first[0][-1] if self._first else 0
        with connection.cursor() as cursor:
            room_for_hashes(cursor)
            cursor.execute(tracker_sql.count(self.condition), self.condition.params)
            return cursor.fetchone()[0]

    @property
    def num_pages(self):
        return min(max(ceil(self.count / self.per_page), 1), PAGES)

    @property
    def openable(self):
        """How many rows can be paged through, where that is not all; else None."""
        return self.per_page * PAGES if self.count > self.per_page * PAGES else None

    def page(self, number):
        number = self.validate_number(number)
        return RowsPage(self._rows((number - 1) * self.per_page), number, self)

    @cached_property
    def _first(self):
        """The first page, each of its rows with the count."""
        return self._fetched(0, is_counted=True)

    def _rows(self, offset):
        columns, is_first = self.arrangement.shown, not offset and self.arrangement.choice.blocked
        found = [row[:-1] for row in self._first] if is_first else self._fetched(offset)
        access.note(patient_ids=[row[1] for row in found])
        return [Row(*row[:3], cells=list(zip(columns, row[3:], strict=True))) for row in found]

    def _fetched(self, offset, **how):
        columns, sort = self.arrangement.shown, self.arrangement.sort
        params = self.condition.params | moment(practice=self.practice, now=self.now)
        with on_clocks_of(self.practice) as cursor:
            statement = tracker_sql.page(condition=self.condition, columns=columns, sort=sort, **how)
            cursor.execute(statement, params | {"limit": self.per_page, "offset": offset})
            return cursor.fetchall()


def moment(*, practice, now):
    """The parameters of tracker_sql that say which day it is."""
    today = practice.business_date(now)
    return {"today": today, "midnight": practice.midnight(today)}


@contextmanager
def on_clocks_of(practice):
    """A cursor whose statements read moments on the clocks of a practice. Hashes over all of it fit into its memory."""
    with connection.cursor() as cursor:
        room_for_hashes(cursor)
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [practice.time_zone])
        yield cursor
        cursor.execute("SELECT set_config('TimeZone', 'UTC', true)")
