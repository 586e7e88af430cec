"""What the clock starts: cells that are kept for a time only, and files in the order in which they were handed in."""

from datetime import timedelta

import pytest

from accounts import tenancy
from imports import mapping, running
from imports.models import FileImport, ImportRow
from imports.tasks import forget_cells

pytestmark = pytest.mark.django_db

ONE_REJECTED = b"MRN,Last Name,First Name,DOB\n1,Keller,Ida,99/99/1950\n" + b"".join(
    b"%d,Lee,Ann,01/02/1950\n" % n for n in range(2, 9)
)


@pytest.mark.parametrize(("kept", "days", "left"), [(30, 29, 1), (30, 31, 0), (5, 4, 1), (5, 6, 0)])
def test_cells_of_rejected_rows_are_kept_for_the_practices_days(bring_in, practice, kept, days, left):
    file_import = bring_in(ONE_REJECTED)
    practice.rejected_rows_days = kept
    with tenancy.practice(practice.pk):
        finished_at = FileImport.objects.get().finished_at
        rows = ImportRow.objects.rejected().exclude(cells={})
        assert rows.count() == 1
        running.forget_cells(practice=practice, now=finished_at + timedelta(days=days))
        assert (rows.count(), ImportRow.objects.rejected().count()) == (left, 1)
        assert FileImport.objects.get(pk=file_import.pk).counts["REJECTED"] == 1


def test_the_hourly_tick_forgets_in_every_practice(bring_in, practice, settings):
    bring_in(ONE_REJECTED)
    settings.CLOCK_OFFSET_SECONDS = 40 * 86_400
    forget_cells.apply()
    with tenancy.practice(practice.pk):
        assert list(ImportRow.objects.rejected().exclude(cells={})) == []


def test_a_later_file_waits_for_the_earlier_one(receive, practice, now):
    first, second = receive(ONE_REJECTED), receive(ONE_REJECTED.replace(b"Ann", b"Anna"))
    with tenancy.practice(practice.pk):
        for file_import in (first, second):
            file_import.choose(mapping=file_import.mapping, kind=mapping.kind_of(file_import.mapping))
            assert file_import.queue(skips_the_look=True)

    ran = [running.run(practice_id=practice.pk, import_id=one.pk, now=now) for one in (second, first, second)]
    assert ran == [False, True, True]
    with tenancy.practice(practice.pk):
        assert list(FileImport.objects.order_by("pk").values_list("state", flat=True)) == ["DONE", "DONE"]


def test_a_file_that_waits_for_a_person_keeps_no_other_waiting(receive, practice, now):
    _, second = receive(ONE_REJECTED), receive(ONE_REJECTED)
    with tenancy.practice(practice.pk):
        second.choose(mapping=second.mapping, kind=mapping.kind_of(second.mapping))
        second.queue(skips_the_look=True)
    assert running.run(practice_id=practice.pk, import_id=second.pk, now=now) is True
