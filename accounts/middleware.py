"""Ring 1 of the wall: the practice comes from the path, and from nowhere else."""

import re

import pghistory
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from audit import access

from . import api_errors, api_tokens, tenancy
from .models import Membership

# As wide as the URLconf's converter: no page of a practice is reached past this.
PRACTICE_PATH = re.compile(r"^/p/(?P<slug>[-a-zA-Z0-9_]+)/")
API_PATH = re.compile(PRACTICE_PATH.pattern + "api/")
SHOWS_CONTENT = {200, 201, 409, 422}


class PracticeMiddleware:
    """Answer `/p/<practice>/…` inside that practice, for its members alone.

    Below `/p/<practice>/api/` programs call: there a token opens, and no session does. They act as whoever made the token.

    The whole answer runs in one transaction that names the practice to PostgreSQL, and shows times by the practice's
    clocks. What it shows of patients is written down in that same transaction, so an answer that can't be recorded is
    not given.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        path = PRACTICE_PATH.match(request.path_info)
        if path is None:
            return self._keep_out_of_caches(request, self.get_response(request))
        if API_PATH.match(request.path_info):
            return self._by_token(request, path["slug"])
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = (
            Membership.objects.active()
            .select_related("practice", "user")
            .filter(user=request.user, practice__slug=path["slug"])
            .first()
        )
        if membership is None:
            raise Http404
        request.membership, request.practice = membership, membership.practice
        return self._answer(request)

    def _by_token(self, request, slug):
        try:
            token = api_tokens.of_header(request.headers.get("Authorization", ""))
        except api_tokens.BadToken:
            return api_errors.refusal(401)
        except api_tokens.TooFast as refused:
            return api_errors.refusal(429, Retry_After=refused.wait)
        if token.practice.slug != slug:
            return api_errors.refusal(404)
        request.api_token, request.membership, request.practice = token, token.made_by, token.practice
        request.user = token.made_by.user
        return api_errors.in_json(self._answer(request))

    def _keep_out_of_caches(self, request, response):
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _answer(self, request):
        practice, token = request.practice, getattr(request, "api_token", None)
        with (
            tenancy.practice(practice.pk),
            pghistory.context(user=request.user.pk, method=request.method),
            access.collect() as seen,
            timezone.override(practice.zone),
        ):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif seen and response.status_code in SHOWS_CONTENT:
                access.record(
                    seen,
                    practice_id=practice.pk,
                    user_id=request.user.pk,
                    page=request.resolver_match.view_name if request.resolver_match else "",
                    method=request.method,
                    token_id=token.pk if token else None,
                )
        return self._keep_out_of_caches(request, response)
