"""Which text encoding a file is in: by its byte order mark, else by trying the likely ones strictly."""

import codecs
import re

SAMPLE_BYTES = 65_536
# What an admin may choose when the guess was wrong.
CHOICES = (
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows (Western European)"),
    ("latin-1", "ISO 8859-1 (Latin 1)"),
    ("iso8859-15", "ISO 8859-15 (Latin 9)"),
    ("utf-16", "UTF-16 (Unicode text of Windows programs)"),
    ("utf-16-le", "UTF-16, little-endian without mark"),
    ("utf-16-be", "UTF-16, big-endian without mark"),
    ("mac-roman", "Macintosh"),
    ("cp437", "DOS (United States)"),
    ("cp850", "DOS (Western European)"),
    ("cp1250", "Windows (Central European)"),
    ("cp1251", "Windows (Cyrillic)"),
    ("cp932", "Japanese (Shift-JIS)"),
    ("gb18030", "Chinese (GB 18030)"),
    ("euc-kr", "Korean (EUC-KR)"),
)
MARKS = (  # the UTF-32 marks begin like the UTF-16 ones and come first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How files that are no text begin, and what to call them.
MAGIC = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a Word document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"SQLite format 3", "a database"),
    (b"\x00\x01\x00\x00Standard ", "a database"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_TEXT_CONTROLS = {9, 10, 11, 12, 13, 26, 27}
_CP1252_HOLES = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_HIGH = bytes(range(0x80, 0x100))
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
)


def kind_of_binary(head):
    """What kind of file that is no text begins like this ("a PDF"), or ''."""
    for magic, what in MAGIC:
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head):
            return what
    return ""


def encoding_of(stream):
    """(codec name, how to meet errors) that decodes the whole of `stream`; the name is '' when it is no text we can tell.

    Order: byte order mark, UTF-16 by the pattern of NUL bytes, UTF-8, Windows-1252, Latin-1. The errors are "strict" where
    every byte decodes; else what does not comes as lone surrogates, and costs the row it stands in.
    """
    stream.seek(0)
    head = stream.read(SAMPLE_BYTES)
    for mark, name in MARKS:
        if head.startswith(mark):
            return _marked(stream, name)
    wide = _wide(head)
    if wide:
        return wide, "strict" if decodes(stream, wide) else "surrogatepass"
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    if controls > max(4, len(head) * 0.01):
        return "", ""
    if decodes(stream, "utf-8"):
        return "utf-8", "strict"
    return _eight_bit(stream)


def decodes(stream, name):
    """Whether the whole of `stream` is valid in the codec `name`."""
    return first_bad_line(stream, name) == 0


def first_bad_line(stream, name):
    """The number of the first line of `stream` that is not valid in the codec `name`; 0 when all are."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    stream.seek(0)
    line, more = 1, True
    while more:
        block = stream.read(1 << 20)
        more = bool(block)
        try:
            text = decoder.decode(block, final=not more)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].decode(name, "ignore").count("\n")
        line += max(text.count("\n"), text.count("\r"))
    return 0


def _marked(stream, name):
    if decodes(stream, name):
        return name, "strict"
    return name, "surrogateescape" if name.startswith("utf-8") else "surrogatepass"


def _wide(head):
    """UTF-16 without a mark: text of western names has a NUL in nearly every second byte."""
    half = len(head) // 2
    if half < 2:
        return ""
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def _eight_bit(stream):
    """UTF-8 with a few bad bytes, where valid sequences outnumber them (no other text has any by chance), or one byte a letter.

    Bytes that Windows-1252 leaves undefined do not come in western text: where they are many, the file is in something else.
    """
    valid = high = loose = holes = 0
    stream.seek(0)
    while block := stream.read(1 << 20):
        high += len(block) - len(block.translate(None, _HIGH))
        holes += len(block) - len(block.translate(None, _CP1252_HOLES))
        rest, found = _SEQUENCE.subn(b"", block)
        valid += found
        loose += len(rest) - len(rest.translate(None, _HIGH))
    if valid >= loose or _ends_cut(stream):
        return "utf-8", "surrogateescape"
    if not holes:
        return "cp1252", "strict"
    return ("latin-1", "strict") if holes < 5 or holes < high * 0.03 else ("", "")


def _ends_cut(stream):
    """Whether all but the last few bytes are UTF-8: the file was cut off within a character."""
    size = stream.seek(0, 2)
    stream.seek(0)
    decoder, left = codecs.getincrementaldecoder("utf-8")("strict"), size
    try:
        while left and (block := stream.read(min(1 << 20, left))):
            left -= len(block)
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return bool(decoder.getstate()[0])
