"""Scripts are written and approved by those who lead, kept in versions, and said in calls once they are approved."""

import pytest
from django.db import Error, connection, transaction
from django.template.loader import render_to_string
from django.utils.html import escape

from accounts import tenancy
from accounts.models import Membership, Practice
from audit.models import AccessEvent
from campaigns import script_library, script_versions
from campaigns.call_sheet import call_sheet
from campaigns.models import Campaign, Lease, Script, ScriptVersion
from campaigns.next_call import claim
from campaigns.scripts import DIVIDER, standard_text
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import booked, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
Role = Membership.Role
LIST_QUERIES = 9
NO_SHOW = {"workflow": "NO_SHOW", "language": "en"}


def own(words="We missed you on {missed_date}."):
    return f"# Open\nHello, this is {{agent_name}}.\n{DIVIDER}\n{words}"


def text(response):
    return " ".join(response.content.decode().split())


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def second(practice):
    """Another supervisor."""
    return make_member(practice, "Sue Second", Role.SUPERVISOR)


@pytest.fixture
def web(sign_in, supervisor, desk_clock):
    return sign_in(supervisor)


@pytest.fixture
def save(web, url):
    """`save("text")` posts the editor as whoever is signed in."""

    def _save(words=None, *, seen=0, **subject):
        form = NO_SHOW | subject | {"text": own() if words is None else words, "seen": seen}
        return web.post(f"{url('script_edit')}?{'&'.join(f'{k}={v}' for k, v in (NO_SHOW | subject).items())}", form, follow=True)

    return _save


@pytest.fixture
def approve(web, url, practice):
    def _approve(number=1, **subject):
        with tenancy.practice(practice.pk):
            version = ScriptVersion.objects.get(number=number, **subject)
        return web.post(url("script_approve", version_id=version.pk), follow=True)

    return _approve


@pytest.fixture
def spoken(practice, agent, now):
    """`spoken(kind, cancel_reason=…, language=…)`: what is said in a call of such a campaign."""

    def _spoken(kind="NO_SHOW", *, campaign=None, cancel_reason="", of_patient="en", language=""):
        with tenancy.practice(practice.pk):
            campaign = campaign or make_campaign(practice, kind, on=TODAY)
            patient = make_patient(language=of_patient)
            missed = booked(patient, TODAY, "CANCELLED", provider="Marsh, Elena", cancel_reason=cancel_reason)
            enrollment = enroll(campaign, patient, now, missed_appointment=missed)
            return script_library.script_for(
                enrollment=enrollment, patient=patient, practice=practice, agent=agent, language=language
            )

    return _spoken


def first_words(script):
    return script.after[0].lines[0].text


def test_agents_hear_of_a_text_once_it_is_approved(save, approve, spoken, sign_in, second, practice):
    before = first_words(spoken())
    assert before == "Thank you, Ida. We missed you at your visit on November 17 with Elena Marsh, and I hope that you are well."
    assert told(save()) == ["Version 1 is saved. Agents see it once it is approved."]
    assert (first_words(spoken()), spoken().version_label) == (before, "Standard text")
    sign_in(second)
    assert told(approve()) == ["Version 1 is approved. Agents see it from now on."]
    assert first_words(spoken()) == "We missed you on November 17."
    assert spoken().version_label == "Version 1, approved by Sue Second Nov 17"
    with tenancy.practice(practice.pk):
        kept = ScriptVersion.objects.get()
    assert (kept.author.name, kept.approved_by.name) == ("Sam Supervisor", "Sue Second")


def test_a_draft_leaves_the_approved_version_in_use(save, approve, spoken, sign_in, admin):
    sign_in(admin)
    save()
    approve()
    save(own("Something new."), seen=1)
    assert (first_words(spoken()), spoken().version_label[:9]) == ("We missed you on November 17.", "Version 1")
    approve(2)
    assert (first_words(spoken()), spoken().version_label[:9]) == ("Something new.", "Version 2")


