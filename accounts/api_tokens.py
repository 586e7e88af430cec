"""Tokens of the API: making them, telling whose a request carries, and how many calls it has left.

A token names its practice, `rdk_<practice>_<secret>`, so that it is looked up behind that practice's wall and nowhere
else. Like sessions they go by real time, not by the demo's clock.

The rate is a bucket of a minute's calls that fills by itself, kept as one moment in the token's own row: when it will be full
again (the generic cell rate algorithm, as in ATM networks). Each call moves that moment on; one that would move it further
than a minute ahead is refused and moves nothing. So the count is exact however many calls come at once, and there is no second
store that could be away: where the row can't be written, nobody is let in.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Coalesce, Greatest, Now

from . import tenancy
from .models import ApiToken

LONGEST_DAYS = 365
MINUTE = timedelta(minutes=1)
_BEARER = re.compile(r"Bearer +(?P<text>rdk_(?P<practice_id>[0-9]{1,18})_[A-Za-z0-9_-]{43})", re.IGNORECASE)


class BadToken(Exception):
    """No token, an unknown one, or one that opens nothing any more."""


class NameTaken(Exception):
    """Another token that is not revoked has this name."""


class TooFast(Exception):
    """The token has called as often as it may: `wait` seconds from now it may again."""

    def __init__(self, wait):
        super().__init__("too many calls")
        self.wait = wait


def make(*, practice, name, scopes, days, by):
    """Make a token that opens `scopes` for 1 to 365 days. Returns (ApiToken, its text); the text is nowhere to be had again.

    Raises NameTaken.
    """
    text = f"rdk_{practice.pk}_{secrets.token_urlsafe(32)}"
    lives = timedelta(days=min(max(days, 1), LONGEST_DAYS))
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(
                practice=practice,
                name=name,
                scopes=scopes,
                token_hash=_hash(text),
                made_by=by,
                created_at=Now(),
                expires_at=Now() + lives,
            )
    except IntegrityError:
        raise NameTaken from None
    return token, text


def of_header(authorization):
    """The token that an Authorization header carries, with practice and maker loaded. Counts the call.

    Raises BadToken, and TooFast for a token that has no call left.
    """
    sent = _BEARER.fullmatch(authorization)
    if sent is None:
        raise BadToken
    with tenancy.practice(int(sent["practice_id"])):
        named = ApiToken.objects.live().filter(token_hash=_hash(sent["text"]))
        token = named.select_related("practice", "made_by__practice", "made_by__user").first()
        wait = _take_a_call(token) if token else 0
    if token is None:
        raise BadToken
    if wait:
        raise TooFast(wait)
    return token


def _take_a_call(token):
    """Count a call, which is one row and no wait for a disk. Returns 0, or the seconds to wait where none is left."""
    with connection.cursor() as cursor:
        # What a crash forgets is the count of a second ago.
        cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")
    one_call = MINUTE / settings.API_CALLS_A_MINUTE
    rests_at = Greatest(Coalesce("rested_at", Now()), Now()) + one_call
    mine = ApiToken.objects.filter(pk=token.pk)
    if mine.annotate(rests_at=rests_at).filter(rests_at__lte=Now() + MINUTE).update(rested_at=rests_at, last_used_at=Now()):
        return 0
    ahead = mine.annotate(ahead=rests_at - MINUTE - Now()).values_list("ahead", flat=True).get()
    return max(1, ceil(ahead.total_seconds()))


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()
