"""The clock of calling rules and queues. Views, tasks and commands read it and pass `now=` on; rules never do."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone


def now():
    """The present moment, aware, UTC; shifted by CLOCK_OFFSET_SECONDS in a demo or a rehearsal."""
    return timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)
