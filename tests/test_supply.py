"""The lists beside the wheelhouse: hashes, parts, licences."""

import hashlib
import json
import zipfile

import pytest

from tests import supply


def wheel(folder, name, version, *lines):
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        head = "\n".join([f"Name: {name}", f"Version: {version}", *lines])
        made.writestr(f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.4\n{head}\n")
    return path


def test_a_line_pins_a_version_by_the_hash_of_its_wheel(tmp_path):
    path = wheel(tmp_path, "some_part", "1.2", "License-Expression: MIT")
    told = hashlib.sha256(path.read_bytes()).hexdigest()
    assert supply.hashes(tmp_path) == f"some_part==1.2 --hash=sha256:{told}\n"


def test_the_parts_are_listed_with_licence_and_hash(tmp_path):
    wheel(tmp_path, "ccwork", "0.1", "License-Expression: MIT")
    path = wheel(tmp_path, "Some_Part", "1.2", "License: BSD")
    found = json.loads(supply.sbom(tmp_path))
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    assert found["metadata"]["component"]["name"] == "ccwork"
    (part,) = found["components"]
    assert part["purl"] == "pkg:pypi/some-part@1.2"
    assert part["licenses"] == [{"license": {"name": "BSD"}}]
    assert part["hashes"][0]["content"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("License-Expression: MIT", 0),
        ("Classifier: License :: OSI Approved :: BSD License", 0),
        ("License-Expression: LGPL-3.0-or-later", 0),
        ("License-Expression: MIT OR GPL-2.0-only", 0),
        ("License-Expression: GPL-3.0-only", 1),
        ("License-Expression: AGPL-3.0-only", 1),
        ("Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", 1),
        ("Summary: says nothing", 1),
    ],
)
def test_a_licence_that_is_not_wanted_fails(line, code, tmp_path, capsys):
    wheel(tmp_path, "part", "1", line)
    assert supply.main("licences", str(tmp_path)) == code
    assert "part 1" in capsys.readouterr().out
