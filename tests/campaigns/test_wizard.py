"""The wizard of a new campaign: its draft, its looks, the copy, and what each step refuses."""

import uuid
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from audit.models import AccessEvent
from campaigns import campaign_drafts, changes, next_call, plan
from campaigns.campaign_examples import examples
from campaigns.forms.campaign import PARTS
from campaigns.models import Campaign, CampaignDraft, Enrollment
from campaigns.preview import preview, to_call
from campaigns.staffing import staffing
from patients.models import OptOut, Patient
from tests.campaigns import setting_up
from tests.campaigns.setting_up import STEPS, begin, go_through, set_up
from tests.conftest import NOW, make_member
from tests.isolation.sweep import fingerprint
from tests.world import booked, call, enroll, make_campaign, make_patient, visited

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def web(sign_in, supervisor):
    return sign_in(supervisor)


@pytest.fixture
def overdue(practice):
    """Three patients last seen long ago, one of them without a number, one who came last month, one who opted out."""
    with tenancy.practice(practice.pk):
        for days, phones in [(500, 1), (800, 1), (900, 0), (30, 1)]:
            visited(make_patient("Secret", "Person", phones=phones), TODAY - timedelta(days=days))
        refused = make_patient("Refused", "Person")
        visited(refused, TODAY - timedelta(days=700))
        OptOut.objects.create(patient=refused, opted_out_at=NOW)


def filled(**fields):
    return setting_up.filled(today=TODAY, **fields)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def stored(practice, model=Campaign, **filters):
    with tenancy.practice(practice.pk):
        return list(model.objects.filter(**filters))


def evening(**fields):
    own = {"keeps_hours": "OWN", "own_days": ["1", "2", "3"], "own_opens": "17:00", "own_closes": "19:00"}
    return filled(**(own | fields))


def test_the_first_page_makes_no_draft_and_the_first_step_makes_one(web, url, practice, supervisor):
    before = fingerprint(practice)
    assert web.get(url("new")).status_code == 200
    assert fingerprint(practice) == before
    draft_id = begin(web, url, filled(name="Spring"))
    (draft,) = stored(practice, CampaignDraft)
    assert (draft.pk, draft.owner_id, draft.reached, draft.fields["name"]) == (draft_id, supervisor.pk, "rules", ["Spring"])
    assert stored(practice) == []


def test_the_cards_count_whom_each_kind_would_take_with_the_usual_settings(web, url, overdue):
    plain = web.get(url("new"))
    assert {patients for _kind, _label, _words, patients in plain.context["kinds"]} == {None}
    counted = {kind: patients for kind, _label, _words, patients in web.get(url("new"), {"counts": "yes"}).context["kinds"]}
    assert counted == {"REACTIVATION": 3, "NO_SHOW": 0, "CANCELLED": 0, "NO_ENCOUNTER": 0, "REVIEW": 1, "WIN_BACK": 0}


def test_a_second_click_on_the_first_step_goes_on_with_the_same_draft(web, url, practice):
    form = filled() | {"key": str(uuid.uuid4())}
    first, second = web.post(url("new"), form), web.post(url("new"), form)
    assert first.url == second.url
    assert len(stored(practice, CampaignDraft)) == 1
    assert web.post(url("new"), filled() | {"key": "no key"}).status_code == 302


def test_what_was_typed_stands_there_again_on_every_step(web, url, practice, agent):
    form = evening(
        months_since_visit="18", max_attempts="4", workflow="TELE_VISIT", shown_once_verified=["WHY"], agents=[str(agent.pk)],
        legal_class="MARKETING", goal="40", agent_cost_per_month="2000",
    )  # fmt: skip
    draft_id = go_through(web, url, form)
    shown = web.get(url("new_step", draft_id=draft_id, step="review")).context["form"]
    for step in STEPS[:-1]:
        page = web.get(url("new_step", draft_id=draft_id, step=step))
        assert (page.status_code, page.context["form"].errors) == (200, {})
    assert {name: shown[name].value() for name in ("months_since_visit", "agents", "own_days", "own_opens", "goal")} == {
        "months_since_visit": "18", "agents": [str(agent.pk)], "own_days": ["1", "2", "3"], "own_opens": "17:00", "goal": "40",
    }  # fmt: skip


