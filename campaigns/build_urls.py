"""What each build of the call lists did, for those who lead."""

from django.urls import path

from .views import builds

urlpatterns = [
    path("builds/", builds.builds, name="builds"),
    path("builds/<int:build_id>/", builds.build_detail, name="build_detail"),
    path("builds/<int:build_id>/changes/<int:change_id>/", builds.build_change, name="build_change"),
]
