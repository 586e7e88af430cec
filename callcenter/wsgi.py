"""WSGI entry point. Refuses to serve as a database role that could bypass the tenancy wall."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")

application = get_wsgi_application()

from .checks import require_bound_role  # noqa: E402  (needs the settings loaded)

require_bound_role()
