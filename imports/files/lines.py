"""Bytes in, physical lines out, a few thousand at a time: decoded, with one kind of line end, free of control characters."""

import codecs

from imports.files.characters import readable

CHUNK_BYTES = 1 << 18
LINE_LIMIT = 1_000_000
LOST_BYTE = "\udc81"  # a byte that no western encoding gives a letter


def line_blocks(stream, encoding, errors="strict"):
    """Lists of lines with their ends ("\\n"), from the top of `stream`.

    A line over LINE_LIMIT comes back as its first part, one character too long, so that no line can fill the memory.
    """
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    rest, begun, skipping, more = "", "", False, True
    while more:
        data = stream.read(CHUNK_BYTES)
        more = bool(data)
        text = rest + _decoded(decoder, data)
        held = len(text) - len(text.rstrip("\r")) if more else 0  # may be the first half of a line end
        text, rest = text[: len(text) - held], text[len(text) - held :]
        if "\r" in text:
            text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
        if skipping:
            end = text.find("\n")
            skipping, text = end < 0, text[end:] if end >= 0 else ""
            text = begun + text if not skipping else ""
        if more:
            cut = text.rfind("\n") + 1
            text, rest = text[:cut], text[cut:] + rest
            if len(rest) > LINE_LIMIT and not skipping:
                begun, rest, skipping = readable(rest).ljust(LINE_LIMIT + 1, "x")[: LINE_LIMIT + 1], "", True
        elif skipping:
            text = begun
        if lines := readable(text).splitlines(keepends=True):
            yield lines


def _decoded(decoder, data):
    try:
        return decoder.decode(data, final=not data)
    except UnicodeDecodeError:
        if data:
            raise
        return LOST_BYTE  # the file ends within a character: its last row says so
