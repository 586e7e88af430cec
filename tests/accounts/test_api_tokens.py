"""Tokens of the API: made and revoked by admins, shown once, dead at once."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts import api_tokens, tenancy
from accounts.models import ApiToken, Membership
from tests.conftest import make_member

pytestmark = pytest.mark.django_db
IMPORTS = ["imports:read", "imports:write"]


def url(practice, page="tokens", *ids):
    return reverse(f"accounts:{page}", args=[practice.slug, *ids])


@pytest.fixture
def token(practice, admin):
    """(ApiToken, its text) of a live token."""
    with tenancy.practice(practice.pk):
        return api_tokens.make(practice=practice, name="nightly", scopes=IMPORTS, days=30, by=admin)


@pytest.fixture
def call(practice):
    """`call(text)`: the status with which the API answers that token, and its one sentence."""

    def _call(text, practice=practice):
        answer = Client().get(reverse("api:imports", args=[practice.slug]), headers={"authorization": f"Bearer {text}"})
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status_code

    return _call


def change(token, **fields):
    with tenancy.practice(token.practice_id):
        ApiToken.objects.filter(pk=token.pk).update(**fields)


def change_member(member, **fields):
    with tenancy.practice(member.practice_id):
        Membership.objects.filter(pk=member.pk).update(**fields)


# --- The pages


def test_a_token_is_made_and_shown_this_once_and_only_its_hash_is_kept(sign_in, practice, admin, call):
    client = sign_in(admin)
    made = client.post(url(practice, "token_new"), {"name": "nightly", "days": "30", "scopes": IMPORTS})
    (text,) = re.findall(r'value="(rdk_[^"]+)"', made.content.decode())

    assert call(text) == 200
    with tenancy.practice(practice.pk):
        (token,) = ApiToken.objects.all()
        stored = str(ApiToken.objects.values().get())
    assert text.rpartition("_")[2] not in stored
    assert (token.made_by, token.expires_at - token.created_at) == (admin, timedelta(days=30))
    listed = client.get(url(practice)).content.decode()
    assert "nightly" in listed
    assert "<code>imports:read</code>" in listed
    assert "rdk_" not in listed
    assert made.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("days", "field"), [("0", "days"), ("366", "days"), ("", "days"), ("30", "name"), ("30", "scopes")])
def test_a_token_has_a_name_opens_something_and_lives_a_year_at_most(sign_in, practice, admin, days, field):
    form = {"name": "x", "days": days, "scopes": IMPORTS} | ({field: ""} if field != "days" else {})
    answer = sign_in(admin).post(url(practice, "token_new"), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_sending_the_form_again_makes_no_second_token(sign_in, practice, admin):
    client = sign_in(admin)
    answers = [
        client.post(url(practice, "token_new"), {"name": "nightly", "days": "30", "scopes": IMPORTS}).status_code
        for _ in range(2)
    ]
    assert answers == [200, 422]
    with tenancy.practice(practice.pk):
        assert ApiToken.objects.count() == 1


def test_a_revoked_token_is_listed_with_who_revoked_it_and_frees_its_name(sign_in, practice, admin, token):
    client = sign_in(admin)
    page = client.post(url(practice, "token_revoke", token[0].pk), follow=True)
    assert "by Ada Admin" in page.content.decode()
    assert client.post(url(practice, "token_new"), {"name": "nightly", "days": "30", "scopes": IMPORTS}).status_code == 200


@pytest.mark.parametrize("persona", ["agent", "supervisor"])
def test_only_admins_see_and_make_tokens(sign_in, practice, request, token, persona):
    client = sign_in(request.getfixturevalue(persona))
    answers = [client.get(url(practice)), client.post(url(practice, "token_new"), {"name": "x", "days": "1", "scopes": IMPORTS})]
    answers.append(client.post(url(practice, "token_revoke", token[0].pk)))
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_a_token_of_another_practice_is_not_there_to_revoke(sign_in, practice, other_practice, admin, stranger):
    with tenancy.practice(other_practice.pk):
        theirs, _ = api_tokens.make(practice=other_practice, name="theirs", scopes=IMPORTS, days=1, by=stranger)
    assert sign_in(admin).post(url(practice, "token_revoke", theirs.pk)).status_code == 404


# --- What it opens


def test_a_live_token_opens_the_api_and_its_use_is_noted(token, call, practice):
    assert call(token[1]) == 200
    with tenancy.practice(practice.pk):
        assert ApiToken.objects.get().last_used_at is not None


def test_a_revoked_token_is_dead_at_once(token, call, admin):
    with tenancy.practice(admin.practice_id):
        assert token[0].revoke(by=admin) is True
        assert token[0].revoke(by=admin) is False
    assert call(token[1]) == 401


def test_an_expired_token_is_dead(token, call):
    change(token[0], created_at=Now() - timedelta(days=31), expires_at=Now() - timedelta(seconds=1))
    assert call(token[1]) == 401


@pytest.mark.parametrize("change_to", [{"role": "SUPERVISOR"}, {"role": "AGENT"}, {"is_active": False}])
def test_a_token_dies_with_its_makers_place_and_lives_again_with_it(token, call, admin, change_to):
    change_member(admin, **change_to)
    assert call(token[1]) == 401
    change_member(admin, role="ADMIN", is_active=True)
    assert call(token[1]) == 200


def test_a_token_dies_with_its_makers_account(token, call, admin):
    admin.user.is_active = False
    admin.user.save()
    assert call(token[1]) == 401


def test_at_another_practice_a_token_is_a_stranger_wherever_it_knocks(token, call, other_practice, make_up):
    assert (call(token[1], other_practice), call(token[1], make_up("no-such-practice"))) == (404, 404)


def test_even_where_its_maker_is_an_admin_of_both(token, call, admin, other_practice):
    with tenancy.practice(other_practice.pk):
        other_practice.memberships.create(user=admin.user, role="ADMIN", joined_at=Now())
    assert call(token[1], other_practice) == 404


@pytest.fixture
def make_up():
    class Place:
        def __init__(self, slug):
            self.slug = slug

    return Place


def test_what_is_no_token_is_refused_the_same_way_everywhere(token, call, practice, make_up):
    _, text = token
    number = text.split("_")[1]
    wrong = [
        "", "x", text[:-1], text + "x", text[:-1] + ("A" if text[-1] != "A" else "B"), text.upper(),
        text.replace(f"_{number}_", "_999999999_"), f"rdk_{'9' * 18}_{'a' * 43}", f"rdk_{'9' * 40}_{'a' * 43}",
        f"rdk_0_{'a' * 43}", "rdk_1_" + "é" * 43, text + " ", "' OR 1=1 --",
    ]  # fmt: skip
    assert {call(one) for one in wrong} == {401}
    assert {call(one, make_up("no-such-practice")) for one in wrong} == {401}


@pytest.mark.parametrize("header", ["", "Basic {}", "Token {}", "{}", "Bearer{}", "Bearer {},Bearer {}"])
def test_only_a_bearer_header_counts(token, practice, header):
    value = header.replace("{}", token[1])
    answer = Client().get(reverse("api:imports", args=[practice.slug]), headers={"authorization": value} if value else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json() == {
        "error": "Send a valid token of this practice: “Authorization: Bearer …”.",
        "code": "not_authenticated",
    }


def test_a_token_opens_no_page(token, practice, admin):
    client = Client(headers={"authorization": f"Bearer {token[1]}"})
    for name in ("accounts:users", "accounts:tokens", "imports:list", "campaigns:list"):
        answer = client.get(reverse(name, args=[practice.slug]))
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")


def test_a_session_opens_no_api(sign_in, practice, admin):
    assert sign_in(admin).get(reverse("api:imports", args=[practice.slug])).status_code == 401


def test_a_token_never_stands_in_logs(token, call, caplog):
    caplog.set_level("DEBUG")
    call(token[1])
    call(token[1][:-1])
    assert token[1][:-1].rpartition("_")[2] not in caplog.text


def test_a_role_of_the_maker_in_another_practice_opens_nothing_here(token, call, practice, admin, other_practice):
    make_member(other_practice, "Ada Admin", Membership.Role.ADMIN)
    change_member(admin, is_active=False)
    assert call(token[1]) == 401
