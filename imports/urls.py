from django.urls import path

from . import views

app_name = "imports"
urlpatterns = [
    path("imports/", views.imports, name="list"),
    path("imports/new/", views.upload, name="new"),
    path("imports/<int:import_id>/", views.detail, name="detail"),
    path("imports/<int:import_id>/columns/", views.columns, name="columns"),
    path("imports/<int:import_id>/preview/", views.preview, name="preview"),
    path("imports/<int:import_id>/start/", views.start, name="start"),
    path("imports/<int:import_id>/progress/", views.progress, name="progress"),
    path("imports/<int:import_id>/discard/", views.discard, name="discard"),
]
