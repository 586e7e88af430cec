from .doubles import Merge, PossibleDouble
from .opt_out import OptOut
from .patient import Patient, PhoneNumber
from .visits import Appointment, Encounter

__all__ = ["Appointment", "Encounter", "Merge", "OptOut", "Patient", "PhoneNumber", "PossibleDouble"]
