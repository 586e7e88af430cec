"""Numbers that people enter and change, and the enrollments that come back when one works."""

from datetime import timedelta

import pytest

from accounts import tenancy
from campaigns import number_repair, numbers
from campaigns.models import Campaign, Enrollment
from patients.models import OptOut, Patient, PhoneNumber
from patients.numbers import read
from tests.campaigns.conftest import TODAY
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
NEW = "+13125550199"  # Chicago
State = PhoneNumber.State


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")


@pytest.fixture
def lost(campaign, now):
    """`lost()`: a patient whose only number is wrong, in the campaign until that was found."""

    def _lost(campaign=campaign, *, state=State.WRONG, patient=None, **fields):
        patient = patient or make_patient()
        patient.phones.update(state=state, state_changed_at=now - timedelta(days=1))
        closed = {"status": "CLOSED", "closed_as": "UNREACHABLE", "closed_at": now - timedelta(days=1)} | fields
        return enroll(campaign, patient, now - timedelta(days=9), closed_because="Outcome WNUM", last_outcome="WNUM", **closed)

    return _lost


def change(number, now, **values):
    """Save the form of a number as it stood, but for `values`."""
    stood = {name: getattr(number, name) for name in ("kind", "extension", "voicemail_allowed", "state")}
    return numbers.change(number=number, now=now, **{**stood, "seen_state": number.state, **values})


