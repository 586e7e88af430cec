from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import campaign_setup, campaign_status, plan
from campaigns.models import CallAttempt, Callback, Campaign, Enrollment, QueueBuild, QueueItem
from patients.models import OptOut
from tests.campaigns import setting_up
from tests.campaigns.setting_up import previewed, set_up
from tests.conftest import NOW, make_member
from tests.isolation.sweep import fingerprint
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def web(sign_in, supervisor):
    return sign_in(supervisor)


@pytest.fixture
def url(practice):
    def _url(name, **ids):
        return reverse(f"campaigns:{name}", kwargs={"practice_slug": practice.slug, **ids})

    return _url


@pytest.fixture
def campaign(practice):
    with tenancy.practice(practice.pk):
        return make_campaign(practice, on=TODAY, name="Bring them back")


@pytest.fixture
def overdue(practice):
    """Three patients last seen long ago, one of them without a phone number, and one who came last month."""
    with tenancy.practice(practice.pk):
        for days, phones in [(500, 1), (800, 1), (900, 0), (30, 1)]:
            visited(make_patient("Secret", "Person", phones=phones), TODAY - timedelta(days=days))


def filled(**fields):
    return setting_up.filled(today=TODAY, **fields)


def make_lost(practice, patient, *, days_ago):
    """The patient said no in a campaign that has ended since."""
    ended = make_campaign(practice, on=TODAY, status=Campaign.Status.ENDED)
    at = NOW - timedelta(days=days_ago)
    return enroll(ended, patient, at, status="CLOSED", closed_as="LOST", closed_because="Outcome LOST", closed_at=at)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def stored(practice, model=Campaign, **filters):
    with tenancy.practice(practice.pk):
        return list(model.objects.filter(**filters))


def test_saving_a_campaign_enrolls_at_once_and_tells_how_many(web, url, practice, supervisor, overdue):
    answer = set_up(web, url, filled())
    assert said(answer) == [
        "“Winter recall” is saved. 3 patients enrolled. Call lists follow tonight; rebuild today's lists to have it at once."
    ]
    (made,) = stored(practice)
    assert (made.name, made.kind, made.created_by_id, made.workflow) == ("Winter recall", "REACTIVATION", supervisor.pk, "")
    assert len(stored(practice, Enrollment, campaign=made, status="OPEN")) == 3


def test_a_rule_that_takes_nobody_is_warned_about(web, url, overdue):
    answer = set_up(web, url, filled(months_since_visit="119"))
    assert said(answer) == [
        "“Winter recall” is saved, but nobody fits its rule today, so there is nobody to call. "
        "Widen the rule, or wait for the next import: the rule is asked again every night."
    ]


def test_a_rule_whose_patients_can_never_be_called_is_warned_about_before_and_after(web, url, practice):
    with tenancy.practice(practice.pk):
        for _ in range(2):
            visited(make_patient("Secret", phones=0), TODAY - timedelta(days=900))
    nobody = "2 of 2 have no usable phone number: see Number repair."
    preview = previewed(web, url, filled())
    assert (preview.context["preview"].fits, preview.context["nobody"]) == (2, nobody)
    assert f"Nobody of them can be called: {nobody}" in preview.content.decode()
    answer = set_up(web, url, filled())
    assert said(answer) == [f"“Winter recall” is saved, but nobody in it can be called: {nobody}"]


def test_fewer_attempts_than_were_made_are_warned_about(web, url, practice, campaign, agent):
    with tenancy.practice(practice.pk):
        patient = make_patient()
        visited(patient, TODAY - timedelta(days=900))
        enrollment = enroll(campaign, patient, NOW - timedelta(days=30))
        for days in (20, 10):
            call(enrollment, agent, NOW - timedelta(days=days), "NOANS")
    edit = {"campaign_id": campaign.pk}
    fine = web.post(url("preview_edit", **edit), filled(max_attempts="3"))
    assert (fine.context["preview"].to_call, fine.context["nobody"]) == (1, "")
    preview = web.post(url("preview_edit", **edit), filled(max_attempts="2"))
    assert preview.context["nobody"] == "1 of 1 have used all 2 attempts: allow more."
    answer = web.post(url("edit", **edit), filled(max_attempts="2"), follow=True)
    assert said(answer) == [
        "“Winter recall” is saved, but nobody in it can be called: 1 of 1 have used all 2 attempts: allow more."
    ]


