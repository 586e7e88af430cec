"""load_demo when it has nothing to do or must not go on, demo_clock, and create_practice."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import tenancy
from accounts.models import Membership, Practice, User
from callcenter.demo import people
from dispositions.models import Disposition
from patients.models import Patient

ADMIN = {"admin_email": "ada@lakeside.example", "admin_name": "Ada Adams"}
LAKESIDE = {"slug": "lakeside-skin", "name": "Lakeside Skin", "time_zone": "America/Chicago", **ADMIN}


def run(command, **options):
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_a_loaded_demo_is_left_alone_and_its_logins_work(client):
    for specification in people.PRACTICES:
        people.create(specification)
    people.open_doors()
    members = Membership.objects.count()
    printed = run("load_demo")
    assert printed.splitlines() == people.logins()
    assert Membership.objects.count() == members
    for line in people.logins()[1:]:
        email = next(word for word in line.split() if "@" in word)
        assert User.objects.get(email=email).check_password(people.PASSWORD)


@pytest.mark.django_db
def test_an_interrupted_load_says_how_to_go_on():
    practice = people.create(people.HARBOR)
    with tenancy.practice(practice.pk):
        Patient.objects.create(first_name="Half", last_name="Loaded")
    with pytest.raises(CommandError, match="make reset"):
        run("load_demo")
    assert not people.doors_are_open()


@pytest.mark.django_db
def test_the_people_are_as_many_as_promised():
    for specification in people.PRACTICES:
        people.create(specification)
        people.create(specification)
    roles = list(Membership.objects.values_list("practice__slug", "role", "user__email"))
    assert sum(role == "AGENT" for _, role, _ in roles) == 8
    nora = {(slug, role) for slug, role, email in roles if email.startswith("nora.quinn@")}
    assert nora == {("bayview-eye", "SUPERVISOR"), ("harbor-heart", "ADMIN")}


@pytest.mark.django_db
def test_demo_clock_prints_a_number_that_is_not_ahead():
    assert int(run("demo_clock")) <= 0


@pytest.mark.django_db
def test_create_practice_makes_what_it_needs_to_begin(client):
    printed = run("create_practice", **LAKESIDE).split()
    practice = Practice.objects.get(slug="lakeside-skin")
    admin = practice.memberships.get()
    assert (admin.role, admin.user.email, admin.user.has_usable_password()) == ("ADMIN", "ada@lakeside.example", False)
    with tenancy.practice(practice.pk):
        assert Disposition.objects.count() == 12
    page = client.get(printed[-1], follow=True)
    assert page.status_code == 200
    assert page.redirect_chain[-1][0].endswith("-set-password/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"slug": "bayview-eye"}, {"slug": "no spaces"}, {"time_zone": "Mars/Olympus"}, {"admin_email": "nobody"}]
)
def test_create_practice_refuses_what_cannot_be(practice, wrong):
    with pytest.raises(CommandError):
        run("create_practice", **{**LAKESIDE, **wrong})
    assert Practice.objects.count() == 1
    assert not User.objects.exists()
