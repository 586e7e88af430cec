"""Run every benchmark, or those named: `python -m benchmarks queue_rebuild`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
django.setup()

from benchmarks import (  # noqa: E402
    dashboard_10m,
    desk_cycle,
    import_csv,
    next_patient,
    patient_search,
    queue_rebuild,
    tracker_export,
    why_counts,
)

BENCHMARKS = {
    "import_csv": import_csv.run,
    "queue_rebuild": queue_rebuild.run,
    "next_patient": next_patient.run,
    "why_counts": why_counts.run,
    "desk_cycle": desk_cycle.run,
    "patient_search": patient_search.run,
    "dashboard_10m": dashboard_10m.run,
    "tracker_export": tracker_export.run,
}

names = sys.argv[1:] or list(BENCHMARKS)
unknown = set(names) - set(BENCHMARKS)
if unknown:
    sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}.")
for name in names:
    print(BENCHMARKS[name](), flush=True)
