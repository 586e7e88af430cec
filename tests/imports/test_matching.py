"""Who is who: sure ones are updated, unsure ones stay two and are listed, nobody is merged silently."""

from datetime import date

import pytest

from accounts import tenancy
from imports.models import ImportRow
from patients.models import Patient, PhoneNumber, PossibleDouble

pytestmark = pytest.mark.django_db

HEAD = b"Last Name,First Name,DOB,Phone,Zip\n"
LEE = b"Lee,Ann,01/02/1950,212-555-0101,10001\n"


def verdicts(file_import):
    return {verdict: rows for verdict, rows in file_import.counts.items() if rows}


def pairs():
    return sorted(
        (double.older.first_name, double.newer.first_name, double.status) for double in PossibleDouble.objects.select_related()
    )


@pytest.mark.parametrize(
    ("row", "verdict", "listed"),
    [
        (LEE, "UNCHANGED", 0),
        (b"LEE,ANN,1/2/50,(212) 555-0101,10001\n", "UNCHANGED", 0),
        (b"Lee,Ann,01/02/1950,,10001\n", "UNCHANGED", 0),  # no number to contradict
        (b"Lee,Ann,02/01/1950,212-555-0101,10001\n", "CREATE", 1),  # day and month transposed
        (b"Park,Ann,01/02/1950,212-555-0101,10001\n", "CREATE", 1),  # married?
        (b"Lee,Bo,01/02/1950,212-555-0101,10001\n", "CREATE", 1),  # a twin?
        (b"Lee,Bo,07/08/1980,212-555-0101,10001\n", "CREATE", 0),  # the same household
        (b"Lee,Ann,07/08/1980,917-555-0199,60601\n", "CREATE", 0),  # a common name
    ],
)
def test_a_row_without_chart_number(bring_in, practice, row, verdict, listed):
    bring_in(HEAD + LEE)
    done = bring_in(HEAD + row)

    assert verdicts(done) == {verdict: 1}
    with tenancy.practice(practice.pk):
        assert PossibleDouble.objects.count() == listed
        assert Patient.objects.count() == (2 if verdict == "CREATE" else 1)


def test_the_unsure_one_is_listed_with_its_evidence_and_known_again(bring_in, practice):
    bring_in(HEAD + LEE)
    done = bring_in(HEAD + b"Lee,Bo,01/02/1950,212-555-0101,10001\n")
    again = bring_in(HEAD + b"Lee,Bo,01/02/1950,212-555-0101,10001\n")

    assert verdicts(again) == {"UNCHANGED": 1}
    with tenancy.practice(practice.pk):
        assert pairs() == [("Ann", "Bo", "OPEN")]
        double = PossibleDouble.objects.get()
        assert (double.source, double.import_id) == ("IMPORT", done.pk)
        assert {"SAME_BIRTH", "SHARED_PHONE", "OTHER_FIRST_NAME"} <= set(double.evidence)


def test_a_row_that_may_be_either_of_two_is_neither(bring_in, practice):
    bring_in(b"MRN," + HEAD + b"1,Lee,Ann,01/02/1950,,\n2,Lee,Ann,01/02/1950,,\n")
    done = bring_in(HEAD + LEE)

    assert verdicts(done) == {"CREATE": 1}
    with tenancy.practice(practice.pk):
        assert PossibleDouble.objects.count() == 1


def test_another_middle_initial_is_not_sure(bring_in, practice):
    head = b"Last Name,First Name,MI,DOB,Phone\n"
    bring_in(head + b"Lee,Ann,B,01/02/1950,212-555-0101\n")
    done = bring_in(head + b"Lee,Ann,C,01/02/1950,\n")

    assert verdicts(done) == {"CREATE": 1}
    with tenancy.practice(practice.pk):
        assert PossibleDouble.objects.count() == 1


def test_two_rows_that_could_each_be_one_patient_do_not_both_become_that_patient(bring_in, practice):
    bring_in(HEAD + LEE)
    done = bring_in(b"MRN," + HEAD + b"7," + LEE + b"8," + LEE)

    assert verdicts(done) == {"UPDATE": 1, "CREATE": 1}
    with tenancy.practice(practice.pk):
        assert sorted(Patient.objects.values_list("mrn", flat=True)) == ["7", "8"]


