"""Campaigns, for those who lead."""

from django.urls import path

from .views import campaigns, roi

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="list"),
    path("campaigns/new/", campaigns.campaign_new, name="new"),
    path("campaigns/preview/", campaigns.campaign_preview, name="preview"),
    path("campaigns/build/", campaigns.build, name="build"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="detail"),
    path("campaigns/<int:campaign_id>/edit/", campaigns.campaign_edit, name="edit"),
    path("campaigns/<int:campaign_id>/preview/", campaigns.campaign_preview, name="preview_edit"),
    path("campaigns/<int:campaign_id>/dry-run/", campaigns.campaign_dry_run, name="dry_run"),
    path("roi/", roi.roi_page, name="roi"),
    path("campaigns/<int:campaign_id>/status/", campaigns.campaign_status_change, name="status"),
]
