"""Locations, providers and visit types: unique names, names found in files, and what is odd about a booking."""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from accounts import tenancy
from campaigns import directory
from campaigns.models import CallAttempt, Lease
from campaigns.outcome import Outcome
from patients.models import Appointment, Location, Provider, ProviderPlace, VisitType
from tests.campaigns.conftest import TODAY
from tests.world import booked, make_patient

pytestmark = pytest.mark.django_db
LIST_QUERIES = 18
WEDNESDAY = date(2026, 12, 2)


def messages(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def files(practice, other_practice):
    """Visits and charts as files brought them, and some of another practice."""
    with tenancy.practice(practice.pk):
        for name, provider in (("Ann", "Rivera, Carmen"), ("Bo", "RIVERA,  CARMEN"), ("Cy", "Okafor, Chidi"), ("Di", "")):
            patient = make_patient(name, provider=provider)
            booked(patient, date(2026, 1, 5), provider=provider, location="Main Street", visit_type="Exam")
    with tenancy.practice(other_practice.pk):
        booked(make_patient("Ed", provider="Foreign, Fay"), date(2026, 1, 5), provider="Foreign, Fay", location="Far Away")
    return practice


def found(practice, kind):
    with tenancy.practice(practice.pk):
        return directory.found(practice=practice, kind=kind)


def test_names_are_found_with_their_counts_whatever_their_letters(files):
    assert found(files, Provider) == [("Rivera, Carmen", 4), ("Okafor, Chidi", 2)]
    assert found(files, Location) == [("Main Street", 4)]
    assert found(files, VisitType) == [("Exam", 4)]
    with tenancy.practice(files.pk):
        Provider.objects.create(name="rivera, carmen", is_active=False)
    assert found(files, Provider) == [("Okafor, Chidi", 2)]


def test_checked_names_are_added_once_and_no_others(files, sign_in, admin, url):
    client = sign_in(admin)
    names = ["Rivera, Carmen", "Okafor, Chidi", "Foreign, Fay", "Made Up", "\0"]
    first = client.post(url("provider_found"), {"names": names}, follow=True)
    second = client.post(url("provider_found"), {"names": names}, follow=True)

    assert messages(first) == ["2 providers added."]
    assert messages(second) == ["Nothing was added: check names that are not in the list yet."]
    with tenancy.practice(files.pk):
        assert sorted(Provider.objects.values_list("name", flat=True)) == ["Okafor, Chidi", "Rivera, Carmen"]


def test_a_name_is_unique_in_its_practice_in_any_letters(practice, other_practice, sign_in, admin, url):
    with tenancy.practice(other_practice.pk):
        Provider.objects.create(name="Rivera, Carmen")
    client = sign_in(admin)
    first = client.post(url("provider_new"), {"name": "Rivera, Carmen"})
    second = client.post(url("provider_new"), {"name": " rivera,  CARMEN"})

    assert (first.status_code, second.status_code) == (302, 422)
    assert second.context["form"].errors == {"name": ["This name is in the list already, perhaps among those no longer offered."]}
    with tenancy.practice(practice.pk):
        with pytest.raises(IntegrityError, match="provider_name_in_practice"), transaction.atomic():
            Provider.objects.create(name="RIVERA, CARMEN")
        with pytest.raises(directory.NameTaken):
            directory.save(entry=Provider(practice=practice, name="RIVERA, CARMEN"))


@pytest.mark.parametrize(
    ("page", "form", "errors"),
    [
        ("location_new", {"name": ""}, {"name", "open_days"}),
        ("location_new", {"name": "A", "open_days": ["8"]}, {"open_days"}),
        ("location_new", {"name": "A", "open_days": ["1"], "opens_at": "17:00", "closes_at": "09:00"}, {"closes_at"}),
        ("location_new", {"name": "A", "open_days": ["1"], "opens_at": "09:00"}, {"closes_at"}),
        ("location_new", {"name": "A\0", "open_days": ["1"], "phone": "1"}, {"name", "phone"}),
        ("provider_new", {"name": "A", "locations": ["99999999999999999999"]}, {"locations"}),
        ("visit_type_new", {"name": "A" * 81, "minutes": "99999999999"}, {"name", "minutes"}),
        ("visit_type_new", {"name": "A", "minutes": "4"}, {"minutes"}),
    ],
)
def test_bad_input_gets_a_sentence(practice, sign_in, admin, url, page, form, errors):
    answer = sign_in(admin).post(url(page), form)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, errors)