def test_going_back_keeps_even_what_is_wrong_and_going_on_refuses_it(web, url):
    draft_id = begin(web, url, filled())
    rules, wrong = url("new_step", draft_id=draft_id, step="rules"), filled(max_attempts="99")
    assert web.post(rules, wrong | {"to": "kind"}).url == url("new_step", draft_id=draft_id, step="kind")
    page = web.get(rules)
    assert (page.context["form"]["max_attempts"].value(), page.context["form"].errors) == ("99", {})
    answer = web.post(rules, wrong | {"to": "script"})
    assert (answer.status_code, dict(answer.context["form"].errors)) == (422, {"max_attempts": ["Enter 1 to 12 attempts."]})
    assert "There is a problem" in answer.content.decode()


def test_another_kind_keeps_the_settings_of_the_first(web, url):
    draft_id = begin(web, url, filled())
    web.post(url("new_step", draft_id=draft_id, step="rules"), filled(months_since_visit="31") | {"to": "kind"})
    kind = url("new_step", draft_id=draft_id, step="kind")
    rules = web.post(kind, filled(kind="REVIEW") | {"to": "rules"}, follow=True)
    assert [field.name for field in rules.context["form"].rule_fields] == ["lookback_days"]
    rules = web.post(kind, filled() | {"to": "rules"}, follow=True)
    assert [(field.name, field.value()) for field in rules.context["form"].rule_fields] == [("months_since_visit", "31")]


def test_one_can_leave_and_come_back_to_the_step_reached(web, url, practice):
    draft_id = begin(web, url, filled(name="Spring"))
    answer = web.post(url("new_step", draft_id=draft_id, step="rules"), filled(max_attempts="3") | {"to": "leave"}, follow=True)
    assert said(answer) == ["The draft is kept. Go on with it under New campaign."]
    [(draft, reached)] = web.get(url("new")).context["drafts"]
    assert (draft.pk, reached, draft.fields["max_attempts"]) == (draft_id, "Rules", ["3"])


def test_steps_that_were_reached_can_be_gone_to(web, url):
    draft_id = begin(web, url, filled())
    page = web.get(url("new_step", draft_id=draft_id, step="kind"))
    reached = [(step["key"], step["is_current"], step["is_reached"]) for step in page.context["steps"]][:3]
    assert reached == [("kind", True, False), ("rules", False, True), ("script", False, False)]


