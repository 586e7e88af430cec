"""The pages of callbacks: who sees which, the filters, what those who lead do, and the reminders on the desk."""

import re
from datetime import timedelta

import pytest

from audit.models import AccessEvent
from campaigns.models import Callback, Campaign, Enrollment
from campaigns.next_call import claim
from campaigns.plan import build
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
AGENT_QUERIES, LEAD_QUERIES = 11, 13


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")


@pytest.fixture
def bo(practice):
    return make_member(practice, "Bo Agent")


@pytest.fixture
def promise(campaign, agent, desk_clock):
    """`promise(ahead, owner=…)` makes a callback of a patient of its own, so far ahead of NOW."""

    def _promise(ahead, *, owner=agent, of=campaign, patient=None, **fields):
        due_at = desk_clock + ahead
        enrollment = enroll(of, patient or make_patient(), desk_clock - DAY, next_eligible_at=due_at)
        return Callback.objects.create(
            enrollment=enrollment, patient=enrollment.patient, owner=owner, due_at=due_at, window_ends_at=due_at + HOUR, **fields
        )

    return _promise


def text(response):
    return " ".join(response.content.decode().split())


def shown(response):
    return list(response.context["callbacks"])


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- The list


def test_agents_see_their_own_and_those_who_lead_see_all(promise, agent, bo, supervisor, sign_in, url):
    mine, other = promise(HOUR), promise(2 * HOUR, owner=bo)
    client = sign_in(agent)
    assert shown(client.get(url("callbacks"))) == [mine]
    assert shown(client.get(url("callbacks"), {"owner": bo.pk})) == [mine]
    assert shown(sign_in(supervisor).get(url("callbacks"))) == [mine, other]


def test_a_row_shows_both_clocks_the_owner_and_who_promised(promise, agent, bo, supervisor, sign_in, url):
    patient = make_patient(zip_code="90001")
    promise(3 * HOUR, owner=bo, patient=patient, promised_by=agent, why_changed="Ana Agent is off")
    page = text(sign_in(supervisor).get(url("callbacks")))
    for words in (
        "Tue Nov 17, 11:00 AM PST",
        "Tue Nov 17, 2:00 PM EST",
        "promised by Ana Agent",
        "Ana Agent is off",
        "Never seen",
    ):
        assert words in page, words


def test_filters_stand_in_the_address(promise, inside, bo, supervisor, sign_in, url):
    second = make_campaign(inside, on=TODAY, name="Second")
    overdue, due, later = promise(-2 * HOUR), promise(-MINUTE, owner=bo), promise(DAY, of=second)
    client = sign_in(supervisor)
    for query, expected in [
        ({"state": "overdue"}, [overdue]), ({"state": "today"}, [due]), ({"state": "later"}, [later]),
        ({"owner": bo.pk}, [due]), ({"campaign": second.pk}, [later]), ({"campaign": second.pk, "owner": bo.pk}, []),
        ({"state": "", "owner": "", "campaign": ""}, [overdue, due, later]),
    ]:  # fmt: skip
        assert shown(client.get(url("callbacks"), query)) == expected, query


@pytest.mark.parametrize("query", [{"state": "x"}, {"owner": "999999999"}, {"owner": "x"}, {"campaign": "999999999"}])
def test_a_filter_that_names_nothing_is_not_found(promise, supervisor, sign_in, url, query):
    promise(HOUR)
    assert sign_in(supervisor).get(url("callbacks"), query).status_code == 404


def test_somebody_of_another_practice_is_no_filter(stranger, promise, supervisor, sign_in, url):
    promise(HOUR)
    assert sign_in(supervisor).get(url("callbacks"), {"owner": stranger.pk}).status_code == 404


def test_nothing_promised_and_no_match_are_told_apart(promise, bo, supervisor, sign_in, url):
    client = sign_in(supervisor)
    assert "No callbacks promised" in text(client.get(url("callbacks")))
    promise(HOUR)
    page = text(client.get(url("callbacks"), {"owner": bo.pk}))
    assert "No callback matches" in page
    assert "Clear filters" in page


