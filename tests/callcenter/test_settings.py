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
