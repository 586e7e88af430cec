from django.urls import path

from .views import detail, history, profiles, result, wizard

app_name = "imports"
urlpatterns = [
    path("imports/", history.imports, name="list"),
    path("imports/new/", wizard.upload, name="new"),
    path("imports/news/", history.news, name="news"),
    path("imports/profiles/", profiles.profiles, name="profiles"),
    path("imports/profiles/<int:profile_id>/", profiles.profile, name="profile"),
    path("imports/profiles/<int:profile_id>/forget/", profiles.profile_forget, name="profile_forget"),
    path("imports/profiles/<int:profile_id>/restore/", profiles.profile_restore, name="profile_restore"),
    path("imports/<int:import_id>/", detail.detail, name="detail"),
    path("imports/<int:import_id>/columns/", wizard.columns, name="columns"),
    path("imports/<int:import_id>/reopen/", wizard.reopen, name="reopen"),
    path("imports/<int:import_id>/confirm/", wizard.confirm, name="confirm"),
    path("imports/<int:import_id>/discard/", wizard.discard, name="discard"),
    path("imports/<int:import_id>/progress/", detail.progress, name="progress"),
    path("imports/<int:import_id>/rejected/", result.rejected_rows, name="rejected"),
    path("imports/<int:import_id>/rejected/file/", result.rejected_file, name="rejected_file"),
    path("imports/<int:import_id>/changed/", result.changed, name="changed"),
    path("imports/<int:import_id>/undo/", result.undo, name="undo"),
]