def test_figures_have_their_base(promise, agent, desk_clock, bo, sign_in, url):
    for status in ("KEPT", "KEPT", "MISSED", "CANCELLED"):
        promise(-DAY, status=status, settled_at=desk_clock)
    promise(-DAY, owner=bo, status="MISSED", settled_at=desk_clock)
    promise(-2 * HOUR)
    page = text(sign_in(agent).get(url("callbacks")))
    for words in ("for the last 7 days", "of 3 settled", "of 5 promised"):
        assert words in page, words


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    promise, agent, bo, supervisor, sign_in, url, count, django_assert_num_queries
):
    for number in range(count):
        promise(number * HOUR, owner=agent, promised_by=bo)
    client = sign_in(agent)
    client.get(url("callbacks"))
    with django_assert_num_queries(AGENT_QUERIES):
        client.get(url("callbacks"))
    client = sign_in(supervisor)
    client.get(url("callbacks"))
    with django_assert_num_queries(LEAD_QUERIES):
        client.get(url("callbacks"))


# --- One callback


def test_the_page_shows_what_was_promised_and_is_written_down(promise, supervisor, sign_in, url):
    callback = promise(HOUR)
    response = sign_in(supervisor).get(url("callback", callback_id=callback.pk))
    page = text(response)
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert "Ida Keller" in page
    assert "Keller" not in title
    event = AccessEvent.objects.get()
    assert (event.page, event.patient_ids) == ("campaigns:callback", [callback.patient_id])


@pytest.mark.parametrize("page", ["callback", "callback_move", "callback_reassign", "callback_call_off"])
def test_agents_may_not_change_callbacks(promise, agent, sign_in, url, page):
    callback = promise(HOUR)
    client = sign_in(agent)
    method = client.get if page == "callback" else client.post
    assert method(url(page, callback_id=callback.pk), {"why": "Test"}).status_code == 403
    assert Callback.objects.get().status == "PENDING"


@pytest.mark.parametrize("page", ["callback_move", "callback_reassign", "callback_call_off"])
def test_what_changes_a_callback_refuses_get(promise, supervisor, sign_in, url, page):
    assert sign_in(supervisor).get(url(page, callback_id=promise(HOUR).pk)).status_code == 405


def test_moving_takes_the_patients_clocks(promise, supervisor, desk_clock, sign_in, url):
    callback = promise(HOUR, patient=make_patient(zip_code="90001"))
    response = sign_in(supervisor).post(
        url("callback_move", callback_id=callback.pk), {"callback_when": "2026-11-17 11:30"}, follow=True
    )
    assert said(response) == ["Moved to Tue Nov 17, 11:30 AM PST for the patient."]
    assert Callback.objects.get().due_at == desk_clock + 3 * HOUR + 30 * MINUTE


def test_moving_out_of_hours_says_where_it_went(promise, supervisor, desk_clock, sign_in, url):
    callback = promise(HOUR)
    response = sign_in(supervisor).post(
        url("callback_move", callback_id=callback.pk), {"callback_when": "2026-11-17 22:00"}, follow=True
    )
    [words] = said(response)
    assert words.startswith("Moved to Wed Nov 18, 9:00 AM EST for the patient. Calls are not allowed at the time you chose")
    assert Callback.objects.get().due_at == desk_clock + 22 * HOUR


