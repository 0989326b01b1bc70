"""From bytes to text: the encoding is found out, and refused where it would be guessed."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ccwork.read.files.faults import Fault

LARGEST_FILE: Final = 500_000_000
"""Larger files are not opened (our choice)."""

SURELY: Final = 3
"""Another encoding must make so many more letters plausible before a file is refused."""

TAKEN_FOR: Final = ("cp1251", "cp1252", "latin-1", "koi8_r")
"""What UTF-8 is taken for by mistake."""

_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_FREQUENT = frozenset("оеаинтсрвлк")
_SIGNS = frozenset("«»„“”‘’–—…№·•°§±−×\xa0\xad€")
_WESTERN = _SIGNS | frozenset(map(chr, range(0xA1, 0x100))) | frozenset("ŒœŠšŽžŸ™‹›†")
_WORD = re.compile(r"(?<![^\W\d_])[А-Яа-яЁё]{2,}(?![^\W\d_])")
_BROKEN_WORD = re.compile(r"[A-Za-z][^\W\d_A-Za-z]|[^\W\d_A-Za-z][A-Za-z]|[^А-Яа-яЁё\W\d_A-Za-z]")


def file_bytes(path: Path) -> bytes:
    """Read a file; what has no end or no content (pipe, device, broken link) is refused."""
    regular(path)
    if path.stat().st_size > LARGEST_FILE:
        raise Fault("too_large")
    return path.read_bytes()


def watched_stream(stream: Any, seen: Any) -> Any:
    """Let a stream tell, whenever it is read, how many bytes of it are behind."""
    read, bare = stream.read, getattr(stream, "buffer", stream)
    stream.read = lambda n=-1: (read(n), seen(bare.tell()))[0]
    return stream


def regular(path: Path) -> None:
    """Refuse what is there and is no file: a folder, a pipe, a device, a broken link."""
    if os.path.lexists(path) and not path.is_file():
        raise Fault("not_a_file")


def decode(content: bytes) -> tuple[str, str]:
    """Decode text and say from which encoding: utf-8, utf-16, cp1251 or cp1252.

    Of the two of one byte a letter it is the western one where no word is Russian, letters of both
    alphabets would meet in one word, and all signs are western ones (our choice).
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _told_once(content.decode("utf-16", errors="replace")), "utf-16"
    if (place := content.find(b"\0")) >= 0:
        raise Fault("binary", line=_line(content, place))
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not content[: error.start].removeprefix(b"\xef\xbb\xbf").isascii():
            raise Fault("mixed_encodings", line=_line(content, error.start)) from None
        return _of_one_byte(content)
    return _told_once(written), "utf-8"


def _line(content: bytes, place: int) -> str:
    """Return the number of the line a byte stands in, as text."""
    end = b"\n" if b"\n" in content else b"\r"
    return str(content.count(end, 0, place) + 1)


def _of_one_byte(content: bytes) -> tuple[str, str]:
    for number, line in enumerate(content.splitlines(), 1):
        with suppress(UnicodeDecodeError):
            if not line.isascii() and line.decode("utf-8"):
                raise Fault("mixed_encodings", line=str(number))
    sample = content[:200_000]
    score = {
        name: _russian(sample.decode(name, errors="replace"))
        for name in ("cp1251", "cp866", "koi8_r", "cp1252", "mac_cyrillic", "iso8859_5")
    }
    if max(score.values()) > score["cp1251"] + SURELY:
        raise Fault("unreadable")
    russian, western = (content.decode(name, "replace") for name in ("cp1251", "cp1252"))
    other = {sign for sign in set(western) if sign > "\x7f"} <= _WESTERN
    if other and not _WORD.search(russian) and _BROKEN_WORD.search(russian):
        return western, "cp1252"
    return russian, "cp1251"


def _russian(written: str) -> float:
    """Score how much a text looks like Russian: frequent letters, no strange ones."""
    letters = [letter for letter in written.lower() if letter > "\x7f" and letter not in _SIGNS]
    frequent = sum(letter in _FREQUENT for letter in letters)
    strange = sum(letter not in _RUSSIAN for letter in letters)
    inside = len(re.findall("[a-zA-Z][а-яё]|[а-яё][a-zA-ZА-ЯЁ]", written))
    return frequent - 2 * strange - 2 * inside


def _told_once(written: str) -> str:
    """Return a text; refuse it where UTF-8 was once read as another encoding and saved so."""
    for wrong in () if written.isascii() else TAKEN_FOR:
        with suppress(UnicodeError):
            written.encode(wrong).decode("utf-8")
            raise Fault("unreadable")
    return written
