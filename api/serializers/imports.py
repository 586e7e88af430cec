"""What the API takes as a file of the EMR, and how it tells an import."""

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from api.refusals import TooLarge
from imports import decoding, importing
from imports.models import FileImport

from .parts import Body

State = FileImport.State
# Nothing more happens to these by itself.
SETTLED = (State.UPLOADED, State.CHECKED, State.DONE, State.FAILED, State.UNDONE)
HAS_FIGURES = (State.CHECKED, State.CONFIRMED, State.APPLYING, State.DONE, State.UNDOING, State.UNDONE)


class Upload(Body):
    """A file of the EMR, as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True, help_text="The file as the EMR exports it.")
    kind = serializers.ChoiceField(
        ["patients", "appointments"], required=False, default="", help_text="What it has to tell of: another file is refused."
    )
    encoding = serializers.ChoiceField(
        decoding.CHOICES, required=False, default="", help_text="Where it is recognized wrongly, as in cp1252."
    )
    look = serializers.BooleanField(required=False, default=False, help_text="Wait for an admin's Import in any case.")

    def validate_file(self, sent):
        if sent.size > settings.IMPORT_MAX_MB * 1_000_000:
            raise TooLarge(f"The file is larger than {settings.IMPORT_MAX_MB} MB.")
        return sent


class Import(serializers.Serializer):
    """How far an import is. It shows no patient."""

    id = serializers.IntegerField(help_text="Number of the import.")
    url = serializers.SerializerMethodField(help_text="Where to ask for it.")
    page = serializers.SerializerMethodField(help_text="The same for people.")
    state = serializers.ChoiceField(State.choices, help_text="How far it is.")
    says = serializers.CharField(source="get_state_display", help_text="The same in words.")
    settled = serializers.SerializerMethodField(help_text="Whether nothing more happens by itself.")
    file = serializers.CharField(source="file_name", help_text="Name of the file.")
    # Without a format they are written in UTC, as they always were.
    uploaded_at = serializers.DateTimeField(source="created_at", format=None, help_text="When it came in.")
    finished_at = serializers.DateTimeField(format=None, allow_null=True, help_text="When it was saved or failed; null: not yet.")
    rows_total = serializers.IntegerField(help_text="Rows of the file.")
    rows_read = serializers.IntegerField(source="rows_staged", help_text="Those of them that are read.")
    alarms = serializers.ListField(child=serializers.CharField(), help_text="Why it waits for a second look.")
    refused = serializers.CharField(source="failure", help_text="Why it failed; empty: it did not.")

    def get_url(self, file_import) -> str:
        return self._address("api:import", file_import)

    def get_page(self, file_import) -> str:
        return self._address("imports:detail", file_import)

    def get_settled(self, file_import) -> bool:
        return file_import.state in SETTLED

    def _address(self, name, file_import):
        request = self.context["request"]
        place = {"practice_slug": request.practice.slug, "import_id": file_import.pk}
        return request.build_absolute_uri(reverse(name, kwargs=place))


class ImportWhole(Import):
    """An import with its figures."""

    result = serializers.SerializerMethodField(help_text="Figures of the dry run or of the import, once there are any.")

    def get_result(self, file_import) -> dict | None:
        return importing.figures(file_import) if file_import.state in HAS_FIGURES else None


class Imports(serializers.Serializer):
    """The latest imports."""

    imports = Import(many=True, help_text="The latest 20, newest first, without their figures.")
