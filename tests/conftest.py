"""The world tests run in: real PostgreSQL, under the role the wall binds.

The owner makes and migrates the test database; everything else happens as the runtime role. Two practices stand side
by side, so that whatever leaks has something to leak.
"""

import os
from datetime import UTC, datetime, time
from functools import partial

import pytest
from celery import current_app
from django.conf import settings
from django.db import connections

from accounts import tenancy
from accounts.models import Membership, Practice, User
from dispositions.defaults import create_defaults
from tests.processes import broker_url

PASSWORD = "correct horse battery"
# Tuesday 2026-11-17, 11:00 in New York, 8:00 in Los Angeles.
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)


def pytest_configure():
    """Hash the personas' passwords cheaply (signing in is slow on purpose), and keep off the demo's message queue."""
    current_app.conf.broker_url = broker_url()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def _flush_as_owner(sql_list):
    """Tests that commit are cleaned up by TRUNCATE, which the runtime role may not: the owner does it."""
    with connections["owner"].cursor() as cursor:
        for sql in sql_list:
            cursor.execute(sql)


def _end_other_sessions(connection):
    """Close what servers and workers of the tests have left open, so that the database can be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    connection.close()


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """Make the test database as the owner, then turn to it as the runtime role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    owner, app = connections["owner"], connections["default"]
    name = os.environ.get("TEST_DATABASE", "test_recall_desk") + (f"_{worker}" if worker else "")
    with django_db_blocker.unblock():
        owner.settings_dict["TEST"]["NAME"] = name
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with owner.cursor() as cursor:  # as on the real database
            cursor.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')
        app.close()
        app.settings_dict["NAME"] = name
        app.ops.execute_sql_flush = _flush_as_owner
    yield
    with django_db_blocker.unblock():
        _end_other_sessions(app)
        _end_other_sessions(owner)
        owner.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture
def now():
    return NOW


def make_practice(slug, **fields):
    practice = Practice.objects.create(slug=slug, name=slug.replace("-", " ").title(), **fields)
    with tenancy.practice(practice.pk):
        create_defaults(practice=practice)
    return practice


def make_member(practice, name, role=Membership.Role.AGENT, **fields):
    email = f"{name.lower().replace(' ', '.')}@{practice.slug}.example"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, full_name=name)
    with tenancy.practice(practice.pk):
        return Membership.objects.create(
            practice=practice, user=user, role=role, joined_at=NOW, shift_starts=time(8, 0), shift_ends=time(20, 0), **fields
        )


@pytest.fixture
def practice(db):
    """The practice the personas work for."""
    return make_practice("bayview-eye")


@pytest.fixture
def other_practice(db):
    """A practice the personas must never see."""
    return make_practice("harbor-heart")


@pytest.fixture
def inside(practice):
    """Run the test inside the practice, as a request or a task would."""
    with tenancy.practice(practice.pk):
        yield practice


@pytest.fixture
def agent(practice):
    return make_member(practice, "Ana Agent")


@pytest.fixture
def supervisor(practice):
    return make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)


@pytest.fixture
def admin(practice):
    return make_member(practice, "Ada Admin", Membership.Role.ADMIN)


@pytest.fixture
def stranger(other_practice):
    """An admin, and so all-powerful, in the other practice."""
    return make_member(other_practice, "Cher Stranger", Membership.Role.ADMIN)


@pytest.fixture
def sign_in(client):
    """Sign a member in: `sign_in(agent)` returns the client."""

    def _sign_in(member):
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return _sign_in


@pytest.fixture
def open_browser(live_server, settings, tmp_path):
    """`open_browser(theme=…, width=…, height=…, scripts=…)`: a page of a fresh browser, and the list that its errors go to."""
    from tests.browsing import chromium, open_page  # a run without a browser does not need what drives it

    # What a demo has collected has hashed names; the live server knows plain ones alone.
    settings.STATIC_ROOT = tmp_path
    with chromium() as browser:
        yield partial(open_page, browser, live_server.url)


@pytest.fixture
def signed_in(open_browser):
    """`signed_in("ana.agent", theme=…)`: the same for a person of the personas' practice, at the first page they see."""
    from tests.browsing import sign_in

    def _signed_in(who, **machine):
        page, errors = open_browser(**machine)
        sign_in(page, f"{who}@bayview-eye.example")
        page.wait_for_url("**/p/**")
        return page, errors

    return _signed_in
