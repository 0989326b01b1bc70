#!/usr/bin/env bash
# SheetJS 0.18.5 (npm: xlsx) saves .xlsb with the short cell records of the format ([MS-XLSB] 2.3,
# BrtShortReal, BrtShortRk, BrtShortSt: no column number, the cell stands right of the one before).
# python-calamine 0.9.1 passes them over in silence: of a table of two columns only the first is
# left, headings too, and nothing says so. pyxlsb 1.0.10 shows three rows of blanks. SheetJS reads
# its own file whole, and calamine the same table saved as .xlsx.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-save xlsx@0.18.5 >/dev/null
node -e '
const X = require("xlsx");
const sheet = X.utils.aoa_to_sheet([["service", "hours"], ["passport", 12.5], ["permit", 7]]);
const book = X.utils.book_new();
X.utils.book_append_sheet(book, sheet, "S");
for (const name of ["a.xlsb", "a.xlsx"]) X.writeFile(book, name);
const again = X.utils.sheet_to_json(X.readFile("a.xlsb").Sheets.S);
console.log("SheetJS", X.version, JSON.stringify(again));
if (again[0].hours !== 12.5 || again[1].hours !== 7) process.exit(1);
'
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-calamine==0.9.1 pyxlsb==1.0.10
venv/bin/python - <<'PY'
import zipfile

from python_calamine import CalamineWorkbook
from pyxlsb import open_workbook


def number(content, at, most):
    """Read a number of seven bits a byte; return it and where the next one stands."""
    found = 0
    for place in range(most):
        found |= (content[at + place] & 127) << 7 * place
        if content[at + place] < 128:
            return found, at + place + 1


sheet, at, kinds = zipfile.ZipFile("a.xlsb").read("xl/worksheets/sheet1.bin"), 0, []
while at < len(sheet):
    kind, at = sheet[at], at + 1
    if kind > 127:
        kind, at = kind & 127 | (sheet[at] & 127) << 7, at + 1
    size, at = number(sheet, at, 4)
    kinds.append(kind)
    at += size
short = [kind for kind in kinds if 12 <= kind <= 18]
print("short records:", short)
assert short == [17, 16, 13], kinds  # BrtShortSt, BrtShortReal, BrtShortRk

read = {name: CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()
        for name in ("a.xlsx", "a.xlsb")}
print("calamine", read)
assert read["a.xlsx"] == [["service", "hours"], ["passport", 12.5], ["permit", 7.0]]
assert read["a.xlsb"] == [["service"], ["passport"], ["permit"]]
with open_workbook("a.xlsb") as book, book.get_sheet(1) as rows:
    blank = [[cell.v for cell in row] for row in rows.rows()]
print("pyxlsb", blank)
assert blank == [[None, None]] * 3
PY