def test_win_back_takes_who_said_no_long_ago_and_never_who_asked_not_to_be_called(web, url, practice):
    with tenancy.practice(practice.pk):
        for days in (181, 180, 179):
            make_lost(practice, make_patient(f"Lost{days}"), days_ago=days)
        refused = make_patient("Refused")
        make_lost(practice, refused, days_ago=400)
        OptOut.objects.create(patient=refused, opted_out_at=NOW - timedelta(days=399))
    form = filled(kind="WIN_BACK", win_back_after_days="180")
    preview = previewed(web, url, form).context
    assert (preview["preview"].fits, preview["preview"].reasons) == (2, [("Said no in May 2026", 2)])
    assert preview["rule"] == (
        "Patients who said no in another campaign at least 180 days ago, not seen since and with nothing booked. "
        "Who asked not to be called is never taken."
    )
    set_up(web, url, form)
    with tenancy.practice(practice.pk):
        taken = Enrollment.objects.open().order_by("patient__first_name")
        assert [each.patient.first_name for each in taken] == ["Lost180", "Lost181"]


def test_dates_without_a_calling_day_are_refused(web, url, practice, overdue):
    sunday = TODAY + timedelta(days=5)
    answer = set_up(web, url, filled(starts_on=str(sunday), ends_on=str(sunday)))
    assert (answer.status_code, answer.context["form"].errors["ends_on"]) == (
        422, ["The practice calls nobody on any of these days. Choose a later last day."],
    )  # fmt: skip
    assert stored(practice) == []
    set_up(web, url, filled(starts_on=str(sunday), ends_on=str(sunday + timedelta(days=1))))
    (made,) = stored(practice)
    answer = web.post(url("edit", campaign_id=made.pk), filled(starts_on=str(sunday), ends_on=str(sunday)))
    assert answer.status_code == 422


def test_dates_that_passed_without_a_call_stay_as_they_are(web, url, practice, overdue):
    sunday = TODAY - timedelta(days=2)
    with tenancy.practice(practice.pk):
        old = make_campaign(practice, on=sunday + timedelta(days=1), ends_on=sunday, name="Old")
    form = filled(name="Old", starts_on=str(sunday), ends_on=str(sunday), goal="5")
    assert web.post(url("edit", campaign_id=old.pk), form).status_code == 302


def tonights(answer):
    return {place.code: (place.before, place.after) for place in answer.context["comparison"].places}


def test_the_dry_run_of_a_campaign_counts_tonight_and_saves_nothing(web, url, practice, overdue, campaign, agent):
    with tenancy.practice(practice.pk):
        visited(make_patient(), TODAY - timedelta(days=300))
    web.post(url("build"))
    before = fingerprint(practice)
    form = filled(name="Bring them back", months_since_visit="9")
    answer = web.post(url("dry_run", campaign_id=campaign.pk), form, headers={"HX-Request": "true"})
    assert tonights(answer) == {"READY": (2, 3), "NO_NUMBER": (1, 1)}
    assert (answer.context["comparison"].total.before, answer.context["comparison"].total.after) == (3, 4)
    assert "Counted for the next nightly build" in answer.content.decode()
    assert fingerprint(practice) == before
    whole = web.post(url("dry_run", campaign_id=campaign.pk), form)
    assert (whole.status_code, tonights(whole)) == (200, tonights(answer))