@pytest.mark.parametrize(("step", "fields", "field", "words"), [
    ("script", {"workflow": "LOTTERY"}, "workflow",
     "Select a valid choice. LOTTERY is not one of the available choices."),
    ("script", {"shown_once_verified": ["ALL"]}, "shown_once_verified",
     "Select a valid choice. ALL is not one of the available choices."),
    ("agents", {"agents": ["999999"]}, "agents",
     "Select a valid choice. 999999 is not one of the available choices."),
    ("hours", {"keeps_hours": ""}, "keeps_hours", "Choose whether the campaign has hours of its own."),
    ("hours", {"legal_class": "NONE"}, "legal_class", "Select a valid choice. NONE is not one of the available choices."),
    ("hours", {"own_days": []}, "own_days", "Choose at least one day."),
    ("hours", {"own_days": ["7"]}, "own_days", "The practice makes no calls on Sun. Choose other days."),
    ("hours", {"own_opens": ""}, "own_opens", "Enter a time, as in 5:00 PM."),
    ("hours", {"own_opens": "late"}, "own_opens", "Enter a time, as in 5:00 PM."),
    ("hours", {"own_opens": "19:00"}, "own_closes", "The hours must end after they start."),
    ("hours", {"own_opens": "08:30"}, "own_opens", "The practice calls from 9:00 AM to 8:00 PM. Start at 9:00 AM or later."),
    ("hours", {"own_closes": "20:30"}, "own_closes", "The practice calls from 9:00 AM to 8:00 PM. End at 8:00 PM or earlier."),
    ("cost", {"goal": "0"}, "goal", "Enter at least 1 booking, or leave it empty."),
    ("cost", {"revenue_per_visit": "9" * 30}, "revenue_per_visit",
     "Enter an amount in dollars up to 999,999.99, or 0 if it is not known."),
    ("cost", {"expected_answer_rate": "101"}, "expected_answer_rate",
     "Enter a share of 0 to 100 percent, with one decimal at most."),
    ("cost", {"expected_agree_rate": "NaN"}, "expected_agree_rate",
     "Enter a share of 0 to 100 percent, with one decimal at most."),
    ("cost", {"agent_cost_per_month": "-1"}, "agent_cost_per_month", "Enter an amount in dollars up to 999,999.99."),
])  # fmt: skip
def test_each_step_refuses_with_words_what_is_impossible(web, url, overdue, step, fields, field, words):
    draft_id = begin(web, url, filled())
    form = evening(**fields) if step == "hours" else filled(**fields)
    after = STEPS[STEPS.index(step) + 1]
    answer = web.post(url("new_step", draft_id=draft_id, step=step), form | {"to": after})
    assert answer.status_code == 422
    assert {name: list(errors) for name, errors in answer.context["form"].errors.items()} == {field: [words]}


def test_hours_in_which_the_law_lets_nobody_be_called_are_refused(web, url, practice):
    with tenancy.practice(practice.pk):
        make_patient(wish_key="#1234567/1000-1200")
    draft_id = begin(web, url, filled())
    answer = web.post(url("new_step", draft_id=draft_id, step="hours"), evening() | {"to": "cost"})
    assert dict(answer.context["form"].errors) == {
        "own_closes": ["Nobody could ever be called in these hours: the law leaves the patients other ones."]
    }
    with tenancy.practice(practice.pk):
        make_patient()
    beside = web.post(url("new_beside", draft_id=draft_id, step="hours"), evening())
    assert beside.context["reached"] == (1, 2)


def test_what_the_campaign_should_bring_stands_beside_its_costs(web, url, overdue):
    draft_id = begin(web, url, filled())
    costs = {name: filled()[name] for name in PARTS["cost"] if name in filled()}
    told = web.post(url("new_beside", draft_id=draft_id, step="cost"), costs).context["expected"]
    cheap = web.post(url("new_beside", draft_id=draft_id, step="cost"), costs | {"revenue_per_visit": "0"}).context["expected"]
    wrong = web.post(url("new_beside", draft_id=draft_id, step="cost"), costs | {"expected_show_rate": "101"}).context
    assert told.startswith("At these rates 2 patients take 1 agent")
    assert ("$0 for" in cheap, "$0 for" in told, "expected" in wrong) == (True, False, False)


def test_hostile_input_gets_an_answer(web, url, practice):
    draft_id = begin(web, url, filled())
    for step in STEPS:
        address = url("new_step", draft_id=draft_id, step=step)
        for form in ({}, {"to": "nowhere"}, dict.fromkeys(filled(), "\x00" * 3 + "9" * 5000) | {"to": "review"}):
            assert web.post(address, form).status_code in (302, 422)
        assert web.get(address).status_code == 200
    for step in ("rules", "script", "agents", "hours", "cost"):
        assert web.post(url("new_beside", draft_id=draft_id, step=step), {"kind": "\0", "agents": ["x"]}).status_code == 200
    assert web.post(url("new_examples", draft_id=draft_id), {}).status_code == 200
    assert web.post(url("new_create", draft_id=draft_id)).status_code == 422
    for step in ("nowhere", "9"):
        assert web.get(url("new_step", draft_id=draft_id, step=step)).status_code == 404
    assert web.post(url("new_beside", draft_id=draft_id, step="kind")).status_code == 404
    assert stored(practice) == []


