"""Long lists in pages that stay whole while rows come and go: each page begins after the last row of the one before."""

import base64
import json
from datetime import UTC
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

USUAL, MOST = 100, 500
LARGEST_ID = 2**63 - 1


class Pages(BasePagination):
    """A list in the order of the ids. `cursor` stands for a place in it, as a word without meaning to others."""

    def paginate_queryset(self, queryset, request, view=None):
        self.request, self.limit, self.given = request, _limit(request), request.query_params.get("cursor", "")
        place = self.read(self.given) if self.given else None
        rows = list((self.after(queryset, place) if place else self.ordered(queryset))[: self.limit + 1])
        self.has_more, rows = len(rows) > self.limit, rows[: self.limit]
        self.cursor = _word(self.place(rows[-1])) if rows else self.given
        return rows

    def get_paginated_response(self, data):
        return Response({"results": data, "next": self._next(), "cursor": self.cursor or None})

    def ordered(self, queryset):
        return queryset.order_by("pk")

    def after(self, queryset, place):
        return self.ordered(queryset.filter(pk__gt=place[0]))

    def place(self, row):
        return [row.pk]

    def read(self, word):
        """The place that a cursor stands for. Raises ValidationError for what is none of ours."""
        try:
            padded = word.encode("ascii") + b"=" * (-len(word) % 4)
            return self.checked(json.loads(base64.urlsafe_b64decode(padded)))
        except (ValueError, TypeError, RecursionError, OverflowError):
            raise ValidationError({"cursor": "This is no cursor of this list."}) from None

    def checked(self, place):
        (pk,) = place
        return [_id(pk)]

    def _next(self):
        if not self.has_more:
            return None
        asked = {name: value for name, value in self.request.query_params.items() if name != "cursor"}
        return f"{self.request.build_absolute_uri(self.request.path)}?{urlencode({**asked, 'cursor': self.cursor})}"

    def get_schema_operation_parameters(self, view):
        return [
            {
                "name": "limit", "in": "query", "required": False,
                "description": f"Rows of a page, 1 to {MOST}.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            },
            {
                "name": "cursor", "in": "query", "required": False,
                "description": "Where the page begins: `cursor` of the page before.",
                "schema": {"type": "string"},
            },
        ]  # fmt: skip

    def get_paginated_response_schema(self, schema):
        return {
            "type": "object",
            "required": ["results", "next", "cursor"],
            "properties": {
                "results": {**schema, "description": "The rows of the page."},
                "next": {
                    "type": "string", "format": "uri", "nullable": True,
                    "description": "Address of the next page; null on the last one.",
                },
                "cursor": {
                    "type": "string", "nullable": True,
                    "description": "The place after the last row. Kept, it asks later for what has come since.",
                },
            },
        }  # fmt: skip


class PagesByChange(Pages):
    """A list in the order of `changed_at`, so that what changes comes again at its end."""

    def ordered(self, queryset):
        return queryset.order_by("changed_at", "pk")

    def after(self, queryset, place):
        changed_at, pk = place
        later = Q(changed_at__gt=changed_at) | Q(changed_at=changed_at, pk__gt=pk)
        # The first condition says nothing new; it lets PostgreSQL begin at the place instead of passing all before it.
        return self.ordered(queryset.filter(Q(changed_at__gte=changed_at), later))

    def place(self, row):
        return [row.changed_at.isoformat(), row.pk]

    def checked(self, place):
        moment, pk = place
        found = parse_datetime(moment)
        if found is None or found.tzinfo is None:
            raise ValueError
        return [found.astimezone(UTC), _id(pk)]  # PostgreSQL takes no zone as far away as Python does


def _limit(request):
    given = request.query_params.get("limit", str(USUAL))
    if not (given.isascii() and given.isdecimal() and len(given) < 5 and 1 <= int(given) <= MOST):
        raise ValidationError({"limit": f"A page has 1 to {MOST} rows."})
    return int(given)


def _id(value):
    if type(value) is not int or not 0 <= value <= LARGEST_ID:
        raise ValueError
    return value


def _word(place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
