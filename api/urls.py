"""Addresses for programs, below api/; those for people stand beside it."""

from django.urls import path

from .views import calls, campaigns, imports, patients, reports, schema

app_name = "api"
urlpatterns = [
    path("api/patients/", patients.Patients.as_view(), name="patients"),
    path("api/patients/lookup/", patients.Lookup.as_view(), name="lookup"),
    path("api/patients/<int:patient_id>/", patients.Patient.as_view(), name="patient"),
    path("api/patients/<int:patient_id>/opt-outs/", patients.OptOuts.as_view(), name="opt_outs"),
    path("api/patients/<int:patient_id>/numbers/", patients.Numbers.as_view(), name="numbers"),
    path("api/patients/<int:patient_id>/numbers/<int:number_id>/", patients.Number.as_view(), name="number"),
    path("api/patients/<int:patient_id>/preferred-times/", patients.Times.as_view(), name="preferred_times"),
    path("api/campaigns/", campaigns.Campaigns.as_view(), name="campaigns"),
    path("api/campaigns/<int:campaign_id>/", campaigns.Campaign.as_view(), name="campaign"),
    path("api/campaigns/<int:campaign_id>/pause/", campaigns.Pause.as_view(), name="campaign_pause"),
    path("api/campaigns/<int:campaign_id>/resume/", campaigns.Resume.as_view(), name="campaign_resume"),
    path("api/enrollments/", calls.Enrollments.as_view(), name="enrollments"),
    path("api/enrollments/<int:enrollment_id>/", calls.Enrollment.as_view(), name="enrollment"),
    path("api/attempts/", calls.Attempts.as_view(), name="attempts"),
    path("api/attempts/<int:attempt_id>/", calls.Attempt.as_view(), name="attempt"),
    path("api/callbacks/", calls.Callbacks.as_view(), name="callbacks"),
    path("api/callbacks/<int:callback_id>/", calls.Callback.as_view(), name="callback"),
    path("api/callbacks/<int:callback_id>/move/", calls.Move.as_view(), name="callback_move"),
    path("api/callbacks/<int:callback_id>/call-off/", calls.CallOff.as_view(), name="callback_call_off"),
    path("api/reports/totals/", reports.Totals.as_view(), name="totals"),
    path("api/imports/", imports.Imports.as_view(), name="imports"),
    path("api/imports/<int:import_id>/", imports.Import.as_view(), name="import"),
    path("api/schema/", schema.Schema.as_view(), name="schema"),
    path("api-docs/", schema.docs, name="docs"),
    path("api-docs/openapi.json", schema.document, name="document"),
]
