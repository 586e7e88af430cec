"""The list of possible doubles, the pair side by side, and what a decision does."""

from datetime import date, timedelta

import pytest
from django.db.models.functions import Now
from django.utils.html import escape

from campaigns.models import Enrollment, Lease
from campaigns.pair_file import pair_file
from patients import doubles
from patients.models import Merge, OptOut, Patient, PossibleDouble
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db
LIST_QUERIES = 11
PAIR_QUERIES = 20
BORN_ON = date(1951, 4, 7)


def text(response):
    return " ".join(response.content.decode().split())


def make_pair(now, *, number=1):
    older = make_patient(f"Ida{number}", "Keller", mrn=f"A{number}", born_on=BORN_ON)
    newer = make_patient(f"Ida{number}", "Kellar", born_on=BORN_ON, email="ida@mail.example")
    return doubles.add(patient=newer, other=older, source=PossibleDouble.Source.IMPORT, now=now)


@pytest.fixture
def pair(inside, desk_clock):
    return make_pair(desk_clock)


@pytest.fixture
def client(sign_in, supervisor):
    return sign_in(supervisor)


def warm(client, url, pair):
    """Both pages once, so that what is cached for good is there."""
    client.get(url("doubles"))
    client.get(url("double", pair_id=pair.pk))


def test_an_empty_list_says_what_stands_there(inside, client, url):
    page = text(client.get(url("doubles")))
    assert "No possible doubles" in page
    assert "Nothing is merged until a person says so." in page
    assert "Latest merges" not in page


def test_the_list_shows_both_records_and_what_they_have_in_common(pair, client, url):
    page = text(client.get(url("doubles")))
    for words in ("Ida1 Keller", "Ida1 Kellar", "MRN A1", "Similar name", "Same date of birth", "An import", "1 pair, the most"):
        assert words in page
    assert url("double", pair_id=pair.pk) in page


def test_the_list_asks_the_same_few_questions_at_one_and_at_three_rows(
    pair, client, url, supervisor, now, django_assert_num_queries
):
    client.post(url("double_merge", pair_id=make_pair(now, number=9).pk), {"keep": Patient.objects.latest("pk").pk})
    warm(client, url, pair)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url("doubles"))
    for number in (2, 3):
        make_pair(now, number=number)
        other = make_pair(now, number=number + 4)
        client.post(url("double_merge", pair_id=other.pk), {"keep": other.older_id})
    with django_assert_num_queries(LIST_QUERIES):
        page = text(client.get(url("doubles")))
    assert (page.count(">Compare<"), page.count("the merge of")) == (3, 3)


def test_the_pair_page_asks_the_same_whatever_the_histories(pair, client, agent, url, now, django_assert_num_queries):
    campaign = make_campaign(agent.practice, on=TODAY)
    call(enroll(campaign, pair.newer, now - timedelta(days=30)), agent, now - timedelta(days=20), "NOANS")
    warm(client, url, pair)
    with django_assert_num_queries(PAIR_QUERIES):
        client.get(url("double", pair_id=pair.pk))
    for patient in (pair.older, pair.newer):
        for days in (10, 9):
            other = make_campaign(agent.practice, on=TODAY)
            call(enroll(other, patient, now - timedelta(days=30)), agent, now - timedelta(days=days), "NOANS")
            booked(patient, TODAY)
    with django_assert_num_queries(PAIR_QUERIES):
        client.get(url("double", pair_id=pair.pk))


