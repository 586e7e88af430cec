from django.apps import AppConfig


class CallcenterConfig(AppConfig):
    name = "callcenter"

    def ready(self):
        """Load the Celery app wherever Django runs, so that tasks are sent to our broker, and register the checks."""
        from . import celery, checks  # noqa: F401
