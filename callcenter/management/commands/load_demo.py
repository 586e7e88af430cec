"""Load the demo practices, once."""

from django.core.management.base import BaseCommand, CommandError

from accounts import clock

from ...demo import people


class Command(BaseCommand):
    help = "Load two invented practices with thirty days of calls. Does nothing when they are there; prints the logins."
    requires_system_checks = ()  # a second `make demo` must not wait for them; a load runs them itself

    def handle(self, *args, **options):
        if not people.doors_are_open():
            self._load()
        self.stdout.write("\n".join(people.logins()))

    def _load(self):
        from ...demo import load, summary  # most of the product, and not needed where the demo is there

        self.check()
        try:
            load.load(now=clock.now(), report=self._say)
        except load.Interrupted:
            raise CommandError("An earlier load of the demo was interrupted: run `make reset`, then `make demo`.") from None
        for line in summary.lines():
            self._say(line)

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
