"""The demo's clock."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...demo.moment import offset_seconds


class Command(BaseCommand):
    help = "Print CLOCK_OFFSET_SECONDS for a demo: seconds to add so that both demo practices are within calling hours."
    requires_system_checks = ()

    def handle(self, *args, **options):
        self.stdout.write(str(offset_seconds(timezone.now())))
