"""EMR files in the layouts of real systems, made from invented people, and what must come of each."""

from . import aliases, clinical, large_vendors, lists, practice_systems, specialties
from .layout import LAYOUTS

__all__ = ["LAYOUTS", "aliases", "clinical", "large_vendors", "lists", "practice_systems", "specialties"]
