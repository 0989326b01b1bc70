#!/usr/bin/env bash
# typst 0.15.2 from PyPI: the headings of a table's rows cannot be tagged in a PDF/UA-1 file.
# Typst knows `pdf.header-cell(scope: "row")`, but behind a feature that its command line switches
# on; the Python package has no such argument and does not read TYPST_FEATURES. The headings of
# columns (`table.header`) are tagged. Seen: "module `pdf` does not contain `header-cell`".
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check typst==0.15.2 pypdf==7.1.1
TYPST_FEATURES=a11y-extras "$folder/venv/bin/python" - <<'PY'
import io

import pypdf
import typst

TABLE = '#set document(title: "t")\n#table(columns: 2, table.header[A][B], {}, [1])'


def made(row, **more):
    source = TABLE.format(row).encode()
    return typst.compile(source, format="pdf", pdf_standards=["ua-1"], **more)


def tags(node):
    node = node.get_object()
    if isinstance(node, list):
        return [each for part in node for each in tags(part)]
    if not isinstance(node, dict):
        return []
    return [node.get("/S")] + (tags(node["/K"]) if "/K" in node else [])


plain = pypdf.PdfReader(io.BytesIO(made("[row]")))
heads = tags(plain.trailer["/Root"]["/StructTreeRoot"]["/K"]).count("/TH")
assert heads == 2, heads
try:
    made('pdf.header-cell(scope: "row")[row]')
except typst.TypstError as error:
    assert "module `pdf` does not contain `header-cell`" in str(error), error
else:
    raise SystemExit("changed: row headers can be tagged")
try:
    made("[row]", features=["a11y-extras"])
except TypeError as error:
    assert "features" in str(error), error
else:
    raise SystemExit("changed: there is an argument for features")
print("as before: 2 headings of columns are tagged, headings of rows cannot be")
PY
