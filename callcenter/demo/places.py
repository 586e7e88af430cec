"""Where patients of the practices live and which area codes their telephones have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A city with one of its ZIPs, the area codes of its numbers and its weight among the practice's patients."""

    city: str
    state: str
    zip_code: str
    area_codes: tuple[str, ...]
    weight: int


BAY_AREA = (
    Place("San Francisco", "CA", "94110", ("415", "628"), 22),
    Place("San Francisco", "CA", "94122", ("415", "628"), 18),
    Place("San Francisco", "CA", "94133", ("415",), 10),
    Place("Daly City", "CA", "94015", ("650", "415"), 10),
    Place("Oakland", "CA", "94601", ("510", "341"), 10),
    Place("Berkeley", "CA", "94703", ("510",), 7),
    Place("San Rafael", "CA", "94901", ("415",), 6),
    Place("San Mateo", "CA", "94401", ("650",), 6),
    Place("Walnut Creek", "CA", "94596", ("925",), 5),
    Place("San Jose", "CA", "95112", ("408", "669"), 4),
    Place("Sacramento", "CA", "95814", ("916",), 2),
)
GREATER_BOSTON = (
    Place("Boston", "MA", "02118", ("617", "857"), 20),
    Place("Boston", "MA", "02124", ("617", "857"), 16),
    Place("Cambridge", "MA", "02139", ("617",), 10),
    Place("Quincy", "MA", "02169", ("617",), 10),
    Place("Somerville", "MA", "02143", ("617", "857"), 8),
    Place("Brockton", "MA", "02301", ("508", "774"), 7),
    Place("Lowell", "MA", "01852", ("978",), 6),
    Place("Salem", "MA", "01970", ("978",), 6),
    Place("Worcester", "MA", "01608", ("508",), 6),
    Place("Providence", "RI", "02903", ("401",), 4),
    Place("Nashua", "NH", "03060", ("603",), 4),
)
# People move and keep their mobile number: these lie in other time zones.
BROUGHT_ALONG = ("212", "305", "312", "512", "303", "602", "206", "503", "213", "808", "787", "404")

STREETS = (
    "Alder St", "Bayside Ave", "Birch Ln", "Cedar St", "Chestnut St", "Clement St", "Court St", "Elm St", "Fulton Ave",
    "Garden Way", "Harbor Rd", "Hillcrest Dr", "Juniper Ct", "Laurel St", "Linden Ave", "Maple St", "Marina Blvd", "Mission Rd",
    "Oak St", "Orchard Ln", "Park Ave", "Pearl St", "Pine St", "Prospect St", "Ridge Rd", "School St", "Spruce St",
    "Summer St", "Sunset Ave", "Union St", "Valley Rd", "Walnut St", "Water St", "Willow Way",
)  # fmt: skip