def test_an_author_who_supervises_beside_others_may_not_approve(save, approve, second, web, url, practice):
    save()
    page = text(web.get(url("script_edit"), NO_SHOW))
    assert "You wrote this version. Another supervisor or an admin has to approve it." in page
    assert "Approve version 1" not in page
    assert told(approve()) == ["You wrote this version. Another supervisor or an admin has to approve it."]
    with tenancy.practice(practice.pk):
        assert ScriptVersion.objects.approved().count() == 0


def test_a_supervisor_who_leads_alone_approves_the_own_text(save, approve, practice):
    former = make_member(practice, "Fay Former", Role.ADMIN)
    former.is_active = False
    former.save()
    save()
    assert told(approve()) == ["Version 1 is approved. Agents see it from now on."]


def test_an_admin_approves_the_own_text_beside_others(save, approve, sign_in, admin, second):
    sign_in(admin)
    save()
    assert told(approve()) == ["Version 1 is approved. Agents see it from now on."]


def test_only_the_newest_version_is_approved_and_only_once(save, approve, sign_in, admin):
    save()
    save(own("Something new."), seen=1)
    sign_in(admin)
    assert told(approve(1)) == ["Version 2 is newer. Approve that one, or bring this text back as a new version."]
    approve(2)
    assert told(approve(2)) == ["This version is approved already."]


@pytest.mark.parametrize("role", ["agent", "stranger"])
def test_who_does_not_lead_neither_reads_nor_writes_nor_approves(save, request, web, url, sign_in, practice, role):
    save()
    with tenancy.practice(practice.pk):
        version = ScriptVersion.objects.get()
    client = sign_in(request.getfixturevalue(role))
    refused = {"agent": 403, "stranger": 404}[role]
    answers = [
        client.get(url("scripts")),
        client.get(url("script_edit"), NO_SHOW),
        client.post(f"{url('script_edit')}?workflow=NO_SHOW&language=en", {"text": own("Mine."), "seen": 1}),
        client.post(url("script_preview"), NO_SHOW | {"text": own(), "seen": 1}),
        client.post(url("script_approve", version_id=version.pk)),
    ]
    assert [answer.status_code for answer in answers] == [refused] * 5
    with tenancy.practice(practice.pk):
        assert ScriptVersion.objects.get().approved_at is None


