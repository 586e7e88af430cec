"""Two records become one, and can be parted again without a trace."""

import threading
from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, connections, transaction
from django.db.models.functions import Now

from accounts import tenancy
from accounts.wall import append_only_tables, movable_columns, walled_tables
from campaigns import opt_out
from campaigns.merging import MergeRefused, merge, undo
from campaigns.models import CallAttempt, CallAttemptEvent, Callback, Campaign, Enrollment, Lease, QueueItem
from campaigns.next_call import claim
from campaigns.plan import build
from patients import doubles
from patients.models import Appointment, Encounter, Merge, OptOut, Patient, PhoneNumber, PossibleDouble
from tests.conftest import make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, reasons, say, visited

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TODAY = date(2026, 11, 17)
DAY = timedelta(days=1)
Source = PossibleDouble.Source


@pytest.fixture
def pair(inside, now):
    """Ida twice: the older record with a chart number, the newer one with an e-mail."""
    older = make_patient("Ida", "Keller", mrn="A1", born_on=date(1951, 4, 7))
    newer = make_patient("Ida", "Kellar", born_on=date(1951, 4, 7), email="ida@mail.example")
    return doubles.add(patient=newer, other=older, source=Source.PERSON, now=now)


@pytest.fixture
def keep(pair):
    return pair.older


@pytest.fixture
def absorb(pair):
    return pair.newer


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, on=TODAY)


@pytest.fixture
def merged(keep, absorb, supervisor, now):
    def _merged(**changes):
        return merge(**{"keep": keep, "absorb": absorb, "by": supervisor, "now": now, **changes})

    return _merged


def state():
    """Every row of the practice as it is, but for history, the merges themselves and when things were noted."""
    left_out = {"patients_merge", "patients_patientevent", "patients_optoutevent", "campaigns_callbackevent", "audit_accessevent"}
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(set(walled_tables()) - left_out):
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")  # noqa: S608
            rows[table] = [row[0] for row in cursor.fetchall()]
    return rows


def fill(patient, campaign, agent, now, *, days):
    """A life for a record: a visit, an appointment, a call and an open enrollment."""
    visited(patient, TODAY - timedelta(days=days))
    booked(patient, TODAY - timedelta(days=days + 1), Appointment.Status.NO_SHOW)
    enrollment = enroll(campaign, patient, now - 9 * DAY)
    call(enrollment, agent, now - timedelta(days=8, minutes=days), "NOANS")
    return enrollment


def test_everything_moves_to_the_record_that_stays(merged, keep, absorb, campaign, agent, now):
    enrollment = fill(absorb, campaign, agent, now, days=400)
    promise = enroll(make_campaign(campaign.practice, on=TODAY), absorb, now)
    call(promise, agent, now - 2 * DAY, say("CBACK", callback_at=now + DAY))
    OptOut.objects.create(patient=absorb, e164="+12125550999", opted_out_at=now)
    merged()
    for model in (Appointment, Encounter, Enrollment, CallAttempt, Callback, OptOut, PhoneNumber):
        assert (model.__name__, model.objects.filter(patient=absorb).count()) == (model.__name__, 0)
    assert (keep.phones.count(), keep.attempts.count(), keep.callbacks.count()) == (2, 2, 1)
    assert list(keep.phones.order_by("position").values_list("position", flat=True)) == [1, 2]
    enrollment.refresh_from_db()
    assert enrollment.patient_id == keep.pk
    absorb.refresh_from_db()
    assert absorb.merged_into_id == keep.pk
    assert list(Patient.objects.callable()) == [keep]


def test_blanks_are_filled_nothing_is_overwritten_and_the_cautious_flag_wins(merged, keep, absorb):
    Patient.objects.filter(pk=keep.pk).update(address="1 Main St", zip_code="10001", provider="Dr. Own")
    Patient.objects.filter(pk=absorb.pk).update(
        address="9 Side St", city="Elsewhere", zip_code="94105", provider="Dr. Other", sex="F",
        is_inactive=True, voicemail_allowed=False, language="es",
    )  # fmt: skip
    merged()
    keep.refresh_from_db()
    assert (keep.email, keep.sex, keep.provider, keep.language) == ("ida@mail.example", "F", "Dr. Own", "en")
    # The city belongs to the other address.
    assert (keep.address, keep.city, keep.zip_code) == ("1 Main St", "", "10001")
    assert (keep.is_deceased, keep.is_inactive, keep.voicemail_allowed) == (False, True, False)
    assert (keep.mrn, keep.last_name, keep.name_key) == ("A1", "Keller", "keller ida")


