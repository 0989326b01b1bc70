"""Write the headline facts anew: ``python tests/golden/renew.py reports/opg/facts.json``.

Only after a change that is meant to move numbers, together with its reason under Method.
"""

import json
import re
import sys
from pathlib import Path

HEADLINES = re.compile(r"\.(judged|levels)\..*\.(verdict|value|score|top2|note)$")


def headlines(path: Path) -> dict[str, object]:
    facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
    return {
        fact["id"]: fact["word"] if fact["value"] is None else round(fact["value"], 6)
        for fact in facts
        if HEADLINES.search(fact["id"])
    }


if __name__ == "__main__":
    source = Path(sys.argv[1])
    target = Path(__file__).parent / f"{source.parent.name}.json"
    target.write_text(json.dumps(headlines(source), indent=1) + "\n", encoding="utf-8")
