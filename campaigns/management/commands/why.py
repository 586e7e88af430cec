"""Say why a patient is, or is not, in the queue: the answer of the patient's page, for operators."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError

from accounts import clock, tenancy
from accounts.models import Practice

from ... import why
from ...calling_hours import local_zone
from ...templatetags.desk import day_and_clock


class Command(BaseCommand):
    help = "Say why a patient is, or is not, in the queue at this minute, with every reason. Shows no name and no number."

    def add_arguments(self, parser):
        parser.add_argument("--practice", required=True, help="slug")
        parser.add_argument(
            "--patient",
            required=True,
            metavar="MRN",
            help="chart number; “-” reads it from standard input, out of the shell's history",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, **options):
        practice = Practice.objects.filter(slug=options["practice"]).first()
        if practice is None:
            raise CommandError(f"There is no practice “{options['practice']}”.")
        mrn = sys.stdin.readline() if options["patient"] == "-" else options["patient"]
        now = clock.now()
        with tenancy.practice(practice.pk):
            patient = practice.patients.filter(mrn=mrn.strip()).first() if mrn.strip() else None
            if patient is None:
                # The number itself may be a person's: it is not repeated into a log.
                raise CommandError("The practice has no chart of this number.")
            told = self._told(practice, patient.standing, now)
        self.stdout.write(json.dumps(told) if options["json"] else self._lines(told))

    def _told(self, practice, patient, now):
        zone = local_zone(practice=practice, zone_key=patient.zone_key)
        answers = why.of_patient(patient=patient, practice=practice, now=now)
        return {
            "practice": practice.slug,
            "asked_at": day_and_clock(now, practice.zone),
            "enrollments": [self._answer(answer, practice, zone) for answer in answers],
        }

    def _answer(self, answer, practice, zone):
        place = answer.place if answer.is_listed else None
        return {
            "campaign": answer.enrollment.campaign.name,
            "place": place and place.rank,
            "list": place and (place.agent.name if place.agent else "shared pool"),
            "because": answer.because if place else None,
            "called_today": answer.is_done,
            "waits_for": answer.waits_for or None,
            "reasons": [
                {
                    "rule": reason.rule,
                    "words": f"{reason.label}: {reason.detail}" if reason.detail else reason.label,
                    "ends_at": reason.ends_at and reason.ends_at.isoformat(),
                    "ends_at_practice": reason.ends_at and day_and_clock(reason.ends_at, practice.zone),
                    "ends_at_patient": reason.ends_at and day_and_clock(reason.ends_at, zone),
                }
                for reason in answer.reasons
            ],
        }

    def _lines(self, told):
        lines = [f"{told['practice']}, {told['asked_at']}"]
        for each in told["enrollments"]:
            if each["place"]:
                lines.append(f"{each['campaign']}: no. {each['place']} of {each['list']} because: {each['because']}")
            elif each["called_today"]:
                lines.append(f"{each['campaign']}: called today")
            else:
                lines.append(f"{each['campaign']}: not in a queue{': ' + each['waits_for'] if each['waits_for'] else ''}")
            lines += [f"  {self._line(reason)}" for reason in each["reasons"]]
        if not told["enrollments"]:
            lines.append("Not in a queue: no open enrollment in any campaign")
        return "\n".join(lines)

    def _line(self, reason):
        if not reason["ends_at"]:
            return reason["words"]
        same = reason["ends_at_practice"] == reason["ends_at_patient"]
        patient = "" if same else f" ({reason['ends_at_patient']} for the patient)"
        return f"{reason['words']} {reason['ends_at_practice']}{patient}"
