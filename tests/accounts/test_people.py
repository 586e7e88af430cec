"""Inviting people, changing what they may do, ending their access."""

import threading

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.urls import reverse

from accounts import people, tenancy
from accounts.models import Membership, User
from campaigns import next_call
from campaigns.models import Lease, QueueBuild, QueueItem
from tests.conftest import NOW, PASSWORD, make_member
from tests.world import enroll, make_campaign, make_patient

Role = Membership.Role


def set_password_url(membership):
    uid, key = people.password_key(membership=membership).split("-", 1)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def invite(practice, **fields):
    return people.invite(
        practice=practice, **{"email": "New.Person@Example.com", "full_name": "Nia New", "role": Role.AGENT, **fields}
    )


@pytest.mark.django_db
def test_a_new_person_sets_a_password_by_a_link_that_works_once(inside, client):
    membership = invite(inside)
    user, url = membership.user, set_password_url(membership)

    form_page = client.get(url, follow=True)
    chosen = {"password1": "a quiet green harbor", "password2": "a quiet green harbor"}
    client.post(form_page.redirect_chain[-1][0], chosen)
    user.refresh_from_db()
    again = client.get(url, follow=True)

    assert user.email == "new.person@example.com"
    assert user.check_password("a quiet green harbor")
    assert again.context["token_fail"] is True


@pytest.mark.django_db
def test_a_person_known_elsewhere_keeps_name_and_password(stranger, inside):
    membership = invite(inside, email=stranger.user.email.upper(), full_name="Somebody Else")

    assert membership.user == stranger.user
    assert membership.user.full_name == "Cher Stranger"
    assert membership.user.check_password(PASSWORD)
    with pytest.raises(people.HasPassword):
        people.password_key(membership=membership)


@pytest.mark.django_db
def test_a_second_practice_gets_no_link_to_an_account_without_a_password(practice, other_practice):
    with tenancy.practice(other_practice.pk):
        place = people.invite(practice=other_practice, email="nia@example.com", full_name="Nia New", role=Role.ADMIN)
    assert people.password_key(membership=place)

    with tenancy.practice(practice.pk):
        second = people.invite(practice=practice, email="nia@example.com", full_name="Eve", role=Role.AGENT)
    with pytest.raises(people.HasPassword):
        people.password_key(membership=second)


@pytest.mark.django_db
def test_somebody_who_works_elsewhere_comes_in_only_by_joining(practice, stranger, sign_in):
    with tenancy.practice(practice.pk):
        waiting = invite(practice, email=stranger.user.email)
        people.change_membership(membership=waiting, is_active=True)  # an admin cannot say yes for them
        key = people.join_key(membership=waiting)
    client = sign_in(stranger)
    desk, link = f"/p/{practice.slug}/desk/", reverse("join", args=[key])

    before = client.get(desk).status_code
    asked = client.get(link)
    joined = client.post(link)

    assert (before, asked.status_code, joined.url, client.get(desk).status_code) == (404, 200, desk, 200)
    with tenancy.practice(practice.pk):
        people.change_membership(membership=Membership.objects.get(pk=waiting.pk), is_active=False)
    assert client.post(link).status_code == 404  # the link of then does not undo the end of now


@pytest.mark.django_db
def test_an_invitation_is_for_the_invited_alone(practice, stranger, agent, sign_in):
    with tenancy.practice(practice.pk):
        key = people.join_key(membership=invite(practice, email=stranger.user.email))
    client = sign_in(agent)
    assert client.post(reverse("join", args=[key])).status_code == 404
    assert client.post(reverse("join", args=[key[:-1]])).status_code == 404


@pytest.mark.django_db
def test_an_account_that_opens_no_practice_any_more_starts_afresh(practice, stranger):
    """Whoever made it may know its password, and need not be whom its address names."""
    Authenticator.objects.create(user=stranger.user, type=Authenticator.Type.TOTP, data={})
    with tenancy.practice(stranger.practice_id):
        Membership.objects.filter(pk=stranger.pk).update(is_active=False)
    with tenancy.practice(practice.pk):
        membership = invite(practice, email=stranger.user.email)
    assert (membership.is_active, membership.user.has_usable_password()) == (True, False)
    assert not Authenticator.objects.filter(user=stranger.user).exists()
    assert people.password_key(membership=membership)


def test_nobody_is_invited_twice(inside, agent):
    with pytest.raises(people.AlreadyMember):
        invite(inside, email=agent.user.email)


@pytest.mark.django_db
def test_the_invitation_is_mailed_after_the_commit(inside, admin, django_capture_on_commit_callbacks):
    membership = invite(inside)
    with django_capture_on_commit_callbacks(execute=True):
        people.mail_invitation(membership=membership, by=admin, link="https://desk.example/key/")
        assert mail.outbox == []

    assert [message.to for message in mail.outbox] == [["new.person@example.com"]]
    assert mail.outbox[0].subject == "[Recall Desk] You are invited to Bayview Eye"
    assert "https://desk.example/key/" in mail.outbox[0].body
    assert "Ada Admin has added you to Bayview Eye" in mail.outbox[0].body


