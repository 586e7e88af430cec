"""Row history by database triggers: who changed what, whatever way the change came."""

import pghistory
from pghistory import ContextJSONField, ContextUUIDField, DeleteEvent, InsertEvent, UpdateEvent


def track(**kwargs):
    """Keep every version of a model's rows in `<Model>Event`.

    The context (who, which page or task) travels in the event row itself instead of pghistory's shared table, so
    that it stands behind the wall of its practice.
    """
    return pghistory.track(
        InsertEvent(),
        UpdateEvent(),
        DeleteEvent(),
        context_field=ContextJSONField(),
        context_id_field=ContextUUIDField(null=True),
        append_only=True,
        meta={"app_label": kwargs.pop("app_label")},
        **kwargs,
    )