def test_a_review_with_something_wrong_says_where_and_makes_nothing(web, url, practice):
    draft_id = go_through(web, url, filled())
    web.post(url("new_step", draft_id=draft_id, step="rules"), filled(ends_on="2020-01-01") | {"to": "kind"})
    for answer in (web.get(url("new_step", draft_id=draft_id, step="review")), web.post(url("new_create", draft_id=draft_id))):
        assert answer.context["at_fault"] == [("rules", "Rules", ["Last day: The last day lies before the first day."])]
    assert stored(practice) == []


def test_a_name_taken_meanwhile_is_said_at_the_review(web, url, practice):
    draft_id = go_through(web, url, filled(name="Spring"))
    with tenancy.practice(practice.pk):
        make_campaign(practice, on=TODAY, name="spring")
    answer = web.post(url("new_create", draft_id=draft_id))
    assert (answer.status_code, [part for part, _label, _words in answer.context["at_fault"]]) == (422, ["kind"])


def test_the_review_says_everything_and_creation_does_what_it_says(web, url, practice, overdue, agent):
    draft_id = go_through(web, url, evening(agents=[str(agent.pk)], goal="40"))
    review = web.get(url("new_step", draft_id=draft_id, step="review"))
    told = {label: dict(part.facts) for label, part in review.context["parts"]}
    assert told["Hours"] == {"Called": "Mon, Tue, Wed, 5:00 PM–7:00 PM, on the patient's clocks", "Legal class": "Care recall"}
    assert (told["Agents"], told["Goal and cost"]["Goal"]) == ({"Agents": "Ana Agent"}, "40 bookings")
    assert review.context["follows"][:2] == [
        "3 patients are enrolled at once, 1 of them without a usable number.",
        "They come onto the call lists with the next nightly build, Wed, Nov 18, 3:00 AM EST. "
        "To call them today, rebuild today's call lists on the campaigns' page.",
    ]
    web.post(url("new_create", draft_id=draft_id))
    (made,) = stored(practice)
    assert (made.own_hours, made.goal, len(stored(practice, Enrollment, campaign=made))) == ("~123/1700-1900", 40, 3)


def test_a_second_click_on_the_last_button_makes_no_second_campaign(web, url, practice, overdue):
    draft_id = go_through(web, url, filled())
    first, second = (web.post(url("new_create", draft_id=draft_id)) for _ in range(2))
    assert (first.status_code, first.url, second.url) == (302, second.url, url("detail", campaign_id=stored(practice)[0].pk))
    assert len(stored(practice)) == 1
    assert web.get(url("new_step", draft_id=draft_id, step="rules")).url == first.url
    assert list(web.get(url("new")).context["drafts"]) == []


def test_a_draft_can_be_discarded(web, url, practice):
    draft_id = begin(web, url, filled())
    assert said(web.post(url("new_discard", draft_id=draft_id), follow=True)) == ["The draft is discarded."]
    assert web.post(url("new_discard", draft_id=draft_id)).status_code == 404
    assert stored(practice, CampaignDraft) == []


def test_drafts_are_their_owners_alone(web, url, practice, other_practice, sign_in, client):
    draft_id = go_through(web, url, filled(name="Private plan"))
    other_lead = make_member(practice, "Cora Colleague", Membership.Role.ADMIN)
    stranger = make_member(other_practice, "Cher Stranger", Membership.Role.ADMIN)
    one = {"draft_id": draft_id}
    asked = [("get", url("new_step", step="rules", **one)), ("post", url("new_step", step="rules", **one))]
    asked += [("post", url("new_beside", step="rules", **one))]
    asked += [("post", url(name, **one)) for name in ("new_examples", "new_dry_run", "new_create", "new_discard")]
    for member in (other_lead, stranger):
        lead = sign_in(member)
        assert {getattr(lead, method)(address).status_code for method, address in asked} == {404}
    foreign = [(method, address.replace(practice.slug, other_practice.slug)) for method, address in asked]
    assert {getattr(lead, method)(address).status_code for method, address in foreign} == {404}
    assert "Private plan" not in sign_in(other_lead).get(url("new")).content.decode()
    assert len(stored(practice, CampaignDraft)) == 1