@pytest.mark.django_db
def test_the_last_admin_stays(inside, admin):
    with pytest.raises(people.LastAdmin):
        people.change_membership(membership=admin, role=Role.SUPERVISOR)
    with pytest.raises(people.LastAdmin):
        people.change_membership(membership=admin, is_active=False)

    second = make_member(inside, "Bea Admin", Role.ADMIN)
    admin.refresh_from_db()
    people.change_membership(membership=admin, role=Role.SUPERVISOR)

    assert list(inside.memberships.filter(role=Role.ADMIN)) == [second]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_admins_cannot_demote_each_other_at_once(practice, admin):
    second = make_member(practice, "Bea Admin", Role.ADMIN)
    first_changed, outcome = threading.Event(), []

    def demote_second():
        first_changed.wait(10)
        try:
            with tenancy.practice(practice.pk):
                people.change_membership(membership=Membership.objects.get(pk=second.pk), role=Role.AGENT)
        except people.LastAdmin:
            outcome.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=demote_second)
    with tenancy.practice(practice.pk):
        people.change_membership(membership=admin, role=Role.AGENT)
        other.start()
        first_changed.set()
        other.join(0.5)  # it waits for the row until this transaction ends
        assert other.is_alive()
    other.join(10)

    assert outcome == ["refused"]
    assert list(practice.memberships.filter(role=Role.ADMIN)) == [second]


@pytest.mark.django_db
def test_somebody_who_stops_leading_leaves_the_team_without_supervisor(inside, supervisor):
    agent = make_member(inside, "Ana Agent", supervisor=supervisor)
    people.change_membership(membership=supervisor, role=Role.AGENT)
    agent.refresh_from_db()

    assert agent.supervisor is None


@pytest.mark.django_db
def test_who_leads_has_no_supervisor(inside, supervisor, agent):
    people.change_membership(membership=agent, role=Role.SUPERVISOR, supervisor=supervisor)
    agent.refresh_from_db()

    assert (agent.role, agent.supervisor) == (Role.SUPERVISOR, None)


@pytest.mark.django_db
def test_ended_access_ends_sessions_at_the_next_request(practice, agent, sign_in):
    client = sign_in(agent)
    before = client.get(reverse("practices"))
    with tenancy.practice(practice.pk):
        people.change_membership(membership=agent, is_active=False)
    after = client.get(reverse("practices"))

    assert before.status_code == 200
    assert (after.status_code, after.url) == (302, "/accounts/login/?next=/practices/")
    assert User.objects.get(pk=agent.user_id).is_active is False


@pytest.mark.django_db
def test_ended_access_to_one_practice_leaves_the_other(practice, other_practice, agent, sign_in):
    with tenancy.practice(other_practice.pk):
        elsewhere = people.invite(practice=other_practice, email=agent.user.email, full_name="", role=Role.SUPERVISOR)
        people.join(membership=elsewhere)
    client = sign_in(agent)
    with tenancy.practice(practice.pk):
        people.change_membership(membership=agent, is_active=False)

    gone = client.get(reverse("accounts:users", args=[practice.slug]))
    places = client.get(reverse("practices")).context["places"]

    assert gone.status_code == 404
    assert [membership for membership, _ in places] == [elsewhere]


@pytest.mark.django_db
def test_access_can_be_given_back(inside, agent):
    people.change_membership(membership=agent, is_active=False)
    people.change_membership(membership=agent, is_active=True)

    assert User.objects.get(pk=agent.user_id).is_active is True


@pytest.mark.django_db
def test_ended_access_gives_the_open_work_back(inside, agent, now):
    campaign = make_campaign(inside, on=inside.business_date(now))
    held, queued = (enroll(campaign, make_patient(), now) for _ in range(2))
    build = QueueBuild.objects.create(
        business_date=inside.business_date(now), started_at=now, finished_at=now, queued=2, blocked={}, changes={}
    )
    for position, enrollment in enumerate([held, queued]):
        QueueItem.objects.create(
            build=build, enrollment=enrollment, patient_id=enrollment.patient_id, agent=agent, position=position
        )
    lease = next_call.claim(agent=agent, now=now)
    people.change_membership(membership=agent, is_active=False)
    lease.refresh_from_db()

    assert lease.closed_as == Lease.ClosedAs.RELEASED
    assert list(QueueItem.objects.values_list("agent", flat=True)) == [None, None]


@pytest.mark.django_db
def test_a_new_capacity_leaves_the_work_where_it_is(inside, agent, now):
    enroll(make_campaign(inside, on=inside.business_date(now)), make_patient(), now, assigned_agent=agent)
    Lease.objects.create(
        agent=agent,
        enrollment=(enrollment := agent.practice.enrollments.get()),
        patient_id=enrollment.patient_id,
        opened_at=now,
        expires_at=now,
    )
    people.change_membership(membership=agent, daily_capacity=250)

    assert Lease.objects.open().count() == 1


@pytest.mark.django_db
def test_a_person_who_also_works_elsewhere_is_not_renamed(other_practice, agent):
    with tenancy.practice(other_practice.pk):
        other_practice.memberships.create(user=agent.user, role=Role.AGENT, joined_at=NOW)
    with pytest.raises(people.SharedPerson):
        people.change_person(membership=agent, full_name="Ana Agent", email="mine@example.com")

    people.change_person(membership=agent, full_name="Ana Agent", email=agent.user.email)  # nothing to change


@pytest.mark.django_db
def test_a_changed_address_replaces_the_old_one_at_sign_in(inside, agent):
    agent.user.emailaddress_set.create(email=agent.user.email, primary=True)
    people.change_person(membership=agent, full_name="Ana A. Agent", email="Ana@Example.com")
    user = User.objects.get(pk=agent.user_id)

    assert (user.full_name, user.email) == ("Ana A. Agent", "ana@example.com")
    assert list(user.emailaddress_set.all()) == []
