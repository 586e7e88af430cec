"""An import taken back: what it made goes, what it changed is as it was, what people did since stays and is listed."""

import io
from datetime import timedelta

import pytest

from accounts import tenancy
from campaigns import drafts, next_call, numbers, taking_back
from campaigns.enrollment import refresh
from campaigns.models import Callback, Campaign, Enrollment, Lease, QueueItem
from campaigns.plan import build
from imports import running
from imports.importing import import_file
from imports.models import FileImport, ImportChange, ImportChunk, ImportRow
from patients.models import Appointment, Encounter, OptOut, Patient, PhoneNumber
from tests.world import call, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db

HEAD = b"MRN,Last Name,First Name,DOB,Home Phone,Zip,Last Visit\n"
LEE = b"1,Lee,Ann,01/02/1950,212-555-0101,10001,03/04/2023\n"
NG = b"2,Ng,Bo,05/06/1961,212-555-0102,10002,03/05/2023\n"


@pytest.fixture
def undo(practice, admin, now):
    def _undo(file_import):
        with tenancy.practice(practice.pk):
            assert file_import.undo(by=admin)
        assert running.run(practice_id=practice.pk, import_id=file_import.pk, now=now + timedelta(hours=1))
        with tenancy.practice(practice.pk):
            file_import.refresh_from_db()
        assert file_import.state == "UNDONE"
        return file_import.effects["undone"]

    return _undo


def everything():
    """All that an import may touch, by value."""
    leave = {"id", "created_at", "source_data_on", "settled_at"}
    return {
        model.__name__: sorted(
            str(sorted((key, str(value)) for key, value in row.items() if key not in leave)) for row in model.objects.values()
        )
        for model in (Patient, PhoneNumber, Appointment, Encounter, OptOut, Enrollment, Callback, QueueItem)
    }


def test_what_it_made_goes(bring_in, practice, undo):
    done = bring_in(HEAD + LEE + NG)
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == PhoneNumber.objects.count() == Encounter.objects.count() == 2

    assert undo(done) == {"removed": 2, "restored": 0, "kept": 0}
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == PhoneNumber.objects.count() == Encounter.objects.count() == 0


def test_what_it_changed_is_as_it_was(bring_in, practice, undo):
    bring_in(HEAD + LEE)
    with tenancy.practice(practice.pk):
        before = everything()
    done = bring_in(
        b"MRN,Last Name,First Name,DOB,Home Phone,Cell Phone,Zip,Deceased,Appt Date,Status\n"
        b"1,Lee-Park,Anna,01/02/1950,212-555-0101 x7,917-555-0199,60601,Yes,12/01/2026,Scheduled\n"
        b"3,Oh,Cy,07/08/1970,212-555-0103,,10003,No,12/02/2026,Scheduled\n"
    )
    with tenancy.practice(practice.pk):
        assert Patient.objects.get(mrn="1").last_name == "Lee-Park"

    assert undo(done) == {"removed": 1, "restored": 2, "kept": 0}
    with tenancy.practice(practice.pk):
        assert everything() == before


def test_appointments_get_their_former_status_back(bring_in, practice, undo):
    head = b"MRN,Last Name,First Name,Appointment ID,Appointment Date,Status\n"
    bring_in(head + b"1,Lee,Ann,A1,12/01/2026,Scheduled\n")
    with tenancy.practice(practice.pk):
        before = everything()
    done = bring_in(head + b"1,Lee,Ann,A1,12/08/2026,Cancelled\n1,Lee,Ann,A2,12/15/2026,Scheduled\n")
    with tenancy.practice(practice.pk):
        assert Appointment.objects.count() == 2

    undo(done)
    with tenancy.practice(practice.pk):
        assert everything() == before


