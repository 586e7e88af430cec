"""File layouts: listed with what their files were, named, forgotten with Undo, and asked for again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from imports import profiles, running
from imports.models import ImportProfile
from tests.conftest import make_practice

pytestmark = pytest.mark.django_db
QUERIES = 9


@pytest.fixture
def url(practice):
    return lambda page="profiles", *ids: reverse(f"imports:{page}", args=[practice.slug, *ids])


@pytest.fixture
def layout(bring_in, practice):
    """The layout of a file that came in."""
    bring_in("practicefusion_patients.csv", name="weekly.csv")
    with tenancy.practice(practice.pk):
        return ImportProfile.objects.get()


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_a_layout_is_listed_with_its_last_file_and_shows_its_columns(layout, sign_in, admin, url):
    client = sign_in(admin)
    (listed,) = client.get(url()).context["page"]
    page = client.get(url("profile", layout.pk))
    means = {header: field.label if field else None for header, field, _order in page.context["columns"]}

    assert (listed.last_name, listed.last_kind, len(listed.headers)) == ("weekly.csv", "PATIENTS", 10)
    assert means["Patient Identifier"] == "Chart number (MRN)"
    assert means["Age"] is None


def test_a_name_is_given_and_taken_away(layout, sign_in, admin, url):
    client = sign_in(admin)
    client.post(url("profile", layout.pk), {"name": "  Weekly   export "})
    named = client.get(url()).content.decode()
    client.post(url("profile", layout.pk), {"name": ""})

    assert "Weekly export" in named
    assert "Weekly export" not in client.get(url()).content.decode()


@pytest.mark.parametrize("name", ["x" * 81, "a\0b"])
def test_a_bad_name_gets_a_sentence(layout, sign_in, admin, url, name):
    assert sign_in(admin).post(url("profile", layout.pk), {"name": name}).status_code == 422


def test_a_forgotten_layout_is_asked_for_again_until_it_is_brought_back(layout, receive, sign_in, admin, url):
    client = sign_in(admin)
    gone = client.post(url("profile_forget", layout.pk), follow=True)
    again = client.post(url("profile_forget", layout.pk), follow=True)
    unknown = receive("practicefusion_patients.csv").known_layout
    back = client.post(url("profile_restore", layout.pk), follow=True)
    twice = client.post(url("profile_restore", layout.pk), follow=True)

    assert "The layout is forgotten" in gone.content.decode()
    assert messages(again) == ["This layout was forgotten before. Nothing was changed."]
    assert unknown is False
    assert messages(back) == ["The layout is known again: its next file is read by it."]
    assert messages(twice) == ["This layout is known already. Nothing was changed."]
    assert receive("practicefusion_patients.csv").known_layout is True


def test_a_layout_that_comes_in_again_is_known_again(layout, bring_in, practice, now):
    with tenancy.practice(practice.pk):
        profiles.forget(profile=layout, now=now)
    bring_in("practicefusion_patients.csv")
    with tenancy.practice(practice.pk):
        assert ImportProfile.objects.known().get().pk == layout.pk


@pytest.mark.parametrize(("hours", "left"), [(23, 1), (25, 0)])
def test_a_forgotten_layout_goes_for_good_after_a_day(layout, practice, now, hours, left):
    with tenancy.practice(practice.pk):
        profiles.forget(profile=layout, now=now)
        running.forget_cells(practice=practice, now=now + timedelta(hours=hours))
        assert ImportProfile.objects.count() == left


@pytest.mark.parametrize("asked", ["x", "0", "99999999999999999999", "\0"])
def test_an_undo_of_nothing_is_not_offered(layout, sign_in, admin, url, asked):
    assert "Undo" not in sign_in(admin).get(url(), {"forgotten": asked}).content.decode()


def test_the_list_is_empty_in_plain_words_and_shows_no_other_practices(sign_in, admin, url, now):
    other = make_practice("elsewhere")
    with tenancy.practice(other.pk):
        ImportProfile.objects.create(name="Theirs", layout_key="x", headers=["A"], mapping={}, rows=1, used_at=now)
    page = sign_in(admin).get(url()).content.decode()

    assert "No layouts yet" in page
    assert "Theirs" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(practice, sign_in, admin, url, now, count, django_assert_num_queries):
    with tenancy.practice(practice.pk):
        for number in range(count):
            ImportProfile.objects.create(layout_key=f"{number}", headers=["A"], mapping={}, rows=1, used_at=now)
    client = sign_in(admin)
    with django_assert_num_queries(QUERIES):
        client.get(url())
