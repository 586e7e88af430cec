"""Calling rules: when and how often a practice's patients may be called. For admins; counts of patients, no patient."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import admin_required

from .. import calling_calendar, calling_reach, dry_run
from .. import calling_rules as rules
from ..calling_changes import hours as hours_left
from ..calling_changes import latest_changes, where
from ..calling_law import AS_OF, NOTES, VERSION
from ..forms.calling_rules import CloseDayForm, DayForm, HoursForm, OpenDayForm, RuleForm

CHANGES_SHOWN = 12
AT_ONCE = "Every call is checked against it from now on; call lists follow at the next build."
CHANGES_NOTHING = (
    "This changes nothing: the law, the practice’s hours and its other rules leave no more than this already. "
    "The rule is kept for the day they get wider."
)
NOTHING_CHANGED = "This is what was saved before. Nothing was changed."
BUSY = "Somebody was saving the practice’s set-up just now, so nothing was counted. Try again in a moment."


@require_safe
@admin_required
def calling_rules(request, practice_slug):
    """All that decides when a patient may be called, and what is wrong with it."""
    removed = request.GET.get("removed", "")
    return _overview(request, removed=int(removed) if removed.isdecimal() and len(removed) < 10 else None)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def hours(request, practice_slug):
    """The practice's own hours and caps."""
    form = HoursForm(request.POST or None, practice=request.practice)
    if request.method == "POST" and form.is_valid() and _save_hours(request, form):
        return _to_overview(request)
    return render(request, "campaigns/calling/hours.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@admin_required
def hours_dry_run(request, practice_slug):
    """Tonight's call lists with the hours and caps in the form; nothing is saved."""
    form, context = HoursForm(request.POST, practice=request.practice), {}
    if form.is_valid():
        try:
            context["comparison"] = rules.try_hours(practice=request.practice, values=form.values, now=clock.now())
        except dry_run.Busy:
            context["no_comparison"] = BUSY
    page = "campaigns/calling/dry_run.html" if request.htmx else "campaigns/calling/hours.html"
    return render(request, page, {"form": form, **context}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def rule_new(request, practice_slug):
    """A rule that takes hours away in one state or everywhere."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _add_rule(request, form):
        return _to_overview(request)
    return render(request, "campaigns/calling/rule.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@admin_required
def rule_remove(request, practice_slug, rule_id):
    """Remove a rule; the overview offers to put it back."""
    version = get_object_or_404(rules.rule_versions(practice=request.practice), id=rule_id)
    if not rules.remove_rule(version=version, by=request.membership):
        messages.info(request, "This rule was removed before. Nothing was changed.")
    return _to_overview(request, f"?removed={version.id}")


@require_POST
@admin_required
def rule_restore(request, practice_slug, rule_id):
    """Put a removed rule back."""
    version = get_object_or_404(rules.rule_versions(practice=request.practice), id=rule_id)
    try:
        if rules.restore_rule(version=version, by=request.membership):
            messages.success(request, f"The rule is back. {AT_ONCE}")
        else:
            messages.info(request, "This rule is there already. Nothing was changed.")
    except rules.ShutsOut:
        messages.error(request, "Not put back: with the hours as they are now nobody could ever be called.")
    return _to_overview(request)


@require_POST
@admin_required
def day_close(request, practice_slug):
    """Make no calls on a date."""
    form = CloseDayForm(request.POST, practice=request.practice, today=_today(request))
    if not form.is_valid():
        return _overview(request, day_form=form, status=422)
    on = form.cleaned_data["on"]
    if rules.close_day(practice=request.practice, by=request.membership, **form.cleaned_data):
        messages.success(request, f"No calls on {_date(on)}: {form.cleaned_data['name']}.")
    else:
        messages.info(request, f"No calls are made on {_date(on)} already. Nothing was changed.")
    return _to_overview(request)


@require_POST
@admin_required
def day_open(request, practice_slug):
    """Make calls on a federal holiday, where the states allow it."""
    form = OpenDayForm(request.POST, practice=request.practice, today=_today(request))
    if not form.is_valid():
        return _overview(request, opened_form=form, status=422)
    on, people = form.cleaned_data["on"], calling_reach.People.of(request.practice)
    places, patients = calling_calendar.still_closed(on=on, people=people)
    words = f"Patients in {places} are still not called ({patients:,} of {people.total:,} patients)." if places else ""
    if rules.open_day(practice=request.practice, on=on, by=request.membership):
        messages.success(request, f"Calls are made on {_date(on)}. {words}")
    else:
        messages.info(request, f"Calls are made on {_date(on)} already. Nothing was changed. {words}")
    return _to_overview(request)


@require_POST
@admin_required
def day_remove(request, practice_slug):
    """Let a date be as the calendar has it."""
    form = DayForm(request.POST, practice=request.practice, today=_today(request))
    if not form.is_valid():
        return _overview(request, opened_form=form, status=422)
    row = rules.remove_day(practice=request.practice, on=form.cleaned_data["on"], by=request.membership)
    if row is None:
        messages.info(request, "Nothing is noted for this day any more. Nothing was changed.")
    else:
        after = "is an ordinary day again" if row.is_closed else "is a holiday without calls again"
        messages.success(request, f"{_date(row.on)} {after}.")
    return _to_overview(request)


def _overview(request, *, status=200, removed=None, day_form=None, opened_form=None):
    practice, today = request.practice, _today(request)
    people = calling_reach.People.of(practice)
    own = rules.own_rules(practice=practice, on=today)
    versions = rules.rule_versions(practice=practice).exclude(id__in=[rule.pk for rule in own])
    context = {
        "people": people,
        "shut_out": rules.now_shut_out(practice=practice, people=people),
        "rules": [(rule, where(rule), hours_left(rule)) for rule in own],
        "removed": removed and versions.filter(id=removed).first(),
        "calendar": calling_calendar.year_ahead(practice=practice, today=today, people=people),
        "law": calling_reach.law_rows(people=people, on=today),
        "law_version": VERSION,
        "law_as_of": AS_OF,
        "law_notes": NOTES.values(),
        "day_form": day_form or CloseDayForm(practice=practice, today=today),
        "form": day_form or opened_form,
        "changes": latest_changes(practice=practice, most=CHANGES_SHOWN),
    }
    return render(request, "campaigns/calling/overview.html", context, status=status)


def _save_hours(request, form):
    """Save what the form says and tell it. False, with the reason in the form, if it shuts patients out."""
    values, agreed = form.values, form.cleaned_data["agreed"]
    try:
        changed = rules.save_hours(practice=request.practice, values=values, agreed=agreed, by=request.membership)
    except rules.ShutsOut as refused:
        form.refuse(refused.reach)
        return False
    if changed:
        messages.success(request, f"Saved. {AT_ONCE}")
    else:
        messages.info(request, NOTHING_CHANGED)
    return True


def _add_rule(request, form):
    """The same for a rule, which may also turn out to take nothing away."""
    values, agreed = form.values, form.cleaned_data["agreed"]
    try:
        rule, is_new = rules.add_rule(practice=request.practice, values=values, agreed=agreed, by=request.membership)
    except rules.ShutsOut as refused:
        form.refuse(refused.reach)
        return False
    if not is_new:
        messages.info(request, "This rule is there already. Nothing was changed.")
    elif any(own == rule and own.is_without_effect for own in rules.own_rules(practice=request.practice, on=_today(request))):
        messages.warning(request, CHANGES_NOTHING)
    else:
        messages.success(request, f"The rule is added. {AT_ONCE}")
    return True


def _to_overview(request, query=""):
    answer = redirect("campaigns:calling_rules", practice_slug=request.practice.slug)
    answer["Location"] += query
    return answer


def _today(request):
    return request.practice.business_date(clock.now())


def _date(on):
    return f"{on:%a %b %-d, %Y}"
