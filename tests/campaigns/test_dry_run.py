"""The dry run of a change: it counts as the night would, and leaves nothing behind."""

from datetime import time, timedelta

import pytest
from django.db import connection, connections, transaction

from accounts import tenancy
from accounts.models import Practice
from accounts.wall import walled_tables
from campaigns import campaign_status, dry_run, plan, replay
from campaigns.calling_hours import Hours, end_of_calling
from campaigns.models import Campaign, Enrollment
from campaigns.retry import step_after
from dispositions import setup
from dispositions.models import Disposition
from patients.models import PhoneNumber
from tests.conftest import NOW, make_practice
from tests.isolation.sweep import fingerprint
from tests.world import call, enroll, make_campaign, make_patient

TODAY = NOW.date()


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")


def everything(practice):
    """Every row that could have changed: those behind the wall, with their history, and the practice's own."""
    assert "dispositions_dispositionevent" in walled_tables()
    assert "campaigns_campaignevent" in walled_tables()
    return fingerprint(practice), Practice.objects.filter(pk=practice.pk).values_list().get()


def called(campaign, agent, outcome, *, days_ago, **patient):
    """An enrollment whose only call ended so that many days ago."""
    enrollment = enroll(campaign, make_patient(**patient), NOW - timedelta(days=90))
    call(enrollment, agent, NOW - timedelta(days=days_ago), outcome)
    return enrollment


def counts(comparison):
    return {place.code: (place.before, place.after) for place in comparison.places}


def draft(practice, code, **changed):
    disposition = Disposition.objects.get(practice=practice, code=code)
    for name, value in changed.items():
        setattr(disposition, name, value)
    return disposition


@pytest.mark.parametrize(
    ("build_at", "tonight"),
    [(time(3, 0), "2026-11-18 08:00"), (time(11, 0), "2026-11-18 16:00"), (time(11, 1), "2026-11-17 16:01")],
)
def test_tonight_is_the_next_build(inside, build_at, tonight):
    inside.build_at = build_at
    moment = dry_run.next_build(practice=inside, now=NOW)
    assert f"{moment.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}" == tonight


def test_the_dry_run_counts_what_the_night_then_builds(inside, campaign, agent):
    make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen either")
    for number in range(4):
        patient = make_patient(f"Ida{number}")
    spouse = make_patient("Spouse", phones=0)
    PhoneNumber.objects.create(patient=spouse, e164=patient.phones.get().e164)
    make_patient(phones=0)
    plan.build(practice=inside, now=NOW)
    call(campaign.enrollments.get(patient__first_name="Ida0"), agent, NOW, "NOANS")
    comparison = dry_run.compare(practice=inside, now=NOW, change=lambda: None)
    assert counts(comparison) == {
        "READY": (3, 3), "NO_NUMBER": (2, 2), "COOLING_DOWN": (1, 1), "CALLED_ELSEWHERE": (1, 1), "OTHER_CAMPAIGN": (4, 4),
        "SAME_NUMBER": (1, 1),
    }  # fmt: skip
    assert (comparison.total.before, comparison.total.after, comparison.moves) == (12, 12, False)
    built = plan.build(practice=inside, now=comparison.moment)
    left_out = {code: rows for code, (_before, rows) in counts(comparison).items() if code != "READY"}
    assert (built.queued, built.blocked) == (3, left_out)


def test_a_change_is_counted_and_rolled_back_with_its_history(inside, campaign, agent, supervisor):
    called(campaign, agent, "NOANS", days_ago=20)
    before, rung = everything(inside), []

    def change():
        campaign_status.pause(campaign=Campaign.objects.get(pk=campaign.pk), by=supervisor)
        Practice.objects.filter(pk=inside.pk).update(name="Renamed")
        transaction.on_commit(lambda: rung.append("bell"))

    comparison = dry_run.compare(practice=inside, now=NOW, change=change)
    assert counts(comparison) == {"READY": (1, 0), "CAMPAIGN_OFF": (0, 1)}
    assert [(place.label, place.difference_words) for place in [*comparison.places, comparison.total]] == [
        ("On tonight's call lists", "−1"), ("Campaign is paused or outside its dates", "+1"), ("All open enrollments", "0"),
    ]  # fmt: skip
    assert everything(inside) == before
    assert connection.run_on_commit == []
    assert rung == []


def test_hours_that_are_changed_in_the_practice_count(inside, campaign, agent):
    called(campaign, agent, "NOANS", days_ago=20)
    # Tonight's lists are those of Wednesday.
    comparison = dry_run.compare(
        practice=inside, now=NOW, change=lambda: Practice.objects.filter(pk=inside.pk).update(call_days=[1, 2])
    )
    assert counts(comparison) == {"READY": (1, 0), "OUT_OF_HOURS": (0, 1)}


