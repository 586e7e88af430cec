"""The same form sent many times in the same instant: one row, and a sentence for the rest."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from accounts import tenancy
from campaigns import campaign_drafts
from campaigns.forms.campaign import as_typed
from campaigns.models import Campaign, CampaignDraft
from tests.conftest import NOW

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
    with tenancy.practice(practice.pk):
        blank = Campaign(practice=practice, kind="REACTIVATION", starts_on=date(2026, 1, 1))
        typed = as_typed(campaign=blank, practice=practice, today=date(2026, 1, 1)) | {"name": ["Spring"]}
        draft = campaign_drafts.start(owner=supervisor, key=uuid.uuid4(), fields=typed, now=NOW)
    assert click(supervisor, f"/p/bayview-eye/campaigns/drafts/{draft.pk}/create/", {}) == [302] * CLICKS
    with tenancy.practice(practice.pk):
        assert [campaign.name for campaign in Campaign.objects.all()] == ["Spring"]


def test_one_draft(practice, supervisor):
    form = {"name": "Spring", "kind": "REACTIVATION", "key": str(uuid.uuid4())}
    assert click(supervisor, "/p/bayview-eye/campaigns/new/", form) == [302] * CLICKS
    with tenancy.practice(practice.pk):
        assert CampaignDraft.objects.count() == 1


def test_one_new_user(practice, admin):
    form = {
        "full_name": "Nia New", "email": "nia@example.org", "role": "AGENT", "languages": ["en"], "daily_capacity": 200,
        "shift_days": [1], "shift_starts": "09:00", "shift_ends": "17:00",
    }  # fmt: skip
    assert click(admin, "/p/bayview-eye/users/new/", form) == [200] + [422] * (CLICKS - 1)
    assert practice.memberships.count() == 2
