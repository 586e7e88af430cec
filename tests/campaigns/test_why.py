"""`manage.py why` gives operators the answer of the patient's page, and no patient's name or number."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts import tenancy
from campaigns import why
from patients.models import Appointment, OptOut, PhoneNumber
from tests.campaigns.conftest import TODAY
from tests.world import booked, call, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db


def told(capsys, practice, mrn, *more):
    call_command("why", "--practice", practice.slug, "--patient", mrn, *more)
    return capsys.readouterr().out


def test_it_says_the_place_on_the_list_and_why(listed, practice, capsys):
    _first, second = listed(2)
    assert told(capsys, practice, second.patient.mrn) == (
        "bayview-eye, Tue Nov 17, 11:00 AM EST\n"
        "Never seen: no. 2 of Ana Agent because: call 1 of 5, expected to book 13 of 100 such dials; registered, never seen\n"
    )


def test_it_says_every_reason_with_its_end(listed, agent, practice, now, capsys):
    [enrollment] = listed(1)
    call(enrollment, agent, now, "HUNGUP")
    booked(enrollment.patient, TODAY + timedelta(days=9))
    assert told(capsys, practice, "M1") == (
        "bayview-eye, Tue Nov 17, 11:00 AM EST\n"
        "Never seen: called today\n"
        "  Has an appointment coming up, or one without word yet: on Nov 26, 2026\n"
        "  Cooling down after the last call: until Tue Dec 1, 11:00 AM EST\n"
        "  Called often enough this week: 1 dial in seven days, until Wed Nov 18, 11:00 AM EST\n"
    )


def test_as_json_it_says_the_same(listed, practice, now, capsys):
    [enrollment] = listed(1)
    OptOut.objects.create(patient=enrollment.patient, opted_out_at=now)
    found = json.loads(told(capsys, practice, "M1", "--json"))
    assert found["enrollments"][0]["place"] == 1
    assert [(reason["rule"], reason["words"]) for reason in found["enrollments"][0]["reasons"]] == [
        ("OPTED_OUT", "Asked not to be called: since Nov 17, 2026")
    ]


def test_no_name_and_no_number_is_printed(listed, practice, capsys):
    [enrollment] = listed(1)
    out = told(capsys, practice, "M1") + told(capsys, practice, "M1", "--json")
    patient = enrollment.patient
    words = [patient.first_name, patient.last_name, "M1", *(phone.e164 for phone in patient.phones.all())]
    assert [word for word in words if word in out] == []


def test_the_chart_number_can_come_by_standard_input(listed, practice, capsys, monkeypatch):
    listed(1)
    monkeypatch.setattr("sys.stdin", io.StringIO("M1\n"))
    assert "no. 1 of Ana Agent" in told(capsys, practice, "-")


@pytest.mark.parametrize(
    ("state", "waits_for"),
    [("VERIFIED", "Somebody at the same number is queued"), ("WRONG", "Enters a list at the next build")],
)
def test_only_a_number_that_may_be_called_makes_a_household(listed, practice, now, state, waits_for):
    """Uma came after the build, with the number of the patient on the list beside one of her own."""
    [enrollment] = listed(1)
    uma = make_patient("Uma", "Later")
    PhoneNumber.objects.create(patient=uma, e164=enrollment.patient.phones.first().e164, position=2, state=state)
    enroll(enrollment.campaign, uma, now)
    [answer] = why.of_patient(patient=uma, practice=practice, now=now)
    assert (answer.reasons, answer.waits_for) == ([], waits_for)


def test_who_is_in_no_campaign_is_said_to_be(inside, practice, capsys, desk_clock):
    make_patient(mrn="alone")
    assert told(capsys, practice, "alone").endswith("\nNot in a queue: no open enrollment in any campaign\n")


@pytest.mark.parametrize("mrn", ["4711", "", " ", "foreign"])
def test_an_unknown_chart_is_refused_without_repeating_it(practice, other_practice, mrn):
    with tenancy.practice(other_practice.pk):
        make_patient(mrn="foreign")
    with tenancy.practice(practice.pk):
        make_patient(mrn="")
    with pytest.raises(CommandError) as refused:
        call_command("why", "--practice", practice.slug, "--patient", mrn)
    assert str(refused.value) == "The practice has no chart of this number."


def test_an_unknown_practice_is_refused(db):
    with pytest.raises(CommandError, match="no practice “nowhere”"):
        call_command("why", "--practice", "nowhere", "--patient", "1")


@pytest.mark.parametrize("count", [2, 4])
def test_more_campaigns_and_reasons_need_no_more_queries(inside, agent, now, count, django_assert_num_queries):
    patient = make_patient()
    booked(patient, TODAY + timedelta(days=9), status=Appointment.Status.SCHEDULED)
    OptOut.objects.create(patient=patient, opted_out_at=now)
    for _ in range(count):
        enrollment = enroll(make_campaign(inside, on=TODAY), patient, now)
        call(enrollment, agent, now - timedelta(hours=1), "NOANS")
    with django_assert_num_queries(10):
        answers = why.of_patient(patient=patient, practice=inside, now=now)
    assert [len(answer.reasons) for answer in answers] == [6] * count
