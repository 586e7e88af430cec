from .file_import import FileImport, ImportChunk
from .profile import ImportProfile
from .rows import ImportChange, ImportRow
from .ways_in import ApiUpload, InboxFile
from .working import IncomingEncounter, IncomingMatch, IncomingPerson, IncomingPhone, IncomingRow, IncomingVisit

__all__ = [
    "ApiUpload",
    "FileImport",
    "ImportChange",
    "ImportChunk",
    "ImportProfile",
    "ImportRow",
    "InboxFile",
    "IncomingEncounter",
    "IncomingMatch",
    "IncomingPerson",
    "IncomingPhone",
    "IncomingRow",
    "IncomingVisit",
]
