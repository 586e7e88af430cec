from django.urls import path

from .tabs import OVERVIEW, TABS
from .views import agents, bulk, dashboard, floor, floor_actions, mails, saved_views, tracker, wallboard

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    *(
        path(f"dashboard/{code}/", dashboard.dashboard, {"tab": code}, name=f"dashboard_{code}")
        for code in TABS
        if code != OVERVIEW
    ),
    *(
        path(f"dashboard/{code}/later/", dashboard.dashboard_later, {"tab": code}, name=f"dashboard_{code}_later")
        for code, tab in TABS.items()
        if tab.later
    ),
    path("dashboard/file/", dashboard.dashboard_file, name="dashboard_file"),
    path("report-mails/", mails.mails, name="mails"),
    path("report-mails/now/", mails.mail_now, name="mail_now"),
    path("agents/", agents.agents, name="agents"),
    path("floor/", floor.floor, name="floor"),
    path("floor/now/", floor.floor_now, name="floor_now"),
    path("floor/settings/", floor.floor_settings, name="floor_settings"),
    path("floor/agents/<int:membership_id>/", floor.floor_agent, name="floor_agent"),
    path("floor/agents/<int:membership_id>/message/", floor_actions.floor_message, name="floor_message"),
    path("floor/agents/<int:membership_id>/campaigns/", floor_actions.floor_campaigns, name="floor_campaigns"),
    path("floor/holds/<int:lease_id>/release/", floor_actions.floor_release, name="floor_release"),
    path("floor/move/", floor_actions.floor_move, name="floor_move"),
    path("floor/moves/<int:move_id>/undo/", floor_actions.floor_move_undo, name="floor_move_undo"),
    path("wallboard/", wallboard.wallboard, name="wallboard"),
    path("wallboard/now/", wallboard.wallboard_now, name="wallboard_now"),
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
