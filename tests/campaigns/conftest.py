"""What the desk's tests stand on: its clock at NOW, and call lists dealt by the real plan."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.plan import build
from tests.world import make_campaign, make_patient

TODAY = date(2026, 11, 17)


@pytest.fixture
def desk_clock(settings, now):
    """Let the views' clock read NOW: a Tuesday, 11:00 in New York. Leases keep real time, as in a demo."""
    settings.CLOCK_OFFSET_SECONDS = (now - timezone.now()).total_seconds()
    return now


@pytest.fixture
def listed(inside, agent, desk_clock):
    """`listed(2)` puts that many patients on the agent's list of today and returns their enrollments in its order."""

    def _listed(count):
        # Registered, never seen: a rule that such patients fit without more ado.
        make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for number in range(1, count + 1):
            make_patient(f"Ida{number}", "Keller", phones=2, mrn=f"M{number}")
        build(practice=inside, now=desk_clock)
        return [place.enrollment for place in agent.queue.order_by("position")]

    return _listed


@pytest.fixture
def url(practice):
    """`url("outcome", lease_id=3)`: the address of a page of the campaigns in the personas' practice."""

    def _url(name, **kwargs):
        return reverse(f"campaigns:{name}", kwargs={"practice_slug": practice.slug, **kwargs})

    return _url


@pytest.fixture
def ana_at(signed_in, url):
    """`ana_at("desk", theme=…)`: a page of the campaigns before Ana Agent in a browser, and the list that its errors go to.

    `before(page)` is called when she has signed in and the page is not loaded yet.
    """

    def _ana_at(name, *, before=None, **machine):
        page, errors = signed_in("ana.agent", **machine)
        if before:
            before(page)
        page.goto(url(name))
        return page, errors

    return _ana_at
