"""Settings that are put together from the environment."""

import os
import subprocess
import sys

import pytest

SAY = "from callcenter import settings as s; print(s.EMAIL_BACKEND, *(getattr(s, f'EMAIL_HOST{x}', '') for x in ('', '_USER')))"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "django.core.mail.backends.filebased.EmailBackend"),
        (
            "smtp+tls://desk%40example.com:secret@mail.example.com:587",
            "django.core.mail.backends.smtp.EmailBackend mail.example.com desk@example.com",
        ),
    ],
)
def test_mail_goes_to_the_server_that_is_named_and_else_into_files(address, said):
    output = subprocess.run(
        [sys.executable, "-c", SAY], env=os.environ | {"EMAIL_URL": address}, capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == said


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({"PORT": "8001"}, "http://127.0.0.1:8001"),
        ({"SITE_URL": "https://recall.example.com/"}, "https://recall.example.com"),
    ],
)
def test_mails_link_to_the_address_that_is_given_and_else_to_this_machine(given, used):
    output = subprocess.run(
        [sys.executable, "-c", "from callcenter import settings as s; print(s.SITE_URL)"],
        env={name: value for name, value in os.environ.items() if name not in ("SITE_URL", "PORT")} | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert output.stdout.strip() == used
