"""The code sets that dispositions are made of, with what the screen calls them."""

# Days; a longer one is a typing error that would keep the patient from every call.
LONGEST_WAIT = 366

CLOSES_AS = [
    ("WON", "Re-appointed"),
    ("ALREADY_BOOKED", "Already booked"),
    ("LOST", "Lost"),
    ("OPTED_OUT", "Do not call"),
    ("DUPLICATE", "Duplicate record"),
]

REQUIREMENTS = [
    ("APPOINTMENT", "Date, time and provider of the appointment"),
    ("APPOINTED_ON", "Date of the appointment"),
    ("CALLBACK", "Date and time of the callback"),
]

NUMBER_EFFECTS = [
    ("VERIFIED", "The number is the patient's"),
    ("WRONG", "The number is somebody else's"),
    ("DISCONNECTED", "The number is out of service"),
]
