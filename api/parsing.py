"""Bodies in JSON, small and shallow: what a program has to say fits on a page. Answers are JSON whatever is asked for."""

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser

from .refusals import TooLarge


class SmallJSON(JSONParser):
    """A JSON object, of so many bytes at most. A body whose length nobody names is not read at all (WSGI)."""

    def parse(self, stream, media_type=None, parser_context=None):
        request = parser_context["request"]
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.API_MOST_BYTES:
            raise TooLarge
        if int(length) == 0:
            return {}
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deep.") from None
        if not isinstance(found, dict):
            raise ParseError("Send a JSON object: { … }.")
        return found


class AlwaysJSON(DefaultContentNegotiation):
    """The one form of answer there is, also for who asks for another: a reason in JSON tells them more than none."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
