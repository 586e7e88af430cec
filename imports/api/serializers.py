"""What the API takes and what it says."""

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.exceptions import APIException

from imports import decoding, importing
from imports.models import FileImport

State = FileImport.State
# Nothing more happens to these by itself.
SETTLED = (State.UPLOADED, State.CHECKED, State.DONE, State.FAILED, State.UNDONE)
HAS_FIGURES = (State.CHECKED, State.CONFIRMED, State.APPLYING, State.DONE, State.UNDOING, State.UNDONE)


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class Upload(serializers.Serializer):
    """The fields of an upload; one that is not known is an error, so that a slip of the pen is not taken for a wish."""

    file = serializers.FileField(allow_empty_file=True)
    kind = serializers.ChoiceField(["patients", "appointments"], required=False, default="")
    encoding = serializers.ChoiceField(decoding.CHOICES, required=False, default="")
    look = serializers.BooleanField(required=False, default=False)

    def validate_file(self, sent):
        if sent.size > settings.IMPORT_MAX_MB * 1_000_000:
            raise TooLarge(f"The file is larger than {settings.IMPORT_MAX_MB} MB.")
        return sent

    def validate(self, fields):
        for name in self.initial_data:
            if name not in self.fields:
                raise serializers.ValidationError(f"There is no field “{name[:40]}”.")
        return fields


def shown(file_import, *, request):
    """How far an import is, as plain data."""
    place = {"practice_slug": request.practice.slug, "import_id": file_import.pk}
    return {
        "id": file_import.pk,
        "url": request.build_absolute_uri(reverse("api:import", kwargs=place)),
        "page": request.build_absolute_uri(reverse("imports:detail", kwargs=place)),
        "state": file_import.state,
        "says": file_import.get_state_display(),
        "settled": file_import.state in SETTLED,
        "file": file_import.file_name,
        "uploaded_at": file_import.created_at,
        "finished_at": file_import.finished_at,
        "rows_total": file_import.rows_total,
        "rows_read": file_import.rows_staged,
        "alarms": file_import.alarms,
        "refused": file_import.failure,
    }


def shown_whole(file_import, *, request):
    """The same with the figures of the dry run or of the result, once there are any."""
    figures = importing.figures(file_import) if file_import.state in HAS_FIGURES else None
    return {**shown(file_import, request=request), "result": figures}
