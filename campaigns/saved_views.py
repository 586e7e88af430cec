"""Views of the tracker that people keep under a name, for themselves or for all who lead."""

from django.db import IntegrityError, transaction

from .models import SavedView

# Enough to find one again; more is clutter.
MOST = 20


class ViewRefused(Exception):
    """The view can't be saved so; the text tells the user why."""


def save(*, by, name, query, is_shared, now):
    """Keep a new view. Raises ViewRefused beyond MOST, and for a name that the owner uses already."""
    if SavedView.objects.own(by).count() >= MOST:
        raise ViewRefused(f"You have {MOST} views, which is the most. Delete one you no longer use.")
    return _stored(SavedView(owner=by, name=name, query=query, is_shared=is_shared, saved_at=now))


def rename(*, view, by, name, is_shared, now):
    """Give one's own view another name, or share it or not. Raises ViewRefused for another's, and for a name in use."""
    _require_own(view, by)
    view.name, view.is_shared, view.saved_at = name, is_shared, now
    return _stored(view)


def update(*, view, by, query, now):
    """Let one's own view show what is shown now. Raises ViewRefused for another's."""
    _require_own(view, by)
    view.query, view.saved_at = query, now
    return _stored(view)


def delete(*, view, by):
    """Delete one's own view; admins delete shared ones, too. Raises ViewRefused for another's."""
    if view.owner_id != by.pk and not (view.is_shared and by.is_admin):
        raise ViewRefused("Only its owner or an admin deletes a shared view.")
    view.delete()


def _require_own(view, by):
    if view.owner_id != by.pk:
        raise ViewRefused(f"This view belongs to {view.owner.name}. Save it under a name of your own.")


def _stored(view):
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as taken:
        raise ViewRefused(f"You have a view “{view.name}” already.") from taken
    return view
