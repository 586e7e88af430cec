"""What is no table at all, named as one."""

import bz2
import gzip
import io
import lzma
import pickle
import random
import sqlite3
import struct
import tarfile
import zlib

from .registry import hostiles, text


def noise(seed, size=40_000):
    return random.Random(seed).randbytes(size)


def png():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress(b"".join(b"\0" + noise(row, 90) for row in range(30)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 30, 30, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def sqlite():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE patients (mrn TEXT, last TEXT, first TEXT)")
    database.executemany("INSERT INTO patients VALUES (?, 'Quackenbush', 'Zelda')", [(str(n),) for n in range(200)])
    return database.serialize()


def tar(mode):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as target:
        entry = tarfile.TarInfo("patients.csv")
        entry.size = len(text().encode())
        target.addfile(entry, io.BytesIO(text().encode()))
    return content.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

hostiles(
    "binary",
    {
        "png": png,
        "jpeg": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1" + noise(1),
        "gif": lambda: b"GIF89a" + noise(2, 3000),
        "pdf": PDF,
        "pdf-with-streams": lambda: PDF + b"stream\n" + noise(3) + b"\nendstream",
        "elf": lambda: b"\x7fELF\2\1\1" + b"\0" * 9 + noise(4),
        "windows-program": lambda: b"MZ\x90\0\3\0\0\0" + b"\0" * 50 + noise(5),
        "java-class": lambda: b"\xca\xfe\xba\xbe\0\0\0\x34" + noise(6, 2000),
        "wasm": lambda: b"\0asm\1\0\0\0" + noise(7, 2000),
        "sqlite": sqlite,
        "noise-1": lambda: noise(11),
        "noise-2": lambda: noise(12, 1000),
        "noise-3": lambda: noise(13, 500_000),
        "noise-one-byte": b"\x9d",
        "noise-with-commas-and-newlines": lambda: b"\r\n".join(
            b",".join(noise(100 * row + cell, 9) for cell in range(6)) for row in range(60)
        ),
        "zeros": lambda: b"\0" * 300_000,
        "ones": lambda: b"\xff" * 300_000,
        "mp3": lambda: b"ID3\4\0" + noise(8, 5000),
        "dicom": lambda: b"\0" * 128 + b"DICM" + noise(9, 5000),
        "parquet": lambda: b"PAR1" + noise(10, 5000) + b"PAR1",
        "bzip2": lambda: bz2.compress(text().encode()),
        "xz": lambda: lzma.compress(text().encode()),
        "gzip-cut": lambda: gzip.compress(text().encode(), mtime=0)[:200],
        "7z": lambda: b"7z\xbc\xaf\x27\x1c\0\4" + noise(14, 4000),
        "rar": lambda: b"Rar!\x1a\7\1\0" + noise(15, 4000),
        "tar": lambda: tar("w"),
        "tar-gz": lambda: tar("w:gz"),
        "pickle": lambda: pickle.dumps({"mrn": ["204117"] * 40}),
        "ole-header-alone": OLE,
        "ole-with-noise": lambda: OLE + noise(16, 9000),
        "virus-test-string": EICAR,
        "csv-after-a-png-header": lambda: b"\x89PNG\r\n\x1a\n" + text().encode(),
        "csv-with-noise-behind": lambda: text().encode() + noise(17, 5000),
        "csv-with-zeros-behind": lambda: text().encode() + b"\0" * 4096,
    },
)
hostiles(
    "binary-named-xlsx",
    {
        "noise": lambda: noise(21),
        "png": png,
        "csv": text,
        "ole": lambda: OLE + noise(22, 9000),
        "empty": b"",
    },
    file_name="patients.xlsx",
)
hostiles(
    "binary-named-xls",
    {
        "noise": lambda: noise(23),
        "csv": text,
        "ole-with-noise": lambda: OLE + noise(24, 20_000),
        "biff2": lambda: b"\x09\x00\x04\x00\x07\x00\x10\x00" + noise(25, 300),
        "tabs": lambda: text().replace(",", "\t"),
    },
    file_name="patients.xls",
)
hostiles("binary-named-zip", {"noise": lambda: noise(26), "csv": text, "pdf": PDF}, file_name="patients.zip")
hostiles("binary-named-ods", {"noise": lambda: noise(27), "csv": text}, file_name="patients.ods")
