"""Files handed in by a program: each once a key, and no more at a time than people can look after."""

import hashlib

from imports import importing
from imports.models import ApiUpload, FileImport
from imports.reading import UnreadableFile

from .once import one_at_a_time
from .refusals import KeyReused, Refused, TooManyWait

MOST_WAITING = 20
State = FileImport.State
_ENDED = (State.DONE, State.FAILED, State.UNDOING, State.UNDONE)


def hand_in(*, token, sent, kind, encoding, look, key, now):
    """Take a file in and queue its import. Returns (FileImport, whether it is new).

    The same `key` with the same file and the same wishes is the same import; with others it is refused. Without `look` the
    import goes on to be saved by itself unless an alarm holds it. Raises Refused, KeyReused and TooManyWait.
    """
    body_hash = _body_hash(sent, kind, encoding, look)
    one_at_a_time(token)
    earlier = ApiUpload.objects.filter(token=token, key=key).select_related("file_import").first() if key else None
    if earlier and earlier.body_hash != body_hash:
        raise KeyReused("This Idempotency-Key came with another file or other wishes before.")
    if earlier:
        return earlier.file_import, False
    if FileImport.objects.filter(api_uploads__isnull=False).exclude(state__in=_ENDED).count() >= MOST_WAITING:
        raise TooManyWait(f"{MOST_WAITING} files sent by API wait already: try again when some of them have ended.")
    file_import = _taken_in(token=token, sent=sent, kind=kind, encoding=encoding, now=now)
    file_import.queue(skips_the_look=not look)
    ApiUpload.objects.create(token=token, file_import=file_import, key=key, body_hash=body_hash)
    file_import.refresh_from_db()
    return file_import, True


def _taken_in(*, token, sent, kind, encoding, now):
    try:
        return importing.take_in(
            practice_id=token.practice_id,
            stream=sent.file,
            name=sent.name,
            by=token.made_by,
            kind=kind or None,
            encoding=encoding,
            now=now,
        )
    except UnreadableFile as refusal:
        raise Refused(str(refusal)) from None


def _body_hash(sent, kind, encoding, look):
    sent.file.seek(0)
    digest = hashlib.file_digest(sent.file, "sha256")
    digest.update(f"|{kind}|{encoding}|{look}".encode())
    return digest.hexdigest()
