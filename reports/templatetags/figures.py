"""How reports show numbers and tables."""

import json

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.serializers.json import DjangoJSONEncoder

from campaigns.figures import percent

from .. import amounts
from ..sheet import COUNT, EXPECTED, INDEX, MONEY, RATE, SECONDS

register = template.Library()
register.filter(percent)
register.filter(amounts.clock)

WRITTEN = {
    COUNT: intcomma,
    RATE: percent,
    SECONDS: amounts.seconds,
    EXPECTED: "{:.1f}".format,
    INDEX: "{:.2f}".format,
    MONEY: amounts.dollars,
}


@register.filter
def columned(row, columns):
    """(column, the cell as a screen writes it) for each cell of a Row but the first."""
    return [
        (column, "–" if cell is None else WRITTEN.get(column.kind, str)(cell))
        for column, cell in zip(columns[1:], row.cells[1:], strict=True)
    ]


@register.inclusion_tag("reports/sheet.html", takes_context=True)
def sheet(context, table):
    """A Sheet (reports/sheet.py) as a card: its chart, its table, and the links to its files."""
    chart = table.chart and {**table.chart, "title": table.title}
    return {
        "sheet": table,
        "chart": chart and json.dumps(chart, cls=DjangoJSONEncoder),
        "practice": context["practice"],
        "filters": context["filters"],
    }