def test_a_provider_gets_locations_of_the_practice_and_keeps_those_put_aside(practice, other_practice, sign_in, admin, url):
    with tenancy.practice(other_practice.pk):
        foreign = Location.objects.create(name="Foreign")
    with tenancy.practice(practice.pk):
        main, troy = (Location.objects.create(name=name) for name in ("Main Street", "Troy"))
        provider = Provider.objects.create(name="Rivera, Carmen")
    client, page = sign_in(admin), url("provider_edit", entry_id=provider.pk)
    refused = client.post(page, {"name": "Rivera, Carmen", "locations": [foreign.pk]})
    client.post(page, {"name": "Rivera, Carmen", "locations": [main.pk, troy.pk]})
    client.post(url("location_offer", entry_id=troy.pk), {"offered": "no"})
    client.post(page, {"name": "Rivera, Carmen", "locations": [troy.pk]})

    assert refused.status_code == 422
    with tenancy.practice(practice.pk):
        assert [place.location_id for place in ProviderPlace.objects.all()] == [troy.pk]


def test_who_is_put_aside_is_not_offered_and_comes_back(practice, sign_in, admin, url):
    with tenancy.practice(practice.pk):
        provider = Provider.objects.create(name="Rivera, Carmen", specialty="Retina")
    client, page = sign_in(admin), url("provider_offer", entry_id=provider.pk)
    said = [messages(client.post(page, {"offered": word}, follow=True))[0] for word in ("no", "no", "yes")]

    assert said == [
        "“Rivera, Carmen” is no longer offered. Visits that name it stay as they are.",
        "“Rivera, Carmen” is so already. Nothing was changed.",
        "“Rivera, Carmen” is offered again.",
    ]


def test_names_are_offered_in_one_query(practice, other_practice, django_assert_num_queries):
    with tenancy.practice(other_practice.pk):
        Provider.objects.create(name="Foreign, Fay")
    with tenancy.practice(practice.pk):
        for name in ("Rivera, Carmen", "Adams, Bo"):
            Provider.objects.create(name=name, specialty="Retina")
        Provider.objects.create(name="Gone, Gus", is_active=False)
        Location.objects.create(name="Main Street")
        VisitType.objects.create(name="Exam", minutes=45)
        with django_assert_num_queries(1):
            offered = directory.offered(practice=practice)
    assert offered.providers == [("Adams, Bo", "Retina"), ("Rivera, Carmen", "Retina")]
    assert offered.locations == ["Main Street"]
    assert offered.visit_types == [("Exam", "45")]


