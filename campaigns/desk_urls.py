"""The agent's pages, and the patient's for those who lead."""

from django.urls import path

from .views import desk, patient

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/next/", desk.next_patient, name="next"),
    path("desk/call/", desk.call, name="call"),
    path("desk/call/<int:lease_id>/outcome/", desk.outcome, name="outcome"),
    path("desk/call/<int:lease_id>/skip/", desk.skip, name="skip"),
    path("desk/call/<int:lease_id>/hold/", desk.hold, name="hold"),
    path("patients/<int:patient_id>/", patient.patient, name="patient"),
    path("patients/<int:patient_id>/opt-out/", patient.opt_out, name="opt_out"),
]
