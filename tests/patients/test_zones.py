"""Places by evidence: the cases that a naive table gets wrong, and the tables against the data they were made from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
import zipcodes
from phonenumbers import timezone as number_zones

from patients.area_states import FURTHER_ZONES, STATES, further_zones, state_of
from patients.names import name_key
from patients.zones import LONGEST_KEY, SAME_CLOCKS, area_places, evidence, zip_places, zone_key

CLOCKS_ALIKE = [(zone, like) for like, zones in SAME_CLOCKS.items() for zone in zones]


@pytest.mark.parametrize(
    ("zip_code", "state", "number", "key"),
    [
        ("94110", "CA", "+14155550123", "America/Los_Angeles@CA"),
        ("94110-1234", "", "+12125550123", "America/Los_Angeles@CA|America/New_York@NY"),
        # The Florida panhandle is on Central time; its area code reaches into Eastern.
        ("32401", "FL", "+18505550123", "America/Chicago@FL|America/New_York@FL"),
        # Western Kentucky: phonenumbers calls the area code Eastern.
        ("", "", "+12705550123", "America/Chicago@KY|America/New_York@KY"),
        ("85001", "", "", "America/Phoenix@AZ"),
        ("86503", "", "", "America/Denver@AZ"),
        # The state counts where the ZIP is unknown, and where it contradicts the ZIP.
        ("", "TX", "", "America/Chicago@TX|America/Denver@TX"),
        ("02903", "MA", "", "America/New_York@MA|America/New_York@RI"),
        ("02903", "XX", "", "America/New_York@RI"),
        # Abroad, and overseas: the zone may be known, no state is.
        ("", "", "+14165550123", "America/Toronto@"),
        ("09001", "AE", "+12125550123", "America/New_York@NY"),
        ("96910", "GU", "", "Pacific/Guam@GU"),
        ("00901", "PR", "+17875550123", "America/Puerto_Rico@PR"),
        ("00802", "VI", "", "America/Puerto_Rico@VI"),
        # The list names no zone for this village in Alaska.
        ("99634", "AK", "", "America/Adak@AK|America/Anchorage@AK"),
        ("", "", "+18005550123", ""),
        ("", "", "", ""),
        ("abcde", "", "12", ""),
    ],
)
def test_all_evidence_counts_and_none_is_none(zip_code, state, number, key):
    assert zone_key(zip_code=zip_code, state=state, e164s=[number] if number else []) == key


def test_the_evidence_says_where_it_is_from():
    found = evidence(zip_code="94110", state="NV", e164s=["+12125550123", "+12125550199"])
    assert [(each.place, each.source) for each in found] == [
        ("America/Los_Angeles@CA", "ZIP 94110"),
        ("America/Denver@NV", "address in NV"),
        ("America/Los_Angeles@NV", "address in NV"),
        ("America/New_York@NY", "area code 212"),
    ]


def test_the_evidence_is_what_the_key_says():
    known = {"zip_code": "47725", "state": "KY", "e164s": ["+12705550123", "+19075550123"]}
    assert "|".join(sorted({each.place for each in evidence(**known)})) == zone_key(**known)


def test_a_key_too_long_keeps_the_zones_and_is_held_to_the_strictest_state():
    codes = [row.area_codes.split()[0] for row in STATES.values()]
    key = zone_key(zip_code="", e164s=[f"+1{code}5550123" for code in codes if code not in ("671", "670", "684")])
    assert len(key) <= LONGEST_KEY
    assert key.split("|") == [
        "America/Adak@", "America/Anchorage@", "America/Chicago@", "America/Denver@", "America/Los_Angeles@", "America/New_York@",
        "America/Phoenix@", "America/Puerto_Rico@", "Pacific/Honolulu@",
    ]  # fmt: skip


@pytest.mark.parametrize(("zone", "like"), CLOCKS_ALIKE)
def test_zones_counted_as_one_have_the_same_clocks(zone, like):
    for hour in range(14 * 366 * 24):
        moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        assert moment.astimezone(ZoneInfo(zone)).utcoffset() == moment.astimezone(ZoneInfo(like)).utcoffset()


def test_every_zone_of_a_states_zips_is_a_zone_of_the_state():
    for row in zipcodes.list_all():
        for zone, state in (place.split("@") for place in zip_places(row["zip_code"])):
            assert not state or zone in STATES[state].zones, row["zip_code"]


def test_an_area_code_belongs_to_one_state():
    codes = [code for row in STATES.values() for code in row.area_codes.split()]
    assert len(codes) == len(set(codes)) == 365
    assert state_of("212") == "NY"
    assert state_of("416") == state_of("800") == ""


def test_every_area_code_that_us_numbers_have_is_listed_with_its_state():
    """Against phonenumbers' own list: only toll-free and personal numbers lie in many zones."""
    missing = []
    for code in range(200, 1000):
        number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{code}5550123"))
        if phonenumbers.region_code_for_number(number) in ("US", "PR", "VI", "GU", "AS", "MP") and not state_of(str(code)):
            zones = number_zones.time_zones_for_geographical_number(number)
            missing += [code] if len(zones) < 7 and zones != ("Etc/Unknown",) else []
    assert missing == []


def test_the_zones_of_an_area_code_are_zones_of_its_state_and_cover_its_zips():
    by_code = {code: state for state, row in STATES.items() for code in row.area_codes.split()}
    for code, state in by_code.items():
        assert {place.split("@")[0] for place in area_places(f"+1{code}")} <= set(STATES[state].zones), code
    for row in zipcodes.list_all():
        for code in row["area_codes"]:
            if by_code.get(code) == row["state"]:
                assert set(zip_places(row["zip_code"])) <= set(area_places(f"+1{code}")) or row["state"] == "AK"


def test_further_zones_are_looked_up_by_area_code():
    assert further_zones("423") == ("America/New_York",)
    assert further_zones("212") == ()
    assert all(
        code in "".join(row.area_codes for row in STATES.values()) for codes in FURTHER_ZONES.values() for code in codes.split()
    )


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [("JOSÉ", "O'Brien", "obrien jose"), ("Ana", "de la Cruz", "delacruz ana"), ("", "Li", "li")],
)
def test_name_keys(first, last, key):
    assert name_key(first_name=first, last_name=last) == key
