"""Two-step sign-in, from switching it on to a lost phone."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def sign_in_by_form(client, member):
    return client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})


def confirm_password(client, url):
    """Ask for a page that changes how one signs in, and type the password again as it demands."""
    asked = client.get(url)
    return client.post(asked.url, {"password": PASSWORD}, follow=True)


def switch_on(client, member):
    """Sign in, switch on, and return the recovery codes the page shows."""
    sign_in_by_form(client, member)
    page = confirm_password(client, reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert f'src="{page.context["totp_svg_data_uri"]}"' in page.content.decode()
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    return re.findall(r"<li>(\d{8})</li>", answer.content.decode())


def test_it_asks_for_a_code_at_the_next_sign_in(client, agent):
    codes = switch_on(client, agent)
    client.post(reverse("account_logout"))
    asked = sign_in_by_form(client, agent)
    inside = client.get(reverse("practices"))

    assert len(codes) == 10
    assert asked.url == reverse("mfa_authenticate")
    assert inside.status_code == 302


def test_a_wrong_code_does_not_open(client, agent):
    switch_on(client, agent)
    client.post(reverse("account_logout"))
    sign_in_by_form(client, agent)
    refused = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert refused.context["form"].errors == {"code": ["Incorrect code."]}
    assert client.get(reverse("practices")).status_code == 302


def test_a_recovery_code_opens_once(client, agent):
    code = switch_on(client, agent)[0]
    statuses = []
    for _ in range(2):
        client.post(reverse("account_logout"))
        sign_in_by_form(client, agent)
        client.post(reverse("mfa_authenticate"), {"code": code})
        statuses.append(client.get(reverse("practices")).status_code)

    assert statuses == [200, 302]


def test_it_can_be_switched_off(client, agent):
    switch_on(client, agent)
    client.post(reverse("mfa_deactivate_totp"))
    client.post(reverse("account_logout"))

    assert sign_in_by_form(client, agent).url == "/"


def test_switching_on_takes_the_password_again(client, agent):
    sign_in_by_form(client, agent)

    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
