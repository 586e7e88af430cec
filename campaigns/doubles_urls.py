"""Possible doubles: pairs of records that may be one person, for those who lead."""

from django.urls import path

from .views import doubles

urlpatterns = [
    path("doubles/", doubles.doubles, name="doubles"),
    path("doubles/<int:pair_id>/", doubles.double, name="double"),
    path("doubles/<int:pair_id>/merge/", doubles.merge, name="double_merge"),
    path("doubles/<int:pair_id>/part/", doubles.part, name="double_part"),
    path("doubles/merges/<int:merge_id>/undo/", doubles.undo, name="merge_undo"),
    path("patients/<int:patient_id>/double/", doubles.suspect, name="double_suspect"),
]
