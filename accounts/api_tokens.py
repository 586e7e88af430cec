"""Tokens of the API: making them, and telling whose a request carries.

A token names its practice, `rdk_<practice>_<secret>`, so that it is looked up behind that practice's wall and nowhere
else. Like sessions they go by real time, not by the demo's clock.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from . import tenancy
from .models import ApiToken

LONGEST_DAYS = 365
USED_TO_THE = timedelta(minutes=5)
_BEARER = re.compile(r"Bearer +(?P<text>rdk_(?P<practice_id>[0-9]{1,18})_[A-Za-z0-9_-]{43})", re.IGNORECASE)


class BadToken(Exception):
    """No token, an unknown one, or one that opens nothing any more."""


class NameTaken(Exception):
    """Another token that is not revoked has this name."""


def make(*, practice, name, days, by):
    """Make a token that lives for 1 to 365 days. Returns (ApiToken, its text); the text is nowhere to be had again.

    Raises NameTaken.
    """
    text = f"rdk_{practice.pk}_{secrets.token_urlsafe(32)}"
    lives = timedelta(days=min(max(days, 1), LONGEST_DAYS))
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(
                practice=practice,
                name=name,
                token_hash=_hash(text),
                made_by=by,
                created_at=Now(),
                expires_at=Now() + lives,
            )
    except IntegrityError:
        raise NameTaken from None
    return token, text


def of_header(authorization):
    """The token that an Authorization header carries, with practice and maker loaded. Raises BadToken."""
    sent = _BEARER.fullmatch(authorization)
    if sent is None:
        raise BadToken
    with tenancy.practice(int(sent["practice_id"])):
        named = ApiToken.objects.live().filter(token_hash=_hash(sent["text"]))
        token = named.select_related("practice", "made_by__practice", "made_by__user").first()
        if token:
            # To five minutes: else each request would write a row and wait for the one before it.
            unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - USED_TO_THE)
            ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=Now())
    if token is None:
        raise BadToken
    return token


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()
