"""What the screens call the codes of an import."""

from django import template

from patients.models import Appointment

register = template.Library()

LINE_KINDS = {
    "empty": "Empty lines",
    "footer": "Totals and footers",
    "section": "Section headings",
    "repeated_header": "Repeated headers",
}


@register.filter
def appointment_status(code):
    """The words for a status of an appointment, as within a sentence: “no-show”."""
    return Appointment.Status(code).label.lower()


@register.filter
def line_kind(kind):
    """The words for a kind of line that is no data row, as `reading.Table.left_out` names it."""
    return LINE_KINDS[kind]
