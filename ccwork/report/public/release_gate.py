"""The gate: what is to be handed on is read as it will be read by others, to the last byte.

It asks nobody what was meant. What it cannot read does not leave: a page for print is printed from
the page that was read.
"""

import csv
import io
import json
import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from ccwork.language import periods, redaction, wording
from ccwork.language.problems import Problem, first, together
from ccwork.language.resources import resource_rows
from ccwork.read.files.cell_parsing import FORMULA
from ccwork.stats import disclosure
from ccwork.stats.disclosure import Released

_WORDS: Final = {row["kind"]: row["words"] for row in resource_rows("redaction", "gate.csv")}
_NUMBERS, _PEOPLE = _WORDS["number"], _WORDS["people"]
FEW: Final = re.compile(
    rf"(?<![\w.,])(?<!\d[ \u00a0\u202f])(?:{_NUMBERS})[ \u00a0\u202f](?:{_PEOPLE})\w*",
    re.IGNORECASE,
)
"""A small number of people, in digits or words (our list)."""

FEW_AFTER: Final = re.compile(rf"(?:{_PEOPLE})\w*\s?[:=–—]\s?[1-9](?![\d.,]*\d)", re.IGNORECASE)
"""The number after the people: "people: 7"."""

ALIKE: Final = str.maketrans("aceopxyABCEHKMOPTXYΑΒΕΗΚΜΟΡΤΧ", "асеорхуАВСЕНКМОРТХУАВЕНКМОРТХ")
"""Latin and Greek letters as the Russian ones that look like them."""

NUMBER: Final = re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{3}){0,3}")
"""A number as we write it, its thousands apart: not a telephone."""

LIVE_TAGS, ADDRESSES, DRAWN = (
    frozenset(_WORDS[kind].split()) for kind in ("live_tag", "address", "drawn")
)
"""Attributes that say no words; all others are read."""

REMOTE: Final = re.compile(
    r"(?:https?:|ftp:|wss?:|file:)?//|@import|url\(\s*['\"]?(?!data:)", re.I
)
RUNS: Final = re.compile(r"^\s*(?:javascript|vbscript|data:(?!image/)|file:)", re.IGNORECASE)
PLAIN: Final = re.compile(r"#?[a-z]+(?:\.[a-z]+)?")
"""A link to a place in the page or a file beside it."""

UNSEEN: Final = re.compile(r"[\x00-\x20]")
"""What a browser takes out of an address."""

ESCAPED: Final = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)
"""How a style sheet writes a letter by its number."""

MOST_BYTES: Final = 50_000_000
"""A larger file is not opened (our choice)."""


class Context(NamedTuple):
    """What the gate must know of an agency.

    Attributes
    ----------
    inner
        Words that never leave it: codes of persons, names of positions.
    own
        Our own words, and what the agency says of itself (name, source, licence): looked at for
        contacts alone.
    known
        Least and most of each count told before.
    least
        Counts of people below this are not told.
    sums
        What adds up to what: anybody can read that of the method.
    """

    inner: Collection[str] = ()
    own: Collection[str] = ()
    known: Mapping[str, tuple[int, int]] = {}
    least: int = 10
    sums: disclosure.Sums = ()


def findings(folder: Path, about: Context) -> list[Problem]:
    """Return all that keeps the files of a folder from being handed on; it changes nothing."""
    problems: list[Problem] = []
    own = sorted(dict.fromkeys(about.own), key=len, reverse=True)
    about = about._replace(own=tuple(map(_plain, own)), inner=tuple(about.inner))
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(folder).as_posix()
        read = READERS.get(path.suffix)
        if read is None or path.is_symlink() or path.stat().st_size > MOST_BYTES:
            problems.append(Problem("release_unread", name))
            continue
        try:
            found = list(read(path.read_bytes(), about))
        except (ValueError, KeyError, TypeError, csv.Error):
            found = [("release_unread", "")]
        for code in dict.fromkeys(code for code, _ in found):
            shown = [each for own, each in found if own == code]
            problems.append(Problem(code, name, values={"found": first(shown, 5)}))
    return together(problems)


