"""Import an EMR file from the shell, as the pages do, without a worker."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from accounts import clock
from accounts.models import Practice

from ... import importing
from ...fields import BY_NAME
from ...models import ImportRow
from ...reading import UnreadableFile

APPLIED, REFUSED, HELD = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Import one file of the EMR. Exit status: 0 applied (or counted, with --dry-run), 1 refused or called wrongly, "
        "2 held for a second look: nothing was changed, and an admin decides on the Imports page. "
        "--dry-run ends with 2 where the import would be held."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="path of the exported file")
        parser.add_argument("--practice", required=True, help="slug of the practice")
        parser.add_argument("--kind", choices=["patients", "appointments"], help="refuse a file that is not of this kind")
        parser.add_argument("--dry-run", action="store_true", help="count what would happen, change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        # argparse would end with 2, which says "held" here.
        parser.error = lambda message: parser.exit(REFUSED, f"{parser.format_usage()}{message}\n")

    def handle(self, *args, **options):
        try:
            result = self._result(options)
        except UnreadableFile as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": str(refusal)}, ensure_ascii=False))
            else:
                self.stderr.write(str(refusal))
            sys.exit(REFUSED)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_report(result, dry_run=options["dry_run"])))
        if result["held"]:
            sys.exit(HELD)

    def _result(self, options):
        practice = Practice.objects.filter(slug=options["practice"]).first()
        if practice is None:
            raise UnreadableFile(f"There is no practice “{options['practice']}”.")
        path = Path(options["file"])
        if not path.is_file():
            raise UnreadableFile("This is a folder, not a file." if path.is_dir() else "There is no such file.")
        run = importing.rehearse_file if options["dry_run"] else importing.import_file
        try:
            with path.open("rb") as stream:
                return run(practice_id=practice.pk, stream=stream, name=path.name, kind=options["kind"], now=clock.now())
        except PermissionError:
            raise UnreadableFile("The file cannot be opened: you may not read it.") from None


def _report(result, *, dry_run):
    """The result in lines for people."""
    rows, verdicts = result["rows"], dict(ImportRow.Verdict.choices)
    if result["held"]:
        outcome = "Held for a second look, nothing was changed"
    else:
        outcome = "Counted, nothing was changed" if dry_run else "Imported"
    yield f"{outcome}: {rows:,} rows about {result['patients']:,} people."
    yield from (f"  ! {alarm}" for alarm in result["held"])
    yield from _table(f"Of {rows:,} rows", {label: result[code.lower()] for code, label in verdicts.items()})
    yield from _table("Left out or rejected because", result["reasons"])
    yield from _table("Came in without a cell because", result["warnings"])
    yield from _table("Appointments by status", result["appointments"])
    yield from _table("Columns", {header: BY_NAME[field].label for header, field in result["mapping"].items()})
    if result["not_stored"]:
        yield f"\nNever stored: {', '.join(result['not_stored'])}"
    yield f"\nRead as {result['encoding'] or 'a workbook'}. Data of {result['data_on']}."


def _table(title, lines):
    """A heading and lines with their values under each other; nothing where there are none."""
    if lines:
        width = max(len(name) for name in lines)
        yield f"\n{title}"
        for name, value in lines.items():
            yield f"  {name:<{width}}  {value:>9,}" if isinstance(value, int) else f"  {name:<{width}}  {value}"
