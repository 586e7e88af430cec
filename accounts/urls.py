"""Pages outside of any practice."""

from django.urls import path

from .views import practices

urlpatterns = [
    path("", practices.home, name="home"),
    path("practices/", practices.practices, name="practices"),
    path("practices/join/<str:key>/", practices.join, name="join"),
    path("accounts/email/", practices.no_self_service),
]
