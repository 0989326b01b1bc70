"""Data that come with ccwork: terms, dictionary, catalogue, calendar, locale, templates, lab."""

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
