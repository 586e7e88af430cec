"""Which text encoding a file is in: by its byte order mark, else by trying the likely ones strictly."""

import codecs

SAMPLE_BYTES = 65_536
MARKS = (  # the UTF-32 marks begin like the UTF-16 ones and come first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How files that are no text begin, and what to call them.
MAGIC = (
    (b"PK\x03\x04", "a spreadsheet or zip file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_TEXT_CONTROLS = {9, 10, 11, 12, 13, 26, 27}
_CP1252_HOLES = {0x81, 0x8D, 0x8F, 0x90, 0x9D}


def kind_of_binary(head):
    """What kind of file that is no text begins like this ("a PDF"), or ''."""
    for magic, what in MAGIC:
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head):
            return what
    return ""


def encoding_of(stream):
    """The codec name that decodes the whole of `stream`, or '' when it is no text in any of them.

    Order: byte order mark, UTF-16 by the pattern of NUL bytes, strict UTF-8, Windows-1252, Latin-1.
    """
    stream.seek(0)
    head = stream.read(SAMPLE_BYTES)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name if decodes(stream, name) else ""
    wide = _wide(head)
    if wide:
        return wide if decodes(stream, wide) else ""
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    if controls > len(head) * 0.01:
        return ""
    if decodes(stream, "utf-8"):
        return "utf-8"
    return "latin-1" if _bytes_used(stream) & _CP1252_HOLES else "cp1252"


def _wide(head):
    """UTF-16 without a mark: text of western names has a NUL in nearly every second byte."""
    half = len(head) // 2
    if half < 2:
        return ""
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def decodes(stream, name):
    """Whether the whole of `stream` is valid in the codec `name`."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    stream.seek(0)
    try:
        while block := stream.read(1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bytes_used(stream):
    stream.seek(0)
    used = set()
    while block := stream.read(1 << 20):
        used.update(block)
    return used
