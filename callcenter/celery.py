"""The Celery application. PostgreSQL holds the truth; Celery only says when to look at it."""

import os
import sys

from celery import Celery
from celery.signals import beat_init, worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")

app = Celery("callcenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_a_role_that_can_bypass_the_wall(**_kwargs):
    """A worker, like the web process, does not start as a database role that row-level security does not bind."""
    from .checks import UnboundRole, require_bound_role

    try:
        require_bound_role()
    except UnboundRole as refusal:
        sys.exit(str(refusal))  # Celery logs any other exception of a signal and starts all the same


@beat_init.connect
def say_that_beat_is_there(**_kwargs):
    """At once, so that nobody is alarmed about the minute before its first tick."""
    from accounts import heartbeat

    heartbeat.from_beat()


@worker_ready.connect
def say_that_the_worker_is_there(**_kwargs):
    from accounts import heartbeat

    heartbeat.give(heartbeat.Name.WORKER)
