"""EMR files in the layouts of real systems, made from invented people, and what must come of each."""

from . import (
    aliases,
    booking_mixtures,
    cells,
    clinical,
    large_vendors,
    legacy_xls,
    lists,
    mixtures,
    phone_cells,
    practice_systems,
    specialties,
    tables,
    workbooks,
)
from .layout import LAYOUTS

__all__ = [
    "LAYOUTS",
    "aliases",
    "booking_mixtures",
    "cells",
    "clinical",
    "large_vendors",
    "legacy_xls",
    "lists",
    "mixtures",
    "phone_cells",
    "practice_systems",
    "specialties",
    "tables",
    "workbooks",
]
