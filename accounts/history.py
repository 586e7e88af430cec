"""Row history by database triggers: who changed what, whatever way the change came."""

import pghistory
import pgtrigger
from pghistory import ContextJSONField, ContextUUIDField, DeleteEvent, InsertEvent, Old, UpdateEvent
from pghistory.trigger import Event


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


def track_former(*, app_label, exclude):
    """Keep the former versions of a model's rows: a change or a deletion writes down the row as it was.

    For tables that an import fills by the hundred thousand (docs/decisions/0005-patients-keep-former-versions.md). The
    latest version is the row itself, so a row that never changed is not written twice. `exclude` names the fields whose
    changes are no news.
    """
    return pghistory.track(
        _Changed(),
        _Deleted(),
        context_field=ContextJSONField(),
        context_id_field=ContextUUIDField(null=True),
        append_only=True,
        meta={"app_label": app_label},
        exclude=exclude,
    )


class _OncePerStatement(Event):
    """pghistory's trigger for a whole statement: behind the wall, one that fires for each row costs half a millisecond.

    Its step that writes to the shared table of contexts is left out, because nothing reads that table.
    """

    level = pgtrigger.Statement

    def get_func(self, model):
        func = super().get_func(model).func
        start, end = func.index("WITH _pgh_attached_context"), func.index("INSERT INTO")
        return pgtrigger.Func((func[:start] + func[end:]).replace(", _pgh_attached_context;", ";"))


class _PerStatement:
    def add_event_trigger(self, event_model):
        trigger = _OncePerStatement(
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            row=self.row,
            operation=self.operation,
            condition=self.condition,
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


class _Changed(_PerStatement, UpdateEvent):
    row = Old


class _Deleted(_PerStatement, DeleteEvent):
    row = Old
