"""Campaigns, for those who lead."""

from django.urls import path

from .views import campaign_edit, campaign_wizard, campaigns, roi

urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="list"),
    path("campaigns/new/", campaign_wizard.campaign_new, name="new"),
    path("campaigns/drafts/<int:draft_id>/discard/", campaign_wizard.draft_discard, name="new_discard"),
    path("campaigns/drafts/<int:draft_id>/create/", campaign_wizard.draft_create, name="new_create"),
    path("campaigns/drafts/<int:draft_id>/examples/", campaign_wizard.draft_examples, name="new_examples"),
    path("campaigns/drafts/<int:draft_id>/dry-run/", campaign_wizard.draft_dry_run, name="new_dry_run"),
    path("campaigns/drafts/<int:draft_id>/<slug:step>/", campaign_wizard.campaign_draft, name="new_step"),
    path("campaigns/drafts/<int:draft_id>/<slug:step>/beside/", campaign_wizard.draft_beside, name="new_beside"),
    path("campaigns/build/", campaigns.build, name="build"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="detail"),
    path("campaigns/<int:campaign_id>/edit/", campaign_edit.campaign_edit, name="edit"),
    path("campaigns/<int:campaign_id>/preview/", campaign_edit.campaign_preview, name="preview_edit"),
    path("campaigns/<int:campaign_id>/examples/", campaign_edit.campaign_examples, name="examples"),
    path("campaigns/<int:campaign_id>/dry-run/", campaign_edit.campaign_dry_run, name="dry_run"),
    path("campaigns/<int:campaign_id>/copy/", campaign_wizard.campaign_copy, name="copy"),
    path("roi/", roi.roi_page, name="roi"),
    path("campaigns/<int:campaign_id>/status/", campaigns.campaign_status_change, name="status"),
]
