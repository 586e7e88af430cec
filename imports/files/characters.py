"""Characters that may not reach a cell: controls, invisible ones, and those that stand for a byte nobody could read."""

import re
import unicodedata

UNREADABLE = "has characters that cannot be read"
# What a workbook's or web page's rows are kept with, see `sheets`: no text file can hold them, for they are dropped here.
CELL_END, LINE_IN_CELL = "\x1f", "\x02"

_CONTROLS = tuple(chr(n) for n in (*range(0x20), 0x7F) if chr(n) not in "\t\n\r")
_LATER_CONTROLS = tuple(map(chr, range(0x80, 0xA0)))
_INVISIBLE = tuple(
    map(chr, (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))
)
_SPACES = tuple(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)))
_LETTERS_BESIDE = re.compile("\ufffd(?=\\w)|(?<=\\w)\ufffd")
# Bytes that began a sequence whose end is lost: as Windows letters (Ã, Â …) they would make a wrong name.
_LEADS = frozenset("\udcc2\udcc3\udcc4\udcc5")
# An Excel trick to keep zeros (="0012") and the apostrophe that marks a text; 't Hooft is a name.
_AS_TEXT = re.compile(r'^="([^"]*)"$|^\'(?![a-z][\s-])(?=.)')
_MARKS = {"'", "="}
_DAMAGE = re.compile("[\ud800-\udfff\ufffd]")
_SSN = re.compile(r"(?<![\d-])\d{3}([- ])\d{2}\1\d{4}(?![\d-])")
# A Medicare id: no S, L, O, I, B, Z in it (CMS, “Understanding the MBI format”).
_MBI = re.compile(
    r"(?<![A-Za-z0-9])[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?"
    r"[AC-HJKMNP-RT-Y]{2}\d{2}(?![A-Za-z0-9])"
)
# Quick to search for: where it is not, there is no Social Security number.
_PERHAPS_SSN = re.compile(r"[- ]\d\d[- ]\d{4}")


def readable(text):
    """`text` without controls (tab and line ends excepted) and invisible characters, spaces made plain, accents composed.

    Each character is looked for before it is replaced: on clean text, which is nearly all, that costs next to nothing.
    """
    for char in _CONTROLS:
        if char in text:
            text = text.replace(char, "")
    if text.isascii():
        return text
    for char in (*_LATER_CONTROLS, *_INVISIBLE):
        if char in text:
            text = text.replace(char, "")
    for char in _SPACES:
        if char in text:
            text = text.replace(char, " ")
    if "ï¿½" in text:  # the replacement character, encoded once more by the system before ours
        text = text.replace("ï¿½", "\ufffd")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def without_ids(text):
    """`text` without Social Security numbers and Medicare ids, whatever stands around them."""
    if _PERHAPS_SSN.search(text):
        text = _SSN.sub("", text)
    return _MBI.sub("", text)


def safe_name(text):
    """The name of a column or file as it may be kept and shown: one line, without lost characters and secret ids."""
    return " ".join(without_ids(_DAMAGE.sub("", readable(text))).split())


def damaged(text):
    """Whether `text` holds a character that stands for something unreadable."""
    return "\ufffd" in text or (not text.isascii() and _DAMAGE.search(text) is not None)


def mended(cells):
    """(cells, problem): the cells without Excel's marks for text and without any character that stands for a lost one.

    A lone byte among valid UTF-8 is read as Windows-1252 where that gives a letter: two systems wrote into one file.
    A replacement character beside a letter has eaten a part of a word, so the row is not trusted; one that stands alone
    was a dash or a bullet and is dropped.
    """
    if any(cell[:1] in _MARKS for cell in cells):
        cells = tuple(_AS_TEXT.sub(r"\1", cell) if cell[:1] in _MARKS else cell for cell in cells)
    if not damaged("".join(cells)):
        return cells, ""
    problem, clean = "", []
    for cell in cells:
        if damaged(cell):
            letters = _DAMAGE.sub(_letter, cell)
            if "\ufffd" in letters or _LETTERS_BESIDE.search(cell):
                problem = UNREADABLE
            cell = letters.replace("\ufffd", "").strip()
        clean.append(cell)
    return tuple(clean), problem


def _letter(found):
    """The letter a byte kept by "surrogateescape" is in Windows-1252, the replacement character if none, '' for a loose one."""
    char = found[0]
    if char == "\ufffd":
        return ""
    if char not in _LEADS and "\udc80" <= char <= "\udcff":
        letter = bytes([ord(char) - 0xDC00]).decode("cp1252", "ignore")
        if letter.isalpha():
            return letter
    return "\ufffd"
