"""Rest for the garbage collector while a block of rows is read.

Every block makes 100,000 small objects that are gone with it, none in a circle; looking through them again and again took
half of the time of an import.
"""

import gc
from contextlib import contextmanager


@contextmanager
def resting():
    """Collect nothing inside; what was put off is looked through once afterwards."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