def test_who_was_worked_on_since_stays_and_is_listed(bring_in, practice, agent, undo, now):
    done = bring_in(HEAD + LEE + NG)
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=practice.business_date(now))
        refresh(campaign=campaign, now=now)
        call(Enrollment.objects.get(patient__mrn="1"), agent, now, "NOANS")

    assert undo(done) == {"removed": 1, "restored": 0, "kept": 1}
    with tenancy.practice(practice.pk):
        assert list(Patient.objects.values_list("mrn", flat=True)) == ["1"]
        assert PhoneNumber.objects.count() == Encounter.objects.count() == 1
        kept = ImportChange.objects.exclude(kept_because="").get()
        assert (kept.table, kept.patient_id, kept.kept_because) == ("PATIENT", Patient.objects.get().pk, "called since")


def test_a_call_that_was_taken_back_keeps_nobody(bring_in, practice, agent, undo, now):
    done = bring_in(HEAD + LEE)
    with tenancy.practice(practice.pk):
        refresh(campaign=make_campaign(practice, on=practice.business_date(now)), now=now)
        enrollment = Enrollment.objects.get()
        times = {"opened_at": now, "expires_at": now}
        lease = Lease.objects.create(enrollment=enrollment, patient=enrollment.patient, agent=agent, **times)
        attempt = call(enrollment, agent, now, "NOANS", lease_id=lease.pk)
        taking_back.undo(attempt=attempt, by=agent, now=now)
        next_call.let_go(agent=agent)
    assert undo(done) == {"removed": 1, "restored": 0, "kept": 0}


@pytest.mark.parametrize(
    ("typed", "undone"),
    [
        ({"phone_id": "1"}, {"removed": 1, "restored": 0, "kept": 0}),
        ({"phone_id": "1", "note": "Half a note"}, {"removed": 0, "restored": 0, "kept": 1}),
        ({"code": "DNC"}, {"removed": 0, "restored": 0, "kept": 1}),
    ],
)
def test_an_outcome_that_was_typed_and_never_saved_keeps_the_patient(bring_in, practice, agent, undo, now, typed, undone):
    done = bring_in(HEAD + LEE)
    with tenancy.practice(practice.pk):
        refresh(campaign=make_campaign(practice, on=practice.business_date(now)), now=now)
        enrollment = Enrollment.objects.get()
        times = {"opened_at": now, "expires_at": now}
        lease = Lease.objects.create(enrollment=enrollment, patient=enrollment.patient, agent=agent, **times)
        drafts.keep(lease=lease, fields=typed, based_on=0, now=now)
        next_call.let_go(agent=agent)
    assert undo(done) == undone


def test_a_wish_not_to_be_called_keeps_the_patient(bring_in, practice, undo, now):
    done = bring_in(HEAD + LEE)
    with tenancy.practice(practice.pk):
        OptOut.objects.create(patient=Patient.objects.get(), opted_out_at=now)

    assert undo(done)["kept"] == 1
    with tenancy.practice(practice.pk):
        assert OptOut.objects.count() == Patient.objects.count() == 1


def test_a_number_that_a_person_entered_keeps_the_patient(bring_in, practice, undo, now):
    done = bring_in(HEAD + LEE + NG)
    with tenancy.practice(practice.pk):
        numbers.add(patient=Patient.objects.get(mrn="1"), e164="+12125550107", now=now)

    assert undo(done) == {"removed": 1, "restored": 0, "kept": 1}
    with tenancy.practice(practice.pk):
        assert Patient.objects.get().phones.filter(e164="+12125550107").exists()
        assert ImportChange.objects.exclude(kept_because="").get().kept_because == "a number was entered or changed by hand"


def test_a_number_that_a_person_changed_stays_where_another_goes(bring_in, practice, undo, now):
    bring_in(HEAD + LEE)
    done = bring_in(HEAD.replace(b"Home Phone", b"Home Phone,Cell Phone") + LEE.replace(b"0101", b"0101,917-555-0199"))
    with tenancy.practice(practice.pk):
        number = PhoneNumber.objects.get(e164="+19175550199")
        state = {"state": number.state, "seen_state": number.state}
        numbers.change(number=number, kind="WORK", extension="", voicemail_allowed=False, now=now, **state)

    undo(done)
    with tenancy.practice(practice.pk):
        assert not PhoneNumber.objects.get(e164="+19175550199").voicemail_allowed


