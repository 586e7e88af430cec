"""The demo's clock."""

from django.core.management.base import BaseCommand
from django.db.models import Max
from django.utils import timezone

from accounts import tenancy
from accounts.models import Practice
from campaigns.models import CallAttempt

from ...demo.moment import offset_seconds


class Command(BaseCommand):
    help = "Print CLOCK_OFFSET_SECONDS for a demo: seconds to add so that both demo practices are within calling hours."
    requires_system_checks = ()

    def handle(self, *args, **options):
        self.stdout.write(str(offset_seconds(timezone.now(), last_call=self._last_call())))

    def _last_call(self):
        calls = []
        for practice in Practice.objects.all():
            with tenancy.practice(practice.pk):
                calls.append(CallAttempt.objects.aggregate(last=Max("ended_at"))["last"])
        return max(filter(None, calls), default=None)
