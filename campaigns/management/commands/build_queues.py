"""Build the call lists of one practice or all, as the nightly task does."""

import json
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError

from accounts import clock, tenancy
from accounts.models import Practice

from ... import plan


class Command(BaseCommand):
    help = "Build today's call lists, or those of another date. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--practice", help="slug; all practices if left out")
        parser.add_argument("--date", type=date.fromisoformat, help="practice date, as in 2026-11-23; today if left out")
        parser.add_argument("--json", action="store_true", help="print one JSON object a line")

    def handle(self, *args, **options):
        practices = Practice.objects.order_by("slug")
        if options["practice"]:
            practices = practices.filter(slug=options["practice"])
            if not practices:
                raise CommandError(f"There is no practice “{options['practice']}”.")
        for practice in practices:
            self._report(practice, self._build(practice, options["date"]), as_json=options["json"])

    def _build(self, practice, on):
        now = clock.now() if on is None else datetime.combine(on, practice.build_at, practice.zone)
        with tenancy.practice(practice.pk):
            return plan.build(practice=practice, now=now)

    def _report(self, practice, built, *, as_json):
        figures = {
            "practice": practice.slug,
            "date": built.business_date.isoformat(),
            "number": built.number,
            "queued": built.queued,
            "blocked": built.blocked,
            "changes": built.changes,
            "enrollment": built.enrollment,
            "seconds": round((built.finished_at - built.started_at).total_seconds(), 3),
        }
        if as_json:
            self.stdout.write(json.dumps(figures))
            return
        blocked = ", ".join(f"{rule} {rows}" for rule, rows in sorted(built.blocked.items())) or "none"
        entered, left, moved = (built.changes[kind] for kind in ("entered", "left", "moved"))
        self.stdout.write(
            f"{practice.slug} {figures['date']}, no. {built.number}: {built.queued} queued in {figures['seconds']} s; "
            f"entered {entered}, left {left}, moved {moved}; left out: {blocked}"
        )