def test_what_was_changed_again_since_is_left_alone(bring_in, practice, undo):
    bring_in(HEAD + LEE)
    done = bring_in(HEAD + LEE.replace(b"Ann", b"Anna"))
    bring_in(HEAD + LEE.replace(b"Ann", b"Annabel"))

    assert undo(done) == {"removed": 0, "restored": 0, "kept": 1}
    with tenancy.practice(practice.pk):
        assert Patient.objects.get().first_name == "Annabel"


def test_a_patient_whom_a_later_file_knows_stays(bring_in, practice, undo):
    first = bring_in(HEAD + LEE)
    bring_in(HEAD + LEE.replace(b"10001", b"10009"))

    assert undo(first)["kept"] == 1
    with tenancy.practice(practice.pk):
        assert Patient.objects.get().zip_code == "10009"


def test_one_of_whom_a_later_file_tells_a_visit_or_a_wish_stays(bring_in, practice, undo, now):
    first = bring_in(HEAD + LEE + NG)
    later = HEAD.replace(b"Visit", b"Visit,Do Not Call") + LEE.replace(b"2023", b"2023,Yes") + NG.replace(b"2023", b"2024,")
    import_file(practice_id=practice.pk, stream=io.BytesIO(later), name="later.csv", now=now + timedelta(minutes=30))

    assert undo(first) == {"removed": 0, "restored": 0, "kept": 2}
    with tenancy.practice(practice.pk):
        kept = dict(ImportChange.objects.filter(file_import=first).values_list("patient_id", "kept_because"))
        lee, ng = Patient.objects.order_by("mrn")
        assert kept == {lee.pk: "asked not to be called", ng.pk: "a later import has news of them"}
        assert (OptOut.objects.get().patient, Encounter.objects.count()) == (lee, 3)


# Row history goes by the transaction, so each step needs its own.
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_the_import_itself_wrote_twice_is_no_edit(bring_in, practice, undo):
    done = bring_in(
        b"MRN,Last Name,First Name,DOB,Home Phone\n1,Lee,Ann,01/02/1950,212-555-0101\n"
        b"Recall Type: Glaucoma,,,,\n1,Lee,Ann,01/02/1950,415-555-0101\n"
    )
    with tenancy.practice(practice.pk):
        assert Patient.objects.get().emr_note == "Recall Type: Glaucoma"

    assert undo(done) == {"removed": 1, "restored": 0, "kept": 0}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_record_that_somebody_edited_stays(bring_in, practice, undo):
    done = bring_in(HEAD + LEE + NG)
    with tenancy.practice(practice.pk):
        Patient.objects.filter(mrn="1").update(voicemail_allowed=False)

    assert undo(done) == {"removed": 1, "restored": 0, "kept": 1}
    with tenancy.practice(practice.pk):
        assert ImportChange.objects.get().kept_because == "edited since"


def test_the_last_import_and_then_the_one_before_can_be_taken_back(bring_in, practice, undo):
    first = bring_in(HEAD + LEE)
    undo(bring_in(HEAD + LEE.replace(b"10001", b"10009")))

    assert undo(first) == {"removed": 1, "restored": 0, "kept": 0}


def test_an_appointment_that_a_later_file_changed_stays_and_is_listed(bring_in, practice, undo):
    with tenancy.practice(practice.pk):
        make_patient(mrn="1")
    head = b"MRN,Appointment ID,Appointment Date,Status\n"
    first = bring_in(head + b"1,A1,12/01/2026,Scheduled\n1,A2,12/02/2026,Scheduled\n")
    bring_in(head + b"1,A1,12/01/2026,Cancelled\n")

    assert undo(first) == {"removed": 0, "restored": 0, "kept": 1}
    with tenancy.practice(practice.pk):
        kept = ImportChange.objects.get(file_import=first)
        assert (kept.table, kept.object_id, kept.kept_because) == (
            "APPOINTMENT", Appointment.objects.get(external_id="A1").pk, "a later import has news of it",
        )  # fmt: skip


