"""The one service whose way is looked at."""

from ccwork.read.places import as_typed
from ccwork.read.workbook import Workbook


def service(work: Workbook, process: str = "") -> str:
    """Return the service whose way is looked at: the one named, chosen, or alone in the log.

    Empty where none of the three tells.
    """
    if process:
        return as_typed(process, work.table("services")["service"])
    rows = work.table("choices")
    taken = rows.loc[rows["chosen"] == "yes", "process"]
    of = work.table("candidates").set_index("process")["service"]
    found = [of[each] for each in taken if each in of.index]
    alone = [] if found else work.table("steps")["service"].unique().tolist()
    return found[0] if found else alone[0] if len(alone) == 1 else ""
