"""A program that calls the API: it carries a token and speaks JSON."""

import json

from django.test import Client


class Program(Client):
    """A client with a token. What it sends is JSON, unless a call names another type of content."""

    def __init__(self, token, **kwargs):
        super().__init__(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False, **kwargs)

    def generic(self, method, path, data="", content_type="application/json", **kwargs):
        return super().generic(method, path, data, content_type, **kwargs)

    def post(self, path, data=None, content_type="application/json", **kwargs):
        return super().post(path, data or {}, content_type, **kwargs)

    def put(self, path, data=None, content_type="application/json", **kwargs):
        return super().put(path, data or {}, content_type, **kwargs)

    def patch(self, path, data=None, content_type="application/json", **kwargs):
        return super().patch(path, data or {}, content_type, **kwargs)

    def send(self, method, path, body, **headers):
        """Send bytes, or anything that JSON can say, as the body."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.generic(method.upper(), path, data, headers=headers)