def test_the_pair_stands_side_by_side_with_what_each_brings(pair, agent, now):
    campaign = make_campaign(agent.practice, on=TODAY, name="Recall")
    promised = enroll(campaign, pair.newer, now)
    call(promised, agent, now, say("CBACK", callback_at=now + timedelta(hours=3)))
    visited(pair.newer, TODAY)
    OptOut.objects.create(patient=pair.older, opted_out_at=now)
    file = pair_file(pair=pair)
    facts = {fact.label: (fact.older, fact.newer, fact.verdict and fact.verdict[0]) for fact in file.facts}
    brings = {fact.label: (fact.older, fact.newer) for fact in file.brings}
    assert facts["Name"] == (["Ida1 Keller"], ["Ida1 Kellar"], "Differs")
    assert facts["Date of birth"] == (["Apr 7, 1951"], ["Apr 7, 1951"], "Same")
    assert facts["Chart number"] == (["A1"], [], "Only on one")
    assert facts["Phone numbers"][2] == "Differs"
    assert brings == {
        "Visits": (["0"], ["1"]),
        "Appointments": (["0"], ["0"]),
        "Calls": (["0"], ["1"]),
        "Last call": ([], ["Call back later, Nov 17, 2026"]),
        "Callbacks promised": (["0"], ["1"]),
        "Opt-outs": (["1"], ["0"]),
        "Campaigns": ([], ["Recall: open, 1 of 5 attempts"]),
    }
    assert (file.keep, file.keep_because, file.is_opted_out) == (pair.older, "it has a chart number", True)


@pytest.mark.parametrize(
    ("older", "newer", "kept", "because"),
    [
        ({"mrn": ""}, {"mrn": "B"}, "newer", "it has a chart number"),
        ({"is_inactive": True}, {"mrn": "B"}, "newer", "its chart is active"),
        (
            {"source_data_on": date(2026, 1, 1)}, {"mrn": "B", "source_data_on": date(2026, 2, 1)},
            "newer", "it has the fresher EMR data",
        ),
        ({}, {"mrn": "B"}, "older", "it was here first"),
    ],
)  # fmt: skip
def test_a_record_is_suggested_with_its_reason(pair, older, newer, kept, because):
    for side, values in (("older", older), ("newer", newer)):
        Patient.objects.filter(pk=getattr(pair, side).pk).update(**values)
        getattr(pair, side).refresh_from_db()
    file = pair_file(pair=pair)
    assert (file.keep, file.keep_because) == (getattr(pair, kept), because)


def test_a_merge_shows_what_it_moved_and_the_way_back(pair, client, supervisor, url):
    response = client.post(url("double_merge", pair_id=pair.pk), {"keep": pair.older_id}, follow=True)
    page = text(response)
    assert "Merged: the two records are one now." in page
    assert "1 phone number" in page
    made = Merge.objects.get()
    assert (made.kept, made.absorbed, made.merged_by) == (pair.older, pair.newer, supervisor)
    page = text(client.post(url("merge_undo", merge_id=made.pk), follow=True))
    assert "The merge is undone: they are two records again." in page
    assert "Ida1 Kellar" in page
    assert Patient.objects.standing().count() == 2
    assert "This merge was undone before." in text(client.post(url("merge_undo", merge_id=made.pk), follow=True))


def test_a_second_click_and_a_second_person_are_told_calmly(pair, client, url, practice, sign_in):
    for keep in (pair.older_id, pair.older_id, pair.newer_id):
        page = text(client.post(url("double_merge", pair_id=pair.pk), {"keep": keep}, follow=True))
    assert "One of these records was merged into another one in the meantime." in page
    other = sign_in(make_member(practice, "Sue Second", "SUPERVISOR"))
    page = text(other.post(url("double_merge", pair_id=pair.pk), {"keep": pair.older_id}, follow=True))
    assert "These records were merged before. Nothing more was done." in page
    page = text(other.post(url("double_part", pair_id=pair.pk), follow=True))
    assert "This pair was decided before. Nothing was changed." in page
    assert Merge.objects.get().merged_by.name == "Sam Supervisor"


def test_different_people_are_remembered_and_may_still_turn_out_the_same(pair, client, url):
    page = text(client.post(url("double_part", pair_id=pair.pk), follow=True))
    assert "they are different people" in page
    assert "No possible doubles" in page
    page = text(client.get(url("double", pair_id=pair.pk)))
    assert "Sam Supervisor decided on Tue Nov 17, 11:00 AM EST: these are different people." in page
    assert "Different people</button>" not in page
    client.post(url("double_merge", pair_id=pair.pk), {"keep": pair.older_id})
    pair.refresh_from_db()
    assert pair.status == "SAME"


