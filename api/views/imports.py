"""Hand a file in, ask what became of it. For programs with a token; people use the pages."""

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.models import ApiToken
from api.once import key_of
from api.serializers import imports as shapes
from api.uploads import hand_in
from imports.tasks import run_import

from .parts import one, read

Scope = ApiToken.Scope
LATEST = 20


class Imports(APIView):
    scopes = {"GET": Scope.IMPORTS_READ, "POST": Scope.IMPORTS_WRITE}
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="imports_list", summary="List imports", responses={200: shapes.Imports})
    def get(self, request, practice_slug):
        """The latest imports of the practice, whatever way they came in."""
        latest = request.practice.fileimports.order_by("-pk")[:LATEST]
        return Response(shapes.Imports({"imports": latest}, context={"request": request}).data)

    @extend_schema(
        operation_id="imports_create", summary="Hand a file in", request=shapes.Upload, responses={202: shapes.ImportWhole}
    )
    def post(self, request, practice_slug):
        """The file is saved by itself unless an alarm holds it or `look` is true. The same Idempotency-Key with the same file and
        fields is the same import, as long as that import is listed."""
        said = read(shapes.Upload, request)
        sent = said.pop("file")
        file_import, is_new = hand_in(token=request.auth, sent=sent, key=key_of(request), now=clock.now(), **said)
        if is_new:
            practice_id, import_id = request.practice.pk, file_import.pk
            transaction.on_commit(lambda: run_import.ring(practice_id, import_id=import_id))
        found = shapes.ImportWhole(file_import, context={"request": request}).data
        return Response(found, status=status.HTTP_202_ACCEPTED, headers={"Location": found["url"]})


class Import(APIView):
    scopes = {"GET": Scope.IMPORTS_READ}

    @extend_schema(operation_id="imports_get", summary="Get an import", responses={200: shapes.ImportWhole})
    def get(self, request, practice_slug, import_id):
        """One import: how far it is, and its figures."""
        found = one(request.practice.fileimports, import_id)
        return Response(shapes.ImportWhole(found, context={"request": request}).data)
