"""Imports a person has started and not seen the end of: kept in their session, so that any page can tell them.

`session` is a mapping; {practice slug: [import ids]} stands in it under KEY.
"""

from imports.models import FileImport

KEY = "watched_imports"


def watch(session, *, file_import):
    """Tell this person when the workers are through with it."""
    watched = session.get(KEY, {})
    ids = watched.get(file_import.practice.slug, [])
    session[KEY] = watched | {file_import.practice.slug: sorted({*ids, file_import.pk})}


def forget(session, *, practice, import_ids):
    """They have seen it."""
    watched = dict(session.get(KEY, {}))
    ids = [each for each in watched.get(practice.slug, []) if each not in import_ids]
    if ids == watched.get(practice.slug, []):
        return
    watched[practice.slug] = ids
    session[KEY] = {slug: left for slug, left in watched.items() if left}


def watched_ids(session, *, practice):
    """Ids of the practice's imports that this person waits for. No query."""
    return session.get(KEY, {}).get(practice.slug, []) if practice else []


def take_ended(session, *, practice):
    """The watched imports that no worker has to do with any more; they are not told of again."""
    ids = watched_ids(session, practice=practice)
    found = practice.fileimports.in_bulk(ids)
    ended = [each for each in found.values() if not each.is_under_way]
    gone = [each for each in ids if each not in found]
    forget(session, practice=practice, import_ids=[*(each.pk for each in ended), *gone])
    return [each for each in ended if each.state != FileImport.State.UPLOADED]