def test_whom_the_night_takes_anyway_counts_on_both_sides_of_the_dry_run(web, url, practice, overdue, campaign, agent):
    form = filled(name="Bring them back", max_attempts="4")
    answer = web.post(url("dry_run", campaign_id=campaign.pk), form, headers={"HX-Request": "true"})
    assert tonights(answer) == {"READY": (2, 2), "NO_NUMBER": (1, 1)}
    assert "The change moves nobody." in answer.content.decode()
    assert stored(practice, Enrollment) == []


def test_a_dry_run_of_a_refused_form_says_what_is_wrong(web, url, practice, campaign):
    for headers in ({"HX-Request": "true"}, {}):
        answer = web.post(url("dry_run", campaign_id=campaign.pk), filled(max_attempts="0"), headers=headers)
        assert (answer.status_code, "comparison" in answer.context) == (422, False)
        assert "Enter 1 to 12 attempts." in answer.content.decode()


def test_an_ended_campaign_has_no_dry_run(web, url, practice, campaign):
    web.post(url("status", campaign_id=campaign.pk), {"action": "end"}, follow=True)
    assert web.post(url("dry_run", campaign_id=campaign.pk), filled()).status_code == 404


def test_a_campaign_of_next_week_enrolls_nobody_yet(web, url, practice, overdue):
    answer = set_up(web, url, filled(starts_on=str(TODAY + timedelta(days=7))))
    assert said(answer) == ["“Winter recall” is saved. No calls today; patients are enrolled as soon as it runs."]
    assert stored(practice, Enrollment) == []
    assert "Starts Nov 24" in answer.content.decode()


@pytest.mark.parametrize(("fields", "field", "words"), [
    ({"name": " "}, "name", "Give the campaign a name."),
    ({"name": "bring them BACK"}, "name", "Another campaign has this name. Choose one that agents can tell apart."),
    ({"kind": "LOTTERY"}, "kind", "Select a valid choice. LOTTERY is not one of the available choices."),
    ({"months_since_visit": "0"}, "months_since_visit", "Enter 1 to 120 months."),
    ({"months_since_visit": "121"}, "months_since_visit", "Enter 1 to 120 months."),
    ({"months_since_visit": "many"}, "months_since_visit", "Enter 1 to 120 months."),
    ({"months_since_visit": "9" * 40}, "months_since_visit", "Enter 1 to 120 months."),
    ({"kind": "REVIEW", "lookback_days": ""}, "lookback_days", "Enter 1 to 1,825 days."),
    ({"kind": "WIN_BACK", "win_back_after_days": "29"}, "win_back_after_days", "Enter 30 to 1,825 days."),
    ({"kind": "WIN_BACK", "win_back_after_days": "1826"}, "win_back_after_days", "Enter 30 to 1,825 days."),
    ({"max_attempts": "0"}, "max_attempts", "Enter 1 to 12 attempts."),
    ({"max_attempts": "13"}, "max_attempts", "Enter 1 to 12 attempts."),
    ({"appointment_horizon_days": "366"}, "appointment_horizon_days", "Enter 0 to 365 days."),
    ({"goal": "0"}, "goal", "Enter at least 1 booking, or leave it empty."),
    ({"revenue_per_visit": "-1"}, "revenue_per_visit", "Revenue can't be less than 0."),
    ({"ends_on": str(TODAY - timedelta(days=1))}, "ends_on", "The last day lies before the first day."),
    ({"starts_on": "2026-01-01", "ends_on": "2026-02-01"}, "ends_on", "This day has passed already: nobody would be called."),
])  # fmt: skip
def test_impossible_parameters_are_refused_with_words(web, url, practice, campaign, fields, field, words):
    answer = set_up(web, url, filled(**fields))
    assert answer.status_code == 422
    assert {name: list(errors) for name, errors in answer.context["form"].errors.items()} == {field: [words]}
    assert len(stored(practice)) == 1


