"""The agent's pages, and the patient's for those who lead."""

from django.urls import path

from .views import agent_state, call, call_parts, calls, desk, desk_list, desk_messages, desk_settings, patient, ring_back

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/list/", desk_list.arrange, name="desk_list"),
    path("desk/columns/", desk_list.columns, name="desk_columns"),
    path("desk/next/", desk.next_patient, name="next"),
    path("desk/state/", agent_state.state, name="state"),
    path("desk/callbacks/<int:callback_id>/start/", agent_state.start_callback, name="callback_start"),
    path("desk/call/", call.call, name="call"),
    path("desk/call/<int:lease_id>/dial/", call_parts.dial, name="dial"),
    path("desk/call/<int:lease_id>/household/", call_parts.household_of, name="household"),
    path("desk/call/<int:lease_id>/hold/", call_parts.hold, name="hold"),
    path("desk/call/<int:lease_id>/", call.one_call, name="one_call"),
    path("desk/call/<int:lease_id>/verify/", call_parts.verify, name="verify"),
    path("desk/call/<int:lease_id>/draft/", call_parts.draft, name="draft"),
    path("desk/call/<int:lease_id>/draft/discard/", call_parts.discard, name="draft_discard"),
    path("desk/messages/", desk_messages.messages, name="desk_messages"),
    path("desk/messages/<int:message_id>/close/", desk_messages.close, name="desk_message_close"),
    path("desk/preferences/", desk_settings.preferences, name="preferences"),
    path("desk/settings/", desk_settings.desk_settings, name="desk_settings"),
    path("desk/moment/", call_parts.moment, name="moment"),
    path("desk/call/<int:lease_id>/outcome/", call.outcome, name="outcome"),
    path("desk/call/<int:lease_id>/skip/", call.skip, name="skip"),
    path("desk/call/<int:lease_id>/hand-back/", call.hand_back, name="hand_back"),
    path("desk/calls/", calls.calls, name="calls"),
    path("desk/calls/<int:attempt_id>/undo/", calls.undo, name="undo"),
    path("desk/calls/<int:attempt_id>/correct/", calls.correct, name="correct"),
    path("desk/search/", ring_back.search, name="search"),
    path("desk/ring-back/<int:patient_id>/", ring_back.open_lane, name="ring_back"),
    path("desk/ring-back/<int:patient_id>/do-not-call/", ring_back.do_not_call, name="ring_back_do_not_call"),
    path("patients/<int:patient_id>/", patient.patient, name="patient"),
    path("patients/<int:patient_id>/opt-out/", patient.opt_out, name="opt_out"),
]