def test_rows_that_wait_for_their_chart_are_forgotten(bring_in, practice, undo):
    undo(bring_in(b"MRN,Appointment Date,Appointment Status\n7,12/05/2026,Scheduled\n"))
    with tenancy.practice(practice.pk):
        assert (ImportRow.objects.get().cells, ImportChunk.objects.count()) == ({}, 0)


def test_whom_the_file_took_out_of_the_queue_is_back_with_the_promise_made(bring_in, practice, agent, undo, now):
    today = practice.business_date(now)
    with tenancy.practice(practice.pk):
        patient = make_patient(mrn="7")
        visited(patient, today - timedelta(days=900))
        make_campaign(practice, on=today)
        build(practice=practice, now=now)
        call(Enrollment.objects.get(), agent, now, say("CBACK", callback_at=now + timedelta(days=2)))
        before = everything()

    done = bring_in(b"MRN,Next Visit\n7,%s\n" % (today + timedelta(days=9)).strftime("%m/%d/%Y").encode())
    with tenancy.practice(practice.pk):
        assert (Enrollment.objects.get().closed_as, Callback.objects.get().status) == ("ALREADY_BOOKED", "CANCELLED")
        assert done.effects == {"enrollments_closed": 1, "callbacks_called_off": 1}

    undo(done)
    with tenancy.practice(practice.pk):
        assert everything() == before


def test_a_missed_visit_that_goes_takes_its_enrollment_out(bring_in, practice, undo, now):
    today = practice.business_date(now)
    with tenancy.practice(practice.pk):
        make_patient(mrn="7")
        campaign = make_campaign(practice, Campaign.Kind.NO_SHOW, on=today)
    missed = (today - timedelta(days=5)).strftime("%m/%d/%Y").encode()
    done = bring_in(b"MRN,Appointment Date,Appointment Status\n7,%s,No Show\n" % missed)
    with tenancy.practice(practice.pk):
        refresh(campaign=campaign, now=now)
        build(practice=practice, now=now)
        assert QueueItem.objects.count() == 1

    undo(done)
    with tenancy.practice(practice.pk):
        assert Appointment.objects.count() == QueueItem.objects.count() == 0
        assert Enrollment.objects.get().status == "CLOSED"


def test_an_enrollment_that_was_closed_before_keeps_its_reason(bring_in, practice, undo, now):
    today = practice.business_date(now)
    with tenancy.practice(practice.pk):
        patient = make_patient(mrn="7")
        campaign = make_campaign(practice, Campaign.Kind.NO_SHOW, on=today)
    missed = (today - timedelta(days=5)).strftime("%m/%d/%Y").encode()
    done = bring_in(b"MRN,Appointment Date,Appointment Status\n7,%s,No Show\n" % missed)
    with tenancy.practice(practice.pk):
        refresh(campaign=campaign, now=now)
        OptOut.objects.create(patient=patient, opted_out_at=now)
        refresh(campaign=campaign, now=now)
        assert Enrollment.objects.get().closed_as == "OPTED_OUT"

    undo(done)
    with tenancy.practice(practice.pk):
        assert Appointment.objects.count() == 0
        assert Enrollment.objects.get().closed_as == "OPTED_OUT"


def test_an_undo_runs_once_and_only_from_done(bring_in, practice, admin, undo):
    done = bring_in(HEAD + LEE)
    undo(done)
    with tenancy.practice(practice.pk):
        assert FileImport.objects.get().undo(by=admin) is False


def test_the_same_file_comes_in_again_after_an_undo(bring_in, practice, undo):
    undo(bring_in(HEAD + LEE + NG))

    assert bring_in(HEAD + LEE + NG).counts["CREATE"] == 2


def test_other_practices_keep_what_they_have(bring_in, practice, other_practice, undo):
    with tenancy.practice(other_practice.pk):
        make_patient(mrn="1")
    undo(bring_in(HEAD + LEE))
    with tenancy.practice(other_practice.pk):
        assert Patient.objects.count() == PhoneNumber.objects.count() == 1
