"""Import an EMR file from the shell, as the pages do, without a worker."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.models import Practice

from ... import importing
from ...reading import UnreadableFile


class Command(BaseCommand):
    help = "Import one file of the EMR. Exit status: 0 applied (or counted, with --dry-run), 1 refused."

    def add_arguments(self, parser):
        parser.add_argument("file", help="path of the exported file")
        parser.add_argument("--practice", required=True, help="slug of the practice")
        parser.add_argument("--dry-run", action="store_true", help="count what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, **options):
        practice = Practice.objects.filter(slug=options["practice"]).first()
        if practice is None:
            raise CommandError(f"There is no practice “{options['practice']}”.")
        now = clock.now()
        try:
            result = self._run(practice, options["file"], dry_run=options["dry_run"], now=now)
        except UnreadableFile as refusal:
            self._print({"refused": str(refusal)}, as_json=options["json"])
            sys.exit(1)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        self._print(result, as_json=options["json"])

    def _run(self, practice, path, *, dry_run, now):
        with open(path, "rb") as stream:
            if dry_run:
                return importing.rehearse_file(practice_id=practice.pk, stream=stream, name=path, now=now)
            return importing.import_file(practice_id=practice.pk, stream=stream, name=path, now=now)

    def _print(self, result, *, as_json):
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        elif "refused" in result:
            self.stderr.write(result["refused"])
        else:
            for name, value in result.items():
                shown = ", ".join(f"{key} → {item}" for key, item in value.items() if item) if isinstance(value, dict) else value
                self.stdout.write(f"{name:<14}{shown if not isinstance(shown, list) else ', '.join(shown)}")
