from .campaign_urls import urlpatterns as campaign_urlpatterns
from .desk_urls import urlpatterns as desk_urlpatterns

app_name = "campaigns"
urlpatterns = [*desk_urlpatterns, *campaign_urlpatterns]
