"""By what the lists of the API can be narrowed. Ids and codes alone: what stands in an address is kept in many logs."""

from datetime import UTC, datetime

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError as Wrong
from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

from campaigns.models import CallAttempt, Callback, Campaign, Enrollment
from patients.models import OptOut, Patient

from .paging import LARGEST_ID

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
OF_PAGES = {"cursor", "limit"}


def moment(text):
    """An ISO 8601 moment with its zone. Raises ValueError with a sentence."""
    try:
        found = parse_datetime(text.replace(" ", "+"))  # a + that nobody escaped
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError("Write a moment with its zone, as in 2026-11-17T16:00:00Z.")
    if not EARLIEST <= found <= LATEST:
        raise ValueError("This moment is out of reach.")
    return found.astimezone(UTC)  # PostgreSQL takes no zone as far away as Python does


class MomentField(forms.Field):
    def to_python(self, value):
        try:
            return moment(value) if value else None
        except ValueError as problem:
            raise Wrong(str(problem)) from None


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = MomentField


class YesNoField(forms.Field):
    def to_python(self, value):
        if value in self.empty_values:
            return None
        if value not in ("true", "false"):
            raise Wrong("Write true or false.")
        return value == "true"


class YesNo(filters.BooleanFilter):
    """true or false. Django's own takes anything else for no filter at all."""

    field_class = YesNoField


class IdFilter(filters.NumberFilter):
    """The rows of one object. One that is not of this practice has none, as one that does not exist."""

    field_class = forms.IntegerField

    def __init__(self, field_name, help_text):
        super().__init__(field_name=field_name, help_text=help_text, min_value=1, max_value=LARGEST_ID)

    def get_max_validator(self):
        return None


class Known(DjangoFilterBackend):
    """Filters of a list, where one that is not known is an error: a slip of the pen must not ask for everything."""

    def filter_queryset(self, request, queryset, view):
        known = {*view.filterset_class.base_filters, *OF_PAGES}
        for name in request.query_params:
            if name not in known:
                raise ValidationError({name[:40]: "There is no such parameter."})
        return super().filter_queryset(request, queryset, view)


class Patients(filters.FilterSet):
    language = filters.CharFilter(max_length=3, help_text="Preferred language, ISO 639-1.")
    is_deceased = YesNo("is_deceased", help_text="Whether the EMR says so.")
    is_inactive = YesNo("is_inactive", help_text="Whether the EMR calls the chart inactive.")
    opted_out = YesNo(method="with_wish", help_text="Whether the person asked not to be called, for all campaigns.")
    created_since = MomentFilter(
        field_name="created_at", lookup_expr="gte", help_text="Records made at or after this moment, ISO 8601 with zone."
    )

    class Meta:
        model = Patient
        fields = []

    def with_wish(self, queryset, name, value):
        wishes = Exists(OptOut.objects.from_calls().filter(patient=OuterRef("pk")))
        return queryset.filter(wishes if value else ~wishes)


class Campaigns(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Campaign.Status.choices, help_text="How it stands.")
    kind = filters.ChoiceFilter(choices=Campaign.Kind.choices, help_text="Whom it calls.")

    class Meta:
        model = Campaign
        fields = []


class Enrollments(filters.FilterSet):
    campaign = IdFilter("campaign__id", "Id of a campaign.")
    patient = IdFilter("patient__id", "Id of a patient.")
    agent = IdFilter("assigned_agent__id", "Id of the agent who has the work.")
    status = filters.ChoiceFilter(choices=Enrollment.Status.choices, help_text="Whether it is still to be worked.")
    closed_as = filters.ChoiceFilter(choices=Enrollment.ClosedAs.choices, help_text="How it ended.")
    changed_since = MomentFilter(
        method="changed", help_text="Enrolled, called or closed at or after this moment, ISO 8601 with zone."
    )

    class Meta:
        model = Enrollment
        fields = []

    def changed(self, queryset, name, value):
        return queryset.filter(Q(enrolled_at__gte=value) | Q(last_attempt_at__gte=value) | Q(closed_at__gte=value))


class Attempts(filters.FilterSet):
    campaign = IdFilter("campaign__id", "Id of a campaign.")
    enrollment = IdFilter("enrollment__id", "Id of an enrollment.")
    patient = IdFilter("patient__id", "Id of a patient.")
    agent = IdFilter("agent__id", "Id of the agent who called.")
    outcome = filters.CharFilter(max_length=16, help_text="Code of a disposition, as in DONE.")
    since = MomentFilter(
        field_name="changed_at", lookup_expr="gte",
        help_text="Saved or corrected at or after this moment, ISO 8601 with zone.",
    )  # fmt: skip

    class Meta:
        model = CallAttempt
        fields = []


class Callbacks(filters.FilterSet):
    campaign = IdFilter("enrollment__campaign__id", "Id of a campaign.")
    patient = IdFilter("patient__id", "Id of a patient.")
    owner = IdFilter("owner__id", "Id of the agent who keeps it.")
    status = filters.ChoiceFilter(choices=Callback.Status.choices, help_text="What became of it.")
    due_from = MomentFilter(
        field_name="due_at", lookup_expr="gte", help_text="Promised for this moment or later, ISO 8601 with zone."
    )
    due_until = MomentFilter(
        field_name="due_at", lookup_expr="lt", help_text="Promised for before this moment, ISO 8601 with zone."
    )

    class Meta:
        model = Callback
        fields = []
