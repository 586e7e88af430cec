"""The practice that the code at hand works for, and the transaction that tells PostgreSQL so.

Row-level security compares `practice_id` with the setting `app.practice`. The setting is made with
`set_config(…, is_local => true)`, so it ends with the transaction and cannot leak through a pooled connection.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, models, transaction

_practice_id: ContextVar[int | None] = ContextVar("practice_id", default=None)


class NoPractice(Exception):
    """Tenant data was asked for outside of any practice."""


class OtherPractice(Exception):
    """Code that works for one practice tried to enter another."""


def current_practice_id():
    """The id of the practice at hand. Raises NoPractice outside of `practice(…)`."""
    practice_id = _practice_id.get()
    if practice_id is None:
        raise NoPractice("no practice is set; enter tenancy.practice(…) first")
    return practice_id


@contextmanager
def practice(practice_id):
    """Work for one practice, inside one transaction.

    Entering the same practice again joins the transaction at hand. Entering another one raises OtherPractice.
    """
    entered = _practice_id.get()
    if entered not in (None, practice_id):
        raise OtherPractice("one transaction serves one practice")
    token = _practice_id.set(practice_id)
    try:
        with transaction.atomic(savepoint=False):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.practice', %s, true)", [str(int(practice_id))])
            yield
    finally:
        _practice_id.reset(token)


class PracticeForeignKey(models.ForeignKey):
    """A link between two tables of a practice.

    Plain foreign keys ignore row-level security, so Django's own constraint is left out; the wall puts a composite
    one `(practice_id, x_id)` in its place, with an index that starts with both columns (accounts/wall.py).
    """

    def __init__(self, to, on_delete=models.PROTECT, **kwargs):
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs


class PracticeModel(models.Model):
    """Base of every table that belongs to a practice: carries `practice_id` and stands behind the wall."""

    practice = models.ForeignKey(
        "accounts.Practice", models.PROTECT, default=current_practice_id, db_index=False, related_name="%(class)ss"
    )

    class Meta:
        abstract = True
