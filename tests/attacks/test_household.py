"""Going on with the household needs a call that is going on: a page sent again later is no way around the caps."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from campaigns.models import CallAttempt, Campaign, Enrollment, Lease
from campaigns.next_call import claim
from campaigns.plan import build
from patients.models import PhoneNumber
from tests.conftest import NOW
from tests.world import make_campaign, make_patient

pytestmark = pytest.mark.django_db
SHARED = "+12125550777"


@pytest.fixture
def at_home(inside, agent, now, settings, sign_in):
    """Ida's or Uwe's call under way, and a function that saves it at a moment and wants to go on with the other."""
    settings.CLOCK_OFFSET_SECONDS = (now - timezone.now()).total_seconds()
    make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=now.date())
    for name in ("Ida", "Uwe"):
        patient = make_patient(name)
        patient.phones.update(position=2)
        PhoneNumber.objects.create(patient=patient, e164=SHARED, position=1)
    build(practice=inside, now=now)
    lease, client = claim(agent=agent, now=now), sign_in(agent)
    other = Enrollment.objects.exclude(pk=lease.enrollment_id).get()
    form = {"code": "NOANS", "phone_id": lease.patient.phones.get(e164=SHARED).pk}

    def save(then, *, at=now):
        settings.CLOCK_OFFSET_SECONDS = (at - timezone.now()).total_seconds()
        then = f"household-{other.pk}" if then == "household" else then
        return client.post(f"/p/{inside.slug}/desk/call/{lease.pk}/outcome/", {**form, "then": then})

    return lease, other, save


def household_holds():
    return Lease.objects.filter(source="HOUSEHOLD").count()


def test_sent_again_at_once_it_goes_on(at_home):
    _lease, _other, save = at_home
    assert [save("stop").status_code, save("household").status_code, save("household").status_code] == [302] * 3
    assert (household_holds(), CallAttempt.objects.count()) == (1, 1)


def test_sent_again_hours_later_it_does_not(at_home):
    _lease, _other, save = at_home
    save("stop")
    save("household", at=NOW + timedelta(hours=3))
    assert (household_holds(), CallAttempt.objects.count()) == (0, 1)


def test_who_lost_the_hold_does_not_go_on(at_home):
    lease, _other, save = at_home
    Lease.objects.filter(pk=lease.pk).update(closed_at=Now(), closed_as=Lease.ClosedAs.EXPIRED)
    save("household")
    assert (household_holds(), CallAttempt.objects.count()) == (0, 1)
