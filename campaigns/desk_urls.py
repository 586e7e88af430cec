"""The agent's pages, and the patient's for those who lead."""

from django.urls import path

from .views import agent_state, call, desk, patient

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/next/", desk.next_patient, name="next"),
    path("desk/state/", agent_state.state, name="state"),
    path("desk/callbacks/<int:callback_id>/start/", agent_state.start_callback, name="callback_start"),
    path("desk/call/", call.call, name="call"),
    path("desk/call/<int:lease_id>/dial/", call.dial, name="dial"),
    path("desk/call/<int:lease_id>/household/", call.household_of, name="household"),
    path("desk/call/<int:lease_id>/hold/", call.hold, name="hold"),
    path("desk/call/<int:lease_id>/outcome/", call.outcome, name="outcome"),
    path("desk/call/<int:lease_id>/skip/", call.skip, name="skip"),
    path("desk/call/<int:lease_id>/hand-back/", call.hand_back, name="hand_back"),
    path("patients/<int:patient_id>/", patient.patient, name="patient"),
    path("patients/<int:patient_id>/opt-out/", patient.opt_out, name="opt_out"),
]