def test_the_form_asks_only_for_what_the_kind_uses(web, url, overdue):
    asked = {}
    for kind in Campaign.Kind.values:
        form = previewed(web, url, filled(kind=kind)).context["form"]
        asked[kind] = [field.name for field in form.rule_fields]
    assert asked == {
        "REACTIVATION": ["months_since_visit"],
        "NO_SHOW": ["lookback_days", "appointment_match"],
        "CANCELLED": ["lookback_days", "appointment_match"],
        "NO_ENCOUNTER": [],
        "REVIEW": ["lookback_days"],
        "WIN_BACK": ["win_back_after_days"],
    }


def test_the_preview_counts_what_saving_then_enrolls(web, url, practice, overdue):
    with tenancy.practice(practice.pk):
        booked(make_patient(), TODAY - timedelta(days=20), status="NO_SHOW")
        make_patient()
        make_lost(practice, make_patient(), days_ago=200)
    for number, kind in enumerate(Campaign.Kind.values):
        form = filled(
            name=f"Campaign {number}", kind=kind, lookback_days="180", appointment_match="ANY", win_back_after_days="180"
        )
        preview = previewed(web, url, form).context["preview"]
        set_up(web, url, form)
        enrolled = stored(practice, Enrollment, campaign__name=f"Campaign {number}")
        assert (kind, preview.fits, preview.entering) == (kind, len(enrolled), len(enrolled))
        assert (kind, sum(patients for _words, patients in preview.reasons)) == (kind, len(enrolled))


def test_the_preview_tells_reasons_and_who_has_no_number_but_no_names(web, url, practice, overdue):
    answer = previewed(web, url, filled(), **{"HX-Request": "true"})
    preview = answer.context["preview"]
    assert (preview.fits, preview.without_number) == (3, 1)
    assert preview.reasons == [("Last visit in 2025", 1), ("Last visit in 2024", 2)]
    assert "Secret" not in answer.content.decode()
    assert stored(practice, AccessEvent) == []
    assert stored(practice) == []


def test_an_unfinished_rule_has_no_preview(web, url, overdue):
    answer = previewed(web, url, filled(months_since_visit=""))
    assert (answer.status_code, answer.context["preview"]) == (200, None)
    assert "Complete the rule" in answer.content.decode()


def test_a_change_of_the_rule_is_previewed_and_then_followed(web, url, practice, overdue, campaign):
    web.post(url("edit", campaign_id=campaign.pk), filled(months_since_visit="12"))
    first = stored(practice, Enrollment, status="OPEN")[0]
    with tenancy.practice(practice.pk):
        call(first, make_member(practice, "Ana Agent"), NOW, "LOST")
    wider = web.post(url("preview_edit", campaign_id=campaign.pk), filled(months_since_visit="24")).context["preview"]
    answer = web.post(url("edit", campaign_id=campaign.pk), filled(months_since_visit="24"), follow=True)
    again = web.post(url("edit", campaign_id=campaign.pk), filled(months_since_visit="24"), follow=True)
    assert said(again)[0].startswith("“Winter recall” is saved. The same patients are in it as before.")
    still_open = stored(practice, Enrollment, status="OPEN")
    assert (wider.fits, wider.staying, wider.entering) == (2, len(still_open), 0)
    assert wider.leaving == len(stored(practice, Enrollment, closed_as="INELIGIBLE"))
    assert wider.settled == wider.fits - len(still_open)
    assert answer.redirect_chain == [(url("detail", campaign_id=campaign.pk), 302)]


def test_the_kind_of_a_campaign_is_fixed(web, url, practice, campaign):
    web.post(url("edit", campaign_id=campaign.pk), filled(kind="REVIEW"))
    assert stored(practice)[0].kind == "REACTIVATION"


def test_agents_of_the_campaign_are_those_of_the_practice(web, url, practice, agent, supervisor, stranger):
    left = make_member(practice, "Gone Away", is_active=False)
    form = web.get(url("new")).context["form"]
    assert [member.pk for member in form.fields["agents"].queryset] == [agent.pk]
    for member in (stranger, left, supervisor):
        assert set_up(web, url, filled(agents=[member.pk])).status_code == 422
    set_up(web, url, filled(agents=[agent.pk]))
    (made,) = stored(practice)
    with tenancy.practice(practice.pk):
        assert list(made.agents.values_list("agent", flat=True)) == [agent.pk]


