"""The way in, the choice of a practice, and the admin's pages about users, as a browser sees them."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from tests.conftest import NOW, PASSWORD, make_member

pytestmark = pytest.mark.django_db
Role = Membership.Role

SHIFT = {
    "languages": ["en", "es"],
    "shift_days": ["1", "2", "6"],
    "shift_starts": "08:30",
    "shift_ends": "17:00",
    "daily_capacity": "180",
}
NEW_PERSON = {"full_name": "Nia New", "email": "Nia@Example.com", "role": "AGENT", "supervisor": "", **SHIFT}


def users_url(practice, page="users", *ids):
    return reverse(f"accounts:{page}", args=[practice.slug, *ids])


def edit_form(member, **changes):
    person = {"full_name": member.user.full_name, "email": member.user.email}
    return {**person, "role": member.role, "supervisor": "", "is_active": "on", **SHIFT, **changes}


def works_also_for(practice, user, role=Role.AGENT):
    with tenancy.practice(practice.pk):
        return practice.memberships.create(user=user, role=role, joined_at=NOW)


def end_access(member):
    with tenancy.practice(member.practice_id):
        Membership.objects.filter(pk=member.pk).update(is_active=False)


def title(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode()).group(1)


def messages(response):
    return [str(message) for message in response.context["messages"]]


# --- The way in


def test_a_wrong_password_is_said_in_one_line_and_tells_nothing(client, agent):
    known = client.post(reverse("account_login"), {"login": agent.user.email, "password": "wrong"})
    unknown = client.post(reverse("account_login"), {"login": "nobody@example.com", "password": "wrong"})

    assert title(known) == "Error: Sign in"
    assert known.context["form"].errors == unknown.context["form"].errors
    assert list(known.context["form"].errors) == ["__all__"]


@pytest.mark.parametrize(("persona", "landing"), [("agent", "/desk/"), ("supervisor", "/floor/"), ("admin", "/setup/")])
def test_sign_in_leads_to_the_work(client, practice, request, persona, landing):
    member = request.getfixturevalue(persona)
    answer = client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})
    home = client.get(answer.url)

    assert answer.url == "/"
    assert home.url == f"/p/{practice.slug}{landing}"


def test_home_asks_strangers_to_sign_in(client):
    assert client.get("/").url == "/accounts/login/?next=/"


def test_several_practices_are_a_choice(sign_in, practice, other_practice, agent):
    works_also_for(other_practice, agent.user, Role.ADMIN)
    client = sign_in(agent)
    choice = client.get(client.get("/").url)

    assert [(member.practice, url) for member, url in choice.context["places"]] == [
        (practice, f"/p/{practice.slug}/desk/"),
        (other_practice, f"/p/{other_practice.slug}/setup/"),
    ]


def test_no_practice_says_so(sign_in, agent):
    end_access(agent)
    page = sign_in(agent).get(reverse("practices"))

    assert "No practice yet" in page.content.decode()


def test_sign_out_is_a_post(sign_in, agent):
    client = sign_in(agent)
    asked = client.get(reverse("account_logout"))
    still_in = client.get(reverse("practices")).status_code
    client.post(reverse("account_logout"))

    assert (asked.status_code, still_in) == (200, 200)
    assert client.get(reverse("practices")).status_code == 302


def test_nobody_signs_up_or_adds_an_address_alone(client, sign_in, agent):
    closed = client.post(reverse("account_signup"), {"email": "x@example.com", "password1": PASSWORD})
    address = sign_in(agent).post(reverse("account_email"), {"action_add": "", "email": "x@example.com"})

    assert title(closed) == "By invitation"
    assert address.status_code == 404


# --- Theme and frame


THEMES = [("dark", 'data-bs-theme="dark"'), ("light", 'data-bs-theme="light"'), ("blue", "")]


@pytest.mark.parametrize(("cookie", "attribute"), THEMES)
def test_the_theme_is_in_the_first_byte(client, cookie, attribute):
    client.cookies["theme"] = cookie
    page = client.get(reverse("account_login")).content.decode()

    assert re.search(r'<html lang="en"(.*?)>', page).group(1).strip() == attribute


def test_pages_forbid_foreign_and_inline_code(client):
    policy = dict(
        part.strip().split(" ", 1) for part in client.get(reverse("account_login"))["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert "unsafe" not in " ".join(policy.values())


def test_the_title_names_page_and_practice(sign_in, practice, admin):
    assert title(sign_in(admin).get(users_url(practice))) == "Users · Bayview Eye"


LEAD_PAGES = {
    "Floor", "Dashboard", "Tracker", "Agents’ day", "Return on investment", "Wallboard", "Reports by e-mail", "Campaigns",
    "Number repair", "Doubles", "Scripts",
}  # fmt: skip
ADMIN_PAGES = {
    "First steps", "Practice", "Locations and providers", "Users", "Imports", "File layouts", "Dispositions", "Calling rules",
    "Desk settings", "API tokens",
}  # fmt: skip


@pytest.mark.parametrize(
    ("persona", "more"),
    [
        ("agent", set()),
        ("supervisor", LEAD_PAGES),
        ("admin", LEAD_PAGES | ADMIN_PAGES),
    ],
)
def test_the_bar_shows_what_the_role_opens(sign_in, practice, request, persona, more):
    page = sign_in(request.getfixturevalue(persona)).get(users_url(practice))  # 403 for the first two
    menu = re.search(r'aria-label="Main">(.*?)</nav>', page.content.decode(), re.DOTALL).group(1)

    assert set(re.findall(r"</svg>([^<]+)</a>", menu)) == {"My list", "Call", "Callbacks"} | more


def test_error_pages(sign_in, agent, practice):
    client = sign_in(agent)
    forbidden, missing = client.get(users_url(practice)), client.get("/p/nowhere/")

    assert (forbidden.status_code, title(forbidden)) == (403, "Not for your role · Bayview Eye")
    assert (missing.status_code, title(missing)) == (404, "Not found")
    assert "Something broke on our side" in render_to_string("500.html")


def test_a_form_without_its_token_is_refused_in_plain_words(agent):
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": agent.user.email, "password": PASSWORD})

    assert (answer.status_code, title(answer)) == (403, "Please try again")


def test_guessing_is_slowed_down(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    answers = [client.post(reverse("account_reset_password"), {"email": "nobody@example.com"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 429]
    assert title(answers[1]) == "Too many tries"


# --- Users


def test_the_list_shows_everybody_of_the_practice_alone(sign_in, practice, admin, agent, stranger):
    end_access(agent)
    page = sign_in(admin).get(users_url(practice))

    assert list(page.context["page"]) == [admin, agent]


@pytest.mark.parametrize("page", ["users", "user_new"])
def test_users_are_for_admins(sign_in, practice, supervisor, page):
    assert sign_in(supervisor).get(users_url(practice, page)).status_code == 403


def test_an_invited_person_gets_a_link(sign_in, practice, admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(admin).post(users_url(practice, "user_new"), NEW_PERSON)
    member = practice.memberships.get(user__email="nia@example.com")
    link = answer.context["link"]

    assert (member.role, member.languages, member.shift_days, member.daily_capacity) == ("AGENT", ["en", "es"], [1, 2, 6], 180)
    assert link.startswith("http://testserver/accounts/password/reset/key/")
    assert f'value="{link}"' in answer.content.decode()
    assert [link in message.body for message in mail.outbox] == [True]


def test_a_known_person_gets_a_link_to_join_and_none_to_a_password(sign_in, practice, admin, stranger):
    form = {**NEW_PERSON, "email": stranger.user.email}
    answer = sign_in(admin).post(users_url(practice, "user_new"), form)

    assert "/practices/join/" in answer.context["link"]
    assert [place.is_waiting for place in practice.memberships.filter(user=stranger.user)] == [True]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"shift_ends": "08:00"}, "shift_ends"),
        ({"daily_capacity": "501"}, "daily_capacity"),
        ({"languages": []}, "languages"),
        ({"shift_days": ["8"]}, "shift_days"),
        ({"role": "OWNER"}, "role"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_keeps_the_answers(sign_in, practice, admin, change, field):
    answer = sign_in(admin).post(users_url(practice, "user_new"), {**NEW_PERSON, **change})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert 'value="Nia New"' in answer.content.decode()
    assert practice.memberships.count() == 1


def test_a_member_is_not_invited_again(sign_in, practice, admin, agent):
    answer = sign_in(admin).post(users_url(practice, "user_new"), {**NEW_PERSON, "email": agent.user.email})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])


def test_a_supervisor_of_another_practice_cannot_be_chosen(sign_in, practice, other_practice, admin):
    foreign = make_member(other_practice, "Fay Foreign", Role.SUPERVISOR)
    answer = sign_in(admin).post(users_url(practice, "user_new"), {**NEW_PERSON, "supervisor": foreign.pk})

    assert list(answer.context["form"].errors) == ["supervisor"]


def test_editing_saves_person_and_place(sign_in, practice, admin, agent, supervisor):
    form = edit_form(agent, full_name="Ana A. Agent", supervisor=supervisor.pk, daily_capacity="210")
    answer = sign_in(admin).post(users_url(practice, "user_edit", agent.pk), form, follow=True)
    agent = Membership.objects.get(pk=agent.pk)

    assert (agent.name, agent.supervisor, agent.daily_capacity) == ("Ana A. Agent", supervisor, 210)
    assert messages(answer) == ["Ana A. Agent is saved."]


def test_a_box_left_empty_ends_the_access(sign_in, practice, admin, agent):
    form = edit_form(agent)
    del form["is_active"]
    sign_in(admin).post(users_url(practice, "user_edit", agent.pk), form)

    assert Membership.objects.get(pk=agent.pk).is_active is False


@pytest.mark.parametrize("page", ["user_edit", "user_link"])
def test_people_of_another_practice_do_not_exist_here(sign_in, practice, admin, stranger, page):
    answer = sign_in(admin).post(users_url(practice, page, stranger.pk), edit_form(stranger))

    assert answer.status_code == 404


def test_name_and_address_of_a_shared_person_stay(sign_in, practice, other_practice, admin, agent):
    works_also_for(other_practice, agent.user)
    form = edit_form(agent, email="mine@example.com", daily_capacity="90")
    sign_in(admin).post(users_url(practice, "user_edit", agent.pk), form)
    after = Membership.objects.get(pk=agent.pk)

    assert (after.user.email, after.daily_capacity) == (agent.user.email, 90)


def test_the_last_admin_is_told_why_not(sign_in, practice, admin):
    answer = sign_in(admin).post(users_url(practice, "user_edit", admin.pk), edit_form(admin, role="AGENT"))

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "The practice needs at least one active admin. Make somebody else an admin first."
    ]
    assert Membership.objects.get(pk=admin.pk).role == Role.ADMIN


def test_a_team_too_large_gets_a_warning(sign_in, practice, admin, supervisor, agent, settings):
    settings.TEAM_LIMIT = 1
    make_member(practice, "Ben Agent", supervisor=supervisor)
    form = edit_form(agent, supervisor=supervisor.pk)
    answer = sign_in(admin).post(users_url(practice, "user_edit", agent.pk), form, follow=True)

    assert messages(answer) == [
        "Ana Agent is saved.",
        "Sam Supervisor now leads 2 people. One supervisor should lead at most 1.",
    ]


def test_a_new_link_is_only_for_who_has_no_password(sign_in, practice, admin, agent):
    client = sign_in(admin)
    known = client.post(users_url(practice, "user_link", agent.pk))
    agent.user.set_unusable_password()
    agent.user.save()
    invited = client.post(users_url(practice, "user_link", agent.pk))

    assert known.context["link"] == ""
    assert invited.context["link"].startswith("http://testserver/accounts/password/reset/key/")


def test_the_bare_address_of_a_practice_leads_to_the_day(agent, supervisor, sign_in):
    slug = agent.practice.slug
    assert sign_in(agent).get(f"/p/{slug}/").url == f"/p/{slug}/desk/"
    assert sign_in(supervisor).get(f"/p/{slug}/").url == f"/p/{slug}/floor/"


def test_no_page_of_somebody_signed_in_is_kept_in_a_cache(agent, sign_in):
    client = sign_in(agent)
    for page in (reverse("practices"), reverse("mfa_index"), f"/p/{agent.practice.slug}/desk/"):
        assert "no-store" in client.get(page).headers["Cache-Control"], page