def test_agents_may_not_set_campaigns_up(web, url, sign_in, agent):
    one = {"draft_id": begin(web, url, filled())}
    web = sign_in(agent)
    asked = [("get", url("new")), ("post", url("new")), ("get", url("new_step", step="rules", **one))]
    asked += [("post", url("new_step", step="rules", **one)), ("post", url("new_beside", step="rules", **one))]
    asked += [("post", url(name, **one)) for name in ("new_examples", "new_dry_run", "new_create", "new_discard")]
    assert {getattr(web, method)(address).status_code for method, address in asked} == {403}


def test_untouched_drafts_are_forgotten_after_ninety_days(practice, supervisor):
    with tenancy.practice(practice.pk):
        for days in (89, 91):
            campaign_drafts.start(owner=supervisor, key=uuid.uuid4(), fields={}, now=NOW - timedelta(days=days))
        campaign_drafts.forget(now=NOW)
        assert [draft.updated_at for draft in CampaignDraft.objects.all()] == [NOW - timedelta(days=89)]


def test_examples_name_who_is_taken_and_who_is_left_out_and_the_look_is_recorded(web, url, practice, overdue):
    draft_id = begin(web, url, filled())
    answer = web.post(url("new_examples", draft_id=draft_id), filled(), headers={"HX-Request": "true"})
    found = answer.context["examples"]
    assert {(patient.why, patient.has_number) for patient in found.taken} == {
        ("Last visit on 2025-07-05", True), ("Last visit on 2024-09-08", True), ("Last visit on 2024-05-31", False),
    }  # fmt: skip
    assert [(out.reason, out.total) for out in found.left_out] == [("Asked not to be called", 1), ("Seen within 12 months", 1)]
    assert "Secret Person" in answer.content.decode()
    (event,) = stored(practice, AccessEvent, page="campaigns:new_examples")
    with tenancy.practice(practice.pk):
        assert event.patient_ids == sorted(Patient.objects.values_list("pk", flat=True))
    whole = web.post(url("new_examples", draft_id=draft_id), filled())
    assert (whole.status_code, whole.context["examples"].fits) == (200, 3)


@pytest.mark.parametrize("kind", Campaign.Kind.values)
@pytest.mark.parametrize("match", ["ANY", "PROVIDER"])
def test_who_is_taken_and_who_is_left_out_are_all_patients_of_the_practice(inside, overdue, kind, match):
    booked(make_patient(), TODAY - timedelta(days=20), status="NO_SHOW")
    seen_since = make_patient()
    booked(seen_since, TODAY - timedelta(days=20), status="NO_SHOW")
    visited(seen_since, TODAY - timedelta(days=2))
    booked(make_patient(), TODAY - timedelta(days=20), status="CANCELLED")
    coming = make_patient()
    booked(coming, TODAY - timedelta(days=20), status="CANCELLED")
    booked(coming, TODAY + timedelta(days=9))
    make_patient(is_deceased=True)
    make_patient(is_inactive=True)
    for days in (10, 200):
        ended = make_campaign(inside, on=TODAY, status="ENDED")
        at = NOW - timedelta(days=days)
        enroll(ended, make_patient(), at, status="CLOSED", closed_as="LOST", closed_because="Outcome LOST", closed_at=at)
    found = examples(campaign=Campaign(practice=inside, kind=kind, starts_on=TODAY, appointment_match=match), on=TODAY)
    assert found.fits + found.left_out_total == Patient.objects.count()
    assert {out.reason: out.total for out in found.left_out}["Deceased"] == 1
    assert len(found.taken) == found.fits > 0
    assert all(len(out.patients) == min(out.total, 3) for out in found.left_out)


