"""Scripts: the editor for those who lead, and the script of a call in another language."""

from django.urls import path

from .views import scripts

urlpatterns = [
    path("scripts/", scripts.scripts, name="scripts"),
    path("scripts/edit/", scripts.script_edit, name="script_edit"),
    path("scripts/preview/", scripts.script_preview, name="script_preview"),
    path("scripts/versions/<int:version_id>/approve/", scripts.script_approve, name="script_approve"),
    path("desk/call/<int:lease_id>/script/", scripts.call_script, name="call_script"),
]
