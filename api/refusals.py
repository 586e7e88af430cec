"""What the API itself refuses, as exceptions; api/errors.py puts them into words."""

from http import HTTPStatus

from rest_framework.exceptions import APIException


class Conflict(APIException):
    """What is asked for is so already, or can't be in this state."""

    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"


class Refused(APIException):
    """What was sent can be read, but makes no sense for what it is about."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "refused"


class KeyReused(APIException):
    """An Idempotency-Key came with something else before."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "key_reused"
    default_detail = "This Idempotency-Key came with another body or for another address before."


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "This is larger than the API takes."


class TooManyWait(APIException):
    """Files sent by API wait to be looked after, as many as people can manage."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_waiting"
