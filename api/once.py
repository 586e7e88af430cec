"""What a program asks for twice with the same key happens once."""

import hashlib
import json
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from rest_framework.exceptions import ValidationError

from .models import KeptKey
from .refusals import KeyReused

LONGEST_KEY = 100
KEPT = timedelta(days=7)


def key_of(request):
    """The Idempotency-Key of a request, or "". Raises ValidationError for one that is none."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isascii() or (key and not key.isprintable()):
        raise ValidationError(f"An Idempotency-Key has at most {LONGEST_KEY} ASCII characters.")
    return key


def once(request, act):
    """Do `act`, which returns the id of the row it made or changed, unless the request's key has done it before.

    Returns (id, whether it was done now). Without a key it is done. The key is written in the same transaction, belongs to the
    token, and is forgotten after a week. Raises KeyReused where the key came with another body or for another address.
    """
    key = key_of(request)
    if not key:
        return act(), True
    one_at_a_time(request.auth, key)
    body_hash = _hash(request)
    keys = KeptKey.objects.filter(token=request.auth)
    keys.filter(used_at__lt=Now() - KEPT).delete()
    earlier = keys.filter(key=key).first()
    if earlier is None:
        made_id = act()
        KeptKey.objects.create(token=request.auth, key=key, body_hash=body_hash, made_id=made_id, used_at=Now())
        return made_id, True
    if earlier.body_hash != body_hash:
        raise KeyReused
    return earlier.made_id, False


def one_at_a_time(token, key=""):
    """Let requests of the token with the same key wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"api:{token.pk}:{key}"])


def _hash(request):
    said = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
