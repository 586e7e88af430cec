"""What follows from an import at once: who is booked, seen, deceased or inactive by the file leaves the call lists."""

from campaigns import enrollment
from campaigns.models import Callback, Enrollment
from imports.models import ImportChange

OPENED = {"status": "OPEN", "closed_as": "", "closed_because": "", "closed_at": None}
PROMISED = {"status": "PENDING", "settled_at": None}


def settle(*, file_import, now):
    """Close what the file settled, and write down what, so that it can be undone. Returns the counts for the page."""
    settled = enrollment.settle_after_import(practice=file_import.practice, source=file_import.file_name, now=now)
    closed = Enrollment.objects.filter(pk__in=settled.enrollments).values_list("pk", "patient_id")
    called_off = Callback.objects.filter(pk__in=settled.callbacks).values_list("pk", "patient_id")
    ImportChange.objects.bulk_create(
        [
            ImportChange(
                practice_id=file_import.practice_id, file_import=file_import, table=table, object_id=pk, patient_id=patient_id,
                former=former,
            )
            for table, former, rows in (("ENROLLMENT", OPENED, closed), ("CALLBACK", PROMISED, called_off))
            for pk, patient_id in rows
        ],
        batch_size=1_000,
        ignore_conflicts=True,
    )  # fmt: skip
    return {"enrollments_closed": len(settled.enrollments), "callbacks_called_off": len(settled.callbacks)}