Found = Iterator[tuple[str, str]]


@cache
def _words(text: str, own: tuple[str, ...], inner: tuple[str, ...]) -> list[tuple[str, str]]:
    """Look at words: personal data, words of the inside, small numbers of people."""
    if NUMBER.fullmatch(text.strip("\n")):
        return []
    plain = bare = _plain(text)
    for name in own:
        bare = bare.replace(name, " ")
    hidden = redaction.scrub(bare)
    bad = hidden != bare or redaction.without_contacts(plain) != plain
    few = [("release_few", hit[0]) for hit in (*FEW.finditer(plain), *FEW_AFTER.finditer(bare))]
    return [*[("release_personal", hidden[:80])] * bad, *_inner(plain, inner), *few]


@cache
def _plain(text: str) -> str:
    return " ".join(normalize("NFKC", text).split())


def _inner(text: str, inner: Collection[str]) -> Found:
    """Look for words of the inside, whatever letters that look like theirs they are written in."""
    every = [*(wording.terms()["report.internal"][lang] for lang in wording.LANGS), *inner]
    never = "|".join(re.escape(each.translate(ALIKE)) for each in every)
    plain = " ".join(text.translate(ALIKE).split())
    yield from (("release_internal", hit[0]) for hit in
                re.finditer(rf"(?<!\w)(?:{never})(?!\w)", plain, re.IGNORECASE))  # fmt: skip


# ---------------------------------------------------------------- pages


