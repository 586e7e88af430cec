"""What a token opens: its scopes and nothing else, so often a minute and no more."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F
from django.urls import reverse

from accounts import api_tokens, tenancy
from accounts.models import ApiToken
from api.access import ANY_TOKEN
from api.views.patients import Patients
from tests.isolation.sweep import practice_pages

from .program import Program

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

SCOPES = {
    ("api:patients", "GET"): "patients:read",
    ("api:lookup", "POST"): "patients:read",
    ("api:patient", "GET"): "patients:read",
    ("api:opt_outs", "POST"): "patients:write",
    ("api:numbers", "POST"): "patients:write",
    ("api:number", "PATCH"): "patients:write",
    ("api:preferred_times", "PUT"): "patients:write",
    ("api:preferred_times", "DELETE"): "patients:write",
    ("api:campaigns", "GET"): "campaigns:read",
    ("api:campaign", "GET"): "campaigns:read",
    ("api:campaign_pause", "POST"): "campaigns:write",
    ("api:campaign_resume", "POST"): "campaigns:write",
    ("api:enrollments", "GET"): "enrollments:read",
    ("api:enrollment", "GET"): "enrollments:read",
    ("api:attempts", "GET"): "attempts:read",
    ("api:attempt", "GET"): "attempts:read",
    ("api:callbacks", "GET"): "callbacks:read",
    ("api:callback", "GET"): "callbacks:read",
    ("api:callback_move", "POST"): "callbacks:write",
    ("api:callback_call_off", "POST"): "callbacks:write",
    ("api:totals", "GET"): "reports:read",
    ("api:imports", "GET"): "imports:read",
    ("api:imports", "POST"): "imports:write",
    ("api:import", "GET"): "imports:read",
    ("api:schema", "GET"): ANY_TOKEN,
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def api_pages():
    return [page for page in practice_pages() if page.of_the_api]


def path_of(page, practice):
    """The address with ids of nothing: who lacks the scope must not learn even that."""
    return "/" + re.sub("<int:[a-z_]+>", "9", page.route.replace("<slug:practice_slug>", practice.slug))


def test_every_method_of_every_address_needs_the_scope_of_the_table():
    found = {}
    for page in api_pages():
        answered = [method for method in METHODS if hasattr(page.view.view_class, method.lower())]
        assert set(page.view.view_class.scopes) == set(answered)
        found |= {(page.name, method): page.view.view_class.scopes[method] for method in answered}
    assert found == SCOPES
    assert set(SCOPES.values()) - {ANY_TOKEN} == set(ApiToken.Scope.values)


def test_a_token_without_the_scope_is_refused_with_its_name_and_with_all_others_too(practice, make_token):
    pages = {page.name: path_of(page, practice) for page in api_pages()}
    programs = {}
    for (name, method), scope in SCOPES.items():
        if scope == ANY_TOKEN:
            continue
        others = [each for each in ApiToken.Scope.values if each != scope]
        program = programs.setdefault(scope, Program(make_token(*others)))
        answer = program.send(method, pages[name], {})
        assert (name, method, answer.status_code) == (name, method, 403)
        assert answer.json() == {"error": f"This token lacks the scope {scope}.", "code": "missing_scope"}


def test_the_scope_alone_opens(practice, make_token):
    pages = {page.name: path_of(page, practice) for page in api_pages()}
    for (name, method), scope in SCOPES.items():
        program = Program(make_token(*([] if scope == ANY_TOKEN else [scope])))
        assert program.send(method, pages[name], {}).status_code not in (401, 403)


def test_any_token_reads_the_description(make_token, at):
    assert Program(make_token("reports:read")).get(at("schema")).status_code == 200


def test_a_method_that_nothing_answers_to_is_405_whatever_the_scopes(program, practice):
    for page in api_pages():
        for method in (*METHODS, "OPTIONS"):
            if (page.name, method) not in SCOPES:
                answer = program.send(method, path_of(page, practice), {})
                assert (page.name, method, answer.status_code) == (page.name, method, 405)
                assert answer.json()["code"] == "method_not_allowed"


def test_a_view_that_names_no_scope_opens_for_nobody(program, at, monkeypatch):
    monkeypatch.setattr(Patients, "scopes", {})
    assert program.get(at("patients")).status_code == 403


def test_a_token_keeps_the_scopes_it_was_made_with_from_the_page(sign_in, practice, admin, at):
    form = {"name": "warehouse", "days": "30", "scopes": ["attempts:read", "reports:read"]}
    page = sign_in(admin).post(reverse("accounts:token_new", args=[practice.slug]), form).content.decode()
    text = page.partition('value="rdk_')[2].partition('"')[0]
    program = Program(f"rdk_{text}")
    assert [program.get(at(name)).status_code for name in ("attempts", "totals", "patients")] == [200, 200, 403]
    assert "See calls with their outcomes and notes" in page


def test_a_made_up_scope_is_refused_by_the_page(sign_in, practice, admin):
    form = {"name": "x", "days": "30", "scopes": ["patients:read", "everything"]}
    answer = sign_in(admin).post(reverse("accounts:token_new", args=[practice.slug]), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["scopes"])


# --- How often


def test_a_token_calls_so_often_a_minute_and_is_told_when_again(program, at, settings):
    settings.API_CALLS_A_MINUTE = 3
    answers = [program.get(at("campaigns")) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[3].json() == {"error": "This token calls too often.", "code": "too_many_calls"}
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert answers[3].headers["Cache-Control"] == "no-store"


def test_calls_come_back_one_by_one(program, at, settings, practice):
    settings.API_CALLS_A_MINUTE = 3
    assert [program.get(at("campaigns")).status_code for _ in range(4)] == [200, 200, 200, 429]
    with tenancy.practice(practice.pk):  # twenty seconds later
        ApiToken.objects.update(rested_at=F("rested_at") - timedelta(seconds=20))
    assert [program.get(at("campaigns")).status_code for _ in range(2)] == [200, 429]


def test_a_token_that_rested_long_has_a_minute_of_calls_and_not_more(program, at, settings, practice):
    settings.API_CALLS_A_MINUTE = 2
    program.get(at("campaigns"))
    with tenancy.practice(practice.pk):
        ApiToken.objects.update(rested_at=F("rested_at") - timedelta(days=9))
    assert [program.get(at("campaigns")).status_code for _ in range(3)] == [200, 200, 429]


def test_what_is_refused_counts_also_and_each_token_by_itself(make_token, at, settings, practice):
    settings.API_CALLS_A_MINUTE = 2
    one, other = Program(make_token()), Program(make_token())
    assert [one.get(f"/p/{practice.slug}/api/nothing/").status_code for _ in range(3)] == [404, 404, 429]
    assert other.get(at("campaigns")).status_code == 200


def test_to_let_a_program_in_takes_four_statements(make_token, django_assert_num_queries):
    text = make_token()
    with django_assert_num_queries(4):  # the practice, the token, no wait for the disk, the count
        api_tokens.of_header(f"Bearer {text}")


@commits
def test_calls_at_the_same_moment_are_counted_each(make_token, at, settings):
    settings.API_CALLS_A_MINUTE = 8
    text, statuses, together = make_token(), [], threading.Barrier(6)

    def call():
        together.wait(20)
        statuses.extend(Program(text).get(at("campaigns")).status_code for _ in range(4))
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # While they call, the token gains a call each 7.5 seconds.
    assert 8 <= statuses.count(200) <= 10
    assert statuses.count(200) + statuses.count(429) == 24
