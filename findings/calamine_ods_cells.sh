#!/usr/bin/env bash
# python-calamine 0.9.1 from PyPI, books of OpenDocument (.ods): what a cell shows is not what is read.
# Valid content.xml as LibreOffice writes it. Seen: a cell that shows the error #DIV/0! reads as an
# empty text, the same as a blank one; 26:30 hours read as the text "PT26H30M00S"; three merged cells
# give no merged ranges (None; of .xlsx they are told); the blanks of an indented file become part of
# a text. So a count that failed looks like one nobody entered, and two of three months lose theirs.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check python-calamine==0.9.1
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
import zipfile
from pathlib import Path

from python_calamine import CalamineWorkbook

CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3">
<office:body><office:spreadsheet><table:table table:name="S">
<table:table-row><table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT26H30M00S"><text:p>26:30:00</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:number-rows-spanned="3" office:value-type="float" office:value="40"><text:p>40</text:p></table:table-cell><table:table-cell office:value-type="string">
  <text:p>May</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="string"><text:p>June</text:p></table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="string"><text:p>July</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""

path = Path(sys.argv[1]) / "book.ods"
with zipfile.ZipFile(path, "w") as book:
    book.writestr("mimetype", KIND)
    book.writestr("content.xml", CONTENT)
    book.writestr("META-INF/manifest.xml", MANIFEST)
sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
rows = sheet.to_python(skip_empty_area=False)
print(rows, sheet.merged_cell_ranges)
assert rows[0] == ["", "PT26H30M00S"], rows[0]
assert sheet.merged_cell_ranges is None, sheet.merged_cell_ranges
assert rows[1][1] != "May" and rows[1][1].strip() == "May", rows[1]
print("as before")
PY
