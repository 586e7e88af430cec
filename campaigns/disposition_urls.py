"""The dispositions of a practice, for its admins."""

from django.urls import path

from .views import dispositions

urlpatterns = [
    path("dispositions/", dispositions.dispositions, name="dispositions"),
    path("dispositions/new/", dispositions.disposition_new, name="disposition_new"),
    path("dispositions/<int:disposition_id>/", dispositions.disposition_edit, name="disposition_edit"),
    path("dispositions/<int:disposition_id>/place/", dispositions.disposition_place, name="disposition_place"),
    path("dispositions/<int:disposition_id>/dry-run/", dispositions.disposition_dry_run, name="disposition_dry_run"),
]