def test_a_script_or_version_of_another_practice_is_not_found(web, url, other_practice, stranger):
    with tenancy.practice(other_practice.pk):
        foreign = make_campaign(other_practice, on=TODAY)
        version = script_versions.write(
            practice=other_practice, workflow="NO_SHOW", language="en", text=own("Foreign."), seen=0, by=stranger, now=NOW
        )
    asked = NO_SHOW | {"campaign": foreign.pk}
    answers = [
        web.get(url("script_edit"), asked),
        web.post(url("script_preview"), asked | {"text": own(), "seen": 0}),
        web.post(url("script_approve", version_id=version.pk)),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert "Foreign." not in text(web.get(url("script_edit"), NO_SHOW))


@pytest.mark.parametrize("wrong", [{"workflow": "X"}, {"language": "fr"}, {"campaign": "x"}, {"campaign": 999999}])
def test_a_script_of_nothing_is_not_found(web, url, wrong):
    assert web.get(url("script_edit"), NO_SHOW | wrong).status_code == 404


def test_what_breaks_a_rule_is_not_saved_and_says_its_line(save, practice):
    answer = save(own("We {missed} you."))
    assert answer.status_code == 422
    assert escape("Line 4: “{missed}” can't be filled in.") in answer.content.decode()
    assert answer.context["form"]["text"].value() == own("We {missed} you.")
    with tenancy.practice(practice.pk):
        assert not Script.objects.exists()


def test_the_same_text_again_and_a_text_over_anothers_are_not_saved(save, sign_in, second):
    save()
    assert "This is version 1 word for word, so nothing was saved." in text(save(f"{own()}  \r\n\r\n", seen=1))
    sign_in(second)
    answer = save(own("Mine."), seen=0)
    assert "Sam Supervisor saved version 1 while you wrote. Your text is still here, not saved." in text(answer)
    assert answer.context["form"]["text"].value() == own("Mine.")


def test_an_earlier_text_comes_back_as_a_new_version(save, approve, sign_in, admin, web, url, practice):
    sign_in(admin)
    save()
    save(own("Something new."), seen=1)
    form = web.get(url("script_edit"), NO_SHOW | {"version": 1}).context["form"]
    assert (form["text"].value(), form["seen"].value()) == (own(), 2)
    save(form["text"].value(), seen=form["seen"].value())
    with tenancy.practice(practice.pk):
        assert list(ScriptVersion.objects.order_by("number").values_list("number", "text")) == [
            (1, own()), (2, own("Something new.")), (3, own()),
        ]  # fmt: skip
    standard = web.get(url("script_edit"), NO_SHOW | {"version": 0}).context["form"]["text"].value()
    assert standard == standard_text("NO_SHOW", "en")


def test_the_versions_say_who_when_and_what_changed(save, approve, sign_in, admin, web, url):
    sign_in(admin)
    save()
    approve()
    save(own("Something new."), seen=1)
    page = text(web.get(url("script_edit"), NO_SHOW))
    assert "Ada Admin, Nov 17, 2026, 11:00 AM EST · approved by Ada Admin, Nov 17, 2026, 11:00 AM EST" in page
    newest, first = web.get(url("script_edit"), NO_SHOW).context["file"].history
    assert newest[1] == [
        (" ", "Hello, this is {agent_name}."), (" ", DIVIDER), ("-", "We missed you on {missed_date}."), ("+", "Something new."),
    ]  # fmt: skip
    assert ("+", "Hello, this is {agent_name}.") in first[1]
    assert any(sign == "-" and "{practice_name}" in line for sign, line in first[1])


def test_the_approval_shows_all_that_would_change_for_agents(save, approve, sign_in, admin, web, url):
    sign_in(admin)
    save()
    approve()
    save(own("First\nSecond"), seen=1)
    save(own("First\nThird"), seen=2)
    file = web.get(url("script_edit"), NO_SHOW).context["file"]
    assert [line for sign, line in file.changes if sign == "+"] == ["First", "Third"]
    assert [line for sign, line in file.history[0][1] if sign == "+"] == ["Third"]


def test_a_text_that_no_call_of_its_campaign_follows_says_so(web, url, practice):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, "CANCELLED", on=TODAY)
    unused = {
        workflow: web.get(url("script_edit"), {"workflow": workflow, "language": "en", "campaign": campaign.pk})
        .context["file"]
        .is_unused
        for workflow in ("NO_SHOW", "CANCELLED_BY_US", "CANCELLED_BY_PATIENT", "VOICEMAIL")
    }
    assert unused == {"NO_SHOW": True, "CANCELLED_BY_US": False, "CANCELLED_BY_PATIENT": False, "VOICEMAIL": False}
    assert "Nobody sees this text now" not in text(web.get(url("script_edit"), NO_SHOW))


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_preview_speaks_to_nobody_real_and_saves_nothing(web, url, practice, headers):
    with tenancy.practice(practice.pk):
        make_patient("Ida", "Keller")
    form = NO_SHOW | {"text": own("{first_name} {last_name}, you saw {provider} and missed {missed_date}. {oops}"), "seen": 0}
    answer = web.post(url("script_preview"), form, headers=headers)
    page = text(answer)
    assert answer.status_code == 200
    assert "Hello, this is Sam Supervisor." in page
    assert "Jordan Sample, you saw Alex Rivera and missed November 10. {oops}" in page
    assert escape("Line 4: “{oops}” can't be filled in.") in page
    assert "Keller" not in page
    assert ("<!DOCTYPE html>" in page) == (not headers)
    with tenancy.practice(practice.pk):
        assert not Script.objects.exists()
        assert not AccessEvent.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_what_is_in_use_and_costs_the_same_for_any_number(
    save, approve, sign_in, admin, web, url, practice, count, django_assert_num_queries
):
    sign_in(admin)
    with tenancy.practice(practice.pk):
        campaigns = [make_campaign(practice, on=TODAY, name=f"Recall {number}") for number in range(count)]
    save()
    approve()
    save(own("Draft."), seen=1)
    for campaign in campaigns:
        save(campaign=campaign.pk, workflow="REACTIVATION")
    with django_assert_num_queries(LIST_QUERIES):
        answer = web.get(url("scripts"))
    english = dict(answer.context["workflows"])["NO_SHOW"][0]
    assert (english.live.number, english.draft.number) == (1, 2)
    assert [each.campaign.name for each in answer.context["of_campaigns"]] == [f"Recall {number}" for number in range(count)]
    assert "approved by Ada Admin, Nov 17, 2026" in text(answer)