def test_numbers_bring_their_time_zones(merged, keep, absorb):
    PhoneNumber.objects.create(patient=absorb, e164="+14155550123", position=2)
    made = merged()
    keep.refresh_from_db()
    assert keep.zone_key == "America/Los_Angeles@CA|America/New_York@NY"
    undo(merge=made, by=None, now=made.merged_at)
    keep.refresh_from_db()
    assert keep.zone_key == "America/New_York@NY"


@pytest.mark.parametrize(
    ("own", "other", "left"),
    [
        (("UNVERIFIED", None), ("WRONG", None), "WRONG"),
        (("DISCONNECTED", None), ("UNVERIFIED", None), "DISCONNECTED"),
        (("UNVERIFIED", None), ("VERIFIED", 3), "VERIFIED"),
        # Dead against verified: the later word; without both moments the dead one.
        (("VERIFIED", 3), ("WRONG", 1), "WRONG"),
        (("VERIFIED", 1), ("WRONG", 3), "VERIFIED"),
        (("WRONG", 3), ("VERIFIED", 1), "VERIFIED"),
        (("WRONG", 1), ("VERIFIED", 3), "WRONG"),
        (("VERIFIED", 1), ("DISCONNECTED", None), "DISCONNECTED"),
        (("WRONG", None), ("VERIFIED", 1), "WRONG"),
    ],
)
def test_a_number_on_both_records_stays_once_with_what_was_learned(merged, keep, absorb, now, own, other, left):
    number = keep.phones.get()
    for patient, (found, days_ago) in ((keep, own), (absorb, other)):
        moment = now - days_ago * DAY if days_ago else None
        PhoneNumber.objects.update_or_create(
            patient=patient, e164=number.e164, defaults={"state": found, "state_changed_at": moment, "position": 1}
        )
    before = state()
    made = merged()
    assert [each.state for each in keep.phones.filter(e164=number.e164)] == [left]
    undo(merge=made, by=None, now=now)
    assert state() == before


def test_attempts_count_together_so_that_the_cap_holds(merged, keep, absorb, campaign, agent, now):
    Campaign.objects.update(max_attempts=4)
    mine, theirs = enroll(campaign, keep, now - 60 * DAY), enroll(campaign, absorb, now - 60 * DAY)
    for week in (6, 5, 4):
        call(mine, agent, now - timedelta(weeks=week), "NOANS")
    call(theirs, agent, now - timedelta(weeks=2), "LVM")
    merged()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, mine.attempts_made, mine.last_outcome) == ("OPEN", 4, "LVM")
    assert (theirs.status, theirs.closed_as, theirs.patient_id) == ("CLOSED", "DUPLICATE", absorb.pk)
    assert "ATTEMPTS_USED" in reasons(mine, now)
    Campaign.objects.update(max_attempts=6)
    assert call(mine, agent, now, "NOANS").number == 5


def test_the_weekly_cap_counts_the_calls_under_either_record(merged, keep, absorb, campaign, agent, now):
    enroll(campaign, keep, now - 9 * DAY)
    call(enroll(make_campaign(campaign.practice, on=TODAY), absorb, now - 9 * DAY), agent, now - timedelta(hours=3), "NOANS")
    merged()
    assert reasons(Enrollment.objects.open().get(campaign=campaign), now) == ["CALLED_ELSEWHERE", "CALLED_OFTEN"]


@pytest.mark.parametrize("opted_out", ["keep", "absorb"])
def test_nobody_who_opted_out_under_either_record_is_callable(request, merged, keep, absorb, agent, inside, now, opted_out):
    for patient in (keep, absorb):
        enroll(make_campaign(inside, on=TODAY), patient, now)
    wish = request.getfixturevalue(opted_out)
    opt_out.register(patient=wish, by=agent, now=now, channel="CALL")
    before = state()
    made = merged()
    assert list(Enrollment.objects.values_list("closed_as", "patient")) == [("OPTED_OUT", keep.pk)] * 2
    assert claim(agent=agent, now=now) is None
    undo(merge=made, by=None, now=now)
    assert state() == before
    assert OptOut.objects.get().patient_id == wish.pk


