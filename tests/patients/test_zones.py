"""Time zones by evidence: the cases that a naive table gets wrong."""

import pytest

from patients.names import name_key
from patients.zones import zone_key


@pytest.mark.parametrize(
    ("zip_code", "number", "key"),
    [
        ("94110", "+14155550123", "America/Los_Angeles"),
        ("94110-1234", "+12125550123", "America/Los_Angeles|America/New_York"),
        # The Florida panhandle is on Central time; its area code is listed as Eastern.
        ("32401", "+18505550123", "America/Chicago|America/New_York"),
        ("85001", "", "America/Phoenix"),
        ("", "+18005550123", ""),
        ("", "", ""),
        ("abcde", "12", ""),
    ],
)
def test_all_evidence_counts_and_none_is_none(zip_code, number, key):
    assert zone_key(zip_code=zip_code, e164s=[number] if number else []) == key


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [("JOSÉ", "O'Brien", "obrien jose"), ("Ana", "de la Cruz", "delacruz ana"), ("", "Li", "li")],
)
def test_name_keys(first, last, key):
    assert name_key(first_name=first, last_name=last) == key