@pytest.mark.parametrize("keep", ["", "0", "a", "stranger"])
def test_only_one_of_the_two_can_stay(pair, client, url, keep):
    data = {"keep": make_patient("Olga").pk if keep == "stranger" else keep}
    response = client.post(url("double_merge", pair_id=pair.pk), data)
    assert response.status_code == 422
    assert "Choose " in text(response)
    assert Merge.objects.count() == 0


def test_a_merge_waits_for_the_call(pair, client, agent, url, now):
    enrollment = enroll(make_campaign(agent.practice, on=TODAY), pair.newer, now)
    Lease.objects.create(
        enrollment=enrollment, patient=pair.newer, agent=agent, opened_at=Now(), expires_at=Now() + timedelta(minutes=20)
    )
    assert "They can be merged after the call." in text(client.get(url("double", pair_id=pair.pk)))
    page = text(client.post(url("double_merge", pair_id=pair.pk), {"keep": pair.older_id}, follow=True))
    assert "Please try again after the call." in page
    assert Merge.objects.count() == 0


def test_the_page_of_an_absorbed_record_leads_to_the_kept_one(pair, client, url):
    client.post(url("double_merge", pair_id=pair.pk), {"keep": pair.newer_id})
    response = client.get(url("patient", patient_id=pair.older_id), follow=True)
    assert response.redirect_chain == [(url("patient", patient_id=pair.newer_id), 302)]
    page = text(response)
    assert "That record was merged into this one" in page
    assert 'Merged record</dt><dd>Ida1 Keller, MRN <span class="tabular">A1</span>' in page
    client.post(url("opt_out", patient_id=pair.older_id), {"whole_person": "on", "channel": "CALL"})
    assert OptOut.objects.get().patient_id == pair.newer_id


def test_a_patients_page_says_that_it_may_be_a_double_and_why_nobody_calls(pair, client, agent, url, now):
    enroll(make_campaign(agent.practice, on=TODAY), pair.newer, now)
    page = text(client.get(url("patient", patient_id=pair.newer_id)))
    assert url("double", pair_id=pair.pk) in page
    assert "Waiting for a look: may be the same person as another record" in page


def test_an_agents_duplicate_puts_the_pair_on_the_list(inside, agent, desk_clock, client, url):
    ida = make_patient("Ida", "Keller", born_on=BORN_ON)
    call(enroll(make_campaign(inside, on=TODAY), ida, desk_clock), agent, desk_clock, "DUPLICATE")
    assert PossibleDouble.objects.count() == 0
    twin = make_patient("Ida", "Keller", born_on=BORN_ON)
    call(enroll(make_campaign(inside, on=TODAY), ida, desk_clock), agent, desk_clock, "DUPLICATE")
    [pair] = PossibleDouble.objects.open()
    assert (pair.older, pair.newer, pair.source) == (ida, twin, "DISPOSITION")
    assert [each.closed_as for each in Enrollment.objects.all()] == ["DUPLICATE"] * 2
    assert escape("An agent's outcome") in text(client.get(url("doubles")))


def test_a_supervisor_names_the_other_record_by_its_chart_number(inside, client, desk_clock, url):
    ida, twin = make_patient("Ida", "Keller", mrn="1"), make_patient("Ida", "Keller", mrn="2")
    response = client.post(url("double_suspect", patient_id=ida.pk), {"mrn": "2"})
    pair = PossibleDouble.objects.get()
    assert (response.url, pair.newer, pair.source) == (url("double", pair_id=pair.pk), twin, "PERSON")
    for mrn, words in (
        ("3", "No patient has this chart number."),
        ("1", "This is the record you are looking at."),
        ("", "Enter"),
    ):
        assert words in text(client.post(url("double_suspect", patient_id=ida.pk), {"mrn": mrn}, follow=True))
    assert PossibleDouble.objects.count() == 1
