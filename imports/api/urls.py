from django.urls import path

from . import views

app_name = "api"
urlpatterns = [
    path("imports/", views.Imports.as_view(), name="imports"),
    path("imports/<int:import_id>/", views.Import.as_view(), name="import"),
]
