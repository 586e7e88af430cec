"""The OpenAPI document as a page for people shows it: in the same words, in the order of a reader."""

import json
import shlex
from dataclasses import dataclass

TITLES = {
    "patients": "Patients",
    "campaigns": "Campaigns",
    "enrollments": "Enrollments",
    "attempts": "Calls",
    "callbacks": "Callbacks",
    "reports": "Reports",
    "imports": "Imports",
    "schema": "This description",
}
KINDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "number",
    "int64": "number",
    "double": "number",
    "decimal": "amount, as a text",
    "uri": "address",
    "date-time": "moment",
    "binary": "file",
}
METHODS = ("get", "post", "put", "patch", "delete")
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body or an answer. `shape` names the object it holds, to be read further on."""

    name: str
    kind: str
    words: str
    is_required: bool
    choices: tuple = ()
    shape: str = ""


@dataclass(frozen=True)
class Operation:
    """One request that the API answers."""

    id: str
    method: str
    path: str
    title: str
    words: str
    scope: str
    parameters: list
    body: list
    answer: str
    is_page: bool
    status: str
    curl: str


def guide(document):
    """The address, the groups of operations, the objects of the answers, and what refusals mean."""
    shapes = document["components"]["schemas"]
    address = document["servers"][0]["url"]
    groups = {tag: [] for tag in TITLES}
    refusals = {}
    for path in sorted(document["paths"], key=lambda path: (path.count("/"), path)):
        for method in METHODS:
            said = document["paths"][path].get(method)
            if said:
                groups[said["tags"][0]].append(_operation(path, method, said, shapes, address))
                refusals |= {status: answer["description"] for status, answer in said["responses"].items() if status >= "4"}
    told = sorted(_told(groups, shapes))
    return {
        "address": address,
        "groups": [(tag, TITLES[tag], operations) for tag, operations in groups.items()],
        "shapes": [(name, shapes[name].get("description", ""), _fields(shapes[name], shapes)) for name in told],
        "refusals": sorted(refusals.items()),
    }


def _operation(path, method, said, shapes, address):
    status, answer = next((code, each) for code, each in said["responses"].items() if code < "3")
    body, content_type, sample = _body(said, shapes)
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    is_page = _reference(schema).startswith("Paginated")
    rows = _resolved(schema, shapes)["properties"]["results"] if is_page else schema
    return Operation(
        id=said["operationId"],
        method=method.upper(),
        path=path,
        title=said["summary"],
        words=said["description"],
        scope=said["x-scope"],
        parameters=[_field(each["name"], each, each.get("required"), shapes) for each in said.get("parameters", [])],
        body=body,
        answer=_shape(rows),
        is_page=is_page,
        status=status,
        curl=_curl(method, f"{address}{path}", content_type, sample),
    )


def _body(said, shapes):
    """(fields, type of the content, how it may look) of what is sent; the fields are none where nothing is."""
    for content_type, content in said.get("requestBody", {}).get("content", {}).items():
        sample = next((each["value"] for each in content.get("examples", {}).values()), None)
        return _fields(_resolved(content["schema"], shapes), shapes), content_type, sample
    return [], "", None


def _fields(schema, shapes):
    required = schema.get("required", [])
    return [_field(name, each, name in required, shapes) for name, each in schema.get("properties", {}).items()]


def _field(name, said, is_required, shapes):
    schema = said.get("schema", said)
    inner = _resolved(schema, shapes)
    items = _resolved(inner.get("items", {}), shapes)
    return Field(
        name=name,
        kind=_kind(inner, items) + (" or null" if schema.get("nullable") else ""),
        words=said.get("description") or schema.get("description", ""),
        is_required=bool(is_required),
        choices=_choices(schema, shapes),
        shape=_shape(schema),
    )


def _kind(schema, items):
    kind = schema.get("format") or schema.get("type", "")
    if kind == "array":
        return f"list of {items.get('type', 'object')}s"
    return KINDS.get(kind, kind or "object")


def _choices(schema, shapes):
    """The codes that a field may hold, also where they are put together of several lists."""
    parts = [_resolved(each, shapes) for each in schema.get("oneOf", [])] or [_resolved(schema, shapes)]
    return tuple(code for part in parts for code in part.get("enum", []) if code)


def _reference(schema):
    for each in (schema, schema.get("items", {}), *schema.get("allOf", []), *schema.get("oneOf", [])):
        if "$ref" in each:
            return each["$ref"].removeprefix(_REFERENCE)
    return ""


def _resolved(schema, shapes):
    """What a schema says itself or by the one it refers to."""
    name = "" if "items" in schema else _reference(schema)
    return shapes[name] if name else schema


def _shape(schema):
    name = _reference(schema)
    return "" if name.endswith("Enum") else name


def _told(groups, shapes):
    """Names of the objects that answers are made of, also of those inside of others."""
    found, open_names = set(), {operation.answer for operations in groups.values() for operation in operations}
    while open_names:
        name = open_names.pop()
        if name and name not in found and "properties" in shapes.get(name, {}):
            found.add(name)
            open_names |= {field.shape for field in _fields(shapes[name], shapes)}
    return found


def _curl(method, url, content_type, sample):
    lines = ['curl -H "Authorization: Bearer $TOKEN"']
    if content_type == "multipart/form-data":
        lines.append("-F file=@patients.csv")
    elif sample is not None:
        lines += ['-H "Content-Type: application/json"', f"-d {shlex.quote(json.dumps(sample, ensure_ascii=False))}"]
    if method not in ("get", "post") or (method == "post" and sample is None and not content_type):
        lines.append(f"-X {method.upper()}")
    return " \\\n  ".join([*lines, shlex.quote(url)])