def is_open(enrollment):
    enrollment.refresh_from_db()
    return enrollment.status == "OPEN"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("212-555-0101", ("+12125550101", "")),
        ("(212) 555-0101 ext. 12", ("+12125550101", "12")),
        ("1 212 555 0101 x7", ("+12125550101", "7")),
        ("+44 20 7946 0018", ("+442079460018", "")),
        ("1-800-FLOWERS", ("+18003569377", "")),
    ],
)
def test_numbers_are_read_as_people_write_them(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("none", "This is not a phone number. Write it as in 212-555-0101."),
        ("555-0101", "The area code is missing."),
        ("212-555", "This has too few digits for a phone number."),
        ("911", "This has too few digits for a phone number."),
        ("212-555-0101-7777", "This has too many digits for a phone number."),
        ("112-555-0101", "There is no such area code or exchange: both begin with 2 to 9."),
        ("212-055-0101", "There is no such area code or exchange: both begin with 2 to 9."),
        ("212-555-0101 ext. 123456789", "An extension has at most 8 digits."),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(text, words):
    with pytest.raises(ValueError, match=words):
        read(text)


def test_a_number_is_written_behind_the_others_and_its_place_counts(inside, now):
    patient = make_patient(phones=2)
    saved = numbers.add(patient=patient, e164=NEW, kind="HOME", extension="12", now=now)
    number = patient.phones.get(e164=NEW)
    assert (number.position, number.kind, number.extension) == (3, "HOME", "12")
    assert (number.state, number.import_id) == ("UNVERIFIED", None)
    assert (saved.is_callable, saved.reopened) == (True, 0)
    assert "America/Chicago" in Patient.objects.get(pk=patient.pk).zone_key


def test_a_number_the_patient_has_is_not_written_twice(inside, now):
    patient = make_patient()
    known = patient.phones.get()
    change(known, now, state=State.WRONG)
    with pytest.raises(numbers.NumberRefused, match="has this number already, as “Wrong number”"):
        numbers.add(patient=patient, e164=known.e164, now=now)
    assert patient.phones.count() == 1


def test_what_a_person_changed_is_theirs_and_no_longer_the_imports(inside, now):
    number = make_patient().phones.get()
    PhoneNumber.objects.filter(pk=number.pk).update(import_id=7)
    change(number, now)
    number.refresh_from_db()
    assert number.import_id == 7
    change(number, now, voicemail_allowed=False, extension="5")
    number.refresh_from_db()
    assert (number.voicemail_allowed, number.extension, number.import_id, number.state_changed_at) == (False, "5", None, None)
    change(number, now, state=State.VERIFIED)
    number.refresh_from_db()
    assert (number.state, number.state_changed_at) == ("VERIFIED", now)


def test_a_page_that_was_open_during_a_call_does_not_undo_what_the_call_found(inside, now):
    number = make_patient().phones.get()
    PhoneNumber.objects.filter(pk=number.pk).update(state=State.WRONG, state_changed_at=now)
    change(number, now, extension="5")
    number.refresh_from_db()
    assert (number.state, number.extension) == ("WRONG", "5")
    number.state = State.UNVERIFIED
    with pytest.raises(numbers.NumberRefused, match="became “Wrong number” in the meantime"):
        change(number, now, state=State.VERIFIED, seen_state=State.UNVERIFIED)


def test_the_order_of_numbers_is_changed_and_asked_twice_it_stays(inside):
    patient = make_patient(phones=3)
    PhoneNumber.objects.update(position=1)  # as files leave them at times
    first, second, third = patient.phones.order_by("pk")
    assert numbers.move(number=third, to=2)
    assert not numbers.move(number=third, to=2)
    assert [(each.pk, each.position) for each in patient.phones.order_by("position")] == [
        (first.pk, 1), (third.pk, 2), (second.pk, 3),
    ]  # fmt: skip
    assert not numbers.move(number=second, to=99)


def test_a_new_number_opens_the_enrollments_closed_as_unreachable(lost, inside, now):
    paused = make_campaign(inside, on=TODAY, name="Paused", status="PAUSED")
    enrollment = lost()
    patient = enrollment.patient
    elsewhere, other = lost(paused, patient=patient), lost()
    assert numbers.add(patient=patient, e164=NEW, now=now).reopened == 1
    assert is_open(enrollment)
    assert (enrollment.closed_as, enrollment.closed_because, enrollment.closed_at) == ("", "", None)
    assert (enrollment.next_eligible_at, enrollment.last_outcome) == (now, "WNUM")
    assert (is_open(elsewhere), is_open(other)) == (False, False)


def test_a_number_put_right_opens_them_and_another_change_of_it_does_not(lost, now):
    enrollment = lost()
    number = enrollment.patient.phones.get()
    assert change(number, now, kind="HOME").reopened == 0
    assert not is_open(enrollment)
    number.refresh_from_db()
    assert change(number, now, state=State.UNVERIFIED).reopened == 1
    assert is_open(enrollment)


def test_nothing_opens_without_a_number_that_may_be_called_or_attempts_left(lost, campaign, now):
    OptOut.objects.create(e164=NEW, opted_out_at=now)
    refused = lost()
    saved = numbers.add(patient=refused.patient, e164=NEW, now=now)
    assert (saved.is_callable, saved.reopened, is_open(refused)) == (False, 0, False)
    used_up = lost(attempts_made=campaign.max_attempts)
    opted_out, deceased = lost(), lost()
    OptOut.objects.create(patient=opted_out.patient, opted_out_at=now)
    Patient.objects.filter(pk=deceased.patient_id).update(is_deceased=True)
    of_campaign = lost()
    OptOut.objects.create(patient=of_campaign.patient, scope="CAMPAIGN", campaign=campaign, opted_out_at=now)
    for number, each in enumerate((used_up, opted_out, deceased, of_campaign)):
        assert numbers.add(patient=each.patient, e164=f"+1312555020{number}", now=now).reopened == 0
        assert not is_open(each)


def test_a_wish_about_another_campaign_holds_nothing_back(lost, inside, now):
    enrollment, another = lost(), make_campaign(inside, on=TODAY, name="Another")
    OptOut.objects.create(patient=enrollment.patient, scope="CAMPAIGN", campaign=another, opted_out_at=now)
    assert numbers.add(patient=enrollment.patient, e164=NEW, now=now).reopened == 1


def test_the_last_word_of_a_campaign_counts(lost, campaign, now):
    earlier = lost()
    won = enroll(campaign, earlier.patient, now, status="CLOSED", closed_as="WON", closed_at=now)
    twice = lost()
    again = lost(patient=twice.patient)
    beside = lost()
    enroll(campaign, beside.patient, now)
    for number, each in enumerate((earlier, twice, beside)):
        numbers.add(patient=each.patient, e164=f"+1312555020{number}", now=now)
    assert [is_open(each) for each in (earlier, won, twice, again, beside)] == [False, False, False, True, False]


def test_the_night_opens_whoever_has_a_number_again(lost, inside, now):
    back, still, gone = lost(), lost(), lost()
    for each in (back, gone):
        PhoneNumber.objects.create(patient=each.patient, e164=NEW)
    Enrollment.objects.filter(pk=gone.pk).update(closed_as="LOST")
    assert numbers.reopen_reachable(practice=inside, now=now) == 1
    assert [is_open(each) for each in (back, still, gone)] == [True, False, False]
    assert numbers.reopen_reachable(practice=inside, now=now) == 0


def test_the_night_asks_as_many_questions_for_three_as_for_one(lost, inside, now, django_assert_num_queries):
    for count in (1, 3):
        for _ in range(count):
            PhoneNumber.objects.create(patient=lost().patient, e164=NEW)
        with django_assert_num_queries(3):
            assert numbers.reopen_reachable(practice=inside, now=now) == count


def test_who_shares_a_number_is_named_but_for_a_crowd(inside, now):
    patient = make_patient()
    number = patient.phones.get()
    crowd = [make_patient(f"Ida{count}") for count in range(5)]
    for other in crowd:
        PhoneNumber.objects.create(patient=other, e164=number.e164)
    crowd[0].phones.filter(e164=number.e164).update(state=State.WRONG)
    [shared] = numbers.with_sharers([number], patient=patient)
    assert ([each.pk for each in shared.shared_by], shared.shared_more) == ([each.pk for each in crowd[1:4]], 1)


def test_a_number_shared_with_another_practice_is_not_told(practice, other_practice):
    with tenancy.practice(other_practice.pk):
        number = make_patient("Foreign").phones.get()
    with tenancy.practice(practice.pk):
        patient = make_patient(phones=0)
        own = PhoneNumber.objects.create(patient=patient, e164=number.e164)
        [shared] = numbers.with_sharers([own], patient=patient)
    assert (shared.shared_by, shared.shared_more) == ([], 0)


def waiting(practice, now, **fields):
    return list(number_repair.waiting(practice=practice, now=now, **fields))


def test_the_list_has_those_whom_a_running_campaign_would_call(lost, campaign, inside, now):
    unreachable = lost().patient
    without = make_patient(phones=0)
    enroll(campaign, without, now)
    refused = make_patient()
    enroll(campaign, refused, now - timedelta(days=5))
    OptOut.objects.create(e164=refused.phones.get().e164, opted_out_at=now - timedelta(hours=1))
    enroll(campaign, make_patient(), now)  # has a number
    opted_out = lost().patient
    OptOut.objects.create(patient=opted_out, opted_out_at=now)
    Patient.objects.filter(pk=lost().patient_id).update(is_inactive=True)
    lost(make_campaign(inside, on=TODAY, name="Ended", status="ENDED"))
    lost(attempts_made=campaign.max_attempts)
    make_patient(phones=0)  # in no campaign
    assert waiting(inside, now) == [without, refused, unreachable]
    assert number_repair.base(practice=inside, now=now) == 4
    rows = number_repair.with_reasons(number_repair.waiting(practice=inside, now=now), practice=inside, now=now)
    assert [(row.why, [each.campaign.name for each in row.wanted_by]) for row in rows] == [
        ("No number on file", ["Never seen"]),
        ("1 not to be called of 1 number", ["Never seen"]),
        ("1 wrong of 1 number", ["Never seen"]),
    ]


def test_the_list_of_one_campaign_and_the_counts_of_all(lost, campaign, inside, now):
    another = make_campaign(inside, on=TODAY, name="Another")
    both = lost()
    enroll(another, both.patient, now)
    lost()
    assert waiting(inside, now, campaign=another) == [both.patient]
    assert number_repair.base(practice=inside, now=now, campaign=another) == 1
    found = [(choice.campaign.name, choice.patients) for choice in number_repair.choices(practice=inside, now=now)]
    assert found == [("Another", 1), ("Never seen", 2)]


def test_the_reason_counts_every_number(inside, now, lost):
    patient = make_patient(phones=3)
    dead = patient.phones.order_by("pk")
    for number, state in zip(dead, (State.WRONG, State.WRONG, State.DISCONNECTED), strict=True):
        number.state, number.is_refused = state, False
        number.save()
    assert number_repair.why(list(dead.all())) == "2 wrong, 1 disconnected of 3 numbers"
