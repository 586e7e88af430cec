"""The set-up pages of dispositions: what an admin may change, what is refused, and what it does to calls."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from campaigns.models import CallAttempt, Enrollment
from dispositions.models import Disposition
from tests.conftest import NOW
from tests.isolation.sweep import fingerprint
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
WHOLE_DAYS = "Enter whole numbers of days with commas between them, as in 7, 7, 14."
TOO_LONG = "Enter at most 366 days. To call nobody again, close the enrollment."
LABEL_TAKEN = "Another active disposition has this label. Choose one that agents can tell apart."


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def web(sign_in, admin):
    return sign_in(admin)


@pytest.fixture
def url(practice):
    def _url(name, *ids):
        return reverse(f"campaigns:{name}", args=[practice.slug, *ids])

    return _url


@pytest.fixture
def of(practice):
    """`of("NOANS")`: the disposition as it is stored now."""

    def _of(code):
        with tenancy.practice(practice.pk):
            return Disposition.objects.get(practice=practice, code=code)

    return _of


def filled(disposition=None, **changed):
    """What the form posts: a disposition as it is, with some fields changed; None is an unchecked box."""
    form = {"code": "MOVED", "label": "Moved away", "hotkey": "m", "retry_after_days": "30", "is_active": "on"}
    if disposition is not None:
        form = {name: getattr(disposition, name) for name in ("label", "hotkey", "closes_as", "requires", "number_effect")}
        form["retry_after_days"] = ", ".join(str(days) for days in disposition.retry_after_days)
        flags = ("is_active", "is_reached", "is_right_party", "is_success")
        form |= {name: "on" for name in flags if getattr(disposition, name)}
    return {name: value for name, value in (form | changed).items() if value is not None}


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def errors(answer):
    return {name: list(sentences) for name, sentences in answer.context["form"].errors.items()}


def codes(practice):
    with tenancy.practice(practice.pk):
        return list(practice.dispositions.order_by("position").values_list("code", flat=True))


def test_the_list_says_in_words_what_follows(web, url):
    page = web.get(url("dispositions")).content.decode()
    assert page.count("<tr>") == 13
    for words in (
        "Closes as “Re-appointed”",
        "Again after 7 days",
        "Again at the promised time",
        "Again after 1, then 2 days",
        "Again after 1 day, on the next number; closes as “Unreachable” if there is none",
        "Agents enter: date, time and provider of the appointment",
    ):
        assert words in page


def test_a_disposition_of_ones_own_stands_last_and_can_be_chosen(web, url, practice, of):
    answer = web.post(url("disposition_new"), filled(code="moved", retry_after_days="30; 60"), follow=True)
    assert said(answer) == ["“Moved away” is saved. It applies to outcomes saved from now on."]
    made = of("MOVED")
    assert (made.position, made.hotkey, made.retry_after_days, made.is_active) == (13, "m", [30, 60], True)
    assert web.post(url("disposition_new"), filled()).status_code == 422
    assert codes(practice).count("MOVED") == 1


def test_the_code_stays_whatever_is_posted(web, url, of):
    noans = of("NOANS")
    web.post(url("disposition_edit", noans.pk), filled(noans, code="OTHER", label="Rang out"))
    assert of("NOANS").label == "Rang out"


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"retry_after_days": "-1"}, "retry_after_days", "Days can't be less than 0: nobody is called in the past."),
        ({"retry_after_days": "soon"}, "retry_after_days", WHOLE_DAYS),
        ({"retry_after_days": "7.5"}, "retry_after_days", WHOLE_DAYS),
        ({"retry_after_days": "7,,7"}, "retry_after_days", WHOLE_DAYS),
        ({"retry_after_days": "9" * 5000}, "retry_after_days", WHOLE_DAYS),
        ({"retry_after_days": "9" * 40}, "retry_after_days", TOO_LONG),
        ({"retry_after_days": "0"}, "retry_after_days", "Enter at least 1 day: nobody is called twice in 24 hours."),
        ({"retry_after_days": ""}, "retry_after_days", "Say after how many days the patient is called again, as in 7, 7, 14."),
        ({"hotkey": "ab"}, "hotkey", "Use one letter or digit, or leave it empty."),
        ({"hotkey": "N"}, "hotkey", "The key N writes a note on the call page. Choose another one."),
        ({"hotkey": "W"}, "hotkey", "“Wrong number” has this key. Choose another one."),
        ({"label": "  "}, "label", "Give it a label that agents understand."),
        ({"label": "left   Voicemail"}, "label", LABEL_TAKEN),
        ({"code": ""}, "code", "Choose a code. It can't be changed later."),
        ({"code": "X" * 17}, "code", "Use 2 to 16 capital letters, digits or underscores."),
        ({"closes_as": "NOTHING"}, "closes_as", "Select a valid choice. NOTHING is not one of the available choices."),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_words_at_once(web, url, practice, changed, field, sentence):
    answer = web.post(url("disposition_new"), filled(**changed))
    assert answer.status_code == 422
    assert errors(answer) == {field: [sentence]}
    assert len(codes(practice)) == 12


def test_do_not_call_cant_be_switched_off(web, url, of):
    dnc = of("DNC")
    answer = web.post(url("disposition_edit", dnc.pk), filled(dnc, is_active=None))
    assert (answer.status_code, list(errors(answer))) == (422, ["is_active"])
    assert of("DNC").is_active is True


def test_the_last_one_that_keeps_an_enrollment_open_stays(web, url, practice, of):
    with tenancy.practice(practice.pk):
        practice.dispositions.filter(code__in=["LVM", "CBACK", "UNAVLBL", "HUNGUP"]).update(is_active=False)
    noans = of("NOANS")
    assert list(errors(web.post(url("disposition_edit", noans.pk), filled(noans, is_active=None)))) == ["is_active"]
    assert of("NOANS").is_active is True


def test_the_key_of_one_that_is_not_active_is_free(web, url, of):
    wrong = of("WNUM")
    web.post(url("disposition_edit", wrong.pk), filled(wrong, is_active=None))
    assert of("WNUM").hotkey == "w"
    assert web.post(url("disposition_new"), filled(hotkey="w")).status_code == 302
    assert (of("WNUM").hotkey, of("MOVED").hotkey) == ("", "w")


def test_a_place_is_named_so_that_a_second_click_changes_nothing(web, url, practice, of):
    before = codes(practice)
    for _click in range(2):
        web.post(url("disposition_place", of("LVM").pk), {"position": 2})
    assert codes(practice) == [before[0], "LVM", "NOANS", *before[3:]]
    web.post(url("disposition_place", of("LVM").pk), {"position": 99})
    assert codes(practice)[-1] == "LVM"
    for nonsense in ("0", "", "up", "9" * 30):
        answer = web.post(url("disposition_place", of("LVM").pk), {"position": nonsense}, follow=True)
        assert said(answer) == ["Choose a place, from 1 on."]
    assert codes(practice)[-1] == "LVM"


def test_an_edit_leaves_calls_and_waiting_times_as_they_were(web, url, practice, of, agent):
    with tenancy.practice(practice.pk):
        enrollment = enroll(make_campaign(practice, on=NOW.date()), make_patient(), NOW)
        call(enrollment, agent, NOW, "NOANS")
        before = Enrollment.objects.get().next_eligible_at
    noans = of("NOANS")
    page = web.get(url("disposition_edit", noans.pk)).content.decode()
    assert (
        "Applies to outcomes saved from now on. Calls already recorded, and the waiting times that follow from them, stay" in page
    )
    web.post(url("disposition_edit", noans.pk), filled(noans, is_reached="on", retry_after_days="30"))
    with tenancy.practice(practice.pk):
        assert (CallAttempt.objects.get().is_reached, Enrollment.objects.get().next_eligible_at) == (False, before)
        second = enroll(make_campaign(practice, on=NOW.date()), make_patient(), NOW)
        call(second, agent, NOW, "NOANS")
        second.refresh_from_db()
        assert CallAttempt.objects.get(enrollment=second).is_reached is True
        assert second.next_eligible_at >= NOW + timedelta(days=30)


def test_the_history_says_who_changed_what(web, url, of):
    noans = of("NOANS")
    web.post(url("disposition_edit", noans.pk), filled(noans, retry_after_days="7, 14", is_reached="on", hotkey=""))
    changes = web.get(url("disposition_edit", noans.pk)).context["changes"]
    assert [(change.title, change.who, change.what) for change in changes] == [
        ("Changed", "Ada Admin", [
            ("Key", "2", "none"), ("A person answered", "no", "yes"), ("Call again after (days)", "7", "7, 14"),
        ]),
        ("Created", "Recall Desk", []),
    ]  # fmt: skip


def test_a_draft_that_is_refused_keeps_the_old_name_on_the_page(web, url, of):
    noans = of("NOANS")
    page = web.post(url("disposition_edit", noans.pk), filled(noans, label="Rang out", retry_after_days="-1")).content.decode()
    assert "<h1>No answer</h1>" in page


def test_a_dry_run_saves_nothing_and_shows_what_would_be(web, url, practice, of, agent):
    with tenancy.practice(practice.pk):
        patient = make_patient("Secret", "Person")
        call(enroll(make_campaign(practice, on=NOW.date()), patient, NOW), agent, NOW - timedelta(days=9), "NOANS")
    noans, before = of("NOANS"), fingerprint(practice)
    answer = web.post(url("disposition_dry_run", noans.pk), filled(noans, retry_after_days="30"), headers={"HX-Request": "true"})
    places = {place.label: (place.before, place.after) for place in answer.context["comparison"].places}
    assert places == {"On tonight's call lists": (1, 0), "Cooling down after the last call": (0, 1)}
    page = answer.content.decode()
    assert "<html" not in page
    assert "Secret" not in page
    assert "As if this rule had held for the calls already made" in page
    assert "Wed Nov 18, 3:00 AM EST" in page
    whole = web.post(url("disposition_dry_run", noans.pk), filled(noans, retry_after_days="30")).content.decode()
    assert "<h1>No answer</h1>" in whole
    assert "−1" in whole
    assert fingerprint(practice) == before


def test_a_dry_run_of_nonsense_says_what_is_wrong(web, url, of):
    noans = of("NOANS")
    answer = web.post(url("disposition_dry_run", noans.pk), filled(noans, retry_after_days="-1"), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Days can&#x27;t be less than 0: nobody is called in the past." in answer.content.decode()


@pytest.mark.parametrize("name", ["dispositions", "disposition_edit"])
def test_more_dispositions_need_no_more_queries(web, url, practice, of, name):
    address = url(name, of("NOANS").pk) if name == "disposition_edit" else url(name)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert web.get(address).status_code == 200
        return len(captured)

    with tenancy.practice(practice.pk):
        practice.dispositions.exclude(code="NOANS").delete()
    queries()
    one = queries()
    with tenancy.practice(practice.pk):
        for number in (2, 3):
            Disposition.objects.create(practice=practice, code=f"OWN{number}", label=f"Own {number}", position=number)
    assert queries() == one <= 14


def test_only_admins_and_only_of_this_practice(client, sign_in, url, supervisor, agent, other_practice, of, practice):
    pages = [("get", "dispositions", ()), ("get", "disposition_new", ()), ("post", "disposition_new", ())]
    pages += [(method, name, (of("NOANS").pk,)) for method, name in [
        ("get", "disposition_edit"), ("post", "disposition_edit"), ("post", "disposition_place"), ("post", "disposition_dry_run"),
    ]]  # fmt: skip
    for member in (supervisor, agent):
        web = sign_in(member)
        assert {getattr(web, method)(url(name, *ids)).status_code for method, name, ids in pages} == {403}


def test_a_disposition_of_another_practice_is_not_found(web, url, other_practice):
    with tenancy.practice(other_practice.pk):
        foreign = Disposition.objects.get(practice=other_practice, code="NOANS")
    asked = [
        ("get", "disposition_edit"),
        ("post", "disposition_edit"),
        ("post", "disposition_place"),
        ("post", "disposition_dry_run"),
    ]
    assert {getattr(web, method)(url(name, foreign.pk), filled(foreign)).status_code for method, name in asked} == {404}