@pytest.mark.parametrize(
    ("said", "doubts"),
    [
        ({"provider": "rivera, carmen", "location": "main street"}, []),
        ({"provider": "Rivera, Carmen"}, []),
        ({"provider": "Revera"}, ["“Revera” is not among the practice’s providers: check the name."]),
        ({"location": "Nowhere"}, ["“Nowhere” is not among the practice’s locations: check the name."]),
        ({"provider": "Gone, Gus"}, ["“Gone, Gus” is not among the practice’s providers: check the name."]),
        (
            {"provider": "Rivera, Carmen", "location": "Troy"},
            ["Rivera, Carmen sees patients at Main Street, not at Troy."],
        ),
        ({"location": "Main Street", "appointment_at": time(17, 0)}, [
            "Main Street is open from 8:00 AM to 5:00 PM: check the time."
        ]),
        ({"location": "Main Street", "appointment_on": date(2026, 12, 5)}, [
            "Main Street is closed on Saturdays: check the date."
        ]),
        ({"location": "Troy", "appointment_at": time(22, 0)}, []),
        ({"visit_type": "exam"}, []),
        ({"visit_type": "Check"}, ["“Check” is not among the practice’s visit types: check the name."]),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_booking_is_said(inside, said, doubts):
    main = Location.objects.create(name="Main Street")
    Location.objects.create(name="Troy", opens_at=None, closes_at=None)
    VisitType.objects.create(name="Exam")
    provider = Provider.objects.create(name="Rivera, Carmen")
    Provider.objects.create(name="Gone, Gus", is_active=False)
    ProviderPlace.objects.create(provider=provider, location=main)
    outcome = Outcome(**{"code": "DONE", "appointment_on": WEDNESDAY, "appointment_at": time(9, 30), **said})

    assert directory.doubts(practice=inside, outcome=outcome) == doubts


def test_a_visit_by_video_needs_no_open_location(inside):
    Location.objects.create(name="Main Street")
    VisitType.objects.create(name="Tele check-in", is_telehealth=True)
    late = {"code": "DONE", "appointment_on": WEDNESDAY, "appointment_at": time(19, 0)}

    assert directory.doubts(practice=inside, outcome=Outcome(**late, visit_type="Tele check-in")) == []
    assert directory.doubts(practice=inside, outcome=Outcome(**late)) == [
        "Main Street is open from 8:00 AM to 5:00 PM: check the time."
    ]


def test_the_kind_of_visit_is_asked_for_where_there_are_any_and_kept(listed, agent, sign_in, url):
    listed(1)
    client = sign_in(agent)
    client.post(url("next"))
    lease = Lease.objects.get()
    without = client.get(url("call")).content.decode()
    VisitType.objects.create(name="Exam", minutes=45)
    shown = client.get(url("call")).content.decode()
    form = {
        "code": "DONE", "phone_id": lease.patient.phones.first().pk, "appointment_on": "2026-12-02", "appointment_at": "09:30",
        "provider": "Rivera", "visit_type": "Exam", "then": "stop", "matched": ["NAME", "PHONE"],
    }  # fmt: skip
    client.post(url("outcome", lease_id=lease.pk), form)
    correcting = client.get(url("correct", attempt_id=CallAttempt.objects.get().pk)).content.decode()

    assert "Kind of visit" not in without
    assert '<option value="Exam" label="45 minutes"></option>' in shown
    assert Appointment.objects.get().visit_type == "Exam"
    assert 'value="Exam"' in correcting


def test_a_practice_without_a_directory_doubts_nothing(inside):
    outcome = Outcome(code="DONE", appointment_on=date(2026, 12, 6), appointment_at=time(23), provider="X", location="Y")
    assert directory.doubts(practice=inside, outcome=outcome) == []


def test_a_booking_that_is_odd_is_saved_and_pointed_out(listed, agent, sign_in, url, practice):
    listed(1)
    Location.objects.create(name="Main Street")
    Provider.objects.create(name="Rivera, Carmen", specialty="Retina")
    client = sign_in(agent)
    client.post(url("next"))
    lease = Lease.objects.get()
    shown = client.get(url("call")).content.decode()
    client.post(url("verify", lease_id=lease.pk), {"matched": ["NAME", "PHONE"]})
    form = {
        "code": "DONE", "phone_id": lease.patient.phones.first().pk, "appointment_on": "2026-12-05", "appointment_at": "09:30",
        "provider": "Revera", "then": "stop", "matched": ["NAME", "PHONE"],
    }  # fmt: skip
    answer = client.post(url("outcome", lease_id=lease.pk), form, follow=True)

    assert '<option value="Rivera, Carmen" label="Retina"></option>' in shown
    assert '<datalist id="locations"><option value="Main Street"></option></datalist>' in shown
    assert messages(answer) == [
        "Booked. “Revera” is not among the practice’s providers: check the name.",
        "Booked. Main Street is closed on Saturdays: check the date.",
    ]
    assert CallAttempt.objects.get().appointment == Appointment.objects.get(provider="Revera")
    assert Appointment.objects.get().on > TODAY


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_entries(practice, sign_in, admin, url, count, django_assert_num_queries):
    with tenancy.practice(practice.pk):
        for number in range(count):
            location = Location.objects.create(name=f"Place {number}")
            ProviderPlace.objects.create(provider=Provider.objects.create(name=f"Doctor {number}"), location=location)
            VisitType.objects.create(name=f"Visit {number}")
            booked(make_patient(provider=f"Found {number}"), date(2026, 1, 5), location=f"Found {number}")
    client = sign_in(admin)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url("directory"))
