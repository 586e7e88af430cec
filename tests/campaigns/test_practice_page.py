"""Practice details: saved once, asked about before another time zone, kept with their history; and what is kept how long."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import tenancy
from accounts.models import Practice
from campaigns import campaign_drafts, drafts, practice_settings, retention, taking_back
from campaigns.forms.desk_settings import DeskSettingsForm
from campaigns.forms.practice import US_ZONES, zones
from campaigns.models import bulk_change
from reports.forms.floor import AlertsForm

pytestmark = pytest.mark.django_db

DETAILS = {
    "name": "Bayview Eye", "specialty": "eye care", "phone": "518-555-0100", "time_zone": "America/New_York", "build_at": "03:00",
    "unconfirmed_days": 7, "rejected_rows_days": 30, "waiting_rows_days": 90,
}  # fmt: skip
QUERIES = 9


def messages(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def post(sign_in, admin, url):
    client = sign_in(admin)
    return lambda **changes: client.post(url("practice"), {**DETAILS, **changes}, follow=True)


def test_details_are_saved_as_people_write_them_and_a_second_click_changes_nothing(post, practice, other_practice):
    before = Practice.objects.get(pk=other_practice.pk)
    first, second = post(name="  Bayview   Eye Care "), post(name="Bayview Eye Care")
    stored = Practice.objects.get(pk=practice.pk)

    assert messages(first) == ["Saved."]
    assert messages(second) == ["This is what was saved before. Nothing was changed."]
    assert (stored.name, stored.specialty, stored.phone) == ("Bayview Eye Care", "eye care", "(518) 555-0100")
    assert stored.events.count() == 1
    after = Practice.objects.get(pk=other_practice.pk)
    assert (after.name, after.phone, after.events.count()) == (before.name, before.phone, 0)


def test_another_time_zone_is_asked_about_and_saved_by_the_check_mark(post, practice):
    asked = post(time_zone="America/Chicago")
    assert asked.status_code == 422
    assert "Change the time zone from America/New_York to America/Chicago" in asked.content.decode()
    other = post(time_zone="America/Denver", zone_agreed="America/Chicago")
    assert (other.status_code, Practice.objects.get(pk=practice.pk).time_zone) == (422, "America/New_York")

    saved = post(time_zone="America/Chicago", zone_agreed="America/Chicago")
    assert messages(saved) == ["Saved. The practice’s clocks show America/Chicago from now on."]
    assert Practice.objects.get(pk=practice.pk).time_zone == "America/Chicago"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "   ", "This field is required."),
        ("name", "Bay\0view", "Null characters are not allowed."),
        ("phone", "12", "This has too few digits for a phone number."),
        ("phone", "call us", "This is not a phone number. Write it as in 212-555-0101."),
        ("time_zone", "Mars/Olympus", "Choose a time zone of the list."),
        ("time_zone", "localtime", "Choose a time zone of the list."),
        ("build_at", "25:00", "Enter a time, as in 3:00 AM."),
        ("unconfirmed_days", "0", "Enter 1 to 30 days."),
        ("rejected_rows_days", "91", "Enter 1 to 90 days."),
        ("waiting_rows_days", "99999999999999999999", "Enter 7 to 180 days."),
        ("waiting_rows_days", "long", "Enter 7 to 180 days."),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_saved(post, practice, field, value, sentence):
    answer = post(**{field: value})
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert Practice.objects.get(pk=practice.pk).events.count() == 0


def test_a_number_that_stood_there_before_is_left_as_it_is(post, practice):
    Practice.objects.filter(pk=practice.pk).update(phone="1-800-BAY")
    assert messages(post(phone="1-800-BAY")) == ["Saved."]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])  # changes of one transaction are told as one
def test_the_history_tells_who_changed_what_and_of_this_practice_alone(post, practice, other_practice, admin):
    Practice.objects.filter(pk=other_practice.pk).update(name="Elsewhere")
    post()
    post(unconfirmed_days=3, build_at="02:30")
    shown = post(unconfirmed_days=3, build_at="02:30").context["changes"]

    assert [(change.who, change.what) for change in shown] == [
        ("Ada Admin", [("Nightly build", "3:00 AM", "2:30 AM"), ("Unconfirmed files are kept (days)", "7", "3")]),
        ("Ada Admin", [("Specialty", "none", "eye care"), ("Phone for patients", "none", "(518) 555-0100")]),
    ]


def test_the_history_can_only_be_added_to(post, practice):
    post()
    with connection.cursor() as cursor:
        for statement in ("DELETE FROM accounts_practiceevent", "UPDATE accounts_practiceevent SET name = 'x'"):
            with pytest.raises(Exception, match="denied"), transaction.atomic():
                cursor.execute(statement)


def test_us_time_zones_come_first_and_the_stored_one_is_among_them():
    (first, of_us), (_, others) = zones(stored="US/Eastern")
    assert (first, dict(of_us)) == ("United States", US_ZONES)
    assert others[0][0] == "US/Eastern"
    assert {"UTC", "localtime", "Factory"}.isdisjoint(dict(others))


@pytest.mark.parametrize("field", ["unconfirmed_days", "rejected_rows_days", "waiting_rows_days"])
def test_the_database_keeps_the_days_within_their_bounds(practice, field):
    for days in (0, 181):
        with pytest.raises(IntegrityError, match="practice_retention"), transaction.atomic():
            Practice.objects.filter(pk=practice.pk).update(**{field: days})


def test_what_is_told_of_retention_is_what_the_tasks_go_by(practice):
    practice.rejected_rows_days, practice.unconfirmed_days = 12, 1
    told = " ".join(one.until for one in retention.rules(practice=practice))

    assert "12 days after the import" in told
    assert "1 day if nobody confirms it" in told
    assert f"{drafts.KEPT.days} days after they were typed" in told
    assert f"{taking_back.KEPT // timedelta(hours=1)} hours after the call" in told
    assert f"{bulk_change.UNDO_WITHIN // timedelta(hours=1)} hours after the change" in told
    assert f"{campaign_drafts.KEPT.days} days after the last step" in told
    settings = {one.setting for one in retention.rules(practice=practice)} - {""}
    assert all(Practice._meta.get_field(name) for name in settings)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_history(sign_in, practice, admin, url, count, django_assert_num_queries):
    for number in range(count):
        Practice.objects.filter(pk=practice.pk).update(specialty=f"{number}")
    client = sign_in(admin)
    with django_assert_num_queries(QUERIES):
        client.get(url("practice"))
    with tenancy.practice(practice.pk):
        assert practice.events.count() == count


@pytest.mark.parametrize("form", [AlertsForm, DeskSettingsForm])
def test_other_settings_saved_at_the_same_moment_leave_a_new_time_zone_alone(inside, admin, form):
    read_before = Practice.objects.get(pk=inside.pk)
    values = {name: getattr(inside, name) for name in practice_settings.COLUMNS} | {"time_zone": "America/Chicago"}
    practice_settings.save(practice=inside, values=values, zone_agreed="America/Chicago", by=admin)
    bound = form({name: getattr(read_before, name) for name in form._meta.fields}, instance=read_before)
    assert bound.is_valid()
    bound.save()
    assert Practice.objects.get(pk=inside.pk).time_zone == "America/Chicago"
