"""The list of users: filters, who was last here, teams too large, and invitations sent again."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import people, tenancy
from accounts.models import Membership
from audit.models import AccessEvent
from tests.conftest import make_member

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def users(practice, admin, sign_in):
    """`users(role="AGENT")`: the page with that filter."""
    client = sign_in(admin)
    return lambda **query: client.get(reverse("accounts:users", args=[practice.slug]), query)


def names(response):
    return [member.name for member in response.context["page"]]


def test_the_list_can_be_narrowed_by_role_and_state(users, practice, agent, supervisor):
    make_member(practice, "Fay Former", is_active=False)
    people.invite(practice=practice, email="new@example.com", full_name="Nia New", role=Role.AGENT)

    assert names(users(role="AGENT")) == ["Ana Agent", "Nia New", "Fay Former"]
    assert names(users(access="ENDED")) == ["Fay Former"]
    assert names(users(access="INVITED")) == ["Nia New"]
    assert names(users(role="SUPERVISOR", access="ACTIVE")) == ["Sam Supervisor"]
    assert "Nobody like this" in users(role="SUPERVISOR", access="ENDED").content.decode()


@pytest.mark.parametrize("query", [{"role": "GOD"}, {"access": "\0"}, {"role": "9" * 400}])
def test_a_filter_that_is_not_known_shows_everybody_and_says_so(users, agent, query):
    answer = users(**query)
    assert (answer.status_code, names(answer)) == (200, ["Ada Admin", "Ana Agent"])
    assert "This filter is not known" in answer.content.decode()


@pytest.mark.parametrize("ended", ["x", "99999999999999999999", "0", "\0"])
def test_undo_is_offered_for_nobody_else(users, agent, stranger, ended):
    assert "Undo" not in users(ended=ended).content.decode()
    assert "Undo" not in users(ended=agent.pk).content.decode()
    assert "Undo" not in users(ended=stranger.pk).content.decode()


def test_who_was_here_last_is_told_of_this_practice_alone(users, practice, other_practice, agent):
    for place, hour in ((practice, 1), (practice, 3), (other_practice, 5)):
        with tenancy.practice(place.pk):
            AccessEvent.objects.create(
                practice_id=place.pk, user_id=agent.user_id, page="x", method="GET", patient_ids=[1],
                seen_at=timezone.datetime(2026, 11, 17, 12 + hour, tzinfo=timezone.get_default_timezone()),
            )  # fmt: skip
    page = users()
    seen = {member.name: member.last_seen_at for member in page.context["page"]}

    assert seen["Ada Admin"] is None
    assert seen["Ana Agent"].hour == 15
    assert "Last patient page Nov 17, 10:00 AM EST" in page.content.decode()


def test_a_supervisor_with_too_many_is_warned_about_until_it_is_mended(users, practice, supervisor, settings):
    settings.TEAM_LIMIT = 2
    for number in range(3):
        make_member(practice, f"Agent {number}", supervisor=supervisor)
    warning = "Sam Supervisor leads 3 people. One supervisor should lead at most 2: give some to a colleague."
    assert warning in users(role="ADMIN").content.decode()
    Membership.objects.filter(user__full_name="Agent 1").update(supervisor=None)
    assert "give some to a colleague" not in users().content.decode()


def test_an_invitation_is_sent_again_from_the_list(users, practice, admin, sign_in, django_capture_on_commit_callbacks):
    invited = people.invite(practice=practice, email="new@example.com", full_name="Nia New", role=Role.AGENT)
    link = reverse("accounts:user_link", args=[practice.slug, invited.pk])
    assert f'action="{link}"' in users().content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(admin).post(link)

    assert answer.context["link"].startswith("http://testserver/accounts/password/reset/key/")
    assert [message.to for message in mail.outbox] == [["new@example.com"]]
