"""The API described: for programs as OpenAPI, for people as a page."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import admin_required
from accounts.models import ApiToken
from api.access import ANY_TOKEN
from api.guide import guide
from api.schema import openapi


class Schema(APIView):
    scopes = {"GET": ANY_TOKEN}

    @extend_schema(operation_id="schema_get", summary="Get this description", responses={200: dict})
    def get(self, request, practice_slug):
        """All of this as an OpenAPI document, which generators of clients read."""
        return Response(openapi(request=request))


@require_safe
@admin_required
def docs(request, practice_slug):
    """The same for people, with examples to copy."""
    context = {
        "guide": guide(openapi(request=request)),
        "scopes": ApiToken.Scope.choices,
        "calls_a_minute": settings.API_CALLS_A_MINUTE,
    }
    return render(request, "api/docs.html", context)


@require_safe
@admin_required
def document(request, practice_slug):
    """The OpenAPI document as a file, for who has no token at hand."""
    headers = {"Content-Disposition": 'attachment; filename="recall-desk-openapi.json"'}
    return JsonResponse(openapi(request=request), headers=headers, json_dumps_params={"indent": 2})
