from .directory import Location, Provider, ProviderPlace, VisitType
from .doubles import Merge, PossibleDouble
from .opt_out import OptOut
from .patient import Patient, PhoneNumber
from .visits import Appointment, Encounter

__all__ = [
    "Appointment",
    "Encounter",
    "Location",
    "Merge",
    "OptOut",
    "Patient",
    "PhoneNumber",
    "PossibleDouble",
    "Provider",
    "ProviderPlace",
    "VisitType",
]
