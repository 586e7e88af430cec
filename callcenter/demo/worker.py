"""A process of the load. It imports no model: it is loaded before Django is set up."""

import multiprocessing
import os
import threading

import django


def begin():
    """Set Django up, and see to it that the process ends when the load is cut off."""
    django.setup()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
