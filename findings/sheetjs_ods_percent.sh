#!/usr/bin/env bash
# SheetJS 0.18.5 (npm: xlsx), a percentage saved as OpenDocument (.ods): the cell is no percentage.
# A valid .xlsx cell 0.2077 with the format 0.00% is read with its format and text ("20.77%"). Saved
# as .ods the cell has office:value-type="float", office:value="0.2077" and no style; only the text
# inside says 20.77%: read by value, a table of percentages comes back a hundred times smaller. And
# python-calamine 0.9.1 cannot open that .ods at all: a row with blanks between its cells, as SheetJS
# indents them, raises "Expecting 'table-cell', found 'Text(...)'".
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-save xlsx@0.18.5 >/dev/null
node -e '
const X = require("xlsx");
const sheet = X.utils.aoa_to_sheet([["share"], [0.2077]]);
sheet.A2.z = "0.00%";
const book = X.utils.book_new();
X.utils.book_append_sheet(book, sheet, "S");
X.writeFile(book, "a.xlsx");
const again = X.readFile("a.xlsx", { cellNF: true });
console.log("SheetJS", X.version, JSON.stringify(again.Sheets.S.A2));
X.writeFile(again, "a.ods");
'
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-calamine==0.9.1
venv/bin/python - <<'PY'
import re
import zipfile

from python_calamine import CalamineWorkbook

content = zipfile.ZipFile("a.ods").read("content.xml").decode()
(cell,) = re.findall(r"<table:table-cell[^>]*>(?=<text:p>20\.77%)", content)
print(cell)
assert 'office:value-type="float"' in cell and 'office:value="0.2077"' in cell
assert "style-name" not in cell and "percentage" not in content
assert CalamineWorkbook.from_path("a.xlsx").get_sheet_by_index(0).to_python()[1] == [0.2077]
try:
    CalamineWorkbook.from_path("a.ods").get_sheet_by_index(0).to_python()
except Exception as error:
    print(f"{type(error).__name__}: {str(error)[:60]}")
    assert "Expecting 'table-cell', found 'Text" in str(error)
else:
    raise SystemExit("calamine opens it")
PY