def test_the_dry_run_of_a_new_campaign_counts_tonight_and_makes_nothing(web, url, practice, overdue, agent):
    draft_id = begin(web, url, filled())
    before = fingerprint(practice)
    answer = web.post(url("new_dry_run", draft_id=draft_id), filled(), headers={"HX-Request": "true"})
    assert {place.code: (place.before, place.after) for place in answer.context["comparison"].places} == {
        "READY": (0, 2), "NO_NUMBER": (0, 1),
    }  # fmt: skip
    assert fingerprint(practice) == before


def test_agents_are_counted_against_the_patients_and_their_languages(practice, inside):
    for number, languages in enumerate((["en"], ["en", "es"], ["en"])):
        make_member(practice, f"Agent {number}", languages=languages)
    blank = Campaign(practice=practice, kind="NO_ENCOUNTER", starts_on=TODAY)
    Patient.objects.bulk_create(Patient(last_name=f"P{number}", language="vi") for number in range(5))
    for language, patients in (("en", 3), ("es", 2)):
        for _ in range(patients):
            make_patient(language=language)
    found = staffing(campaign=blank, agents=[], on=TODAY)
    assert (found.daily, found.weekly, found.patients, found.needed, found.is_enough) == (600, 3000, 5, 1, True)
    assert [(each.language, each.patients, each.agents) for each in found.languages] == [("English", 3, 3), ("Spanish", 2, 1)]
    for patient in Patient.objects.filter(language="vi"):
        patient.phones.create(e164=f"+1212556{patient.pk % 10000:04d}", position=1)
    small = make_member(practice, "Small", daily_capacity=1, shift_days=[1, 2])
    found = staffing(campaign=blank, agents=[small], on=TODAY)
    assert (found.patients, found.weekly, found.needed, found.is_enough) == (10, 2, 5, False)
    assert [each.language for each in found.languages if not each.agents] == ["Vietnamese", "Spanish"]


def test_without_agents_the_usual_thousand_numbers_a_week_count(inside):
    make_patient()
    found = staffing(campaign=Campaign(practice=inside, kind="NO_ENCOUNTER", starts_on=TODAY), agents=[], on=TODAY)
    assert (found.agents, found.weekly_each, found.needed) == ([], 1000, 1)


def test_whom_agents_are_counted_against_is_whom_the_preview_would_call(inside, overdue, agent):
    campaign = make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=NOW)
    first = Enrollment.objects.filter(patient__phones__isnull=False).first()
    call(first, agent, NOW, "LOST")
    for each in (campaign, Campaign(practice=inside, kind="REACTIVATION", starts_on=TODAY)):
        assert to_call(campaign=each, on=TODAY).count() == preview(campaign=each, on=TODAY).to_call


def test_the_script_step_says_what_agents_would_say(web, url):
    draft_id = begin(web, url, filled(kind="CANCELLED"))
    page = web.get(url("new_step", draft_id=draft_id, step="script"))
    assert [(each.workflow, each.whose) for each in page.context["said"]] == [
        ("CANCELLED_BY_PATIENT", "Standard text"), ("CANCELLED_BY_US", "Standard text"), ("VOICEMAIL", "Standard text"),
    ]  # fmt: skip
    beside = web.post(url("new_beside", draft_id=draft_id, step="script"), filled(workflow="TELE_VISIT"))
    assert [each.workflow for each in beside.context["said"]] == ["TELE_VISIT", "VOICEMAIL"]


