from .file_import import FileImport, ImportChunk
from .profile import ImportProfile
from .rows import ImportChange, ImportRow
from .working import IncomingEncounter, IncomingMatch, IncomingPerson, IncomingPhone, IncomingRow, IncomingVisit

__all__ = [
    "FileImport",
    "ImportChange",
    "ImportChunk",
    "ImportProfile",
    "ImportRow",
    "IncomingEncounter",
    "IncomingMatch",
    "IncomingPerson",
    "IncomingPhone",
    "IncomingRow",
    "IncomingVisit",
]
