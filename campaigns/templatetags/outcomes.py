"""Filters for dispositions: what they count as and what follows from them, in words."""

from django import template

from dispositions.words import flags, number_effect, what_follows

register = template.Library()
register.filter(flags)
register.filter(number_effect)
register.filter(what_follows)
