"""In which time zones a patient may be. ZIP and area codes are evidence; all of it counts, the strictest wins.

A mobile number keeps its area code when its owner moves, and a ZIP can be years old, so a call is allowed only when
it is within hours in every zone there is evidence for.
"""

from functools import cache

import phonenumbers
import zipcodes
from phonenumbers import timezone as number_zones

UNKNOWN = "Etc/Unknown"
MOST_ZONES = 6  # more than that (toll-free numbers name 42) is no evidence at all


def zone_key(*, zip_code, e164s):
    """The zones joined by |, sorted: the form stored on the patient. Empty when nothing is known."""
    return "|".join(sorted({zone for zone, _source in evidence(zip_code=zip_code, e164s=e164s)}))


def evidence(*, zip_code, e164s):
    """(IANA zone, where it is known from) pairs, as in ("America/Chicago", "ZIP"), ("America/Denver", "area code")."""
    found = [(zone, "ZIP") for zone in zip_zones(zip_code[:5])]
    for e164 in e164s:
        found += [(zone, "area code") for zone in area_zones(e164[:5]) if (zone, "area code") not in found]
    return found


def zip_zones(zip5):
    """Zones of a five-digit ZIP; empty when it is not one."""
    return _zones_by_zip().get(zip5, ())


@cache
def _zones_by_zip():
    """ZIP → zones, from the list that the library would walk anew for each ZIP."""
    return {place["zip_code"]: (place["timezone"],) for place in zipcodes.list_all() if place.get("timezone")}


@cache
def area_zones(prefix):
    """Zones of a North American area code, given as in "+1415"; empty when it names none or too many."""
    if not prefix.startswith("+1") or len(prefix) != 5:
        return ()
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(prefix[2:] + "5550123"))
    zones = tuple(zone for zone in number_zones.time_zones_for_geographical_number(number) if zone != UNKNOWN)
    return zones if len(zones) <= MOST_ZONES else ()
