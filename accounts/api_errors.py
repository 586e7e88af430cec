"""How the API says no: one form of JSON, whoever says it.

`error` is a sentence for people, `code` a word for programs, `field` the name of what is wrong where one thing is.
"""

from http import HTTPStatus

from django.http import JsonResponse

SENTENCES = {
    401: "Send a valid token of this practice: “Authorization: Bearer …”.",
    404: "There is nothing at this address.",
    429: "This token calls too often.",
    500: "Something broke on our side; nothing was changed.",
}
# What programs may count on; docs/api.md tells what each means.
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "missing_scope",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "refused",
    429: "too_many_calls",
    500: "server_error",
}


def told(status, sentence="", *, code="", field=""):
    """The body of a refusal."""
    words = sentence or SENTENCES.get(status) or f"{HTTPStatus(status).phrase}."
    return {"error": words, "code": code or CODES.get(status, "invalid"), **({"field": field} if field else {})}


def refusal(status, sentence="", **headers):
    """An answer without anything but the reason; `headers` by their names with _ for -."""
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW_Authenticate"] = "Bearer"
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return JsonResponse(told(status, sentence), status=status, headers={"Cache-Control": "no-store", **named})


def in_json(response):
    """The answer itself, or, where it is an error page, its reason as JSON."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return refusal(response.status_code) if is_page and response.status_code >= HTTPStatus.BAD_REQUEST else response
