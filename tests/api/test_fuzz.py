"""Whatever is sent, the API answers in its one form and never breaks."""

import json
import re

import pytest
from django.db import transaction
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from .test_access import SCOPES, api_pages

pytestmark = pytest.mark.django_db

BOUNDED = settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PAGES = api_pages()
NAMES = (
    "limit", "cursor", "since", "changed_since", "created_since", "due_from", "due_until", "status", "kind", "campaign", "agent",
    "patient", "owner", "enrollment", "outcome", "language", "opted_out", "is_inactive", "closed_as", "by", "first_on", "last_on",
    "mrn", "phone", "number", "channel", "words", "whole_person", "state", "seen_state", "voicemail_allowed", "weekdays",
    "starts", "ends", "due_at", "why", "file", "look", "encoding",
)  # fmt: skip
HARD = (
    "", "\x00", "\ud800", "’; DROP TABLE patients --", "%", "../..", "NaN", "Infinity", "-0", "1e999", "9" * 25, "٣", "true",
    "null", "2026-11-17", "2026-11-17T16:00:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "24:00", "09:00", "A100",
    "212-555-0101", "+1 212 555 0101 ext. 99999999999", "OPEN", "PAUSED", "CALL", "MOBILE", "WRONG", "WzFd",
    "WyJhIiwxXQ", "day", "agent",
)  # fmt: skip
texts = some.sampled_from(HARD) | some.text(max_size=12)
values = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**70), 2**70) | some.floats(allow_nan=False) | texts,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(NAMES) | texts, inner, max_size=3),
    max_leaves=6,
)
queries = some.dictionaries(some.sampled_from(NAMES), texts.filter(str.isascii), max_size=3)
bodies = some.dictionaries(some.sampled_from(NAMES), values, max_size=5) | values


@BOUNDED
@given(data=some.data())
def test_nothing_that_is_sent_breaks_the_api(data, program, practice, world):
    page = data.draw(some.sampled_from(PAGES))
    own = {"patient": world.ida, "number": world.number, "campaign": world.campaign, "callback": world.callback}
    ids = some.sampled_from([0, 2**63, 10**40])
    route = page.route.replace("<slug:practice_slug>", practice.slug)
    for name in re.findall("<int:([a-z]+)_id>", route):
        pk = data.draw(ids | some.just(own.get(name, world.called).pk))
        route = route.replace(f"<int:{name}_id>", str(pk))
    query = urlencode(data.draw(queries))
    method = data.draw(some.sampled_from([method for name, method in SCOPES if name == page.name] + ["POST", "OPTIONS"]))
    body = json.dumps(data.draw(bodies)).encode()
    with transaction.atomic():
        answer = program.send(method, f"/{route}?{query}", body)
        transaction.set_rollback(True)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert {"error", "code"} <= set(answer.json()) <= {"error", "code", "field"}
