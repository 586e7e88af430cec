from django.urls import path

from .views import agents, bulk, dashboard, saved_views, tracker

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/table.csv", dashboard.dashboard_file, name="dashboard_file"),
    path("agents/", agents.agents, name="agents"),
    path("tracker/", tracker.tracker, name="tracker"),
    path("tracker/columns/", tracker.tracker_columns, name="tracker_columns"),
    path("tracker/tracker.csv", tracker.tracker_csv, name="tracker_csv"),
    path("tracker/tracker.xlsx", tracker.tracker_xlsx, name="tracker_xlsx"),
    path("tracker/views/", saved_views.view_new, name="view_new"),
    path("tracker/views/<int:view_id>/rename/", saved_views.view_rename, name="view_rename"),
    path("tracker/views/<int:view_id>/update/", saved_views.view_update, name="view_update"),
    path("tracker/views/<int:view_id>/delete/", saved_views.view_delete, name="view_delete"),
    path("tracker/activity/", bulk.tracker_activity, name="tracker_activity"),
    path("tracker/changes/", bulk.bulk_choose, name="bulk_choose"),
    path("tracker/changes/<int:change_id>/", bulk.bulk_change, name="bulk_change"),
    path("tracker/changes/<int:change_id>/undo/", bulk.bulk_undo, name="bulk_undo"),
]
