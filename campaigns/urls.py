from .build_urls import urlpatterns as build_urlpatterns
from .callback_urls import urlpatterns as callback_urlpatterns
from .calling_urls import urlpatterns as calling_urlpatterns
from .campaign_urls import urlpatterns as campaign_urlpatterns
from .desk_urls import urlpatterns as desk_urlpatterns
from .disposition_urls import urlpatterns as disposition_urlpatterns
from .doubles_urls import urlpatterns as doubles_urlpatterns
from .number_urls import urlpatterns as number_urlpatterns
from .script_urls import urlpatterns as script_urlpatterns
from .setup_urls import urlpatterns as setup_urlpatterns

app_name = "campaigns"
urlpatterns = [
    *desk_urlpatterns,
    *build_urlpatterns,
    *callback_urlpatterns,
    *calling_urlpatterns,
    *campaign_urlpatterns,
    *disposition_urlpatterns,
    *doubles_urlpatterns,
    *number_urlpatterns,
    *script_urlpatterns,
    *setup_urlpatterns,
]
