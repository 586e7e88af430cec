"""Every way the API says no, in the one form of accounts/api_errors.py."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.views import exception_handler

from accounts.api_errors import SENTENCES, told
from campaigns.callbacks import AlreadySo, CallbackRefused
from campaigns.campaign_status import StatusRefused
from campaigns.numbers import NumberRefused

from .refusals import Conflict, KeyReused, Refused, TooLarge, TooManyWait

# What the domain refuses, in its words for people. The first that fits counts.
DOMAIN = [
    (AlreadySo, Conflict),
    (StatusRefused, Conflict),
    (CallbackRefused, Refused),
    (NumberRefused, Refused),
]
# What Django refuses before a view has read it.
UNREADABLE = [
    (RequestDataTooBig, TooLarge()),
    ((SuspiciousOperation, UnreadablePostError), exceptions.ParseError()),
]


def in_one_form(error, context):
    """The exception handler of the API: `error`, `code`, and `field` where one field is wrong. None: it is a bug."""
    for kinds, answer in UNREADABLE:
        if isinstance(error, kinds):
            error = answer
    for kind, answer in DOMAIN:
        if isinstance(error, kind):
            error = answer(str(error))
    response = exception_handler(error, context)
    if response is not None:
        field, sentence = _first(response.data)
        if isinstance(error, Http404):
            sentence = SENTENCES[HTTPStatus.NOT_FOUND]
        response.data = told(response.status_code, sentence, code=_code(error), field=field)
    return response


def _code(error):
    """The word for what went wrong; empty where the status says it all."""
    if isinstance(error, (Conflict, Refused, KeyReused, TooLarge, TooManyWait)):
        return error.default_code
    return "malformed" if isinstance(error, exceptions.ParseError) else ""


def _first(detail, path=()):
    """(name of the field, sentence) of the first thing that is wrong; the name stands before the sentence, too."""
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        return _first(inner, path if name in ("detail", "non_field_errors") else (*path, str(name)))
    if isinstance(detail, list) and detail:
        return _first(detail[0], path)
    field = ".".join(path)
    return field, f"{field}: {detail}" if field else str(detail)
