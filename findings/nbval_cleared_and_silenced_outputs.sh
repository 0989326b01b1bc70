#!/usr/bin/env bash
# nbval 0.11.0 from PyPI (ipykernel 7.1.0, nbclient 0.10.2): notebooks that nbclient (so papermill too)
# has just run and stored fail against their own outputs where a cell
#   clears its output (clear_output), replaces a display (display_id, update), or ends in ";".
# nbval does not act on the messages clear_output and update_display_data ("unhandled iopub msg"),
# and runs cells so that ";" silences nothing. The other way round, a code cell without an execution
# count and without outputs passes whatever it prints. So a progress line or a quiet last line makes a
# strict check fail every time, and a cell nobody ran is never checked.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    nbval==0.11.0 ipykernel==7.1.0 nbclient==0.10.2 pytest==8.4.2
cd "$folder"
cat > made.py <<'PY'
import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = {
    "plain": "print(1)\n2",
    "cleared": "from IPython.display import clear_output, display\ndisplay(1)\nclear_output()\ndisplay(2)",
    "replaced": "shown = display(1, display_id='a')\nshown.update(2)",
    "silenced": "5;",
}
for name, code in CELLS.items():
    book = NotebookClient(new_notebook(cells=[new_code_cell(code)])).execute()
    told = [each["data"]["text/plain"] for each in book.cells[0].outputs if "data" in each]
    print(name, told)
    assert told == ([] if name == "silenced" else ["2"]), told
    nbformat.write(book, f"{name}.ipynb")
unrun = new_code_cell("print(1)")
nbformat.write(new_notebook(cells=[unrun]), "unrun.ipynb")
PY
"$folder/venv/bin/python" made.py
failed=""
for name in plain cleared replaced silenced unrun; do
    "$folder/venv/bin/python" -m pytest -q -p no:cacheprovider --nbval "$name.ipynb" > "$name.log" 2>&1 \
        && echo "$name passes" || { echo "$name fails"; failed="$failed $name"; }
done
grep -q "unhandled iopub msg: clear_output" cleared.log
grep -q "unhandled iopub msg: update_display_data" replaced.log
test "$failed" = " cleared replaced silenced"
echo "as before"
