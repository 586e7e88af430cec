"""Where a patient may be: time zone and state. ZIP, state and area codes are evidence; all of it counts, the strictest wins.

A mobile number keeps its area code when its owner moves, and a ZIP can be years old, so a call is allowed only when
it is within hours in every place there is evidence for.
"""

from functools import cache
from typing import NamedTuple

import phonenumbers
import zipcodes
from phonenumbers import timezone as number_zones

from .area_states import (
    ALASKA,
    ATLANTIC,
    CENTRAL,
    EASTERN,
    GUAM,
    MOUNTAIN,
    STATES,
    further_zones,
    state_of,
)  # fmt: skip

UNKNOWN = "Etc/Unknown"
MOST_ZONES = 6  # more than that (toll-free numbers name 42) is no evidence at all
# What an import can carry (imports/models/working.py); the patient's column holds twice as much.
LONGEST_KEY = 200
# Zones whose clocks go alike since 2020: one of them stands for all, so that there are fewer keys.
SAME_CLOCKS = {
    EASTERN: (
        "America/Detroit", "America/Kentucky/Louisville", "America/Kentucky/Monticello", "America/Indiana/Indianapolis",
        "America/Indiana/Marengo", "America/Indiana/Petersburg", "America/Indiana/Vevay", "America/Indiana/Vincennes",
        "America/Indiana/Winamac",
    ),
    CENTRAL: (
        "America/Menominee", "America/Indiana/Knox", "America/Indiana/Tell_City", "America/North_Dakota/Beulah",
        "America/North_Dakota/Center", "America/North_Dakota/New_Salem",
    ),
    MOUNTAIN: ("America/Boise",),
    ALASKA: ("America/Juneau", "America/Metlakatla", "America/Nome", "America/Sitka", "America/Yakutat"),
    ATLANTIC: ("America/St_Thomas",),
    GUAM: ("Pacific/Saipan",),
}  # fmt: skip
_CLOCKS = {zone: like for like, zones in SAME_CLOCKS.items() for zone in zones}


class Evidence(NamedTuple):
    """A place somebody may be in and what says so. The state is empty where only the zone is known."""

    zone: str
    state: str
    source: str

    @property
    def place(self):
        """As it stands in a zone key: America/Chicago@IL."""
        return f"{self.zone}@{self.state}"


def zone_key(*, zip_code, e164s, state=""):
    """All places as zone@STATE, joined by | and sorted: the form stored on the patient. Empty when nothing is known.

    Where that is longer than LONGEST_KEY, the states are left out: a place without one is held to the strictest hours.
    """
    places = set(home_places(zip_code[:5], state))
    for e164 in e164s:
        places.update(area_places(e164[:5]))
    key = "|".join(sorted(places))
    if len(key) > LONGEST_KEY:
        key = "|".join(sorted({place.partition("@")[0] + "@" for place in places}))
    return key if len(key) <= LONGEST_KEY else ""


def evidence(*, zip_code, e164s, state=""):
    """Each Evidence once, for the screen: the source reads "ZIP 94110", "address in CA" or "area code 415"."""
    zip5 = zip_code[:5]
    found = [_of(place, f"ZIP {zip5}") for place in zip_places(zip5)]
    found += [_of(place, f"address in {state}") for place in _address_places(zip5, state)]
    for prefix in dict.fromkeys(e164[:5] for e164 in e164s):
        found += [_of(place, f"area code {prefix[2:]}") for place in area_places(prefix)]
    return found


@cache
def home_places(zip5, state):
    """What ZIP and state say together. The state counts where the ZIP is unknown or lies in another one."""
    return zip_places(zip5) + _address_places(zip5, state)


def zip_places(zip5):
    """Places of a five-digit ZIP; empty when it is none, or one of the armed forces overseas."""
    return _places_by_zip().get(zip5, ())


@cache
def area_places(prefix):
    """Places of a North American area code, given as in "+1415"; empty when it names none or too many."""
    if not prefix.startswith("+1") or len(prefix) != 5:
        return ()
    area_code = prefix[2:]
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(area_code + "5550123"))
    zones = [zone for zone in number_zones.time_zones_for_geographical_number(number) if zone != UNKNOWN]
    if len(zones) > MOST_ZONES:
        return ()
    zones = {_CLOCKS.get(zone, zone) for zone in (*zones, *further_zones(area_code))}
    return tuple(f"{zone}@{state_of(area_code)}" for zone in sorted(zones))


def _address_places(zip5, state):
    known = zip_places(zip5)
    if state not in STATES or any(place.endswith(f"@{state}") for place in known):
        return ()
    return _in_state(STATES[state].zones, state)


@cache
def _places_by_zip():
    """ZIP → places, from the list that the library would walk anew for each ZIP. It names no zone for a few of them."""
    places = {}
    for row in zipcodes.list_all():
        state = row["state"] if row["state"] in STATES else ""
        if "/" in (row["timezone"] or ""):
            zones = (_CLOCKS.get(row["timezone"], row["timezone"]),)
        else:
            zones = STATES[state].zones if state else ()
        places[row["zip_code"]] = _in_state(zones, state)
    return places


@cache
def _in_state(zones, state):
    return tuple(f"{zone}@{state}" for zone in zones)


def _of(place, source):
    zone, _, state = place.partition("@")
    return Evidence(zone, state, source)
