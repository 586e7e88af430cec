"""Files made to break an import: deterministic, each under a name that says what is wrong with it."""

from . import archives, binaries, cut, dates, encodings, foreign, giants, identities, shapes, sheets
from .registry import HOSTILE

__all__ = [
    "HOSTILE",
    "archives",
    "binaries",
    "cut",
    "dates",
    "encodings",
    "foreign",
    "giants",
    "identities",
    "shapes",
    "sheets",
]
