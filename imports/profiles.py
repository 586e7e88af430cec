"""Layouts a practice has imported before: their columns are not asked for again, and a changed one is noticed."""

import hashlib
from datetime import timedelta

from django.db.models import OuterRef, Subquery

from imports import headers as header_names
from imports.models import FileImport, ImportProfile

# The column that our file of rejected rows adds; its return is recognized by it.
REASON_COLUMN = "Why it was rejected"
ALIKE = 0.6
# So long a forgotten layout can be brought back.
UNDO_WITHIN = timedelta(days=1)


def layout_key(headers):
    """The same for the same columns in any order; our own reason column is not one of them."""
    keys = sorted(header_names.key(header) or header for header in headers if header != REASON_COLUMN)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def of_layout(headers):
    """The ImportProfile of a layout, or None."""
    return ImportProfile.objects.known().filter(layout_key=layout_key(headers)).first()


def most_alike(headers):
    """(profile, headers gone, headers added) of the earlier layout that this one grew from, or (None, [], [])."""
    now = {header_names.key(header): header for header in headers if header != REASON_COLUMN}
    best = None
    for profile in ImportProfile.objects.known():
        before = {header_names.key(header): header for header in profile.headers if header != REASON_COLUMN}
        share = len(now.keys() & before.keys()) / max(1, len(now.keys() | before.keys()))
        if share >= ALIKE and (best is None or share > best[0]):
            gone = [header for key, header in before.items() if key not in now]
            best = share, profile, gone, [header for key, header in now.items() if key not in before]
    return best[1:] if best else (None, [], [])


def mapping_of(profile, headers):
    """What the columns meant last time: header → field, for the headers at hand."""
    before = {header_names.key(header): name for header, name in profile.mapping.items()}
    return {header: profile.mapping.get(header, before.get(header_names.key(header), "")) for header in headers}


def remember(*, file_import, known_share, now):
    """Keep how this import was read, for the next file of its layout. Corrections of rejected rows are not remembered.

    The first file of a layout says nothing of how many known chart numbers the next one should have.
    """
    if file_import.is_correction:
        return
    if of_layout(file_import.headers) is None:
        known_share = None
    ImportProfile.objects.update_or_create(
        layout_key=file_import.layout_key,
        defaults={
            "headers": file_import.headers,
            "mapping": file_import.mapping,
            "day_first": file_import.day_first,
            "encoding_asked": file_import.encoding_asked,
            "rows": file_import.rows_total,
            "known_share": known_share,
            "used_at": now,
            "forgotten_at": None,
        },
    )


def listed(*, practice):
    """The known layouts, those used last first. `last_name` and `last_kind` are of the last file that came in by each."""
    return _with_last_file(practice.importprofiles.known()).order_by("-used_at", "-pk")


def one(*, practice, profile_id):
    """A layout as in `listed`, also one that was forgotten a moment ago. Raises ImportProfile.DoesNotExist."""
    return _with_last_file(practice.importprofiles.all()).get(pk=profile_id)


def rename(*, profile, name):
    """Call it as the admin does; empty: by the name of its last file again."""
    ImportProfile.objects.filter(pk=profile.pk).update(name=name)


def forget(*, profile, now):
    """Ask for the columns of this layout again, the next time. Returns False where it was forgotten before."""
    return bool(ImportProfile.objects.known().filter(pk=profile.pk).update(forgotten_at=now))


def bring_back(*, profile):
    """Undo `forget`. Returns False where there is nothing to undo."""
    return bool(ImportProfile.objects.filter(pk=profile.pk, forgotten_at__isnull=False).update(forgotten_at=None))


def drop_forgotten(*, now):
    """Drop what was forgotten for good."""
    ImportProfile.objects.filter(forgotten_at__lt=now - UNDO_WITHIN).delete()


def _with_last_file(profiles):
    came_in = [FileImport.State.DONE, FileImport.State.UNDONE]
    files = FileImport.objects.filter(layout_key=OuterRef("layout_key"), state__in=came_in).order_by("-pk")
    return profiles.annotate(last_name=Subquery(files.values("file_name")[:1]), last_kind=Subquery(files.values("kind")[:1]))
