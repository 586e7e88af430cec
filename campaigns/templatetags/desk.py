"""Filters of the desk: moments on the clocks of any zone, telephone numbers, words for people and outcomes."""

from django import template

from accounts.words import LANGUAGES
from campaigns import ring_back
from campaigns.calling_calendar import why_closed
from campaigns.calling_hours import local_zone
from campaigns.models import DeskPreferences
from dispositions.next_step import NUMBER_LOST
from patients.numbers import written

register = template.Library()


@register.filter
def clock(moment, zone):
    """A moment on the clocks of a zone: 2:10 PM CST."""
    local = moment.astimezone(zone)
    return f"{local:%I:%M %p}".lstrip("0") + f" {local:%Z}"


@register.filter
def day_and_clock(moment, zone):
    """A moment with its day on the clocks of a zone: Tue Nov 24, 2:10 PM CST."""
    local = moment.astimezone(zone)
    return f"{local:%a %b} {local.day}, {clock(moment, zone)}"


@register.filter
def local_date(moment, zone):
    """The date of a moment in a zone."""
    return moment.astimezone(zone).date()


@register.simple_tag
def no_calls_on(practice, moment):
    """Why the practice makes no calls on the date of a moment, or ""."""
    return why_closed(practice=practice, on=practice.business_date(moment))


@register.inclusion_tag("campaigns/desk/lanes.html", takes_context=True)
def lanes(context):
    """The agent's two lanes, while a patient who rang back is open; `lease` of the page is the one shown."""
    held = context["lanes"] if "lanes" in context else ring_back.lanes(agent=context["membership"])
    return {"lanes": held, "practice": context["practice"], "lease": context.get("lease")}


@register.simple_tag(takes_context=True)
def desk_preferences(context):
    """What the member has chosen for the desk, unless the page has read it before."""
    return context.get("kept_preferences") or DeskPreferences.objects.of(context["membership"])


@register.filter
def zone_of(patient, practice):
    """The zone to show a patient's time in."""
    return local_zone(practice=practice, zone_key=patient.zone_key)


@register.filter
def phone(e164):
    """A number as people write it."""
    return written(e164)


@register.filter
def language(code):
    """The name of a language; a code we have no name for stays as it is."""
    return LANGUAGES.get(code, code)


@register.filter
def age(patient, on):
    """Whole years of a patient on a date."""
    return patient.age(on=on)


@register.filter
def ordinal_call(number):
    """1st, 2nd, … as the call columns are named."""
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(number, "th")


@register.filter
def ordinal_word(number):
    """second, third, fourth; beyond as figures."""
    return {1: "first", 2: "second", 3: "third", 4: "fourth"}.get(number, ordinal_call(number))


@register.filter
def sentence(words):
    """Words with a full stop at their end."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


@register.filter
def tone(disposition):
    """The color of an outcome; its word always stands with it."""
    if disposition.is_success:
        return "success"
    if disposition.closes_as == "OPTED_OUT" or disposition.number_effect in NUMBER_LOST:
        return "danger"
    if disposition.closes_as:
        return "neutral"
    return "info" if disposition.is_reached else "neutral"


@register.filter
def asks(disposition):
    """Which part of the outcome form belongs to a disposition; empty for those that ask nothing."""
    if disposition.closes_as == "OPTED_OUT":
        return "OPT_OUT"
    if disposition.number_effect in NUMBER_LOST:
        return "NUMBER"
    if disposition.closes_as == "DUPLICATE":
        return "DUPLICATE"
    return "VOICEMAIL" if disposition.code == "LVM" else disposition.requires


@register.filter
def zone_name(moment, zone):
    """The short name of a zone at a moment: CST."""
    return f"{moment.astimezone(zone):%Z}"


@register.filter
def dial_link(practice, number):
    """What opens the practice's telephone with a number: tel:+12125550101, or as its desk settings say."""
    return practice.dial_link.replace("{number}", number.e164)


@register.filter
def date_in(row, column):
    """The date that a row of a call list has in a column of dates."""
    return row.dates[column.code]


@register.filter
def after_click(choice, sort):
    """What the list is sorted by after a click on the head of a column with this sort."""
    return choice.sort_after_click(sort)


@register.filter
def appointment_words(appointment):
    """A visit as in “Dec 3, 9:30 AM, Okafor”: its time is that of the location."""
    words = [f"{appointment.on:%b} {appointment.on.day}"]
    if appointment.at:
        words.append(f"{appointment.at:%I:%M %p}".lstrip("0"))
    return ", ".join([*words, *([appointment.provider] if appointment.provider else [])])
