"""What holds a file for a second look, and what does not."""

import pytest

from accounts import tenancy
from imports import running
from imports.models import FileImport
from patients.models import Patient
from tests.world import make_patient

pytestmark = pytest.mark.django_db

HEAD = b"MRN,Last Name,First Name,DOB,Phone\n"


def people(numbers, *, offset=0, born=b"01/02/1950"):
    return b"".join(b"%d,Lee%c,Ann%c,%s,\n" % (n + offset, 97 + n % 26, 97 + n // 26, born) for n in numbers)


@pytest.mark.parametrize(("bad", "alarms"), [(2, []), (3, ["3 of 10 rows would be rejected: more than one in five."])])
def test_many_rejected_rows(check, bad, alarms):
    content = HEAD + people(range(10 - bad)) + b"9,Ng,Bo,99/99/1950,\n" * bad

    assert check(content).alarms == alarms


def test_a_column_that_is_gone(check, bring_in):
    bring_in(HEAD + people(range(12)))
    missing = check(b"MRN,Last Name,First Name,DOB\n" + b"1,Lee,Ann,01/02/1950\n" * 12)

    assert missing.alarms == ["A column that was there last time is gone: Phone."]
    assert missing.layout_news == {"gone": ["Phone"], "added": []}


def test_a_column_more_is_said_and_holds_nothing(check, bring_in):
    bring_in(HEAD + people(range(12)))
    more = check(HEAD.replace(b"\n", b",Zip\n") + people(range(12)).replace(b"\n", b"10001\n"))

    assert (more.alarms, more.layout_news, more.known_layout) == ([], {"gone": [], "added": ["Zip"]}, False)


@pytest.mark.parametrize(("rows", "alarms"), [(13, []), (12, ["The file has 12 rows; last time it had 20."])])
def test_many_fewer_rows(check, bring_in, rows, alarms):
    bring_in(HEAD + people(range(20)))

    assert check(HEAD + people(range(rows))).alarms == alarms


def test_the_file_of_another_practice_by_its_numbers(check, bring_in):
    bring_in(HEAD + people(range(30)))

    assert check(HEAD + people(range(30), offset=5000)).alarms == [
        "Hardly any chart number of the file is known here: is this the file of another practice?"
    ]


def test_files_that_always_bring_new_people_are_not_held_each_time(check, bring_in):
    bring_in(HEAD + people(range(30)))
    bring_in(HEAD + people(range(30), offset=5000))

    assert check(HEAD + people(range(30), offset=9000)).alarms == []


def test_the_file_of_another_practice_by_its_people(check, bring_in):
    bring_in(HEAD + people(range(30)))
    other = check(HEAD + b"".join(b"%d,Oh,Cy%c,07/08/1980,\n" % (n, 97 + n % 26) for n in range(30)))

    assert "Many chart numbers belong to other people here: is this the file of another practice?" in other.alarms


def test_older_data_than_came_in_before(check, bring_in):
    rows = HEAD + people(range(12))
    bring_in(b"Patient list, printed 11/20/2026\n" + rows)

    assert check(b"Patient list, printed 11/20/2026\n" + rows).alarms == []
    assert check(b"Patient list, printed 11/18/2026\n" + rows).alarms == [
        "The data is of Nov 18, 2026; data of Nov 20, 2026 came in before."
    ]


def test_a_file_that_closes_many_charts(check, practice):
    with tenancy.practice(practice.pk):
        for n in range(1, 21):
            make_patient(f"Ann{n}", "Lee", mrn=str(n), phones=0)
    rows = b"".join(b"%d,Lee,Ann%d,%s\n" % (n, n, b"Inactive" if n <= 5 else b"Active") for n in range(1, 21))

    assert check(b"MRN,Last Name,First Name,Patient Status\n" + rows).alarms == [
        "5 of 20 patients would become inactive or deceased: more than one in five."
    ]


def test_a_known_layout_is_read_as_the_admin_corrected_it(receive, practice, bring_in, check):
    head = b"MRN,Last Name,First Name,Mystery\n"
    first = receive(head + b"1,Lee,Ann,Seaside\n" * 12)
    with tenancy.practice(practice.pk):
        mapping = first.mapping | {"Mystery": "city"}
        first.choose(mapping=mapping, kind="PATIENTS")
        first.queue(skips_the_look=True)
    running.run(practice_id=practice.pk, import_id=first.pk, now=first.created_at)

    again = receive(b"Mystery,First Name,MRN,Last Name\n" + b"Hilltop,Ann,1,Lee\n" * 12)
    assert (again.known_layout, again.mapping) == (True, mapping)


def test_what_is_held_is_not_saved_until_somebody_looked(check, practice, admin, now):
    held = check(HEAD + b"9,Ng,Bo,99/99/1950,\n" * 2 + people(range(3)))
    with tenancy.practice(practice.pk):
        assert (held.state, Patient.objects.count()) == ("CHECKED", 0)
        assert held.confirm(by=admin)
    running.run(practice_id=practice.pk, import_id=held.pk, now=now)
    with tenancy.practice(practice.pk):
        done = FileImport.objects.get()
        assert (done.state, done.confirmed_by, Patient.objects.count()) == ("DONE", admin, 3)


def test_how_a_layout_writes_its_dates_is_remembered_for_files_too_short_to_tell(bring_in, practice):
    head = b"MRN,Last Name,First Name,DOB\n"
    bring_in(head + b"1,Lee,Ann,25/12/1950\n2,Ng,Bo,03/04/1951\n")
    bring_in(head + b"3,Oh,Cy,05/06/1952\n")

    with tenancy.practice(practice.pk):
        births = {patient.mrn: patient.born_on.isoformat() for patient in Patient.objects.all()}
    assert births == {"1": "1950-12-25", "2": "1951-04-03", "3": "1952-06-05"}
