"""The page of the API and those of its tokens, as admins see them."""

import pytest
from django.urls import reverse

from accounts import api_tokens, tenancy
from tests.browsing import IN_A_BROWSER, both_themes, wrong

pytestmark = IN_A_BROWSER


@pytest.fixture
def ada_at(signed_in, practice, admin):
    """`ada_at("api:docs", …)`: a page before Ada Admin, and the list that its errors go to."""

    def _ada_at(name, **machine):
        page, errors = signed_in("ada.admin", **machine)
        page.goto(reverse(name, args=[practice.slug]))
        return page, errors

    return _ada_at


@both_themes
def test_the_page_reads_well_closed_and_open(ada_at, theme, width):
    page, errors = ada_at("api:docs", theme=theme, width=width)
    assert wrong(page, errors) == []
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert wrong(page, errors) == []


def test_an_example_is_copied_and_an_object_opened_by_its_link(ada_at):
    page, errors = ada_at("api:docs")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#patients_lookup > summary").press("Enter")
    page.locator("#patients_lookup").get_by_role("button", name="Copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith('curl -H "Authorization: Bearer $TOKEN"')
    assert copied.endswith("/p/bayview-eye/api/patients/lookup/")
    page.locator("#patients_lookup").get_by_role("link", name="Found").click()
    page.locator("#object-Found").wait_for(state="visible")
    assert errors == []


@both_themes
def test_tokens_are_made_and_listed_with_their_scopes(ada_at, practice, admin, theme, width):
    with tenancy.practice(practice.pk):
        scopes = ["attempts:read", "enrollments:read", "reports:read"]
        api_tokens.make(practice=practice, name="Warehouse", scopes=scopes, days=90, by=admin)
    page, errors = ada_at("accounts:token_new", theme=theme, width=width)
    assert wrong(page, errors) == []
    page.get_by_label("What uses it").fill("Portal")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("link", name="Choose at least one").wait_for()
    assert wrong(page, [each for each in errors if "422" not in each]) == []
    page.get_by_label("Add and mend numbers").check()
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("heading", name="The token is made").wait_for()
    assert wrong(page, [each for each in errors if "422" not in each]) == []
    page.get_by_role("link", name="Done").click()
    page.get_by_role("row", name="Portal").get_by_text("patients:write").wait_for()
    assert wrong(page, [each for each in errors if "422" not in each]) == []
