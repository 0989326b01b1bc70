"""What is wrong with a cell or a file."""

from typing import Final

MOST_SHOWN: Final = 80
"""So many signs of what stands in a file are shown (our choice)."""


class Fault(ValueError):
    """What is wrong with a cell or a file: a code and the values of its sentences."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        if len(found := str(values.get("found", ""))) > MOST_SHOWN:
            values["found"] = found[:MOST_SHOWN] + "…"
        self.code = code
        self.values = values