def test_a_campaigns_text_comes_before_the_practices_and_stays_in_its_campaign(save, approve, spoken, sign_in, admin, practice):
    sign_in(admin)
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, "NO_SHOW", on=TODAY)
    save(own("Of the campaign."), campaign=campaign.pk)
    approve(script__campaign=campaign)
    save(own("Of the practice."))
    approve(script__campaign=None)
    assert first_words(spoken(campaign=campaign)) == "Of the campaign."
    assert spoken(campaign=campaign).version_label == "Version 1 for this campaign, approved by Ada Admin Nov 17"
    assert first_words(spoken()) == "Of the practice."


@pytest.mark.parametrize(
    ("kind", "reason", "workflow"),
    [
        ("CANCELLED", "Provider out", "CANCELLED_BY_US"),
        ("CANCELLED", "Weather", "CANCELLED_BY_PATIENT"),
        ("REVIEW", "", "REVIEW"),
    ],
)
def test_what_is_said_follows_the_kind_and_who_canceled(spoken, kind, reason, workflow):
    assert spoken(kind, cancel_reason=reason).workflow == workflow


def test_a_campaign_may_name_its_workflow(spoken, practice):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, "NO_SHOW", on=TODAY, workflow="TELE_VISIT")
    assert "by video" in first_words(spoken(campaign=campaign))


@pytest.mark.parametrize(
    ("of_patient", "asked", "said"),
    [("en", "", "en"), ("es", "", "es"), ("vi", "", "en"), ("es", "en", "en"), ("en", "es", "es"), ("en", "xx", "en")],
)
def test_the_script_is_in_the_patients_language_unless_another_is_asked_for(spoken, of_patient, asked, said):
    script = spoken(of_patient=of_patient, language=asked)
    assert script.language == said
    assert script.voicemail.startswith({"en": "Hello, this is Ana Agent", "es": "Hola, le habla Ana Agent"}[said])
    assert script.opening[0].title == {"en": "Open", "es": "Apertura"}[said]


def test_a_script_is_one_query(practice, agent, now, django_assert_num_queries):
    with tenancy.practice(practice.pk):
        patient = make_patient()
        enrollment = enroll(make_campaign(practice, on=TODAY), patient, now)
        with django_assert_num_queries(1):
            script_library.script_for(enrollment=enrollment, patient=patient, practice=practice, agent=agent)


@pytest.mark.parametrize("named", ["Bayview", "Marsh", "Whitcomb", "Retina", "ophthalmology"])
def test_a_voicemail_with_a_name_the_practice_is_known_by_is_refused_unless_it_allows_it(save, practice, named):
    with tenancy.practice(practice.pk):
        Practice.objects.filter(pk=practice.pk).update(specialty="Ophthalmology")
        booked(make_patient(provider="MARSH, ELENA"), TODAY, provider="Whitcomb, Ruth", specialty="Retina care")
    words = f"Hello from {named}. Call {{practice_phone}}."
    answer = save(words, workflow="VOICEMAIL")
    assert f"Line 1: “{named}” tells who calls or why, and must not be left on a machine" in text(answer)
    Practice.objects.filter(pk=practice.pk).update(voicemail_may_name=True)
    assert told(save(words, workflow="VOICEMAIL")) == ["Version 1 is saved. Agents see it once it is approved."]


