from django.urls import path

from .views import agents, dashboard

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/table.csv", dashboard.dashboard_file, name="dashboard_file"),
    path("agents/", agents.agents, name="agents"),
]
