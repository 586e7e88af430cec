"""Setting a practice up, for its admins: first steps, details, directory, and what former members left."""

from django.urls import path

from patients.models import Location, Provider, VisitType

from .views import directory, setup

KINDS = {"location": Location, "provider": Provider, "visit_type": VisitType}

urlpatterns = [
    path("setup/", setup.first_steps, name="setup"),
    path("setup/practice/", setup.practice, name="practice"),
    path("setup/directory/", directory.directory, name="directory"),
    path("users/<int:membership_id>/hand-on/", setup.hand_on, name="hand_on"),
]
for word, kind in KINDS.items():
    root = f"setup/directory/{word.replace('_', '-')}s/"
    urlpatterns += [
        path(f"{root}new/", directory.entry_new, {"kind": kind}, name=f"{word}_new"),
        path(f"{root}found/", directory.add_found, {"kind": kind}, name=f"{word}_found"),
        path(f"{root}<int:entry_id>/", directory.entry_edit, {"kind": kind}, name=f"{word}_edit"),
        path(f"{root}<int:entry_id>/offer/", directory.entry_offer, {"kind": kind}, name=f"{word}_offer"),
    ]
