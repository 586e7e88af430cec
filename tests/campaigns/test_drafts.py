"""What is typed survives a crash, another machine and the end of the hold, and no page overwrites another unseen."""

from datetime import timedelta

import pytest

from audit.models import AccessEvent
from campaigns import drafts
from campaigns.models import CallAttempt, CallDraft
from campaigns.next_call import claim, let_go
from tests.conftest import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def calling(listed, agent, now, sign_in):
    listed(2)
    return sign_in(agent), claim(agent=agent, now=now)


def keep(calling, url, note, *, page="one", based_on=0, **fields):
    client, lease = calling
    return client.post(url("draft", lease_id=lease.pk), {"note": note, "page": page, "based_on": based_on, **fields})


def save(calling, url, **fields):
    client, lease = calling
    data = {"code": "NOANS", "phone_id": lease.patient.phones.first().pk, "then": "stop", **fields}
    return client.post(url("outcome", lease_id=lease.pk), data)


def test_what_was_typed_is_back_on_another_machine(calling, url, client):
    keep(calling, url, "She moved to", code="CBACK", callback_when="tue 3pm", phone_id=calling[1].patient.phones.last().pk)
    page = calling[0].get(url("call")).content.decode()
    assert "She moved to</textarea>" in page
    assert 'value="Nov 17 2026 3:00 PM"' in page
    assert "Restored: typed 11:00 AM EST, not saved yet" in page.replace("  ", " ")
    assert f'value="{calling[1].patient.phones.last().pk}" id="phone-{calling[1].patient.phones.last().pk}"' in page


def test_saving_the_outcome_ends_the_draft(calling, url):
    keep(calling, url, "Half")
    save(calling, url, note="Whole")
    assert (CallDraft.objects.count(), CallAttempt.objects.get().note) == (0, "Whole")


def test_a_draft_that_arrives_after_the_outcome_is_no_draft(calling, url):
    save(calling, url)
    assert keep(calling, url, "Late").json()["version"] is None
    assert CallDraft.objects.count() == 0


def test_a_second_page_does_not_overwrite_the_first_unseen(calling, url):
    assert keep(calling, url, "From the first page").json()["version"] == 1
    response = keep(calling, url, "From the second page", page="two")
    assert response.status_code == 409
    assert "From the first page" in response.content.decode()
    assert CallDraft.objects.get().fields["note"] == "From the first page"
    assert keep(calling, url, "Both", page="two", based_on=1).json()["version"] == 2
    assert keep(calling, url, "First goes on", based_on=1).status_code == 409


def test_a_page_does_not_overwrite_unseen_what_an_undo_brought_back(calling, url, now):
    keep(calling, url, "Typed here")
    drafts.replace(lease=calling[1], fields={"note": "What was saved"}, now=now)
    assert keep(calling, url, "Typed on", based_on=1).status_code == 409
    assert CallDraft.objects.get().fields["note"] == "What was saved"


def test_a_page_whose_answer_was_lost_goes_on(calling, url):
    keep(calling, url, "abc")
    assert keep(calling, url, "abcd").json()["version"] == 2


def test_after_the_hold_the_desk_says_what_was_never_saved_and_it_can_be(calling, url, now):
    client, lease = calling
    keep(calling, url, "He wants the blue frame")
    let_go(agent=lease.agent)
    page = client.get(url("call")).content.decode()
    assert ("Typed, and not saved" in page, url("one_call", lease_id=lease.pk) in page) == (True, True)
    assert "He wants the blue frame</textarea>" in client.get(url("one_call", lease_id=lease.pk)).content.decode()
    assert save(calling, url, note="He wants the blue frame").status_code == 302
    assert CallAttempt.objects.get().note == "He wants the blue frame"
    assert "Typed, and not saved" not in client.get(url("call")).content.decode()


def test_a_call_that_is_saved_is_not_opened_again(calling, url):
    save(calling, url)
    client, lease = calling
    response = client.get(url("one_call", lease_id=lease.pk))
    assert (response.status_code, response.url) == (302, url("call"))


def test_a_draft_can_be_thrown_away(calling, url):
    client, lease = calling
    keep(calling, url, "Nothing")
    let_go(agent=lease.agent)
    client.post(url("draft_discard", lease_id=lease.pk))
    assert CallDraft.objects.count() == 0


def test_nobody_writes_or_reads_the_draft_of_a_colleague(calling, url, practice, sign_in):
    keep(calling, url, "Secret words")
    other = sign_in(make_member(practice, "Bo Agent"))
    lease = calling[1]
    assert other.post(url("draft", lease_id=lease.pk), {"note": "x"}).status_code == 404
    assert other.get(url("one_call", lease_id=lease.pk)).status_code == 404
    assert "Secret words" not in other.get(url("call")).content.decode()


def test_a_draft_has_bounds(calling, url):
    keep(calling, url, "x" * 20_000, **{f"field{number}": "y" for number in range(60)})
    fields = CallDraft.objects.get().fields
    assert (len(fields), max(len(value) for value in fields.values())) == (drafts.MOST_FIELDS, drafts.LONGEST_FIELD)


def test_in_two_hours_is_counted_from_when_it_was_typed(calling, url, settings):
    keep(calling, url, "", code="CBACK", callback_when="in 2 hours")
    settings.CLOCK_OFFSET_SECONDS += 40 * 60
    assert 'value="Nov 17 2026 1:00 PM"' in calling[0].get(url("call")).content.decode()


def test_an_outcome_saved_after_the_hold_was_lost_leaves_no_draft(calling, url):
    lease = calling[1]
    keep(calling, url, "Half")
    let_go(agent=lease.agent)
    save(calling, url, note="Whole")
    assert keep(calling, url, "Late").json()["version"] is None
    save(calling, url, note="Whole")
    assert (CallDraft.objects.count(), CallAttempt.objects.count()) == (0, 1)


def test_what_another_page_wrote_is_recorded_as_seen(calling, url):
    lease = calling[1]
    keep(calling, url, "First")
    before = AccessEvent.objects.count()
    assert keep(calling, url, "Second", page="two").status_code == 409
    event = AccessEvent.objects.latest("pk")
    assert (AccessEvent.objects.count() - before, event.page, event.patient_ids) == (1, "campaigns:draft", [lease.patient_id])


def test_a_draft_nobody_came_back_to_is_forgotten(calling, url, now):
    keep(calling, url, "Old")
    drafts.forget(now=now + drafts.KEPT)
    assert CallDraft.objects.count() == 1
    drafts.forget(now=now + drafts.KEPT + timedelta(minutes=1))
    assert CallDraft.objects.count() == 0


def test_a_refused_outcome_does_not_put_its_address_into_the_bar(calling, url):
    client, lease = calling
    response = client.post(url("outcome", lease_id=lease.pk), {"code": "", "then": "next"}, headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Push-Url"]) == (422, "false")
