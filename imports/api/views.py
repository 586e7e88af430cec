"""Hand a file in, ask what became of it. For programs with a token; people use the pages."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.api_access import TokenHolder
from imports.tasks import run_import

from .serializers import Upload, shown, shown_whole
from .uploads import hand_in

LATEST = 20
LONGEST_KEY = 100


class Imports(APIView):
    """The latest imports of the practice; a new one is posted here."""

    permission_classes = [TokenHolder]

    def get(self, request, practice_slug):
        latest = request.practice.fileimports.order_by("-pk")[:LATEST]
        return Response({"imports": [shown(file_import, request=request) for file_import in latest]})

    def post(self, request, practice_slug):
        upload = Upload(data=request.data)
        upload.is_valid(raise_exception=True)
        sent = upload.validated_data.pop("file")
        file_import, is_new = hand_in(token=request.auth, sent=sent, key=_key(request), now=clock.now(), **upload.validated_data)
        if is_new:
            practice_id, import_id = request.practice.pk, file_import.pk
            transaction.on_commit(lambda: run_import.ring(practice_id, import_id=import_id))
        found = shown_whole(file_import, request=request)
        return Response(found, status=status.HTTP_202_ACCEPTED, headers={"Location": found["url"]})


class Import(APIView):
    """One import: how far it is, and its figures."""

    permission_classes = [TokenHolder]

    def get(self, request, practice_slug, import_id):
        file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
        return Response(shown_whole(file_import, request=request))


def _key(request):
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isascii():
        raise ValidationError(f"An Idempotency-Key has at most {LONGEST_KEY} ASCII characters.")
    return key
