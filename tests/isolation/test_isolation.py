"""No page of a practice opens for a stranger, answers to foreign ids, shows foreign words or goes unrecorded."""

import re
import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import include, path
from django.utils import timezone

from accounts import tenancy
from accounts.access import member_required
from audit.models import AccessEvent
from patients.models import Patient

from . import sweep
from .cases import ADMIN, AGENT, API_CASES, CASES, ROLES, SUPERVISOR
from .world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return World("bayview-eye", "ownmark")


@pytest.fixture
def other():
    return World("harbor-heart", "othermark")


def test_every_page_of_a_practice_has_a_case_and_no_case_is_left_over():
    assert sweep.uncovered({**CASES, **API_CASES}) == []
    assert set(CASES) == set(ROLES)


def test_every_other_page_is_about_the_own_account():
    outside = {page.route for page in sweep.pages() if not page.of_a_practice}
    assert {route for route in outside if route and not route.startswith(("accounts/", "practices/"))} == set()


def test_a_stranger_meets_404_everywhere(sign_in, own, other):
    assert sweep.let_in(sign_in(other.admin), own, CASES) == []


def test_who_is_not_signed_in_is_sent_to_sign_in(client, own):
    for page in sweep.pages_for_people():
        response = client.get(CASES[page.name].url(page.name, own))
        assert (page.name, response.status_code, response.url.partition("?")[0]) == (page.name, 302, "/accounts/login/")


def test_who_was_deactivated_meets_404_at_the_next_request(sign_in, own):
    client = sign_in(own.admin)
    with tenancy.practice(own.practice.pk):
        own.admin.is_active = False
        own.admin.save()
    assert sweep.let_in(client, own, CASES) == []


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_ids_of_another_practice_are_ids_of_nothing(sign_in, own, other, role):
    member = getattr(own, role)
    allowed = {name: case for name, case in CASES.items() if member.role in ROLES[name]}
    theirs = sweep.fingerprint(other.practice)
    assert sweep.answering_foreign_ids(sign_in(member), own, other, allowed) == []
    assert sweep.fingerprint(other.practice) == theirs


@pytest.mark.parametrize("role", ["admin", "supervisor", "agent"])
def test_no_page_shows_a_word_of_another_practice(sign_in, own, other, role):
    theirs = sweep.fingerprint(other.practice)
    assert sweep.showing(sign_in(getattr(own, role)), own, other, CASES) == []
    assert sweep.fingerprint(other.practice) == theirs


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_every_page_that_shows_a_patient_is_recorded(sign_in, own, role):
    assert sweep.unrecorded(sign_in(getattr(own, role)), own, CASES) == []


@pytest.mark.parametrize(
    ("role", "name", "mark"),
    [
        ("agent", "campaigns:desk", "ownmarkpatient"),
        ("agent", "campaigns:call", "ownmarkpatient"),
        ("agent", "campaigns:callbacks", "ownmarkpromised"),
        ("supervisor", "campaigns:patient", "ownmarkpatient"),
        ("supervisor", "campaigns:number_repair", "ownmarknumberless"),
        ("supervisor", "reports:tracker", "ownmarkpatient"),
        ("admin", "reports:tracker_csv", "ownmarkpatient"),
        ("supervisor", "campaigns:build_change", "ownmarkpatient"),
        ("supervisor", "campaigns:doubles", "ownmarkabsorbed"),
        ("supervisor", "campaigns:double", "ownmarkdouble"),
        ("admin", "imports:columns", "ownmarkinfile"),
        ("admin", "imports:detail", "ownmarkcell"),
        ("admin", "imports:rejected", "ownmarkcell"),
        ("admin", "imports:rejected_file", "ownmarkcell"),
    ],
)
def test_the_pages_do_show_the_patient_where_they_should(sign_in, own, role, name, mark):
    """Without this the checks above could pass on empty pages."""
    assert mark in sweep.content(sign_in(getattr(own, role)).get(CASES[name].url(name, own)))


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_no_get_changes_anything(sign_in, own, role):
    assert sweep.changing(sign_in(getattr(own, role)), own, CASES) == []


