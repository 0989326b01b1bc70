"""A workbook looked through before it is opened: is it safe, what do its values not tell.

Excel files are zip archives of XML. A few bytes can unpack to gigabytes, one far cell can claim
all memory, and a reader of values sees neither errors nor hidden rows.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import IO, Any, Final
from uuid import uuid4
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
from xlsxwriter.utility import xl_cell_to_rowcol

from ccwork.read.files import binary_scan
from ccwork.read.files.book_cells import LONGEST_CELL, UNCALCULATED, Seen, most_cells, styles_of
from ccwork.read.files.cell_grid import cut_cells, spread
from ccwork.read.files.decoding import watched_stream
from ccwork.read.files.faults import Fault
from ccwork.read.files.ods_scan import OdsScan

LARGEST_INSIDE: Final = 200_000_000
"""A workbook that unpacks to more than this is refused (our choice; a bomb is 1000 times)."""

LARGEST_RATIO: Final = 100
"""A workbook packed more tightly than this is refused, if it is not small (our choice)."""

AT_ONCE, MOST_AROUND = 1 << 18, 1 << 20
"""So many bytes of a part are looked through at a time, so many kept around rows (measured)."""

MOST_DIFFERENT, PER_DIFFERENT = 100_000, 4
"""So many cells of a sheet may differ, and one more of so many in use: else all are read."""

IN_ROW: Final = 100
"""So many different cells stand in a row for calamine: many short rows take long (measured)."""

SMALL_INSIDE: Final = 10_000_000
MOST_PARTS: Final = 1000
MOST_ELEMENTS: Final = 200_000
"""So many parts a book has, and its list of sheets or styles elements (our choice)."""

_PLAIN_ROWS = re.compile(
    b"|".join(
        rb"""(?:<row r="([1-9]\d{0,6}+)"(?: (?!hidden="[1t])[^<>=\s]++="[^<>"]*+")*+(?:/>|>(?:"""
        rb"""<c r="%s\%d"(?: s="\d++")?+(?: t="(?:s|n|b|str|inlineStr)")?+(?:/>|>"""
        rb"""(?:<v>[^<&]*+</v>|<is><t[^<>]*+>[^<&]*+</t></is>|"""
        rb"""<f[^<>]*+>(?:(?<=/>)|[^<]*+</f>)<v>(?!0?</v>)[^<&]*+</v>)</c>))*+</row>))++"""
        % (letters, nth)
        for nth, letters in enumerate((b"[A-Z]", b"[A-Q]?[A-Z]"), 1)
    )
)
"""Shown rows of values, each cell in its own row; narrow rows are tried first."""

_STYLED = re.compile(r' s="(\d++)"(?: t="n")?><[vf]')
_AROUND = re.compile(rb"([^\0]*<sheetData>)\0+(</sheetData>[^\0]*)")
"""A sheet out of which all rows were taken; a sign no XML has stands for them."""

_ADDRESS = re.compile(r"[A-Z]{1,3}\d{1,20}")
_SPOILT = (zipfile.BadZipFile, zlib.error, expat.ExpatError, ElementTree.ParseError)


class _SheetScan:
    """Walk through the XML of one sheet before anything is laid out in memory."""

    def __init__(self, percents: frozenset[str], stale: bool) -> None:
        self.seen = Seen()
        self.unknown = ("", "0") if stale else ("",)  # results of what nobody has calculated
        self.percents = percents
        self.row = self.column = -1
        self.attrs: dict[str, str] = {}
        self.into: str = ""
        self.parts: dict[str, str] = {}
        self.left = bytearray()
        self.taken: list[tuple[np.ndarray, np.ndarray]] = []
        self.known, self.whole = dict[str, int](), True

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = int(attrs["r"]) - 1 if "r" in attrs else self.row + 1
            self.column = -1
            if attrs.get("hidden") in ("1", "true"):
                self.seen.hidden_rows.append(self.row)
        elif tag == "col" and attrs.get("hidden") in ("1", "true"):
            first, last = int(attrs.get("min", 1)), int(attrs.get("max", 1))
            self.seen.hidden_columns.append((first - 1, last))
        elif tag == "c":
            self.attrs, self.parts = attrs, {}
            place = self.row, self.column + 1
            self.row, self.column = _position(attrs["r"]) if "r" in attrs else place
        elif tag in ("v", "f", "is"):
            self.into = tag
            self.parts.setdefault(tag, "")

    def data(self, written: str) -> None:
        if self.into and len(self.parts[self.into]) < LONGEST_CELL:
            self.parts[self.into] += written

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("v", "f", "is"):
            self.into = ""
        elif tag == "c" and self.parts:
            self._cell((self.row, self.column))

    def _cell(self, place: tuple[int, int]) -> None:
        seen, kind = self.seen, self.attrs.get("t", "n")
        if far := seen.reach(place[0] + 1, place[1] + 1):
            raise Fault("far_cell", found=far)
        if kind == "e":
            seen.said[place] = self.parts.get("v", "") or "#N/A"
        elif "f" in self.parts and kind != "str" and self.parts.get("v", "") in self.unknown:
            seen.said[place] = UNCALCULATED + self.parts["f"]
        elif kind == "n" and self.attrs.get("s") in self.percents:
            seen.percents.append(place)

    def pieces(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield a sheet without its rows of values alone: those are taken down."""
        rest = b""
        while read := stream.read(AT_ONCE):
            piece, at = rest + read, 0
            end = piece.rfind(b"</row>") + len(b"</row>") if b"</row>" in read else len(piece)
            found = [*_PLAIN_ROWS.finditer(piece, 0, end)]
            for rows in found if self._take(b"".join(each[0] for each in found)) else ():
                yield self._kept(piece[at : rows.start()])
                self._kept(b"\0")
                self.row, at = int(rows[rows.lastindex or 0]) - 1, rows.end()
            yield self._kept(piece[at:end])
            rest = piece[end:]
        yield self._kept(rest)

    def _kept(self, piece: bytes) -> bytes:
        """Keep what stands around the rows taken, as long as it is little."""
        if len(self.left) <= MOST_AROUND:
            self.left += piece
        return piece

    def _take(self, rows: bytes) -> bool:
        """Take down the cells of rows of values alone; False: one may be too far away."""
        seen = self.seen
        places, (codes, cells) = cut_cells(rows, self.whole or bool(self.percents))
        filled, so_far = seen.filled + len(codes), (seen.rows, seen.columns)
        high, wide = np.maximum(places.max(axis=1, initial=-1) + 1, so_far).tolist()
        if near := high * wide <= most_cells(filled):
            seen.rows, seen.columns, seen.filled = high, wide, filled
            styles = enumerate(map(_STYLED.match, cells if self.percents else ()))
            shares = [nth for nth, style in styles if style and style[1] in self.percents]
            seen.percents += map(tuple, places[:, np.isin(codes, shares)].T.tolist())
            known, more = self.known, cells if self.whole else ()
            numbers = np.array([known.setdefault(cell, len(known)) for cell in more], np.int32)
            self.whole &= len(known) <= MOST_DIFFERENT + filled // PER_DIFFERENT
            self.taken = [*self.taken, (places, numbers[codes])] if self.whole else []
        return near

    def each_once(self, spreads: dict[object, Callable]) -> bytes:
        """Return a sheet of values alone with each different cell once; empty: it is none.

        What its first cell says tells what lays out its rows: nobody guesses it.
        """
        around, left = _AROUND.fullmatch(self.left), self.left
        odd = len(left) > MOST_AROUND or left.count(b"sheetData") > 2 or b"<!" in left
        if odd or not (around and self.whole):
            return b""
        places, codes = (np.concatenate(own, axis=-1) for own in zip(*self.taken, strict=True))
        sign = uuid4().hex
        spreads[sign] = partial(spread, places, codes, len(self.known))
        first = ' t="str"><v>' + sign + "</v></c>"  # a row of it keeps all others as wide
        told = [*[first] * IN_ROW, *self.known]
        rows = ("<c" + "<c".join(told[at : at + IN_ROW]) for at in range(0, len(told), IN_ROW))
        return around[1] + b"<row>" + "</row><row>".join(rows).encode() + b"</row>" + around[2]


def _position(written: str) -> tuple[int, int]:
    if not _ADDRESS.fullmatch(written):
        raise Fault("damaged")
    return xl_cell_to_rowcol(written)


def _walk(archive: zipfile.ZipFile, part: str, scan: object = None) -> None:
    """Parse one XML part; definitions of its own (DTD) are refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = getattr(scan, "start", None)
    parser.EndElementHandler = getattr(scan, "end", None)
    parser.CharacterDataHandler = getattr(scan, "data", None)
    with archive.open(part) as stream:
        whole = iter(partial(stream.read, AT_ONCE), b"")
        for piece in scan.pieces(stream) if isinstance(scan, _SheetScan) else whole:
            parser.Parse(piece)
        parser.Parse(b"", True)


def _refuse_dtd(*_: object) -> None:
    raise Fault("dtd")


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    """Return the elements of a small XML part; none where it is absent."""
    if part not in archive.namelist():
        return ElementTree.Element("none")
    _walk(archive, part)
    content = archive.read(part)
    if (n := content.count(b"<") - content.count(b"</")) > MOST_ELEMENTS:
        raise Fault("too_many_parts", n=n, most=MOST_ELEMENTS)
    return ElementTree.fromstring(content)


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Numbers of the cell styles that show a number as a percentage."""
    look = _tree(archive, "xl/styles.xml")
    found = look.iterfind(".//{*}numFmt")
    codes = {int(each.attrib["numFmtId"]): each.get("formatCode", "") for each in found}
    styles = [int(each.get("numFmtId", 0)) for each in look.iterfind("{*}cellXfs/{*}xf")]
    return frozenset(map(str, styles_of("percent", codes, styles)))


def _sheet_parts(archive: zipfile.ZipFile, book: ElementTree.Element) -> dict[str, str]:
    """Part of the archive -> name of the sheet that stands in it."""
    binary = binary_scan.BOOK in archive.namelist()
    links = _tree(archive, f"xl/_rels/workbook.{'bin' if binary else 'xml'}.rels")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    named = binary_scan.xlsb_names(archive.read(binary_scan.BOOK)) if binary else (
        (next((v for k, v in sheet.items() if k.endswith("}id")), ""), sheet.attrib["name"])
        for sheet in book.iterfind("{*}sheets/{*}sheet")
    )  # fmt: skip
    places = ((targets.get(relation, ""), name) for relation, name in named)
    return {place.lstrip("/") if place.startswith("/") else f"xl/{place}": name
            for place, name in places}  # fmt: skip


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    inside, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    tight = inside > SMALL_INSIDE and inside > LARGEST_RATIO * packed
    if inside > LARGEST_INSIDE or tight:
        raise Fault("too_large_inside", size=inside // 1_000_000)
    if len(entries) > MOST_PARTS:
        raise Fault("too_many_parts", n=len(entries), most=MOST_PARTS)
    names = {entry.filename for entry in entries}
    if "xl/vbaProject.bin" in names:
        raise Fault("macros")
    if not names & {"xl/workbook.xml", binary_scan.BOOK, "content.xml"}:
        raise Fault("not_book")


def _instead(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a zip archive in which other parts stand in place of some."""
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.filelist = [e for e in archive.filelist if e.filename not in parts]
        for name, part in parts.items():
            del archive.NameToInfo[name]
            archive.writestr(name, part)
    return made.getvalue()


def scanned(content: bytes, seen_to: Any = id) -> tuple[dict[str, Seen], bool, bytes, dict]:
    """Look through a zipped workbook; return its sheets by name, whether it has outer links.

    The third is the book as calamine may be given it: of sheets with values alone each different
    cell stands there once, and the fourth lays their rows out, by what stands in the first cell.
    `seen_to` is told how many bytes are behind.
    """
    try:
        with zipfile.ZipFile(watched_stream(io.BytesIO(content), seen_to)) as archive:
            _check_archive(archive)
            book, percents = _tree(archive, "xl/workbook.xml"), _percent_styles(archive)
            parts, often = _sheet_parts(archive, book), book.iterfind("{*}calcPr")
            stale = any(each.get("fullCalcOnLoad") in ("1", "true") for each in often)
            seen: dict[str, Seen] = {}
            instead, spreads = dict[str, bytes](), dict[object, Callable]()
            for name in archive.namelist():
                if name in parts and name.endswith(".bin"):
                    seen[parts[name]] = binary_scan.xlsb_sheet(archive.read, name)
                elif name in parts:
                    scan = _SheetScan(percents, stale)
                    _walk(archive, name, scan)
                    seen[parts[name]] = scan.seen
                    if once := scan.each_once(spreads):
                        instead[name] = once
                elif name == "content.xml":
                    _walk(archive, name, OdsScan(seen))
                elif name.endswith((".xml", ".rels")):
                    _walk(archive, name)
                else:
                    with archive.open(name) as stream:  # for its checksum alone
                        while stream.read(AT_ONCE):
                            pass
            linked = any(n.startswith("xl/externalLinks/") for n in archive.namelist())
        return seen, linked, _instead(content, instead) if instead else content, spreads
    except Fault:
        raise
    except RuntimeError:
        raise Fault("locked_book") from None
    except (*_SPOILT, *binary_scan.UNKNOWN, EOFError, OSError, KeyError) as error:
        raise Fault("damaged") from error
