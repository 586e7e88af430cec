"""Numbers and preferred times of a patient, their release, and number repair, for those who lead."""

from django.urls import path

from .views import numbers

urlpatterns = [
    path("patients/<int:patient_id>/numbers/", numbers.add, name="number_add"),
    path("patients/<int:patient_id>/times/", numbers.wish, name="wish"),
    path("numbers/<int:phone_id>/", numbers.change, name="number_change"),
    path("numbers/<int:phone_id>/move/", numbers.move, name="number_move"),
    path("holds/<int:lease_id>/release/", numbers.release, name="release"),
    path("number-repair/", numbers.repair, name="number_repair"),
    path("number-repair/<int:patient_id>/", numbers.repair_add, name="number_repair_add"),
]
