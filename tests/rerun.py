"""Run the shipped notebooks in place and keep what git keeps: counts, numbers, alt texts."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def rerun(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": path.parent}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("image/png", None)
            output.get("metadata", {}).get("ccwork", {}).pop("facts", None)
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    wanted = sys.argv[1:] or [path.name for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    for name in wanted:
        rerun(NOTEBOOKS / name)