def test_a_record_that_was_merged_away_leads_to_the_one_that_was_kept(bring_in, practice):
    bring_in(b"MRN," + HEAD + b"1," + LEE + b"2,Lee,Anna,01/02/1950,212-555-0102,10001\n")
    with tenancy.practice(practice.pk):
        kept, absorbed = Patient.objects.get(mrn="1"), Patient.objects.get(mrn="2")
        Patient.objects.filter(pk=absorbed.pk).update(merged_into=kept)

    bring_in(b"MRN," + HEAD + b"2,Lee,Anna,01/02/1950,917-555-0177,10001\n")

    with tenancy.practice(practice.pk):
        assert PhoneNumber.objects.get(e164="+19175550177").patient_id == kept.pk
        assert Patient.objects.get(mrn="1").first_name == "Anna"


def test_one_chart_number_for_two_people_in_a_file(bring_in, practice):
    done = bring_in(b"MRN," + HEAD + b"1," + LEE + b"1,Oh,Cy,07/08/1980,917-555-0199,60601\n2," + LEE.replace(b"Lee", b"Ng"))

    assert verdicts(done) == {"CREATE": 2, "REJECTED": 1}
    assert done.reasons == {"MRN: this chart number belongs to somebody with another name and date of birth": 1}
    with tenancy.practice(practice.pk):
        row = ImportRow.objects.rejected().get()
        assert (row.line, row.column, row.cells["Last Name"]) == (3, "MRN", "Oh")
        assert Patient.objects.get(mrn="1").last_name == "Lee"


def test_a_chart_number_that_belongs_to_somebody_else_here_changes_nobody(bring_in, practice):
    bring_in(b"MRN," + HEAD + b"1," + LEE)
    done = bring_in(b"MRN," + HEAD + b"1,Oh,Cy,07/08/1980,917-555-0199,60601\n")

    assert verdicts(done) == {"REJECTED": 1}
    with tenancy.practice(practice.pk):
        patient = Patient.objects.get()
        assert (patient.last_name, patient.born_on, patient.phones.count()) == ("Lee", date(1950, 1, 2), 1)


def test_a_chart_without_birth_does_not_become_somebody_of_quite_another_name(bring_in, practice):
    bring_in(b"MRN,Last Name,First Name,Phone\n1,Lee,Ann,212-555-0101\n")
    done = bring_in(b"MRN,Last Name,First Name,Phone\n1,Ng,Bo,212-555-0102\n")

    assert verdicts(done) == {"REJECTED": 1}


@pytest.mark.parametrize(
    "row", [b"1,Park,Ann,01/02/1950,,\n", b"1,Lee,Ann,01/02/1951,,\n", b"1,Ann,Lee,,,\n", b"1,Lee,Annie,,,\n"]
)
def test_a_married_name_or_a_corrected_birth_is_the_same_person(bring_in, practice, row):
    bring_in(b"MRN," + HEAD + b"1," + LEE)

    assert verdicts(bring_in(b"MRN," + HEAD + row)) == {"UPDATE": 1}


def test_rows_of_one_person_without_chart_number_become_one_patient(bring_in, practice):
    done = bring_in(HEAD + LEE + LEE.replace(b"0101", b"0102") + LEE)

    assert verdicts(done) == {"CREATE": 1, "UPDATE": 1, "DUPLICATE": 1}
    with tenancy.practice(practice.pk):
        assert list(PhoneNumber.objects.order_by("position").values_list("e164", flat=True)) == ["+12125550101", "+12125550102"]


def test_two_charts_of_one_file_that_may_be_one_person_are_listed(bring_in, practice):
    done = bring_in(b"MRN," + HEAD + b"1," + LEE + b"2," + LEE + b"3,Lee,Ann,01/02/1950,917-555-0199,60601\n")

    assert verdicts(done) == {"CREATE": 3}
    with tenancy.practice(practice.pk):
        assert [(pair.older.mrn, pair.newer.mrn) for pair in PossibleDouble.objects.all()] == [("1", "2")]


def test_a_row_without_chart_number_belongs_to_the_charted_person_of_its_file(bring_in, practice):
    content = b"MRN," + HEAD + b"," + LEE + b"1," + LEE
    done = bring_in(content)

    assert verdicts(done) == {"CREATE": 1, "DUPLICATE": 1}
    assert verdicts(bring_in(content)) == {"UNCHANGED": 1, "DUPLICATE": 1}


def test_a_row_that_was_made_a_patient_of_its_own_is_known_again(bring_in, practice):
    bring_in(b"MRN," + HEAD + b"1," + LEE + b"2," + LEE)
    bring_in(HEAD + LEE)

    assert verdicts(bring_in(HEAD + LEE)) == {"UNCHANGED": 1}
