from django.urls import path

from .tabs import OVERVIEW, TABS
from .views import agents, dashboard

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    *(
        path(f"dashboard/{code}/", dashboard.dashboard, {"tab": code}, name=f"dashboard_{code}")
        for code in TABS
        if code != OVERVIEW
    ),
    path("dashboard/file/", dashboard.dashboard_file, name="dashboard_file"),
    path("agents/", agents.agents, name="agents"),
]
