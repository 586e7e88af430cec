"""Load the demo practices, once."""

from django.core.management.base import BaseCommand, CommandError

from accounts import clock

from ...demo import load, people, summary


class Command(BaseCommand):
    help = "Load two invented practices with thirty days of calls. Does nothing when they are there; prints the logins."

    def handle(self, *args, **options):
        if not people.doors_are_open():
            self._load()
        self.stdout.write("\n".join(people.logins()))

    def _load(self):
        try:
            load.load(now=clock.now(), report=self._say)
        except load.Interrupted:
            raise CommandError("An earlier load of the demo was interrupted: run `make reset`, then `make demo`.") from None
        for line in summary.lines():
            self._say(line)

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