def test_every_page_admits_exactly_the_roles_of_the_table(sign_in, own):
    assert {page.name: set(page.view.required_roles) for page in sweep.pages_for_people()} == ROLES
    members = {ADMIN: own.admin, SUPERVISOR: own.supervisor, AGENT: own.agent}
    refused = set()
    for role, member in members.items():
        client = sign_in(member)
        for page, case, method in sweep.asked(CASES):
            if getattr(client, method)(case.url(page.name, own), case.body(own)).status_code == 403:
                refused.add((page.name, role))
    assert refused == {(name, role) for name, roles in ROLES.items() for role in members if role not in roles}


# Negative controls: pages made wrong on purpose, which the same checks must report.


def open_to_all(request, practice_slug=None):
    return HttpResponse("anybody")


@member_required
def leaky(request, practice_slug, patient_id):
    return HttpResponse(f"patient {patient_id} of othermark")


@member_required
def unaudited(request, practice_slug):
    names = Patient.objects.filter(practice=request.practice).values_list("last_name", flat=True)
    return HttpResponse(", ".join(names))


@member_required
def writing(request, practice_slug):
    Patient.objects.update(emr_note=str(uuid.uuid4()))
    return HttpResponse("done")


wrong_pages = [
    path("open/", open_to_all, name="open"),
    path("leaky/<int:patient_id>/", leaky, name="leaky"),
    path("unaudited/", unaudited, name="unaudited"),
    path("writing/", writing, name="writing"),
]
urlpatterns = [
    path("p/<slug:practice_slug>/", include(wrong_pages)),
    path("accounts/", include("allauth.urls")),
    path("practices/", open_to_all, name="practices"),
    path("", open_to_all, name="home"),
]
WRONG = {
    "open": sweep.Case(),
    "leaky": sweep.Case({"patient_id": "patient_id"}),
    "unaudited": sweep.Case(),
    "writing": sweep.Case(),
}


@pytest.mark.urls(__name__)
def test_the_sweep_finds_pages_made_wrong_on_purpose(sign_in, own, other, monkeypatch):
    client = sign_in(own.admin)
    assert sweep.uncovered({}, __name__) == ["leaky", "open", "unaudited", "writing"]
    assert sweep.answering_foreign_ids(client, own, other, WRONG, __name__) == ["get leaky: 200, for an id of nothing 200"]
    assert sweep.showing(client, own, other, WRONG, __name__) == ["get leaky: shows othermark"] * 2
    assert sweep.unrecorded(client, own, WRONG, __name__) == [
        f"get unaudited: ownmark{who}" for who in ("patient", "promised", "numberless", "double", "absorbed")
    ]
    assert sweep.changing(client, own, WRONG, __name__) == ["writing"]
    assert sweep.let_in(sign_in(other.admin), own, {"open": WRONG["open"]}, __name__) == []
    monkeypatch.setattr("accounts.middleware.PRACTICE_PATH", re.compile("^/never/"))
    assert sweep.let_in(sign_in(other.admin), own, {"open": WRONG["open"]}, __name__) == [
        f"{method} open: 200" for method in sweep.METHODS
    ]


def test_the_record_names_who_saw_whom_where_and_when_and_no_values(sign_in, own):
    sign_in(own.agent).get(CASES["campaigns:call"].url("campaigns:call", own))
    with tenancy.practice(own.practice.pk):
        event = AccessEvent.objects.latest("pk")
    assert (event.user_id, event.page, event.method) == (own.agent.user_id, "campaigns:call", "GET")
    assert own.patient_id in event.patient_ids
    assert abs(event.seen_at - timezone.now()) < timedelta(minutes=5)
    assert own.patient_mark not in str(event.__dict__)
