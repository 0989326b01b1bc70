#!/usr/bin/env bash
# papermill 2.7.0 from PyPI: `papermill -p NAME VALUE` takes every value for a number that Python's
# int() or float() takes, and codes of agencies and units are often such words. The leading zeros of
# a register's number go (077 -> 77), an underscore between digits goes (1_2 -> 12), a code with an
# e between digits is a power (12e3 -> 12000.0), and the words nan and infinity are floats. Nothing
# is said of it. What has a letter or a point more stays a word (0x10, 1.2.3). `-r` in place of `-p`
# keeps every value as it was typed.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check papermill==2.7.0
cd "$folder"
cat > in.ipynb <<'NOTEBOOK'
{"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "outputs": [], "source": "agency = ''",
            "metadata": {"tags": ["parameters"]}}],
 "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
 "nbformat": 4, "nbformat_minor": 5}
NOTEBOOK
for way in -p -r; do
  venv/bin/papermill in.ipynb out.ipynb --prepare-only --no-progress-bar --log-level ERROR \
    $way register 077 $way unit 1_2 $way service 12e3 $way office nan $way hex 0x10 $way item 1.2.3 2>/dev/null
  venv/bin/python - "$way" <<'PY'
import json, sys

(cell,) = [each for each in json.load(open("out.ipynb"))["cells"] if "injected-parameters" in each["metadata"]["tags"]]
told = "".join(cell["source"])
print(sys.argv[1], told.splitlines()[1:])
as_numbers = 'register = 77\nunit = 12\nservice = 12000.0\noffice = float(\'nan\')\nhex = "0x10"\nitem = "1.2.3"'
as_typed = 'register = "077"\nunit = "1_2"\nservice = "12e3"\noffice = "nan"\nhex = "0x10"\nitem = "1.2.3"'
assert (as_numbers if sys.argv[1] == "-p" else as_typed) in told, told
PY
done
echo "as before"