def test_a_voicemail_that_was_allowed_to_name_is_not_said_any_more_when_that_ends(
    save, approve, spoken, sign_in, admin, practice, web, url
):
    sign_in(admin)
    Practice.objects.filter(pk=practice.pk).update(voicemail_may_name=True)
    save("This is {practice_name}.", workflow="VOICEMAIL")
    approve()
    practice.refresh_from_db()
    assert spoken().voicemail == "This is Bayview Eye."
    Practice.objects.filter(pk=practice.pk).update(voicemail_may_name=False)
    practice.refresh_from_db()
    assert "Bayview" not in spoken().voicemail
    assert "Agents see the standard text" in text(web.get(url("script_edit"), {"workflow": "VOICEMAIL", "language": "en"}))
    save("This is {practice_name}. Call.", workflow="VOICEMAIL", seen=1)
    with tenancy.practice(practice.pk):
        assert ScriptVersion.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE campaigns_scriptversion SET text = 'Other.'",
        "UPDATE campaigns_scriptversion SET author_id = NULL",
        "UPDATE campaigns_scriptversion SET approved_at = now()",
        "DELETE FROM campaigns_scriptversion",
    ],
)
def test_the_database_itself_keeps_versions_and_approvals_as_they_are(save, approve, sign_in, admin, practice, change):
    sign_in(admin)
    save()
    approve()
    with tenancy.practice(practice.pk), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


# The call page


def test_the_card_comes_in_another_language_alone_with_the_voicemail_text(listed, agent, now, sign_in, url):
    listed(1)
    lease = claim(agent=agent, now=now)
    answer = sign_in(agent).get(url("call_script", lease_id=lease.pk), {"language": "es"}, headers={"HX-Request": "true"})
    page = text(answer)
    assert page.startswith('<section class="card call-script" id="call-script"')
    assert "Hola, le habla Ana Agent de Bayview Eye." in page
    assert 'id="voicemail-text" hx-swap-oob="true"' in page
    assert "Hola, le habla Ana Agent con un mensaje para Ida1 Keller." in page
    assert AccessEvent.objects.get().patient_ids == [lease.patient_id]
    whole = text(sign_in(agent).get(url("call_script", lease_id=lease.pk), {"language": "es"}))
    assert "<title>Script · Bayview Eye</title>" in whole


def test_a_script_is_shown_to_whoever_holds_the_patient_alone(listed, agent, now, sign_in, url, practice):
    listed(1)
    lease = claim(agent=agent, now=now)
    other = make_member(practice, "Bo Other")
    assert sign_in(other).get(url("call_script", lease_id=lease.pk)).status_code == 404


def test_the_call_page_shows_steps_answers_objections_and_the_referral(listed, agent, now, sign_in, url):
    listed(1)
    Lease.objects.filter(pk=claim(agent=agent, now=now).pk).update(matched=["NAME", "PHONE"])
    page = text(sign_in(agent).get(url("call")))
    for words in (
        "<h3>Verify</h3>", "<summary>Somebody else answers</summary>", "We would like to welcome you to a first visit.",
        "<h3>Objections</h3>", "<summary>What will it cost?</summary>", "Went well? Ask for a referral", "Standard text",
    ):  # fmt: skip
        assert words in page, words


def test_before_two_identifiers_match_the_card_names_no_reason(listed, agent, now, url, practice):
    listed(1)
    lease = claim(agent=agent, now=now)
    sheet = call_sheet(lease=lease, practice=practice, agent=agent, now=now)
    card = " ".join(render_to_string("campaigns/desk/script.html", {"sheet": sheet, "practice": practice}).split())
    assert "<h3>Verify</h3>" in card
    assert "Two identifiers that match open the rest of the script." in card
    for words in (
        "Registered, never seen", "The reason", "first visit", "Objections", "What will it cost?", "Offer two times", "referral",
    ):  # fmt: skip
        assert words not in card, words


def test_campaigns_choose_their_script_in_their_form(web, url, practice):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY, name="By video", workflow="TELE_VISIT")
    assert "Convert to a tele-visit" in text(web.get(url("detail", campaign_id=campaign.pk)))
    offered = web.get(url("edit", campaign_id=campaign.pk)).context["form"].fields["workflow"].choices
    assert [code for code, _label in offered] == ["", *(code for code, _label in Campaign._meta.get_field("workflow").choices)]
