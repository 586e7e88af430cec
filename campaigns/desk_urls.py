"""The agent's pages, and the patient's for those who lead."""

from django.urls import path

from .views import call, desk, patient, ring_back

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/next/", desk.next_patient, name="next"),
    path("desk/call/", call.call, name="call"),
    path("desk/call/<int:lease_id>/", call.lane, name="lane"),
    path("desk/call/<int:lease_id>/dial/", call.dial, name="dial"),
    path("desk/call/<int:lease_id>/household/", call.household_of, name="household"),
    path("desk/call/<int:lease_id>/hold/", call.hold, name="hold"),
    path("desk/call/<int:lease_id>/outcome/", call.outcome, name="outcome"),
    path("desk/call/<int:lease_id>/skip/", call.skip, name="skip"),
    path("desk/call/<int:lease_id>/hand-back/", call.hand_back, name="hand_back"),
    path("desk/search/", ring_back.search, name="search"),
    path("desk/ring-back/<int:patient_id>/", ring_back.ring_back, name="ring_back"),
    path("desk/ring-back/<int:patient_id>/do-not-call/", ring_back.do_not_call, name="ring_back_do_not_call"),
    path("patients/<int:patient_id>/", patient.patient, name="patient"),
    path("patients/<int:patient_id>/opt-out/", patient.opt_out, name="opt_out"),
]
