#!/usr/bin/env bash
# ploomber-engine 0.0.33 runs a notebook without a kernel, in place of papermill. A cell that shows a
# picture as the bytes it is, publish_display_data({"image/png": b"..."}), as IPython's display
# protocol has it, ends the whole run with NotebookValidationError: the bytes go into the notebook as
# they are. A Jupyter kernel writes them in base64 on the way; papermill 2.7.0 runs the same notebook
# and keeps the picture. Any library that publishes pictures itself is met by this.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check \
    ploomber-engine==0.0.33 papermill==2.7.0 ipykernel==7.4.0 ipython==9.18.1 setuptools==80.9.0
export IPYTHONDIR="$folder/ipython" JUPYTER_PREFER_ENV_PATH=1
venv/bin/python - <<'PY'
import base64

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook
from nbformat.validator import NotebookValidationError
from ploomber_engine import execute_notebook

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
code = f"from IPython.display import publish_display_data\npublish_display_data({{'image/png': {PIXEL!r}}})"
nbformat.write(new_notebook(cells=[new_code_cell(code)]), "a.ipynb")

papermill.execute_notebook("a.ipynb", "b.ipynb", progress_bar=False, kernel_name="python3")
(shown,) = nbformat.read("b.ipynb", 4).cells[0].outputs
assert base64.b64decode(shown.data["image/png"]) == PIXEL
print("papermill", papermill.__version__, "keeps", len(PIXEL), "bytes")
try:
    execute_notebook("a.ipynb", "c.ipynb", progress_bar=False)
except NotebookValidationError as error:
    print("ploomber-engine:", type(error).__name__, str(error)[:60])
    assert "is not valid under any of the given schemas" in str(error)
else:
    raise SystemExit("ploomber-engine keeps the picture now")
PY
