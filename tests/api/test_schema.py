"""The description of the API is valid, whole, and true."""

import json

import pytest
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft4Validator

from tests.isolation.sweep import practice_pages

from .test_access import SCOPES

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(program, at):
    return program.get(at("schema")).json()


def operations(document):
    return [
        (path, method, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if method in METHODS
    ]


def resolved(schema, document):
    """The schema with every reference in it replaced by what it names."""
    if isinstance(schema, list):
        return [resolved(each, document) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return resolved(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    found = {name: resolved(each, document) for name, each in schema.items()}
    if found.pop("nullable", False):
        return {"anyOf": [{"type": "null"}, found]}
    return found


def fits(answer, document, path, method):
    """What of an answer is not as described."""
    said = document["paths"][path][method]["responses"][str(answer.status_code)]
    schema = resolved(said["content"]["application/json"]["schema"], document)
    strict = json.loads(json.dumps(schema), object_hook=_closed)
    return [error.message for error in Draft4Validator(strict).iter_errors(answer.json())]


def _closed(schema):
    """Nothing may be told that is not described."""
    if schema.get("type") == "object" and "properties" in schema:
        schema["additionalProperties"] = False
    return schema


def test_it_is_valid_and_nothing_had_to_be_guessed():
    with GENERATOR_STATS.silence():
        GENERATOR_STATS.reset()
        generated = SchemaGenerator(urlconf="api.urls").get_schema(request=None, public=True)
    assert not GENERATOR_STATS
    validate_schema(generated)


def test_every_address_and_method_is_described_with_its_scope(document):
    routes = {page.name: page.route.removeprefix("p/<slug:practice_slug>/") for page in practice_pages() if page.of_the_api}
    plain = {name: f"/{route.replace('<int:', '{').replace('>', '}')}" for name, route in routes.items()}
    described = {(path, method.upper()): said["x-scope"] for path, method, said in operations(document)}
    assert described == {(plain[name], method): "" if name == "api:schema" else scope for (name, method), scope in SCOPES.items()}


def test_every_operation_parameter_and_field_is_described(document):
    bare = []
    for path, method, said in operations(document):
        bare += [f"{method} {path}"] * (not said.get("summary") or not said.get("description"))
        bare += [f"{method} {path} {each['name']}" for each in said.get("parameters", []) if not each.get("description")]
        bare += [f"{method} {path} {status}" for status, each in said["responses"].items() if not each.get("description")]
    for name, schema in document["components"]["schemas"].items():
        bare += [f"{name}.{field}" for field, each in schema.get("properties", {}).items() if not each.get("description")]
    assert bare == []


def test_every_operation_names_its_refusals_in_the_one_form(document):
    for path, method, said in operations(document):
        statuses = {status for status in said["responses"] if status >= "4"}
        always = {"400", "401", "403", "404", "405", "429", "500"}
        assert (path, method, statuses) == (path, method, always | (set() if method == "get" else {"409", "413", "415", "422"}))
        forms = {said["responses"][status]["content"]["application/json"]["schema"]["$ref"] for status in statuses}
        assert forms == {"#/components/schemas/Error"}
        assert said["security"] == [{"token": []}]


def test_ids_are_whole_numbers_and_moments_moments(document):
    found = {each["name"]: each["schema"] for _path, _method, said in operations(document) for each in said.get("parameters", [])}
    for name in ("campaign", "patient", "agent", "owner", "enrollment", "patient_id"):
        assert (name, found[name]["type"]) == (name, "integer")
    for name in ("since", "changed_since", "created_since", "due_from", "due_until"):
        assert (name, found[name]["format"]) == (name, "date-time")
    assert found["opted_out"]["type"] == "boolean"


def test_it_names_the_address_of_the_practice(document, practice):
    assert document["servers"] == [{"url": f"http://testserver/p/{practice.slug}", "description": "This practice."}]


def test_answers_are_as_described(program, at, world, document):
    wish = {"weekdays": [1], "starts": "09:00", "ends": "12:00"}
    asked = [
        ("put", "patients/{patient_id}/preferred-times/", program.put(at("preferred_times", world.ida.pk), wish)),
        ("get", "patients/", program.get(at("patients"))),
        ("get", "patients/{patient_id}/", program.get(at("patient", world.ida.pk))),
        ("post", "patients/lookup/", program.post(at("lookup"), {"mrn": "A100"})),
        ("post", "patients/{patient_id}/numbers/", program.post(at("numbers", world.ida.pk), {"number": "646-555-0177"})),
        ("patch", "patients/{patient_id}/numbers/{number_id}/", program.patch(at("number", world.ida.pk, world.number.pk), {})),
        ("get", "campaigns/", program.get(at("campaigns"))),
        ("get", "campaigns/{campaign_id}/", program.get(at("campaign", world.campaign.pk))),
        ("get", "enrollments/", program.get(at("enrollments"))),
        ("get", "enrollments/{enrollment_id}/", program.get(at("enrollment", world.called.pk))),
        ("get", "attempts/", program.get(at("attempts"))),
        ("get", "attempts/{attempt_id}/", program.get(at("attempt", world.attempt.pk))),
        ("get", "callbacks/", program.get(at("callbacks"))),
        ("get", "callbacks/{callback_id}/", program.get(at("callback", world.callback.pk))),
        ("post", "callbacks/{callback_id}/call-off/", program.post(at("callback_call_off", world.callback.pk), {"why": "x"})),
        ("post", "callbacks/{callback_id}/call-off/", program.post(at("callback_call_off", world.callback.pk), {"why": "x"})),
        ("post", "patients/{patient_id}/opt-outs/", program.post(at("opt_outs", world.ida.pk), {"channel": "CALL"})),
        ("get", "patients/", program.get(at("patients") + "?limit=0")),
        ("get", "reports/totals/", program.get(at("totals") + "?by=agent")),
        ("get", "imports/", program.get(at("imports"))),
        ("get", "schema/", program.get(at("schema"))),
    ]
    assert [answer.status_code for _method, _path, answer in asked].count(400) == 1
    for method, path, answer in asked:
        assert (path, fits(answer, document, f"/api/{path}", method)) == (path, [])


# --- For people


def test_admins_get_the_page_and_the_document(sign_in, practice, admin):
    client = sign_in(admin)
    page = client.get(reverse("api:docs", args=[practice.slug]))
    text = page.content.decode()
    assert (page.status_code, text.count('class="api-example"')) == (200, len(SCOPES))
    assert f"http://testserver/p/{practice.slug}/api/patients/lookup/" in text
    file = client.get(reverse("api:document", args=[practice.slug]))
    assert (file.headers["Content-Disposition"], file.json()["info"]["title"]) == (
        'attachment; filename="recall-desk-openapi.json"', "Recall Desk",
    )  # fmt: skip


def test_the_page_of_tokens_leads_to_it(sign_in, practice, admin):
    page = sign_in(admin).get(reverse("accounts:tokens", args=[practice.slug])).content.decode()
    assert f'href="/p/{practice.slug}/api-docs/"' in page
