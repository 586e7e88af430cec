"""A wish not to be called is written down once, wherever the record goes, and ends no more than it is about."""

from threading import Thread

import pytest
from django.db import connection, connections
from django.urls import reverse

from accounts import tenancy
from campaigns import merging, opt_out
from campaigns.models import Campaign, Enrollment
from patients.models import OptOut, Patient
from tests.conftest import NOW
from tests.processes import eventually
from tests.world import enroll, make_campaign, make_patient, reasons

TODAY = NOW.date()
WAITERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)
"""


def waiters():
    with connections["owner"].cursor() as cursor:
        cursor.execute(WAITERS)
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_wish_that_comes_in_during_a_merge_goes_to_the_record_that_stays(practice, supervisor):
    with tenancy.practice(practice.pk):
        keep, absorb = make_patient(), make_patient()
        enrollment = enroll(make_campaign(practice, on=TODAY), absorb, NOW)

    def tell():
        try:
            with tenancy.practice(practice.pk):
                seen = Patient.objects.get(pk=absorb.pk)
                assert seen.merged_into_id is None
                opt_out.tell(patient=seen, by=supervisor, now=NOW, channel="CALL")
        finally:
            connection.close()

    telling = Thread(target=tell)
    with tenancy.practice(practice.pk):
        merging.merge(keep=keep, absorb=absorb, by=supervisor, now=NOW)
        telling.start()
        eventually(waiters, what="the wish waits")
    telling.join()
    with tenancy.practice(practice.pk):
        enrollment.refresh_from_db()
        assert OptOut.objects.get().patient_id == keep.pk
        assert (enrollment.patient_id, enrollment.closed_as) == (keep.pk, "OPTED_OUT")


@pytest.mark.django_db
def test_sent_twice_it_is_one_wish_and_another_word_is_another(inside, supervisor, sign_in):
    patient = make_patient()
    address = reverse("campaigns:opt_out", kwargs={"practice_slug": inside.slug, "patient_id": patient.pk})
    client, form = sign_in(supervisor), {"whole_person": "on", "channel": "CALL", "words": "Not any more"}
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert OptOut.objects.count() == 1
    client.post(address, {**form, "e164": patient.phones.get().e164})
    assert OptOut.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "closed_as"), [(Campaign.Kind.REACTIVATION, ""), (Campaign.Kind.WIN_BACK, "OPTED_OUT")])
def test_a_wish_about_one_campaign_ends_no_other_when_records_are_merged(inside, supervisor, now, kind, closed_as):
    keep, absorb = make_patient(), make_patient()
    refused, other = make_campaign(inside, on=TODAY), make_campaign(inside, kind, on=TODAY)
    enrollments = [enroll(campaign, keep, now) for campaign in (refused, other)]
    opt_out.register(patient=absorb, by=supervisor, now=now, channel="CALL", scope="CAMPAIGN", campaign=refused)
    merging.merge(keep=keep, absorb=absorb, by=supervisor, now=now)
    assert [Enrollment.objects.get(pk=each.pk).closed_as for each in enrollments] == ["OPTED_OUT", closed_as]
    if not closed_as:
        assert "OPTED_OUT" not in reasons(enrollments[1], now)
