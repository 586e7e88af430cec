from .opt_out import OptOut
from .patient import Patient, PhoneNumber
from .visits import Appointment, Encounter

__all__ = ["Appointment", "Encounter", "OptOut", "Patient", "PhoneNumber"]
