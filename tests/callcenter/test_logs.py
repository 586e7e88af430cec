"""What reaches the log of an error: where it was and of what kind, never the words, which may quote a patient."""

import io
import logging

import pytest
from celery import shared_task
from django.urls import path

from callcenter.logs import QuietFormatter

SECRET = "Canary Keller, +12125550199"


def break_down(request=None):
    try:
        int(SECRET)
    except ValueError as error:
        raise LookupError(f"nobody is called {SECRET}") from error


@shared_task(name="tests.break_down")
def broken_task():
    break_down()


urlpatterns = [path("broken/", break_down)]


@pytest.fixture
def log():
    """All that the console's formatter makes of what is logged during the test."""
    (formatter,) = {handler.formatter for handler in logging.root.handlers if isinstance(handler.formatter, QuietFormatter)}
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    logging.root.addHandler(handler)
    yield handler.stream
    logging.root.removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_breaks_down(client, log):
    client.raise_request_exception = False
    client.get("/broken/")

    assert SECRET not in log.getvalue()
    assert [kind in log.getvalue() for kind in ("LookupError\ncaused by\n", "ValueError", "in break_down")] == [True] * 3


def test_a_task_that_breaks_down(log):
    broken_task.apply()

    assert SECRET not in log.getvalue()
    assert [kind in log.getvalue() for kind in ("tests.break_down", "LookupError", "in break_down")] == [True] * 3