def test_a_wish_told_while_they_were_one_holds_for_both_when_they_are_parted(merged, keep, absorb, supervisor, now):
    made = merged()
    OptOut.objects.create(patient=keep, opted_out_at=now + DAY, words="Never again")
    undo(merge=made, by=supervisor, now=now + 2 * DAY)
    assert sorted(OptOut.objects.values_list("patient", "words")) == sorted(
        [(keep.pk, "Never again"), (absorb.pk, "Never again")]
    )


def test_nothing_is_merged_while_an_import_of_the_practice_is_saved(merged, keep):
    with connections["owner"].cursor() as other:
        other.execute("SELECT pg_advisory_lock(hashtext('records'), %s)", [keep.practice_id])
        try:
            with pytest.raises(MergeRefused, match="An import is being saved"):
                merged()
        finally:
            other.execute("SELECT pg_advisory_unlock_all()")


def test_a_case_answered_under_one_record_is_not_called_about_under_the_other(merged, keep, absorb, campaign, agent, now):
    call(enroll(campaign, absorb, now - 9 * DAY), agent, now - 8 * DAY, "LOST")
    mine = enroll(campaign, keep, now)
    merged()
    mine.refresh_from_db()
    assert (mine.closed_as, mine.closed_because) == ("DUPLICATE", "Settled under the other record of this person")


def test_another_missed_visit_is_another_case(merged, keep, absorb, inside, agent, now):
    no_shows = make_campaign(inside, Campaign.Kind.NO_SHOW, on=TODAY)
    call(enroll(no_shows, absorb, now - 9 * DAY), agent, now - 8 * DAY, "LOST")
    mine = enroll(no_shows, keep, now)
    Enrollment.objects.filter(pk=mine.pk).update(why="No-show on 2026-10-02")
    merged()
    mine.refresh_from_db()
    assert (mine.status, mine.attempts_made) == ("OPEN", 0)


def test_an_enrollment_closed_as_duplicate_does_not_bar_the_kept_record(merged, keep, absorb, inside, agent, now):
    for patient in (keep, absorb):
        visited(patient, TODAY - timedelta(days=900))
    campaign = make_campaign(inside, on=TODAY)
    call(enroll(campaign, absorb, now - 9 * DAY), agent, now - 8 * DAY, "DUPLICATE")
    merged()
    build(practice=inside, now=now)
    assert [each.patient_id for each in Enrollment.objects.open()] == [keep.pk]


@pytest.mark.parametrize(("own_hours", "other_hours", "kept_hours"), [(26, 22, 22), (22, 26, 22), (None, 22, 22)])
def test_of_two_promises_the_earlier_one_is_kept(merged, keep, absorb, campaign, agent, now, own_hours, other_hours, kept_hours):
    mine, theirs = enroll(campaign, keep, now - DAY), enroll(campaign, absorb, now - DAY)
    for enrollment, hours in ((mine, own_hours), (theirs, other_hours)):
        if hours:
            call(enrollment, agent, now - DAY, say("CBACK", callback_at=now + timedelta(hours=hours)))
    before = state()
    made = merged()
    promise = Callback.objects.pending().get()
    assert (promise.patient_id, promise.enrollment_id, promise.due_at) == (keep.pk, mine.pk, now + timedelta(hours=kept_hours))
    undo(merge=made, by=None, now=now)
    assert state() == before


def test_a_person_stands_on_one_list_once_and_undo_restores_both_places(merged, keep, absorb, inside, agent, pair, now):
    for patient in (keep, absorb):
        visited(patient, TODAY - timedelta(days=900))
    PossibleDouble.objects.all().delete()
    Campaign.objects.all().delete()
    make_campaign(inside, on=TODAY)
    build(practice=inside, now=now)
    before = state()
    assert len(before["campaigns_queueitem"]) == 2
    made = merged()
    assert [place.patient_id for place in QueueItem.objects.all()] == [keep.pk]
    undo(merge=made, by=None, now=now)
    assert state() == before


