"""Calling rules of a practice, for its admins."""

from django.urls import path

from .views import calling_rules

urlpatterns = [
    path("calling-rules/", calling_rules.calling_rules, name="calling_rules"),
    path("calling-rules/hours/", calling_rules.hours, name="calling_hours"),
    path("calling-rules/hours/dry-run/", calling_rules.hours_dry_run, name="calling_hours_dry_run"),
    path("calling-rules/rules/new/", calling_rules.rule_new, name="calling_rule_new"),
    path("calling-rules/rules/<int:rule_id>/remove/", calling_rules.rule_remove, name="calling_rule_remove"),
    path("calling-rules/rules/<int:rule_id>/restore/", calling_rules.rule_restore, name="calling_rule_restore"),
    path("calling-rules/days/close/", calling_rules.day_close, name="calling_day_close"),
    path("calling-rules/days/open/", calling_rules.day_open, name="calling_day_open"),
    path("calling-rules/days/remove/", calling_rules.day_remove, name="calling_day_remove"),
]
