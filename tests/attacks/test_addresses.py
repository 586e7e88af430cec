"""Addresses made to break the pages behind them."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/p/Bayview-Eye/desk/", "/p/BAYVIEW-EYE/users/", "/p/bayview_eye/desk/"])
def test_a_practice_written_in_other_letters_is_no_practice(client, sign_in, practice, agent, address):
    assert client.get(address).status_code == 302
    assert sign_in(agent).get(address).status_code == 404


@pytest.mark.parametrize("wanted", ["abc", "²", "-1", "9" * 30, "%00"])
def test_a_list_of_nobody_does_not_exist(sign_in, practice, supervisor, wanted):
    assert sign_in(supervisor).get(f"/p/bayview-eye/desk/?agent={wanted}").status_code == 404


@pytest.mark.parametrize("target", ["//[", "http://[::1", "//evil.example", "https://evil.example/", "/\\evil.example"])
def test_signing_in_and_out_never_leads_elsewhere(client, agent, target):
    assert client.get("/accounts/login/", {"next": target}).status_code == 200
    entered = client.post("/accounts/login/", {"login": agent.user.email, "password": "correct horse battery", "next": target})
    assert (entered.status_code, entered.url) == (302, "/")
    left = client.post("/accounts/logout/", {"next": target})
    assert (left.status_code, left.url) == (302, "/")


def test_a_page_with_an_unreadable_way_back_builds_and_stays(sign_in, practice, supervisor):
    answer = sign_in(supervisor).post("/p/bayview-eye/campaigns/build/", {"next": "//["})
    assert (answer.status_code, answer.url) == (302, "/p/bayview-eye/campaigns/")
