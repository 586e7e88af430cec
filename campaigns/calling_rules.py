"""Setting up when and how often patients may be called: the practice's hours and caps, narrower rules, and its calendar.

All of it narrows what the law allows (calling_law.toml); nothing here can widen it. Every call is checked at its minute,
so a change holds at once.
"""

import logging
from copy import copy

import pghistory
from django.db import transaction

from accounts.models import Practice

from . import dry_run
from .calling_law import federal_holiday
from .calling_reach import People, as_rule, changes_nothing, rules_of, shut_out
from .models import CalendarDay, HoursRule

log = logging.getLogger(__name__)
CLOCKS = ("calls_open", "calls_close", "call_days")
COLUMNS = (*CLOCKS, "daily_call_cap", "weekly_call_cap")
RULE_COLUMNS = ("state", "weekdays", "opens_at", "closes_at", "note", "created_by_id")


class ShutsOut(Exception):
    """The hours would leave some patients, or everybody, without a minute of calling; nothing was saved.

    `reach` is the calling_reach.ShutOut. Unless it is everybody, saving again with its token as `agreed` is taken.
    """

    def __init__(self, reach):
        super().__init__("the calling hours leave no minute for some patients")
        self.reach = reach


def save_hours(*, practice, values, agreed, by):
    """Store hours (wall-clock times of the patient), ISO weekdays and caps. Returns whether anything changed.

    Raises ShutsOut. `values` holds COLUMNS; only this practice's row is written.
    """
    with transaction.atomic():
        stored = _locked(practice)
        if not _differs(stored, values):
            return False
        if any(getattr(stored, name) != values[name] for name in CLOCKS):
            _refuse_shutting_out(_draft(stored, values), rules_of(practice), agreed)
        _write(practice, values)
    # Beside the history of the practice: whoever reads the log sees it too. Neither names nor patients stand here.
    log.info("calling hours of practice %s set to %s by user %s", practice.pk, _words(values), by.user_id)
    return True


def try_hours(*, practice, values, now):
    """The dry_run.Comparison for such hours and caps; nothing is saved. Raises dry_run.Busy."""
    return dry_run.compare(practice=practice, now=now, change=lambda: _write(practice, values))


def now_shut_out(*, practice, people):
    """The ShutOut of the hours as they are."""
    return shut_out(practice=practice, rules=rules_of(practice), people=people)


def own_rules(*, practice, on):
    """The practice's HoursRules, each with `is_without_effect`: it takes no minute away in the week from `on`."""
    rows = list(practice.hoursrules.select_related("created_by__user").order_by("state", "pk"))
    for row in rows:
        others = [as_rule(other) for other in rows if other is not row]
        row.is_without_effect = changes_nothing(practice=practice, rule=as_rule(row), others=others, on=on)
    return rows


def add_rule(*, practice, values, agreed, by):
    """Add a narrower rule. Returns (HoursRule, whether it is new): the same rule asked for twice is one. Raises ShutsOut."""
    with transaction.atomic(), pghistory.context(user=by.user_id):
        stored = _locked(practice)
        same = practice.hoursrules.filter(**values).first()
        if same:
            return same, False
        rule = HoursRule(practice=practice, created_by=by, **values)
        _refuse_shutting_out(stored, [*rules_of(practice), as_rule(rule)], agreed)
        rule.save()
    return rule, True


def rule_versions(*, practice):
    """The latest version of each rule the practice ever had, those that were removed too; `id` is that of the rule."""
    return HoursRule.pgh_event_model.objects.filter(practice=practice).order_by("id", "-pgh_id").distinct("id")


def remove_rule(*, version, by):
    """Remove the rule of a version. Returns False when it was removed before."""
    with pghistory.context(user=by.user_id):
        removed, _ = HoursRule.objects.filter(practice_id=version.practice_id, pk=version.id).delete()
    return bool(removed)


def restore_rule(*, version, by):
    """Put a removed rule back as it was, under its own id. Returns False when it is there already.

    It has held before, so nobody is asked whom it shuts out, but raises ShutsOut where that would be everybody by now.
    """
    practice = version.practice
    with transaction.atomic(), pghistory.context(user=by.user_id):
        stored = _locked(practice)
        if practice.hoursrules.filter(pk=version.id).exists():
            return False
        rule = HoursRule(pk=version.id, practice=practice, **{name: getattr(version, name) for name in RULE_COLUMNS})
        reach = shut_out(practice=stored, rules=[*rules_of(practice), as_rule(rule)], people=People.of(practice))
        if reach.is_everybody:
            raise ShutsOut(reach)
        rule.save(force_insert=True)
    return True


def close_day(*, practice, on, name, by):
    """Make no calls on a date. Returns False when none are made then anyway, by the practice or by a holiday."""
    with transaction.atomic(), pghistory.context(user=by.user_id):
        _locked(practice)
        row = practice.calendardays.filter(on=on).first()
        if row.is_closed if row else federal_holiday(on):
            return False
        row = row or CalendarDay(practice=practice, on=on)
        row.name, row.is_closed, row.created_by = name, True, by
        row.save()
    return True


def open_day(*, practice, on, by):
    """Make calls on a federal holiday, where no state forbids it. Returns False when they are made already."""
    with transaction.atomic(), pghistory.context(user=by.user_id):
        _locked(practice)
        row = practice.calendardays.filter(on=on).first() or CalendarDay(practice=practice, on=on)
        if not row.is_closed:
            return False
        row.name, row.is_closed, row.created_by = federal_holiday(on), False, by
        row.save()
    return True


def remove_day(*, practice, on, by):
    """Let a date be as the calendar has it. Returns the CalendarDay that was removed, or None."""
    with transaction.atomic(), pghistory.context(user=by.user_id):
        row = practice.calendardays.select_for_update().filter(on=on).first()
        if row:
            row.delete()
    return row


def _refuse_shutting_out(practice, rules, agreed):
    reach = shut_out(practice=practice, rules=rules, people=People.of(practice))
    if reach.is_everybody or (reach.patients and reach.token != agreed):
        raise ShutsOut(reach)


def _locked(practice):
    """The practice as it is stored, kept from other changes of its set-up until the transaction ends."""
    return Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)


def _differs(practice, values):
    return any(getattr(practice, name) != values[name] for name in COLUMNS)


def _draft(practice, values):
    drafted = copy(practice)
    for name in COLUMNS:
        setattr(drafted, name, values[name])
    return drafted


def _write(practice, values):
    Practice.objects.filter(pk=practice.pk).update(**{name: values[name] for name in COLUMNS})


def _words(values):
    days, caps = "".join(map(str, values["call_days"])), f"{values['daily_call_cap']}/{values['weekly_call_cap']}"
    return f"{values['calls_open']:%H:%M}-{values['calls_close']:%H:%M} {days} {caps}"
