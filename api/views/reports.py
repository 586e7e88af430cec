"""Totals of calls. They show no patient."""

from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from accounts import clock
from accounts.models import ApiToken
from api.serializers import reports as shapes
from reports import calls
from reports.filters import Filters
from reports.period import Period

from .parts import told

BY = {
    "day": calls.by_day,
    "campaign": calls.by_campaign,
    "agent": calls.by_agent,
    "outcome": calls.by_disposition,
    "attempt": calls.by_attempt,
}


class Totals(APIView):
    scopes = {"GET": ApiToken.Scope.REPORTS_READ}

    @extend_schema(
        operation_id="reports_totals", summary="Get totals of calls", parameters=[shapes.Asked], responses={200: shapes.Report}
    )
    def get(self, request, practice_slug):
        """Dials, answers and bookings of a period, also of one campaign, agent or location, and of each day, campaign, agent,
        outcome or attempt in it.
        """
        now, practice = clock.now(), request.practice
        asked = shapes.Asked(data=request.query_params, context={"practice": practice, "today": practice.business_date(now)})
        asked.is_valid(raise_exception=True)
        return told(shapes.Report, report(practice=practice, now=now, **asked.validated_data))


def report(*, practice, now, first_on, last_on, by="", **chosen):
    """The totals of the dates, up to now, and of the groups of `by` if it names any; `chosen` are further Filters."""
    period = Period.of(first_on, last_on, practice=practice, now=now)
    filters = Filters(practice, period, now, **chosen)
    return {
        "first_on": first_on,
        "last_on": last_on,
        "as_of": period.ends_at,
        "totals": calls.totals(filters=filters),
        "groups": BY[by](filters=filters) if by else [],
    }
