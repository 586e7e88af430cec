"""The same form sent many times in the same instant: one row, and a sentence for the rest."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts import tenancy
from campaigns.models import Campaign

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CLICKS = 6


def click(member, address, form):
    """Send a form from CLICKS windows of one person at once; the status of each answer, sorted."""
    clients = [Client() for _ in range(CLICKS)]
    for client in clients:
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def send(client):
        try:
            return client.post(address, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as windows:
        return sorted(windows.map(send, clients))


def test_one_campaign(practice, supervisor):
    form = {
        "name": "Spring", "kind": "REACTIVATION", "months_since_visit": 12, "appointment_horizon_days": 28, "max_attempts": 5,
        "starts_on": "2026-01-01", "revenue_per_visit": 100,
    }  # fmt: skip
    assert click(supervisor, "/p/bayview-eye/campaigns/new/", form) == [302] + [422] * (CLICKS - 1)
    with tenancy.practice(practice.pk):
        assert Campaign.objects.count() == 1


def test_one_new_user(practice, admin):
    form = {
        "full_name": "Nia New", "email": "nia@example.org", "role": "AGENT", "languages": ["en"], "daily_capacity": 200,
        "shift_days": [1], "shift_starts": "09:00", "shift_ends": "17:00",
    }  # fmt: skip
    assert click(admin, "/p/bayview-eye/users/new/", form) == [200] + [422] * (CLICKS - 1)
    assert practice.memberships.count() == 2
