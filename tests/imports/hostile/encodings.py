"""Text that is not the text it says it is."""

import base64
import codecs
import gzip
import quopri
import unicodedata

from .registry import hostile, hostiles, rows, text

LATIN = text()
STRAY = "Müller"


def text_in(last, first):
    """The list with everybody's name in another script."""
    lines = rows()
    for line in lines[1:]:
        line[1:4] = [last, first, ""]
    return "\r\n".join(",".join(line) for line in lines)


def stray(junk, at=STRAY):
    """The UTF-8 list with bytes put into one name."""
    return LATIN.encode().replace(at.encode(), at[:2].encode() + junk + at[2:].encode(), 1)


hostiles(
    "stray-bytes",
    {
        "ff": stray(b"\xff"),
        "continuation": stray(b"\x80"),
        "lead-without-tail": stray(b"\xe2\x82"),
        "overlong-nul": stray(b"\xc0\x80"),
        "overlong-slash": stray(b"\xe0\x80\xaf"),
        "surrogate": stray(b"\xed\xa0\x80"),
        "surrogate-pair-as-cesu": stray(b"\xed\xa0\xbd\xed\xb8\x80"),
        "beyond-unicode": stray(b"\xf5\x80\x80\x80"),
        "six-byte-form": stray(b"\xfd\x80\x80\x80\x80\x80"),
        "nul": stray(b"\x00"),
        "replacement-character": stray("\ufffd".encode()),
        "noncharacter-fffe": stray("\ufffe".encode()),
        "noncharacter-ffff": stray("\uffff".encode()),
        "private-use": stray("\ue000".encode()),
        "mark-in-the-middle": stray(codecs.BOM_UTF8),
        "c1-controls": stray("\x85\x90\x9c".encode()),
        "cp1252-holes": LATIN.encode("cp1252").replace(b"ller", b"\x81\x8d\x8f\x90\x9dller", 1),
        "next-line-latin-1": LATIN.encode("latin-1").replace(b"ller", b"\x85ller", 1),
    },
)

hostiles(
    "encoding",
    {
        "utf-16-cut-in-half": lambda: LATIN.encode("utf-16")[: len(LATIN) + 1],
        "utf-16-odd-length": lambda: LATIN.encode("utf-16")[:-1],
        "utf-16-mark-of-the-other-order": lambda: codecs.BOM_UTF16_BE + LATIN.encode("utf-16-le"),
        "utf-16-be-without-mark": lambda: LATIN.encode("utf-16-be"),
        "utf-16-lone-high-surrogate": lambda: LATIN.replace(STRAY, "M\ud83d", 1).encode("utf-16", "surrogatepass"),
        "utf-16-lone-low-surrogate": lambda: LATIN.replace(STRAY, "M\udc00", 1).encode("utf-16", "surrogatepass"),
        "utf-16-shifted-by-a-byte": lambda: codecs.BOM_UTF16_LE + b"\x20" + LATIN.encode("utf-16-le"),
        "utf-16-then-utf-8": lambda: LATIN.encode("utf-16") + LATIN.encode(),
        "utf-8-then-utf-16": lambda: LATIN.encode() + LATIN.encode("utf-16"),
        "utf-16-nul-characters": lambda: LATIN.replace(",", ",\0").encode("utf-16"),
        "utf-16-replacement-character": lambda: LATIN.replace(STRAY, "M\ufffdller", 1).encode("utf-16"),
        "utf-32-le": lambda: codecs.BOM_UTF32_LE + LATIN.encode("utf-32-le"),
        "utf-32-be": lambda: codecs.BOM_UTF32_BE + LATIN.encode("utf-32-be"),
        "utf-32-without-mark": lambda: LATIN.encode("utf-32-le"),
        "shift-jis": lambda: text_in("鈴木", "太郎").encode("shift-jis"),
        "euc-jp": lambda: text_in("鈴木", "太郎").encode("euc-jp"),
        "iso-2022-jp": lambda: text_in("鈴木", "太郎").encode("iso-2022-jp"),
        "gb18030": lambda: text_in("王", "小明").encode("gb18030"),
        "big5": lambda: text_in("王", "小明").encode("big5"),
        "koi8-r": lambda: text_in("Иванова", "Ольга").encode("koi8-r"),
        "cp1251": lambda: text_in("Иванова", "Ольга").encode("cp1251"),
        "cp437": lambda: LATIN.encode("cp437", "ignore"),
        "mac-roman": lambda: LATIN.encode("mac-roman"),
        "ebcdic": lambda: LATIN.encode("cp037"),
        "utf-7": lambda: LATIN.encode("utf-7"),
        "utf-8-twice": lambda: LATIN.encode().decode("latin-1").encode(),
        "utf-8-with-latin-1-lines": lambda: b"".join(
            line.encode("latin-1" if place % 2 else "utf-8") for place, line in enumerate(LATIN.splitlines(keepends=True))
        ),
        "two-marks": lambda: codecs.BOM_UTF8 * 2 + LATIN.encode(),
        "mark-of-utf-8-before-latin-1": lambda: codecs.BOM_UTF8 + LATIN.encode("latin-1"),
        "mark-of-utf-16-before-utf-8": lambda: codecs.BOM_UTF16_LE + LATIN.encode(),
        "gzip": lambda: gzip.compress(LATIN.encode(), mtime=0),
        "base64": lambda: base64.encodebytes(LATIN.encode()),
        "quoted-printable": lambda: quopri.encodestring(LATIN.encode()),
        "decomposed-names": lambda: unicodedata.normalize("NFD", LATIN),
    },
)

hostiles(
    "only-a-mark-of",
    {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32": codecs.BOM_UTF32_LE,
    },
)


hostile("empty-file", b"")