def test_undo_restores_everything_exactly(merged, keep, absorb, campaign, agent, supervisor, now):
    fill(keep, campaign, agent, now, days=300)
    fill(absorb, campaign, agent, now, days=400)
    fill(absorb, make_campaign(campaign.practice, on=TODAY), agent, now - DAY, days=500)
    visited(absorb, TODAY - timedelta(days=300))  # the same visit on both
    third = make_patient("Ida", "Keller", born_on=date(1951, 4, 7))
    for each in (keep, absorb):
        doubles.add(patient=third, other=each, source=Source.IMPORT, now=now)
    build(practice=campaign.practice, now=now)
    before = state()
    made = merged()
    assert state() != before
    parted = undo(merge=made, by=supervisor, now=now + DAY)
    assert state() == before
    assert (parted.undone_by, parted.undone_at) == (supervisor, now + DAY)
    assert undo(merge=made, by=supervisor, now=now + 2 * DAY).undone_at == now + DAY


def test_what_came_since_stays_with_the_kept_record(merged, keep, absorb, campaign, agent, now):
    mine, theirs = enroll(campaign, keep, now - 20 * DAY), enroll(campaign, absorb, now - 20 * DAY)
    for enrollment in (mine, theirs):
        call(enrollment, agent, now - 9 * DAY, "NOANS")
    made = merged()
    later = call(mine, agent, now, "NOANS")
    Patient.objects.filter(pk=keep.pk).update(email="new@mail.example")
    undo(merge=made, by=None, now=now)
    keep.refresh_from_db()
    mine.refresh_from_db()
    later.refresh_from_db()
    assert (keep.email, keep.attempts.count(), absorb.attempts.count()) == ("new@mail.example", 2, 1)
    # The number of the later call is taken: the count goes on from it.
    assert (later.number, mine.attempts_made, later.patient_id) == (3, 3, keep.pk)


def test_lists_and_promises_made_since_go_with_their_enrollment(merged, keep, absorb, inside, agent, now):
    visited(absorb, TODAY - timedelta(days=900))
    campaign = make_campaign(inside, on=TODAY)
    PossibleDouble.objects.all().delete()
    build(practice=inside, now=now)
    made = merged()
    build(practice=inside, now=now)
    moved = Enrollment.objects.get(campaign=campaign)
    assert QueueItem.objects.get().patient_id == keep.pk
    call(moved, agent, now, say("CBACK", callback_at=now + DAY))
    undo(merge=made, by=None, now=now)
    assert [each.patient_id for each in (*QueueItem.objects.all(), *Callback.objects.pending())] == [absorb.pk] * 2
    assert CallAttempt.objects.get().patient_id == keep.pk


def test_undo_does_not_open_what_a_new_enrollment_replaced(merged, keep, absorb, campaign, now):
    enroll(campaign, keep, now)
    theirs = enroll(campaign, absorb, now)
    made = merged()
    again = enroll(campaign, absorb, now)
    undo(merge=made, by=None, now=now)
    assert list(Enrollment.objects.open().filter(patient=absorb)) == [again]
    theirs.refresh_from_db()
    assert theirs.closed_as == "DUPLICATE"


def test_a_merge_on_top_must_be_undone_first(merged, keep, absorb, now):
    third = make_patient("Ida", "Keller")
    first = merged()
    second = merged(keep=third, absorb=keep)
    absorb.refresh_from_db()
    assert absorb.merged_into_id == third.pk
    with pytest.raises(MergeRefused, match="undo the later merge first"):
        undo(merge=first, by=None, now=now)
    undo(merge=second, by=None, now=now)
    undo(merge=first, by=None, now=now)
    assert Patient.objects.standing().count() == 3


