"""Campaigns: listed, told with their figures, paused and resumed."""

from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from accounts import clock
from accounts.models import ApiToken
from api import filters
from api.once import once
from api.serializers import campaigns as shapes
from campaigns import campaign_status, figures, models

from .parts import Listing, one, told

Scope = ApiToken.Scope


def _campaigns(request):
    return request.practice.campaigns.prefetch_related("agents__agent__user")


def _whole(request, campaign_id):
    campaign = one(_campaigns(request), campaign_id)
    campaign.figures = figures.of_campaign(campaign=campaign)
    return told(shapes.CampaignWhole, campaign)


class Campaigns(Listing):
    scopes = {"GET": Scope.CAMPAIGNS_READ}
    model = models.Campaign
    serializer_class = shapes.Campaign
    filterset_class = filters.Campaigns

    def rows(self, request):
        return _campaigns(request)

    @extend_schema(operation_id="campaigns_list", summary="List campaigns")
    def get(self, request, *args, **kwargs):
        """All campaigns of the practice, by id."""
        return super().get(request, *args, **kwargs)


class Campaign(APIView):
    scopes = {"GET": Scope.CAMPAIGNS_READ}

    @extend_schema(operation_id="campaigns_get", summary="Get a campaign", responses={200: shapes.CampaignWhole})
    def get(self, request, practice_slug, campaign_id):
        """One campaign, with what came of it so far."""
        return _whole(request, campaign_id)


class Pause(APIView):
    scopes = {"POST": Scope.CAMPAIGNS_WRITE}

    @extend_schema(
        operation_id="campaigns_pause", summary="Pause a campaign", request=None, responses={200: shapes.CampaignWhole}
    )
    def post(self, request, practice_slug, campaign_id):
        """Stop calling for it. Its patients leave today's lists at once; what was promised stays promised."""
        campaign = one(request.practice.campaigns, campaign_id)

        def act():
            campaign_status.pause(campaign=campaign, by=request.membership)
            return campaign.pk

        once(request, act)
        return _whole(request, campaign_id)


class Resume(APIView):
    scopes = {"POST": Scope.CAMPAIGNS_WRITE}

    @extend_schema(
        operation_id="campaigns_resume", summary="Resume a campaign", request=None, responses={200: shapes.CampaignWhole}
    )
    def post(self, request, practice_slug, campaign_id):
        """Go on with a paused one. Its patients are brought in line with its rule; the next build puts them on lists."""
        campaign = one(request.practice.campaigns, campaign_id)

        def act():
            campaign_status.resume(campaign=campaign, by=request.membership, now=clock.now())
            return campaign.pk

        once(request, act)
        return _whole(request, campaign_id)
