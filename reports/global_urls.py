"""Pages outside of any practice."""

from django.urls import path

from .views import team

urlpatterns = [
    path("practices/overview/", team.team, name="team"),
]
