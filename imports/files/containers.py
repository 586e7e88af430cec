"""Zip files: the one table inside, unpacked to a temporary file with every byte counted, whatever the headers claim."""

import re
import stat
import struct
import zipfile
import zlib

from imports.files.rows import UnreadableFile
from imports.files.sources import spool

MAX_ENTRIES = 20
MAX_RATIO = 100
MAX_PARTS = 2_000
# A ratio says nothing about a file of a few lines.
SMALL = 1_000_000
TABLE_NAMES = re.compile(r"\.(csv|tsv|tab|psv|txt|dat|xlsx|xlsm|xlsb|xls|ods)$", re.IGNORECASE)
WORKBOOK_PARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_COMPANION = re.compile(
    r"(^|/)(read.?me|licen[cs]e|manifest|notice)[^/]*$|\.(md|pdf|docx?|json|xml|html?|log|ini)$", re.IGNORECASE
)
_HIDDEN = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$|~\$)", re.IGNORECASE)
_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_BOMB = "The zip file unpacks to far more than it should: upload the table itself."
_BROKEN = "The zip file is damaged: make it again, or upload the table itself."


def opened(stream):
    """The zip file in `stream`. Raises UnreadableFile for one that is damaged or lists more files than any table needs."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise UnreadableFile(_BROKEN)
    entries, listing = struct.unpack("<HI", tail[end + 10 : end + 16])
    if entries > MAX_PARTS or listing > 1_000_000:  # looked at first, for the list itself can fill the memory
        raise UnreadableFile("The zip file holds too many files: upload the table itself.")
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError, struct.error):
        raise UnreadableFile(_BROKEN) from None


def is_workbook(package):
    """Whether a zip file is a workbook (xlsx, xlsm, xlsb, ods) by its parts."""
    return not WORKBOOK_PARTS.isdisjoint(package.namelist())


def table_in(package, *, limit_bytes):
    """The one table of a zip file, unpacked to a temporary file. Raises UnreadableFile when there is not exactly one."""
    infos = [info for info in package.infolist() if not info.is_dir()]
    if len(infos) > MAX_ENTRIES:
        raise UnreadableFile(f"The zip file holds more than {MAX_ENTRIES} files: upload the table itself.")
    for info in infos:
        if ".." in re.split(r"[/\\]", info.filename) or re.match(r"[/\\]|[A-Za-z]:", info.filename):
            raise UnreadableFile("The zip file names a place outside of itself: upload the table itself.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnreadableFile("The zip file holds a link instead of a file: upload the table itself.")
    shown = [info for info in infos if not _HIDDEN.search(info.filename)]
    tables = shown
    if len(shown) > 1:
        tables = [info for info in shown if TABLE_NAMES.search(info.filename) and not _COMPANION.search(info.filename)]
    if len(tables) != 1:
        count = f"{len(tables)} tables" if tables else "no table"
        raise UnreadableFile(f"The zip file holds {count}: put exactly one into it, or upload the table itself.")
    unpacked = spool()
    for piece in _pieces(package, tables[0], limit_bytes):
        unpacked.write(piece)
    return unpacked


def check_workbook(package, *, limit_bytes):
    """Refuse a workbook whose parts unpack to more than `limit_bytes` or declare entities, before anything else reads it."""
    left = limit_bytes
    for info in package.infolist():
        if info.is_dir():
            continue
        tail, markup, head = b"", info.filename.lower().endswith((".xml", ".rels", ".vml")), b""
        for piece in _pieces(package, info, left):
            left -= len(piece)
            head = head or piece[:4]
            # Wide encodings would hide a declaration; no spreadsheet program writes them.
            if markup and (head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head or _DTD.search(tail + piece)):
                raise UnreadableFile("The workbook declares entities, which no spreadsheet needs: save it anew or as CSV.")
            tail = piece[-20:]


def _pieces(package, info, limit_bytes):
    """The bytes of one file of a zip, as they really come out; neither size nor checksum of the header is believed."""
    if info.flag_bits & 1:
        raise UnreadableFile("The zip file is protected by a password: upload it without.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile("The zip file is packed in a way we cannot read: upload the table itself.")
    raw, left = package.fp, info.compress_size
    raw.seek(info.header_offset)
    local = raw.read(30)
    if len(local) < 30 or local[:4] != b"PK\x03\x04":
        raise UnreadableFile(_BROKEN)
    raw.seek(sum(struct.unpack("<HH", local[26:30])), 1)
    inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    real = checksum = 0
    while left and (packed := raw.read(min(left, 1 << 16))):
        left -= len(packed)
        for piece in _inflated(inflate, packed) if inflate else (packed,):
            real += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if real > limit_bytes or real > max(SMALL, info.compress_size * MAX_RATIO):
                raise UnreadableFile(_BOMB)
            yield piece
    if left or real != info.file_size or checksum != info.CRC:
        raise UnreadableFile(_BROKEN)


def _inflated(inflate, packed):
    try:
        while packed:
            yield inflate.decompress(packed, 1 << 20)
            packed = inflate.unconsumed_tail
    except zlib.error:
        raise UnreadableFile(_BROKEN) from None