def test_a_copy_opens_the_wizard_filled_in(web, url, practice, agent):
    gone = make_member(practice, "Gone Away")
    set_up(web, url, evening(name="Fall recall", agents=[str(agent.pk), str(gone.pk)], months_since_visit="18", goal="7"))
    (copied,) = stored(practice)
    with tenancy.practice(practice.pk):
        Campaign.objects.update(starts_on=TODAY - timedelta(days=90), ends_on=TODAY + timedelta(days=9))
    Membership.objects.filter(pk=gone.pk).update(is_active=False)
    key = {"key": str(uuid.uuid4())}
    addresses = {web.post(url("copy", campaign_id=copied.pk), key).url for _ in range(2)}
    (draft,) = stored(practice, CampaignDraft, campaign=None)
    assert addresses == {url("new_step", draft_id=draft.pk, step="kind")}
    assert web.post(url("new_create", draft_id=draft.pk)).status_code == 302
    _first, copy = stored(practice)
    same = ("kind", "months_since_visit", "goal", "own_hours", "shown_once_verified", "legal_class", "agent_cost_per_month")
    assert [getattr(copy, name) for name in same] == [getattr(copied, name) for name in same]
    assert (copy.name, copy.starts_on, copy.ends_on) == ("Fall recall (copy)", TODAY, None)
    with tenancy.practice(practice.pk):
        assert list(copy.agents.values_list("agent", flat=True)) == [agent.pk]
        assert campaign_drafts.name_of_copy(campaign=copied) == "Fall recall (copy 2)"


def test_a_long_name_is_copied_within_its_length(inside):
    campaign = make_campaign(inside, on=TODAY, name="x" * 80)
    assert campaign_drafts.name_of_copy(campaign=campaign) == "x" * 73 + " (copy)"


def test_only_ended_campaigns_are_archived_and_lists_leave_them_out_on_demand(web, url, practice):
    with tenancy.practice(practice.pk):
        running, over = (
            make_campaign(practice, on=TODAY, name="Runs"),
            make_campaign(practice, on=TODAY, name="Over", status="ENDED"),
        )

    def asked(campaign, action):
        return said(web.post(url("status", campaign_id=campaign.pk), {"action": action}, follow=True))

    assert asked(running, "archive") == ["Only an ended campaign can be archived. End it first."]
    assert asked(over, "unarchive") == ["This campaign is on the lists already."]
    assert asked(over, "archive") == ["“Over” is archived. Lists leave it out from now on; reports still count it."]
    assert asked(over, "archive") == ["This campaign is archived already."]
    listed = web.get(url("list"))
    assert [campaign.name for campaign, *_rest in listed.context["rows"]] == ["Runs"]
    assert "Show archived (1)" in listed.content.decode()
    assert [row[0].name for row in web.get(url("list"), {"archived": "yes"}).context["rows"]] == ["Runs", "Over"]
    assert asked(over, "unarchive") == ["“Over” is back on the lists. It stays ended."]
    assert [row[0].name for row in web.get(url("list")).context["rows"]] == ["Runs", "Over"]


def test_reports_still_count_an_archived_campaign(web, url, practice, agent):
    with tenancy.practice(practice.pk):
        over = make_campaign(practice, on=TODAY, name="Over")
        call(enroll(over, make_patient(), NOW), agent, NOW, "NOANS")
    for action in ("end", "archive"):
        web.post(url("status", campaign_id=over.pk), {"action": action})
    page = web.get(reverse("reports:dashboard", kwargs={"practice_slug": practice.slug}), {"days": "1"})
    assert "Over" in page.content.decode()