def test_an_agent_taken_off_gives_up_the_campaigns_work(web, url, practice, overdue, campaign, agent):
    colleague = make_member(practice, "Ben Brook")
    edit = url("edit", campaign_id=campaign.pk)
    web.post(edit, filled(agents=[agent.pk]))
    web.post(url("build"))
    assert {item.agent_id for item in stored(practice, QueueItem)} == {agent.pk}
    web.post(edit, filled(agents=[colleague.pk]))
    assert stored(practice, QueueItem) == []
    web.post(url("build"))
    assert {item.agent_id for item in stored(practice, QueueItem)} == {colleague.pk}
    assert {each.assigned_agent_id for each in stored(practice, Enrollment)} == {colleague.pk}


def test_pausing_takes_its_patients_off_the_lists_at_once(web, url, practice, overdue, campaign, agent):
    web.post(url("build"))
    assert len(stored(practice, QueueItem)) == 2
    answer = web.post(url("status", campaign_id=campaign.pk), {"action": "pause"}, follow=True)
    assert said(answer)[-1] == (
        "“Bring them back” is paused. Its patients are off today's call lists; promised callbacks wait until it goes on."
    )
    assert stored(practice, QueueItem) == []
    assert [place.code for place in answer.context["places"]] == ["CAMPAIGN_OFF"]
    web.post(url("build"))
    assert stored(practice, QueueItem) == []


def test_a_form_that_was_open_while_the_campaign_was_paused_starts_no_calls(inside, supervisor, campaign):
    edited = Campaign.objects.get(pk=campaign.pk)
    campaign_status.pause(campaign=campaign, by=supervisor)
    campaign_setup.save(campaign=edited, agents=[], by=supervisor, now=NOW)
    assert Campaign.objects.get(pk=campaign.pk).status == Campaign.Status.PAUSED


def test_resuming_enrolls_who_came_due_meanwhile(web, url, practice, campaign, overdue):
    status = url("status", campaign_id=campaign.pk)
    web.post(status, {"action": "pause"})
    answer = web.post(status, {"action": "resume"}, follow=True)
    assert said(answer)[-1] == (
        "“Bring them back” goes on. 3 patients enrolled. Call lists follow tonight; rebuild today's lists to have it at once."
    )
    assert stored(practice)[0].status == "ACTIVE"


def test_ending_closes_what_is_open_and_keeps_what_was_reached(web, url, practice, overdue, campaign, agent):
    web.post(url("build"))
    with tenancy.practice(practice.pk):
        promised, lost, *_rest = Enrollment.objects.order_by("pk")
        later = NOW + timedelta(hours=3)
        call(promised, agent, NOW, say("CBACK", callback_at=later, phone_id=promised.patient.phones.first().pk))
        call(lost, agent, NOW, "LOST")
    answer = web.post(url("status", campaign_id=campaign.pk), {"action": "end"}, follow=True)
    assert said(answer)[-1] == "“Bring them back” has ended. 2 open enrollments closed."
    ended = stored(practice, Enrollment, closed_as="ENDED")
    assert [each.closed_because for each in ended] == ["Campaign ended by Sam Supervisor"] * 2
    assert len(stored(practice, Enrollment, closed_as="LOST")) == 1
    assert [each.status for each in stored(practice, Callback)] == ["CANCELLED"]
    assert stored(practice, QueueItem, done_at=None) == []
    assert answer.context["closed"] == [("Campaign ended", 2), ("Lost", 1)]


def test_a_call_under_way_is_recorded_though_its_campaign_ended(web, url, practice, overdue, campaign, agent):
    web.post(url("build"))
    web.post(url("status", campaign_id=campaign.pk), {"action": "end"})
    with tenancy.practice(practice.pk):
        call(Enrollment.objects.first(), agent, NOW, "NOANS")
    assert len(stored(practice, CallAttempt)) == 1
    assert {each.closed_as for each in stored(practice, Enrollment)} == {"ENDED"}


