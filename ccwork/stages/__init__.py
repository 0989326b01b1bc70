"""Rooms of the method, a room a notebook; a room's face lists what its notebook calls."""

import sys
from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Any


def face(room: str, listed: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the face of a room: what it lists is imported when it is first asked for.

    Parameters
    ----------
    room
        ``__name__`` of the room.
    listed
        A line a module, in the order of the notebook: the module, of this room or from
        ``ccwork`` on, then what is called of it.

    Returns
    -------
    tuple
        ``__getattr__`` and ``__dir__`` of the room.

    Examples
    --------
    >>> get, names = face("ccwork.stages", "stats.intervals wilson newcombe")
    >>> names(), round(get("wilson")(8, 10).value, 1)
    (['wilson', 'newcombe'], 0.8)
    """
    places = {
        name: f"ccwork.{module}" if "." in module else f"{room}.{module}"
        for module, *names in map(str.split, listed.strip().splitlines())
        for name in names
    }

    def get(name: str) -> Any:
        if name not in places:
            near = ", ".join(get_close_matches(name, places)) or ", ".join(places)
            raise AttributeError(f"{room} has no {name!r}; it has {near}.")
        found = getattr(import_module(places[name]), name)
        setattr(sys.modules[room], name, found)
        return found

    return get, lambda: list(places)
