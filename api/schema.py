"""The API described by itself, as OpenAPI: made from the views, their filters and their serializers."""

from copy import deepcopy
from functools import cache

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from .access import ANY_TOKEN, scope_of

KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Up to 100 characters of your choice. The same key with the same body is done once, for a week.",
    "schema": {"type": "string", "maxLength": 100},
}  # fmt: skip
ERROR = {
    "type": "object",
    "description": "Why the answer is no.",
    "required": ["error", "code"],
    "properties": {
        "error": {"type": "string", "description": "What is wrong, in one sentence."},
        "code": {"type": "string", "description": "The same as a word for programs."},
        "field": {"type": "string", "description": "The field that is wrong, where it is one."},
    },
}
# Status → what it means, and the words for programs that come with it.
REFUSALS = {
    "400": ("A parameter or a field is wrong or unknown, or the body is no JSON object", ("invalid", "malformed")),
    "401": ("No token, or one that opens nothing any more", ("not_authenticated",)),
    "403": ("The token lacks the scope that the sentence names", ("missing_scope",)),
    "404": ("There is no such thing in this practice", ("not_found",)),
    "405": ("The address answers to other methods", ("method_not_allowed",)),
    "409": ("It is so already, or can't be in this state", ("conflict",)),
    "413": ("The body or the file is too large", ("too_large",)),
    "415": ("The body is of another type", ("unsupported_media_type",)),
    "422": ("It makes no sense for what it is about, or the key came with something else before", ("refused", "key_reused")),
    "429": ("The token calls too often, see Retry-After, or too many files wait", ("too_many_calls", "too_many_waiting")),
    "500": ("Something broke on our side; nothing was changed", ("server_error",)),
}
# Only what carries a body can be refused for it.
OF_BODIES = {"409", "413", "415", "422"}


class Operation(AutoSchema):
    """What is said of one method of a view: beside what is read from it, its scope, its refusals and the key of a POST."""

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        scope = scope_of(self.view, self.method)
        needs = "" if scope == ANY_TOKEN else str(scope)
        operation["x-scope"] = needs
        operation["description"] = " ".join(operation.get("description", "").split())
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["description"] = f"Id of the {parameter['name'].removesuffix('_id')}."
        if self.method == "POST" and not operation["operationId"].endswith("_lookup"):
            operation.setdefault("parameters", []).append(KEY)
        for status, (words, codes) in REFUSALS.items():
            if self.method != "GET" or status not in OF_BODIES:
                content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
                operation["responses"][status] = {
                    "description": f"{words}: {', '.join(codes)}.",
                    "content": content,
                }
        for status, answer in operation["responses"].items():
            answer["description"] = answer.get("description") or ("Nothing more to say." if status == "204" else "The answer.")
        return operation


class Bearer(OpenApiAuthenticationExtension):
    target_class = "api.access.TokenOfRequest"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token of the practice, made under Users → API tokens."}


def with_errors(result, generator, request, public):
    """A hook of drf-spectacular: the form of every refusal stands among the components."""
    result["components"]["schemas"]["Error"] = ERROR
    return result


@cache
def _described():
    return SchemaGenerator(urlconf="api.urls").get_schema(request=None, public=True)


def openapi(*, request):
    """The OpenAPI document, with the address of the practice of the request."""
    document = deepcopy(_described())
    address = request.build_absolute_uri(f"/p/{request.practice.slug}")
    document["servers"] = [{"url": address, "description": "This practice."}]
    return document