@pytest.mark.parametrize(("first", "then", "words"), [
    ("pause", "pause", "This campaign is paused already."),
    ("end", "resume", "This campaign is ended already."),
    ("end", "end", "This campaign is ended already."),
    (None, "resume", "This campaign is active already."),
    (None, "delete", "Choose whether to pause, resume, end or archive the campaign."),
    (None, "", "Choose whether to pause, resume, end or archive the campaign."),
])  # fmt: skip
def test_a_change_of_status_that_makes_no_sense_is_refused(web, url, practice, campaign, first, then, words):
    status = url("status", campaign_id=campaign.pk)
    if first:
        web.post(status, {"action": first}, follow=True)
    before = stored(practice)[0].status
    assert said(web.post(status, {"action": then}, follow=True)) == [words]
    assert stored(practice)[0].status == before


def test_an_ended_campaign_cant_be_changed(web, url, practice, campaign):
    web.post(url("status", campaign_id=campaign.pk), {"action": "end"}, follow=True)
    answer = web.post(url("edit", campaign_id=campaign.pk), filled(), follow=True)
    assert said(answer) == ["An ended campaign can't be changed. Copy it, or make a new one instead."]
    assert stored(practice)[0].name == "Bring them back"


def test_the_history_tells_who_changed_what(web, url, practice, supervisor, agent, campaign):
    form = filled(name="Bring them back", max_attempts="4", months_since_visit="18", workflow="TELE_VISIT", agents=[agent.pk])
    web.post(url("edit", campaign_id=campaign.pk), form)
    web.post(url("status", campaign_id=campaign.pk), {"action": "pause"})
    changes = web.get(url("detail", campaign_id=campaign.pk)).context["changes"]
    told = [(change.title, change.who, change.what) for change in changes]
    # One test is one transaction, and so one moment for the triggers: changes of one person stand together.
    assert told == [
        ("Changed", "Sam Supervisor", [
            ("Months since the last visit", "12", "18"),
            ("Attempts", "5", "4"),
            ("First day", "Nov 16, 2026", "Nov 17, 2026"),
            ("Script", "none", "Convert to a tele-visit"),
            ("Status", "Active", "Paused"),
            ("Agent added", "", "Ana Agent"),
        ]),
        ("Created", "Recall Desk", []),
    ]  # fmt: skip


def test_rebuilding_says_what_changed_and_goes_back_to_where_the_button_was(web, url, practice, overdue, campaign, agent):
    dashboard = reverse("reports:dashboard", kwargs={"practice_slug": practice.slug})
    answer = web.post(url("build"), {"next": dashboard}, follow=True)
    (build,) = stored(practice, QueueBuild)
    assert answer.redirect_chain == [(dashboard, 302)]
    assert said(answer) == [
        "Today&#x27;s call lists are rebuilt: 2 patients on them, 2 new, 0 gone, 0 with another agent. "
        "1 open enrollment held back. "
        f'<a href="{url("build_detail", build_id=build.pk)}">What changed and why</a>'
    ]
    assert f'href="{url("build_detail", build_id=build.pk)}"' in answer.content.decode()
    assert (build.queued, build.business_date, build.built_by.name) == (2, TODAY, "Sam Supervisor")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_rebuilding_never_leads_elsewhere(web, url, elsewhere):
    assert web.post(url("build"), {"next": elsewhere}).url == url("list")


