"""How the API says no: in one sentence of JSON, whoever says it."""

from http import HTTPStatus

from django.http import JsonResponse
from rest_framework.views import exception_handler

SENTENCES = {
    401: "Send a valid token of this practice: “Authorization: Bearer …”.",
    404: "There is nothing at this address.",
    500: "Something broke on our side; nothing was changed.",
}


def refusal(status, sentence=""):
    """An answer without anything but the reason."""
    words = sentence or SENTENCES.get(status) or f"{HTTPStatus(status).phrase}."
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return JsonResponse({"error": words}, status=status, headers=headers)


def in_json(response):
    """The answer itself, or, where it is an error page, its reason as JSON."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return refusal(response.status_code) if is_page and response.status_code >= HTTPStatus.BAD_REQUEST else response


def one_sentence(error, context):
    """The exception handler of the API: {"error": …} with the first thing that is wrong."""
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": _first(response.data)}
    return response


def _first(detail):
    """The first sentence of what went wrong, after the name of its field."""
    if isinstance(detail, dict):
        field, detail = next(iter(detail.items()))
        return _first(detail) if field in ("detail", "non_field_errors") else f"{field}: {_first(detail)}"
    return _first(detail[0]) if isinstance(detail, list) else str(detail)