def test_the_history_tells_agents_hours_costs_and_the_archive_in_words(web, url, practice, supervisor, agent):
    set_up(web, url, filled())
    (made,) = stored(practice)
    web.post(url("edit", campaign_id=made.pk), evening(
        agents=[agent.pk], legal_class="OPERATIONAL", revenue_per_visit="120.50", expected_show_rate="65",
        agent_cost_per_month="1800",
    ))  # fmt: skip
    for action in ("end", "archive"):
        web.post(url("status", campaign_id=made.pk), {"action": action})
    with tenancy.practice(practice.pk):
        told = {(change.who, *row) for change in changes.of_campaign(campaign=made) for row in change.what}
    assert told == {
        ("Sam Supervisor", "Legal class", "Care recall", "Operational"),
        ("Sam Supervisor", "Own calling hours", "as the practice", "Mon, Tue, Wed, 5:00 PM–7:00 PM"),
        ("Sam Supervisor", "Revenue per visit", "$100", "$120.50"),
        ("Sam Supervisor", "Expected show rate", "70.0%", "65.0%"),
        ("Sam Supervisor", "Cost of an agent a month", "$1,760", "$1,800"),
        ("Sam Supervisor", "Agent added", "", "Ana Agent"),
        ("Sam Supervisor", "Status", "Active", "Ended"),
        ("Sam Supervisor", "Archived", "no", "yes"),
    }


def test_new_hours_make_callable_whom_the_former_ones_would_keep_out_for_good(web, url, practice, overdue, agent):
    set_up(web, url, filled())
    (made,) = stored(practice)
    evening_before = NOW + timedelta(hours=6, minutes=30)  # 17:30 in New York
    with tenancy.practice(practice.pk):
        plan.build(practice=practice, now=NOW)
        called = Enrollment.objects.filter(patient__phones__isnull=False).first()
        call(called, agent, evening_before, "NOANS")
        called.refresh_from_db()
        assert called.avoid_clock_at == evening_before
    web.post(url("edit", campaign_id=made.pk), evening())
    a_week_later = evening_before + timedelta(days=7)
    with tenancy.practice(practice.pk):
        plan.build(practice=practice, now=a_week_later)
        assert next_call.claim(agent=agent, now=a_week_later).enrollment_id in {called.pk, *_others(called)}
        called.refresh_from_db()
        assert called.avoid_clock_at is None


def _others(enrollment):
    return Enrollment.objects.exclude(pk=enrollment.pk).values_list("pk", flat=True)


def test_the_edit_page_says_the_own_hours_of_a_campaign(web, url, practice):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY, own_hours="~25/1700-1830")
    form = web.get(url("edit", campaign_id=campaign.pk)).context["form"]
    assert {name: form[name].value() for name in ("keeps_hours", "own_days", "own_opens", "own_closes")} == {
        "keeps_hours": "OWN", "own_days": [2, 5], "own_opens": time(17), "own_closes": time(18, 30),
    }  # fmt: skip


@pytest.mark.parametrize("step", ["kind", "rules", "script", "agents", "hours", "cost", "review"])
def test_more_patients_agents_and_drafts_need_no_more_queries(web, url, practice, agent, step):
    draft_id = go_through(web, url, filled(kind="NO_ENCOUNTER"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert web.get(url("new_step", draft_id=draft_id, step=step)).status_code == 200
            assert web.get(url("new")).status_code == 200
            assert web.post(url("new_examples", draft_id=draft_id), filled(), headers={"HX-Request": "true"}).status_code == 200
        return len(captured)

    with tenancy.practice(practice.pk):
        make_patient()
    queries()
    few = queries()
    for number in range(3):
        make_member(practice, f"Agent {number}")
        begin(web, url, filled(name=f"Draft {number}"))
    with tenancy.practice(practice.pk):
        for _ in range(3):
            visited(make_patient(), TODAY - timedelta(days=10))
            make_patient()
    assert queries() == few


def test_an_incomplete_rule_shows_no_count_on_coming_back(web, url, overdue):
    draft_id = begin(web, url, filled())
    rules = url("new_step", draft_id=draft_id, step="rules")
    web.post(rules, filled(months_since_visit="many") | {"to": "kind"})
    page = web.get(rules)
    assert (page.context["preview"], page.context["form"].errors) == (None, {})
    assert "staffing" not in web.get(url("new_step", draft_id=draft_id, step="agents")).context