@pytest.mark.parametrize(
    ("on", "at", "words"),
    [
        ("2026-11-17", "10:59", "This moment is in the past."),
        ("2028-01-01", "10:00", "This date lies too far ahead"),
        ("2027-03-14", "02:30", "The clocks change then"),
        ("", "", "Enter a day and a time."),
        ("9999-12-31", "23:00", "too far ahead"),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused_at_the_form(promise, supervisor, sign_in, url, on, at, words):
    callback = promise(HOUR)
    response = sign_in(supervisor).post(url("callback_move", callback_id=callback.pk), {"callback_when": f"{on} {at}"})
    assert response.status_code == 422
    assert words in text(response)
    assert Callback.objects.get().due_at == callback.due_at


def test_reassigning_offers_who_works_the_campaign_and_says_who_is_off(promise, bo, supervisor, sign_in, url):
    callback = promise(HOUR)
    off = make_member(bo.practice, "Ola Off", shift_days=[7])
    client = sign_in(supervisor)
    form = client.get(url("callback", callback_id=callback.pk)).context["reassign_form"]
    assert [label for _value, label in form.fields["to"].choices] == ["Choose an agent", "Bo Agent", "Ola Off (off then)"]
    response = client.post(url("callback_reassign", callback_id=callback.pk), {"to": bo.pk}, follow=True)
    assert said(response) == ["Bo Agent keeps this callback now."]
    response = client.post(url("callback_reassign", callback_id=callback.pk), {"to": off.pk}, follow=True)
    assert said(response)[0].startswith("Ola Off keeps this callback now. They are off then")


def test_a_stranger_gets_no_callback(stranger, promise, agent, supervisor, sign_in, url):
    callback = promise(HOUR)
    response = sign_in(supervisor).post(url("callback_reassign", callback_id=callback.pk), {"to": stranger.pk})
    assert response.status_code == 422
    assert "Stranger" not in text(response)
    assert Callback.objects.get().owner == agent


def test_calling_off_twice_happens_once_and_is_told(promise, supervisor, desk_clock, sign_in, url):
    callback = promise(DAY)
    client, address = sign_in(supervisor), url("callback_call_off", callback_id=callback.pk)
    response = client.post(address, {"why": "Wrong day"}, follow=True)
    assert said(response) == ["Called off. The patient is called in the normal order again."]
    assert MINUTE > Enrollment.objects.get().next_eligible_at - desk_clock >= timedelta(0)
    before = Callback.objects.values().get()
    assert said(client.post(address, {"why": "Wrong day"}, follow=True)) == [
        "Nothing was changed: this callback is canceled already."
    ]
    assert Callback.objects.values().get() == before
    page = text(client.get(url("callback", callback_id=callback.pk)))
    assert "Called off by Sam Supervisor: Wrong day" in page
    assert "Reassign</h2>" not in page


def test_the_way_back_keeps_the_filters(promise, agent, bo, supervisor, sign_in, url):
    callback = promise(HOUR)
    client, filters = sign_in(supervisor), f"?owner={agent.pk}&state=today"
    assert f"{url('callback', callback_id=callback.pk)}{filters.replace('&', '&amp;')}" in text(
        client.get(url("callbacks") + filters)
    )
    response = client.post(url("callback_reassign", callback_id=callback.pk) + filters, {"to": bo.pk}, follow=True)
    assert response.redirect_chain == [(url("callbacks") + filters, 302)]
    assert "No callback matches" in text(response)


# --- Reminders


def reminder(response):
    return text(response).partition("data-reminder")[2].partition("</section>")[0]


def test_the_desk_reminds_of_what_is_due_within_five_minutes(promise, agent, sign_in, url):
    promise(5 * MINUTE)
    promise(HOUR)
    part = reminder(sign_in(agent).get(url("desk")))
    assert part.partition(">")[0].strip() == ""  # not hidden
    soon, later = re.findall(r'<li data-from="(-?\d+)" (hidden)?>', part)
    assert (-60 <= int(soon[0]) <= 0, soon[1]) == (True, "")
    assert (3240 <= int(later[0]) <= 3300, later[1]) == (True, "hidden")
    assert "11:05 AM EST" in part
    assert "Keller" not in part


def test_the_reminder_waits_until_its_minute(promise, agent, sign_in, url):
    promise(HOUR)
    assert reminder(sign_in(agent).get(url("desk"))).partition(">")[0].strip() == "hidden"


def test_nobody_is_reminded_of_what_a_colleague_promised(promise, agent, bo, supervisor, sign_in, url):
    promise(MINUTE, owner=bo)
    assert reminder(sign_in(agent).get(url("desk"))) == ""
    assert reminder(sign_in(supervisor).get(url("desk"), {"agent": bo.pk})) == ""


def test_a_call_under_way_is_reminded_of_the_other_promise_alone(promise, inside, agent, desk_clock, sign_in, url):
    promise(-MINUTE)
    other = promise(2 * MINUTE)
    build(practice=inside, now=desk_clock)
    lease = claim(agent=agent, now=desk_clock)
    assert lease.source == "CALLBACK"
    response = sign_in(agent).get(url("call"))
    assert response.context["reminders"] == [other]
    assert "11:02 AM EST" in reminder(response)
    assert "10:59 AM EST" not in reminder(response)


def test_an_idle_agent_is_reminded_too(promise, agent, sign_in, url):
    promise(3 * MINUTE)
    assert "11:03 AM EST" in reminder(sign_in(agent).get(url("call")))