class _Page(HTMLParser):
    """What a page says, and what in it is not words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said, self.found, self.pictures = [""], list[tuple[str, str]](), list[str]()
        self.heads = {wording.terms()["public.col.n"][lang] for lang in wording.LANGS}
        self.counted, self.style = False, False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.style = tag == "style"
        if tag not in ("span", "strong", "a", "em", "b", "i"):
            self.said.append("")
            self.counted = values.get("data-head") in self.heads
        if tag in LIVE_TAGS or "refresh" in values.get("http-equiv", "").lower():
            self.found.append(("release_live", f"<{tag}>"))
        for name, value in values.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        """Look at an attribute: it runs, fetches, draws or says something."""
        runs = name in ADDRESSES and RUNS.match(UNSEEN.sub("", value))
        if name.startswith("on") or name == "srcdoc" or runs:
            self.found.append(("release_live", name))
        elif name in ADDRESSES and value.startswith("data:image/"):
            self.pictures.append(value)
        elif (
            name == "ping" or (name in ADDRESSES and tag not in ("a", "area") and value[:1] != "#")
            or (name == "style" and REMOTE.search(_letters(value)))
        ):  # fmt: skip
            self.found.append(("release_remote", value[:80]))
        elif name not in DRAWN and not (name == "href" and PLAIN.fullmatch(value)):
            self.said[-1:-1] = [value]

    def handle_data(self, data: str) -> None:
        if self.style:
            if hit := REMOTE.search(_letters(data)):
                self.found.append(("release_remote", hit[0]))
            return
        if self.counted and re.fullmatch(r"\s*[1-9]\s*", data):
            self.found.append(("release_few", data.strip()))
        self.said[-1] += data

    def handle_comment(self, data: str) -> None:
        self.said += [data, ""]

    unknown_decl = handle_comment

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.found.append(("release_live", f"<!{decl[:80]}>"))

    def handle_pi(self, data: str) -> None:
        self.found.append(("release_live", f"<?{data[:80]}>"))

    def handle_endtag(self, tag: str) -> None:
        self.style = False


def _letters(style: str) -> str:
    """Write the letters of a style sheet as a browser reads them."""
    return ESCAPED.sub(lambda at: chr(min(int(at[1], 16), 0x10FFFF)), style)


def _html(content: bytes, about: Context) -> Found:
    page = _Page(content.decode("utf-8", "strict"))
    yield from page.found
    if b"<script" in content.lower():
        yield "release_live", "<script>"
    for text in page.said:
        yield from _words(text, about.own, about.inner)
    yield from _inner(" ".join(page.said), about.inner)
    for picture in page.pictures:
        head, _, data = picture.partition(",")
        inside = b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
        if "svg" in head.lower():
            yield from _html(inside, about)


# ---------------------------------------------------------------- tables and their descriptor


NUMBERS: Final = ("before", "value", "n")
"""Columns of data.csv that hold numbers and nothing else."""


def _csv(content: bytes, about: Context) -> Found:
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8", "strict")), strict=True))
    cells = {(name, cell) for line in lines for name, cell in line.items()}
    if any(name is None or not isinstance(cell, str) for name, cell in cells):
        yield "release_unread", ""
        return
    for name, cell in sorted(cells):
        if name in NUMBERS and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", cell):
            told = float(cell)
            few = int(told) % disclosure.BASE or (told and told < about.least - 2)
            yield from [("release_few", cell)] if name == "n" and few else ()
            continue
        if cell.lstrip(" ").startswith(FORMULA):
            yield "release_formula", cell[:40]
        if name in NUMBERS and cell:
            yield "release_unread", ""
        elif not periods.is_period(cell):
            yield from _words(cell, about.own, about.inner)
    for line in lines:
        if line.get("withheld") and (line.get("value") or line.get("before")):
            yield "release_hidden", _named(line)
    if {"kind", "code", "service", "period", "n"} <= set(lines[0] if lines else ()):
        yield from (("release_narrow", name) for name in _narrow(lines, about))


def _named(line: Mapping[str, str]) -> str:
    parts = (line["code"], line["service"], line["period"])
    return ":".join(parts) if line["kind"] == "metric" else f"promise:{parts[0]}:{parts[2]}"


def _narrow(lines: list[dict[str, str]], about: Context) -> list[str]:
    """Return the withheld counts that can be worked out, or contradict each other."""
    released: dict[str, Released] = {}
    known = dict(about.known)
    for line in lines:
        if line["kind"] not in ("metric", "promise") or not (line["n"] or line["withheld"]):
            continue
        name, n = _named(line), int(line["n"]) if line["n"] else None
        released[f"n:{name}"] = Released(n, "" if n is not None else "gives_away")
        if line["unit"] != "percent":
            continue
        if line["withheld"]:
            none = Released(None, "gives_away")
            released |= {f"x:{name}": none, f"rest:{name}": none}
        elif not line["bound"] and n:
            fits = [part for part in range(0, n + disclosure.BASE, disclosure.BASE)
                    if int(100 * part / n + 0.5) == round(float(line["value"]))]  # fmt: skip
            if fits:
                known[f"x:{name}"] = max(fits[0] - 2, 0), fits[-1] + 2
    found = narrowed(released, about.sums, known, about.least)
    return [name for name, (low, high) in found.items()
            if high - low < disclosure.FEASIBLE - 1]  # fmt: skip


def narrowed(
    released: Mapping[str, Released], sums: disclosure.Sums,
    known: Mapping[str, tuple[int, int]], least: int,
) -> dict[str, tuple[int, int]]:  # fmt: skip
    """Return what can be worked out of each withheld count; what no sum joins is apart."""
    group = {name: name for name in released}

    def top(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for whole, parts in sums:
        for part in parts:
            group[top(part)] = top(whole)
    found: dict[str, tuple[int, int]] = {}
    apart: dict[str, dict[str, Released]] = {}
    for name, one in released.items():
        apart.setdefault(top(name), {})[name] = one
    joined: dict[str, list] = {}
    for each in sums:
        joined.setdefault(top(each[0]), []).append(each)
    for name, cells in apart.items():
        if any(one.value is None for one in cells.values()):
            found |= disclosure.feasible(cells, joined.get(name, []), known, least)
    return found


def _json(content: bytes, about: Context) -> Found:
    waiting = [json.loads(content.decode("utf-8", "strict"))]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and not (
            periods.is_period(one)
            or re.fullmatch(r"sha256:[0-9a-f]{64}|\d{4}-\d\d-\d\dT[0-9:]{8}Z", one)
        ):
            yield from _words(one, about.own, about.inner)


READERS: Final = {".html": _html, ".csv": _csv, ".json": _json}
"""What the gate can read to the last word; nothing else leaves."""