def test_what_the_change_raises_is_passed_on_and_nothing_stays(inside, campaign, agent, supervisor):
    before = everything(inside)

    def change():
        campaign_status.pause(campaign=campaign, by=supervisor)
        raise setup.Refused({"label": "No."})

    with pytest.raises(setup.Refused):
        dry_run.compare(practice=inside, now=NOW, change=change)
    assert everything(inside) == before


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_it_gives_up_at_once_where_an_agent_is_saving():
    practice = make_practice("bayview-eye")
    with tenancy.practice(practice.pk):
        disposition = Disposition.objects.get(practice=practice, code="NOANS")
    other = connections["owner"]
    with transaction.atomic("owner"), other.cursor() as cursor:
        cursor.execute("SELECT set_config('app.practice', %s, true)", [str(practice.pk)])
        cursor.execute("SELECT id FROM dispositions_disposition WHERE id = %s FOR UPDATE", [disposition.pk])
        with tenancy.practice(practice.pk), pytest.raises(dry_run.Busy):
            dry_run.compare(
                practice=practice, now=NOW, change=lambda: Disposition.objects.filter(pk=disposition.pk).update(label="Else")
            )
    with tenancy.practice(practice.pk), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    assert Practice.objects.filter(pk=practice.pk).exists()


def test_longer_waits_hold_back_who_was_called_and_kept_promises_stay(inside, campaign, agent, admin):
    called(campaign, agent, "NOANS", days_ago=10)
    called(campaign, agent, "LVM", days_ago=10)
    waits = called(campaign, agent, "NOANS", days_ago=10)
    waits.callbacks.create(patient=waits.patient, owner=agent, due_at=NOW, window_ends_at=NOW + timedelta(hours=1))
    before = everything(inside)
    comparison = replay.compare(disposition=draft(inside, "NOANS", retry_after_days=[21]), by=admin, now=NOW)
    assert counts(comparison) == {"READY": (2, 1), "CALLBACK": (1, 1), "COOLING_DOWN": (0, 1)}
    assert everything(inside) == before


def test_shorter_waits_free_who_is_cooling_down(inside, campaign, agent, admin):
    called(campaign, agent, "HUNGUP", days_ago=5)
    comparison = replay.compare(disposition=draft(inside, "HUNGUP", retry_after_days=[3]), by=admin, now=NOW)
    assert counts(comparison) == {"READY": (0, 1), "COOLING_DOWN": (1, 0)}


def test_a_rule_that_closes_takes_them_out_of_the_sum(inside, campaign, agent, admin):
    called(campaign, agent, "HUNGUP", days_ago=20)
    called(campaign, agent, "NOANS", days_ago=20)
    changed = draft(inside, "HUNGUP", closes_as="LOST", retry_after_days=[])
    before = everything(inside)
    comparison = replay.compare(disposition=changed, by=admin, now=NOW)
    assert counts(comparison) == {"READY": (2, 1)}
    assert (comparison.total.before, comparison.total.difference_words) == (2, "−1")
    assert everything(inside) == before


@pytest.mark.parametrize("code", ["NOANS", "HUNGUP"])
@pytest.mark.parametrize("waits", [[2], [30, 12, 2]])
def test_the_set_gives_what_working_out_each_call_gives(inside, campaign, agent, admin, code, waits):
    """The short cut for what lies far from tonight changes no count."""
    places = {"zone_key": "America/New_York@NY"}, {"zone_key": "America/Los_Angeles@CA", "wish_key": "#24/0900-1200"}, {}
    for days_ago in range(50):
        enrollment = called(campaign, agent, code, days_ago=days_ago + 0.3 * (days_ago % 5))
        fields = places[days_ago % 3]
        type(enrollment.patient).objects.filter(pk=enrollment.patient_id).update(**fields)
        if days_ago % 4 == 1 and days_ago > 3:
            call(enrollment, agent, NOW - timedelta(days=days_ago - 2), code)
    changed = draft(inside, code, retry_after_days=waits)
    tonight = dry_run.next_build(practice=inside, now=NOW)
    last_moment = max(tonight, end_of_calling(practice=inside, on=inside.business_date(tonight)))
    hours, waiting = Hours.of(inside), 0
    for enrollment in Enrollment.objects.open().select_related("patient", "campaign__practice"):
        unanswered = enrollment.attempts.filter(is_reached=False, number__lt=enrollment.attempts_made).order_by("number")
        step = step_after(
            disposition=changed, enrollment=enrollment, attempt_number=enrollment.attempts_made, now=enrollment.last_attempt_at,
            hours=hours, unanswered=list(unanswered.values_list("ended_at", flat=True)),
        )  # fmt: skip
        waiting += step.eligible_at > last_moment
    comparison = replay.compare(disposition=changed, by=admin, now=NOW)
    assert 0 < waiting < 50
    assert counts(comparison)["COOLING_DOWN"][1] == waiting


def test_too_many_calls_are_said_not_sampled(inside, campaign, agent, admin, monkeypatch):
    for _ in range(2):
        called(campaign, agent, "NOANS", days_ago=5)
    monkeypatch.setattr(replay, "MOST", 1)
    before = everything(inside)
    with pytest.raises(replay.TooMany) as refused:
        replay.compare(disposition=draft(inside, "NOANS", retry_after_days=[3]), by=admin, now=NOW)
    assert str(refused.value) == (
        "2 of the latest calls ended so, more than can be worked out while you wait (1). Nothing was counted."
    )
    assert everything(inside) == before
