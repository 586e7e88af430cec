"""What tests of the API share: a token, a program that carries it, and a practice with one of everything."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import api_tokens, tenancy
from accounts.models import ApiToken
from campaigns.models import Callback
from tests.world import booked, call, enroll, make_campaign, make_patient, say

from .program import Program


@pytest.fixture
def make_token(practice, admin):
    """`make_token("patients:read", …)`: the text of a token with these scopes, or with all."""
    made = iter(range(1000))

    def _make_token(*scopes, name=""):
        with tenancy.practice(practice.pk):
            _token, text = api_tokens.make(
                practice=practice,
                name=name or f"token {next(made)}",
                scopes=list(scopes) or ApiToken.Scope.values,
                days=30,
                by=admin,
            )
        return text

    return _make_token


@pytest.fixture
def program(make_token):
    """A program with a token that may do everything."""
    return Program(make_token())


@pytest.fixture
def at(practice):
    """`at("patient", 5)`: the address of one thing of the practice."""

    def _at(name, *ids):
        return reverse(f"api:{name}", args=[practice.slug, *ids])

    return _at


@pytest.fixture
def world(practice, agent, now, demo_now):
    """Two enrolled patients, one called and one promised a call."""
    return World(practice, agent, now)


class World:
    def __init__(self, practice, agent, now):
        with tenancy.practice(practice.pk):
            today = practice.business_date(now)
            self.campaign = make_campaign(practice, on=today, name="Spring recall")
            self.ida = make_patient("Ida", "Keller", mrn="A100", phones=2)
            self.ben = make_patient("Ben", "Novak", mrn="A101")
            self.called = enroll(self.campaign, self.ida, now - timedelta(days=2))
            self.promised = enroll(self.campaign, self.ben, now - timedelta(days=2))
            self.attempt = call(self.called, agent, now - timedelta(hours=3), say("NOANS", note="Rang long"))
            call(self.promised, agent, now - timedelta(hours=2), say("CBACK", callback_at=now + timedelta(hours=2)))
            self.callback = Callback.objects.get()
            booked(self.ida, today + timedelta(days=60), provider="Dr. Hale")
            self.number, self.second = self.ida.phones.order_by("position")


@pytest.fixture
def demo_now(settings, now):
    """Let views read `now` as the present, as a demo does with its clock."""
    settings.CLOCK_OFFSET_SECONDS = (now - timezone.now()).total_seconds()
