"""Every address of the product. Pages of a practice live below `/p/<practice>/` (ring 1 of the wall)."""

from django.urls import include, path

practice_pages = [
    path("", include("campaigns.urls")),
    path("", include("reports.urls")),
    path("", include("imports.urls")),
    path("", include("api.urls")),
    path("", include("accounts.practice_urls")),
]

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("reports.global_urls")),
    path("accounts/", include("allauth.urls")),
    path("p/<slug:practice_slug>/", include(practice_pages)),
]
