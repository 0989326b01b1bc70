#!/usr/bin/env bash
# pyexcel-ods3 0.6.1 (pyexcel-io 0.6.8) from PyPI, books of OpenDocument (.ods): a length of time that is
# not in whole seconds, or is below zero, is read as nothing. ODF 1.3 has any duration of XML Schema
# there. One expects each length that a cell shows, as the others come, or an error.
# Seen (2026-11-30): of a column of waits, end less start, LibreOffice 7.4 saves most as PT01H22M00S, but
# some as PT01H32M59.999999S (it shows 1:33), for times are floats; a mean as PT01H05M29.999999917S; one
# whose end was typed too early as -PT00H05M00S. These come as None, and where they stand last in a row
# the row is a cell shorter. Nothing is said of it: a wait that was measured looks like one nobody
# entered (of 1:22, 1:33, 1:44, 2:06 the mean becomes 1:44, not 1:41), and slips cannot be found.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pyexcel-ods3==0.6.1 pyexcel-io==0.6.8 pyexcel-ezodf==0.3.4 lxml==6.0.2 isodate==0.7.2
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import zipfile
from datetime import time, timedelta
from statistics import mean

import isodate
from pyexcel_ods3 import get_data

URN = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(f'xmlns:{name}="{URN}{name}:1.0"' for name in ("office", "table", "text"))
MEDIA = "application/vnd.oasis.opendocument.spreadsheet"
WAITS = {
    "passport": ("PT01H22M00S", "1:22"),
    "permit": ("PT01H32M59.999999S", "1:33"),
    "licence": ("PT01H44M00S", "1:44"),
    "extract": ("PT02H06M00S", "2:06"),
    "repair": ("PT26H30M00S", "26:30"),
    "slip": ("-PT00H05M00S", "-0:05"),
    "mean": ("PT01H05M29.999999917S", "1:05"),
}


def told(*behind):
    """The rows of a book that has the waits, and behind each of them these words."""
    rows = ""
    for name, (value, shown) in WAITS.items():
        cells = [('office:value-type="string"', name)]
        cells += [(f'office:value-type="time" office:time-value="{value}"', shown)]
        cells += [('office:value-type="string"', word) for word in behind]
        cells = (f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>" for kind, text in cells)
        rows += f"<table:table-row>{''.join(cells)}</table:table-row>"
    with zipfile.ZipFile("waits.ods", "w") as book:
        book.writestr("mimetype", MEDIA)
        book.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {SPACES} office:version="1.3"><office:body>'
            f'<office:spreadsheet><table:table table:name="waits">{rows}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )
        book.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{URN}manifest:1.0" manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA}"/></manifest:manifest>',
        )
    return {row[0]: row[1:] for row in get_data("waits.ods")["waits"]}


def minutes(length):
    if isinstance(length, time):
        length = timedelta(hours=length.hour, minutes=length.minute, seconds=length.second)
    return round(length / timedelta(minutes=1), 3)


right = {name: minutes(isodate.parse_duration(value)) for name, (value, _) in WAITS.items()}
seen = {name: row[0] and minutes(row[0]) for name, row in told("seen").items()}
print("minutes", right, "told", seen)
assert right == {
    "passport": 82, "permit": 93, "licence": 104, "extract": 126, "repair": 1590, "slip": -5, "mean": 65.5
}  # fmt: skip
assert seen == {**right, "permit": None, "slip": None, "mean": None}, seen

alone = {name: len(row) for name, row in told().items()}
print("cells behind the name", alone)
assert alone == {name: 0 if name in ("permit", "slip", "mean") else 1 for name in WAITS}, alone

four = list(WAITS)[:4]
of_all, of_rest = mean(right[name] for name in four), mean(seen[name] for name in four if seen[name])
print("mean of four", of_all, "of what is told", of_rest)
assert (of_all, of_rest) == (101.25, 104)
print("as before")
PY