def test_the_list_shows_every_campaign_with_its_figures(web, url, practice, overdue, campaign, agent):
    web.post(url("edit", campaign_id=campaign.pk), filled(agents=[agent.pk], goal="10"))
    with tenancy.practice(practice.pk):
        make_campaign(practice, on=TODAY, name="Over", status=Campaign.Status.ENDED)
        won, lost, _open = Enrollment.objects.order_by("pk")
        visit = say("DONE", appointment_on=TODAY, appointment_at="10:00", provider="Dr. Osei")
        call(won, agent, NOW, visit)
        call(lost, agent, NOW, "LOST")
    rows = web.get(url("list")).context["rows"]
    figures = rows[0][1]
    assert [(each.name, agents) for each, _figures, agents in rows] == [("Winter recall", ["Ana Agent"]), ("Over", [])]
    assert (figures.enrolled, figures.open, figures.won, figures.closed_otherwise) == (3, 1, 1, 1)
    assert (figures.dials, figures.booked, figures.conversion) == (2, 1, 50.0)


def test_the_page_of_a_campaign_adds_up(web, url, practice, overdue, campaign, agent):
    web.post(url("build"))
    with tenancy.practice(practice.pk):
        call(Enrollment.objects.filter(queue_items__isnull=False).first(), agent, NOW, "NOANS")
    page = web.get(url("detail", campaign_id=campaign.pk))
    assert {place.code: place.rows for place in page.context["places"]} == {
        "ON_LIST": 1, "NO_NUMBER": 1, "COOLING_DOWN": 1,
    }  # fmt: skip
    assert page.context["open_work"] == page.context["figures"].open == 3
    (work,) = page.context["agents"]
    assert (work.name, work.open, work.on_list, work.dials, work.booked) == ("Ana Agent", 3, 1, 1, 0)
    assert "Secret" not in page.content.decode()


def test_an_empty_list_offers_the_first_campaign(web, url):
    page = web.get(url("list")).content.decode()
    assert "No campaigns yet" in page
    assert url("new") in page


@pytest.mark.parametrize("name", ["list", "detail"])
def test_more_campaigns_and_agents_need_no_more_queries(web, url, practice, campaign, agent, name):
    address = url(name, campaign_id=campaign.pk) if name == "detail" else url(name)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert web.get(address).status_code == 200
        return len(captured)

    with tenancy.practice(practice.pk):
        campaign.agents.create(agent=agent)
        enroll(campaign, make_patient(), NOW, assigned_agent=agent)
    queries()
    few = queries()
    with tenancy.practice(practice.pk):
        for number in range(4):
            member = make_member(practice, f"Agent {number}")
            more = make_campaign(practice, on=TODAY)
            more.agents.create(agent=member)
            campaign.agents.create(agent=member)
            enroll(more, make_patient(), NOW, assigned_agent=member)
            call(enroll(campaign, make_patient(), NOW, assigned_agent=member), member, NOW, "NOANS")
    assert queries() == few


def test_agents_have_no_business_here(sign_in, agent, url, campaign):
    one = {"campaign_id": campaign.pk}
    asked = [("get", url("list")), ("get", url("new")), ("get", url("detail", **one)), ("get", url("edit", **one))]
    asked += [("post", url(name)) for name in ("build", "new")]
    asked += [("post", url(name, **one)) for name in ("status", "edit", "preview_edit", "examples", "dry_run", "copy")]
    web = sign_in(agent)
    assert {getattr(web, method)(address).status_code for method, address in asked} == {403}


def test_a_campaign_of_another_practice_is_not_found(web, url, other_practice):
    with tenancy.practice(other_practice.pk):
        foreign = make_campaign(other_practice, on=TODAY)
    one = {"campaign_id": foreign.pk}
    asked = [("get", url("detail", **one)), ("get", url("edit", **one)), ("post", url("edit", **one))]
    asked += [("post", url(name, **one)) for name in ("status", "preview_edit", "examples", "dry_run", "copy")]
    assert {getattr(web, method)(address).status_code for method, address in asked} == {404}


def test_a_new_build_puts_a_new_campaign_on_the_lists(web, url, practice, overdue, agent):
    set_up(web, url, filled())
    web.post(url("build"))
    with tenancy.practice(practice.pk):
        assert plan.due_on(practice=practice, now=NOW) is None
    assert len(stored(practice, QueueItem)) == 2
