"""Data that come with ccwork: terms, dictionary, catalogue, patterns, locale, templates, lab."""

import csv
from importlib.resources import files
from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """Return a folder or a file that comes with ccwork.

    Examples
    --------
    >>> resource("catalogue", "metrics.csv").name
    'metrics.csv'
    """
    return files("ccwork").joinpath("resources", *parts)


def resource_rows(*parts: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file that comes with ccwork."""
    with resource(*parts).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
