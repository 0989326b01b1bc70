"""What ccwork rests on, beside the wheelhouse: hashes, a list of parts (SBOM) and licences.

``python tests/supply.py hashes|sbom|licences [wheelhouse]``

* ``hashes`` writes ``requirements.lock`` from the wheels of the folder, for ``pip install
  --require-hashes --no-index --find-links wheelhouse -r wheelhouse/requirements.lock``.
* ``sbom`` writes ``sbom.cdx.json`` (CycloneDX 1.5): every wheel with version, licence, sha256.
* ``licences`` prints the licence of every wheel and fails where one is GPL or AGPL, or unknown.
"""

import hashlib
import json
import re
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

UNWANTED = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )\bGNU (?:Affero )?General Public", re.I)
"""Licences ccwork does not pass on; LGPL is no hindrance to a program that imports."""


def about(wheel: Path) -> Message:
    """Return what a wheel says of itself."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(n for n in packed.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        return Parser().parsestr(packed.read(name).decode(errors="replace"))


def licence(told: Message) -> str:
    """Return the licence of a package: its expression, else its classifiers, else its words."""
    if told["License-Expression"]:
        return told["License-Expression"]
    listed = [each for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    named = [each.rpartition(" :: ")[2] for each in listed if each != "License :: OSI Approved"]
    return " AND ".join(named) or (told["License"] or "").strip().partition("\n")[0][:80]


def sha256(wheel: Path) -> str:
    """Return the checksum of a wheel."""
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def unwanted(said: str) -> bool:
    """Tell whether nobody may choose another licence than one ccwork does not pass on."""
    parts = re.split(r"\bOR\b", said)
    return not said or all(UNWANTED.search(part) for part in parts)


def hashes(folder: Path) -> str:
    """Return the requirements file of the wheels in a folder."""
    lines = []
    for wheel in sorted(folder.glob("*.whl")):
        told = about(wheel)
        lines.append(f"{told['Name']}=={told['Version']} --hash=sha256:{sha256(wheel)}\n")
    return "".join(sorted(lines, key=str.lower))


def sbom(folder: Path) -> str:
    """Return the parts as CycloneDX 1.5; the same wheels give the same bytes."""
    parts = []
    for wheel in sorted(folder.glob("*.whl"), key=lambda path: path.name.lower()):
        told = about(wheel)
        name = re.sub(r"[-_.]+", "-", told["Name"]).lower()
        link = f"pkg:pypi/{name}@{told['Version']}"
        parts.append(
            {"type": "library", "bom-ref": link, "name": told["Name"], "version": told["Version"],
             "purl": link, "licenses": [{"license": {"name": licence(told) or "unknown"}}],
             "hashes": [{"alg": "SHA-256", "content": sha256(wheel)}]}
        )  # fmt: skip
    own = [part for part in parts if part["name"] == "ccwork"]
    rest = [part for part in parts if part["name"] != "ccwork"]
    made = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}
    meta = {"metadata": {"component": own[0] | {"type": "application"}}} if own else {}
    return json.dumps(made | meta | {"components": rest}, ensure_ascii=False, indent=1) + "\n"


def licences(folder: Path) -> list[tuple[str, str]]:
    """Return every package with its licence."""
    told = map(about, sorted(folder.glob("*.whl")))
    return [(f"{each['Name']} {each['Version']}", licence(each)) for each in told]


def main(what: str, place: str = "wheelhouse") -> int:
    """Write or print what is asked for; 1 where a licence is not wanted."""
    folder = Path(place)
    if what == "hashes":
        (folder / "requirements.lock").write_text(hashes(folder), encoding="utf-8")
    elif what == "sbom":
        (folder / "sbom.cdx.json").write_text(sbom(folder), encoding="utf-8")
    else:
        wrong = 0
        for name, said in licences(folder):
            wrong += unwanted(said)
            print(f"{'!' if unwanted(said) else ' '} {name}: {said or 'unknown'}")
        return int(wrong > 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
