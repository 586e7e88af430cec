"""The agent's pages, and the patient's for those who lead."""

from django.urls import path

from .views import call, calls, desk, patient

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/next/", desk.next_patient, name="next"),
    path("desk/call/", call.call, name="call"),
    path("desk/call/<int:lease_id>/dial/", call.dial, name="dial"),
    path("desk/call/<int:lease_id>/household/", call.household_of, name="household"),
    path("desk/call/<int:lease_id>/hold/", call.hold, name="hold"),
    path("desk/call/<int:lease_id>/outcome/", call.outcome, name="outcome"),
    path("desk/call/<int:lease_id>/skip/", call.skip, name="skip"),
    path("desk/call/<int:lease_id>/hand-back/", call.hand_back, name="hand_back"),
    path("desk/calls/", calls.calls, name="calls"),
    path("desk/calls/<int:attempt_id>/undo/", calls.undo, name="undo"),
    path("desk/calls/<int:attempt_id>/correct/", calls.correct, name="correct"),
    path("patients/<int:patient_id>/", patient.patient, name="patient"),
    path("patients/<int:patient_id>/opt-out/", patient.opt_out, name="opt_out"),
]
