"""What facts.json is: the facts and findings of one agency, a line each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

SCHEMA: Final = 1
"""Version of the form of facts.json."""

FILE: Final = "facts.json"


def facts_json(
    facts: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]],
    about: Mapping[str, Any],
) -> str:  # fmt: skip
    """Write facts and findings as JSON, one a line; the same text for every language.

    Parameters
    ----------
    about
        What stands before them: agency, period, date of the data (ISO).
    """

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)

    lists = {"facts": facts, "findings": found}
    parts = [
        f'"{name}": [\n' + ",\n".join(map(line, rows)) + "\n]" for name, rows in lists.items()
    ]
    return line({**about, "schema": SCHEMA})[:-1] + f", {', '.join(parts)}}}\n"