def test_asked_twice_it_is_one_merge(merged, keep, absorb):
    assert merged() == merged()
    with pytest.raises(MergeRefused, match="in the meantime"):
        merged(keep=absorb, absorb=keep)
    with pytest.raises(MergeRefused, match="one and the same"):
        merged(absorb=keep)
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("held", ["keep", "absorb"])
def test_a_record_that_an_agent_has_open_is_left_alone(request, merged, campaign, agent, now, held):
    patient = request.getfixturevalue(held)
    lease = Lease.objects.create(
        enrollment=enroll(campaign, patient, now), patient=patient, agent=agent, opened_at=Now(), expires_at=Now() + DAY
    )
    with pytest.raises(MergeRefused, match="open for a call"):
        merged()
    Lease.objects.filter(pk=lease.pk).update(expires_at=Now() - DAY)
    made = merged()
    assert Lease.objects.get().closed_as == Lease.ClosedAs.EXPIRED
    Lease.objects.update(closed_at=None, closed_as="", expires_at=Now() + DAY)
    with pytest.raises(MergeRefused, match="open for a call"):
        undo(merge=made, by=None, now=now)


def test_an_outcome_saved_late_counts_for_the_record_that_stands(merged, keep, absorb, campaign, agent, now):
    enroll(campaign, keep, now)
    theirs = enroll(campaign, absorb, now)
    merged()
    call(theirs, agent, now, say("DNC"))
    assert [wish.patient_id for wish in OptOut.objects.all()] == [keep.pk]
    assert keep.attempts.count() == 1
    assert Enrollment.objects.open().count() == 0


def test_what_was_found_about_a_third_record_holds_for_the_kept_one(merged, keep, absorb, now):
    third, fourth = make_patient("Ida", "Keller"), make_patient("Ida", "Keller")
    for other, of in ((third, keep), (third, absorb), (fourth, absorb)):
        doubles.add(patient=other, other=of, source=Source.IMPORT, now=now)
    merged()
    assert set(PossibleDouble.objects.open().values_list("older", "newer")) == {(keep.pk, third.pk), (keep.pk, fourth.pk)}
    assert PossibleDouble.objects.get(status="SAME").newer_id == absorb.pk


def test_whose_call_it_was_and_when_never_changes(merged, keep, absorb, campaign, agent, now):
    attempt = call(enroll(campaign, absorb, now), agent, now, "NOANS")
    table = CallAttempt._meta.db_table
    movable = {column for of, column in movable_columns() if of == table}
    assert table in append_only_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.column_privileges "
            "WHERE grantee = current_user AND table_name = %s AND privilege_type = 'UPDATE'",
            [table],
        )
        assert {column for (column,) in cursor.fetchall()} == movable
    fixed = {field.column: field for field in CallAttempt._meta.concrete_fields if field.column not in movable}
    assert set(fixed) == {
        "id", "practice_id", "enrollment_id", "campaign_id", "agent_id", "number", "lease_id", "source", "started_at", "ended_at",
        "key", "body_hash", "location", "patient_hour",
    }  # fmt: skip
    for field in fixed.values():
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            CallAttempt.objects.filter(pk=attempt.pk).update(**{field.attname: getattr(attempt, field.attname)})
    merged()
    attempt.refresh_from_db()
    assert attempt.patient_id == keep.pk
    assert CallAttemptEvent.objects.count() == 0  # to be moved is no news of a call


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_even_the_owner_cannot_rewrite_a_call_on_the_way(practice, now):
    agent = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        attempt = call(enroll(make_campaign(practice, on=TODAY), make_patient(), now), agent, now, "NOANS")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.practice', %s, true)", [str(practice.pk)])
        for change in ("note = 'x'", "corrected_at = now(), agent_id = agent_id + 1", "corrected_at = now(), number = 2"):
            with pytest.raises(InternalError, match="Cannot update"), transaction.atomic(using="owner"):
                cursor.execute(f"UPDATE campaigns_callattempt SET {change} WHERE id = %s", [attempt.pk])  # noqa: S608 constants


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_two_people_at_once_make_one_merge(practice, now):
    with tenancy.practice(practice.pk):
        keep, absorb = make_patient(), make_patient()
    answers, start = [], threading.Barrier(2)

    def decide(first, second):
        start.wait()
        try:
            with tenancy.practice(practice.pk):
                answers.append(merge(keep=first, absorb=second, by=None, now=now).pk)
        except MergeRefused as refused:
            answers.append(str(refused)[:13])
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=each) for each in ((keep, absorb), (absorb, keep))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenancy.practice(practice.pk):
        made = Merge.objects.get()
    assert sorted(map(str, answers)) == sorted([str(made.pk), "One of these "])
