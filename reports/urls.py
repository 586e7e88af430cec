from django.urls import path

from .views import agents, dashboard, mails

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/table.csv", dashboard.dashboard_file, name="dashboard_file"),
    path("report-mails/", mails.mails, name="mails"),
    path("report-mails/now/", mails.mail_now, name="mail_now"),
    path("agents/", agents.agents, name="agents"),
]
