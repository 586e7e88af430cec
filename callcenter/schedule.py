"""Everything that runs by the clock, on one page. Beat only ticks; rows in PostgreSQL decide what is due."""

from celery.beat import BeatLazyFunc


def sign_of_beat():
    """Beat says that it is alive as it sends the tick (accounts/heartbeat.py)."""
    from accounts import heartbeat  # the settings read this page before any model is there

    heartbeat.from_beat()


EVERY_MINUTE = 60.0
EVERY_HOUR = 3600.0

BEAT_SCHEDULE = {
    # Ticks that waited for a worker say nothing any more when it comes.
    "tick": {
        "task": "accounts.tick",
        "schedule": EVERY_MINUTE,
        "kwargs": {"beat": BeatLazyFunc(sign_of_beat)},
        "options": {"expires": EVERY_MINUTE},
    },
    "build-due-queues": {"task": "campaigns.build_due_queues", "schedule": EVERY_MINUTE},
    "keep-due-callbacks": {"task": "campaigns.keep_due_callbacks", "schedule": EVERY_MINUTE},
    "run-due-imports": {"task": "imports.run_due_imports", "schedule": EVERY_MINUTE},
    "look-into-inboxes": {"task": "imports.look_into_inboxes", "schedule": EVERY_MINUTE},
    "mail-due-reports": {"task": "reports.mail_due_reports", "schedule": EVERY_MINUTE},
    "forget-effects": {"task": "campaigns.forget_effects", "schedule": EVERY_HOUR},
    "forget-cells": {"task": "imports.forget_cells", "schedule": EVERY_HOUR},
}
