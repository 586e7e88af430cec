"""Archives that lie, explode or climb out."""

import io
import struct
import warnings
import zipfile

from tests.imports.layouts.workbooks import archive

from .registry import hostiles, text

CSV = text().encode()
MEGABYTE = 1_000_000


def zeros(size):
    """An archive of one list whose last cell is `size` zeros: a ratio of about a thousand."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target,
        target.open("patients.csv", "w", force_zip64=True) as entry,
    ):
        entry.write(CSV + b"204990,")
        for _ in range(size // MEGABYTE):
            entry.write(b"0" * MEGABYTE)
    return content.getvalue()


def nested(depth, innermost=None):
    content = innermost or archive({"patients.csv": CSV})
    for level in range(depth):
        content = archive({f"level{level}.zip": content})
    return content


def patched(offset_local, offset_central, value, form="<I"):
    """An archive of one list with a field of both headers overwritten."""
    content = bytearray(archive({"patients.csv": CSV}))
    struct.pack_into(form, content, offset_local, value)
    struct.pack_into(form, content, content.index(b"PK\1\2") + offset_central, value)
    return bytes(content)


def entry(name, content=CSV, **fields):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    for field, value in fields.items():
        setattr(info, field, value)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as zipped:
        zipped.writestr(info, content)
    return target.getvalue()


def stored(method):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as target:
        target.writestr("patients.csv", CSV)
    return content.getvalue()


def twice_the_name():
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w") as target:
        warnings.simplefilter("ignore")
        target.writestr("patients.csv", CSV)
        target.writestr("patients.csv", CSV[:300])
    return content.getvalue()


ONE = archive({"patients.csv": CSV})

hostiles(
    "zip",
    {
        "empty": lambda: archive({}),
        "of-an-empty-file": lambda: archive({"patients.csv": b""}),
        "of-folders-alone": lambda: archive({"a/": b"", "a/b/": b""}),
        "bomb": lambda: zeros(250 * MEGABYTE),
        "bomb-nested": lambda: nested(2, zeros(30 * MEGABYTE)),
        "nested-once": lambda: nested(1),
        "nested-twelve-times": lambda: nested(12),
        "nested-and-a-list": lambda: archive({"patients.csv": CSV, "more.zip": ONE}),
        "says-it-is-small": lambda: patched(22, 24, 10),
        "says-it-is-huge": lambda: patched(22, 24, 0xFFFFFFF0),
        "packed-size-wrong": lambda: patched(18, 20, 7),
        "checksum-wrong": lambda: patched(14, 16, 0xDEADBEEF),
        "method-unknown": lambda: patched(8, 10, 99, "<H"),
        "encrypted": lambda: patched(6, 8, 1, "<H"),
        "offset-beyond-the-end": lambda: patch_central(ONE, 42, 0x7FFFFFFF),
        "two-thousand-entries": lambda: archive({f"list{n}.csv": CSV[:200] for n in range(2000)}),
        "thirty-entries": lambda: archive({f"list{n}.csv": CSV for n in range(30)}),
        "two-lists": lambda: archive({"patients.csv": CSV, "patients2.csv": CSV}),
        "list-and-readme": lambda: archive({"readme.txt": "How to read this export.", "patients.csv": CSV}),
        "climbs-up": lambda: entry("../../patients.csv"),
        "climbs-up-by-backslash": lambda: entry("..\\..\\patients.csv"),
        "absolute-path": lambda: entry("/etc/cron.d/patients.csv"),
        "drive-letter": lambda: entry("C:\\Windows\\patients.csv"),
        "symlink": lambda: entry("patients.csv", b"/etc/passwd", create_system=3, external_attr=0o120777 << 16),
        "device": lambda: entry("patients.csv", b"", create_system=3, external_attr=0o020666 << 16),
        "folder-named-csv": lambda: archive({"patients.csv/": b""}),
        "name-of-60000-characters": lambda: entry("n" * 60_000 + ".csv"),
        "name-with-controls": lambda: entry("pa\x1b[31mtients\u202e.csv"),
        "same-name-twice": twice_the_name,
        "of-a-program": lambda: archive({"setup.exe": b"MZ" + b"\0" * 900}),
        "of-a-png-named-csv": lambda: archive({"patients.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9}),
        "cut-in-the-data": lambda: ONE[: len(ONE) // 2],
        "cut-in-the-directory": lambda: ONE[:-30],
        "cut-before-the-last-byte": lambda: ONE[:-1],
        "first-four-bytes": lambda: ONE[:4],
        "end-record-alone": lambda: ONE[-22:],
        "data-damaged": lambda: ONE[:80] + b"\xff" * 60 + ONE[140:],
        "text-before": lambda: b"#!/bin/sh\nexit 0\n" + ONE,
        "long-comment": lambda: ONE[:-2] + struct.pack("<H", 60_000) + b"PK\5\6" * 15_000,
        "bzip2-inside": lambda: stored(zipfile.ZIP_BZIP2),
        "lzma-inside": lambda: stored(zipfile.ZIP_LZMA),
        "without-compression": lambda: stored(zipfile.ZIP_STORED),
    },
    file_name="patients.zip",
)
hostiles("zip-named-csv", {"bomb": lambda: zeros(30 * MEGABYTE), "plain": ONE, "cut": ONE[:500]})


def patch_central(content, offset, value):
    content = bytearray(content)
    struct.pack_into("<I", content, content.index(b"PK\1\2") + offset, value)
    return bytes(content)
