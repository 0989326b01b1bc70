"""The folder of the training agency: its tables, its story, its sealed key.

Run it as ``python -m ccwork.learn.training.agency data`` to make the variant everybody has.
"""

import sys
from pathlib import Path

from ccwork.learn.demo.make import as_csv
from ccwork.learn.demo.rows import text
from ccwork.learn.exercises import KEY
from ccwork.learn.training import key, tables
from ccwork.learn.training.scene import plan, scene
from ccwork.read import places


def files(variant: int) -> dict[str, bytes]:
    """Return the files of a variant: path below the data folder -> content.

    Examples
    --------
    >>> sorted(files(7))[0], files(7) == files(7) != files(8)
    ('training/README.md', True)
    """
    made = scene(variant)
    own = {f"{name}.csv": as_csv(table) for name, table in tables.tables(made).items()}
    own["README.md"] = text("training_story.md").format(*made.services)
    own["agency.toml"] = text("agency_facts.toml").format(plan=plan(made), date="2026-06-30")
    own[KEY] = as_csv(key.sealed_rows(made))
    return {f"{places.TRAINING}/{name}": content.encode() for name, content in own.items()}


def write(root: Path, variant: int) -> None:
    """Write a variant below the data folder `root`."""
    for name, content in files(variant).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]), 0)
