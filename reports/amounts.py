"""How reports write numbers."""

from django.contrib.humanize.templatetags.humanize import intcomma


def clock(duration):
    """A duration in minutes and seconds, as in “3:05”."""
    return "–" if duration is None else seconds(duration.total_seconds())


def seconds(count):
    """As `clock`, of seconds."""
    return "–" if count is None else "{}:{:02}".format(*divmod(round(count), 60))


def dollars(amount, *, cents=True):
    """As in “$1,204.50”, “−$12.00”; without `cents` rounded to “−$12”."""
    if amount is None:
        return "–"
    return f"{'−' if amount < 0 else ''}${intcomma(f'{abs(amount):.{2 if cents else 0}f}')}"
