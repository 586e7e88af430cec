"""How errors are logged: their kind and their place in the code, never their words, which may quote a patient."""

import logging
from traceback import format_tb


class QuietFormatter(logging.Formatter):
    """A formatter that leaves out the message of every exception, also of those that Celery puts into its own words."""

    def format(self, record):
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0].__name__ if record.exc_info else "an error"
            record.args = {**record.args, "exc": kind, "traceback": ""}
        return super().format(record)

    def formatException(self, exc_info):  # noqa: N802 logging's own name
        parts, error = [], exc_info[1]
        while error is not None:
            parts.append("".join(format_tb(error.__traceback__)) + type(error).__qualname__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by\n".join(parts)
