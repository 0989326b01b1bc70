"""What the brief may take of life situations: the weak link, one kind of finding."""

from typing import Final

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.life_situations.situation_chain import weak_links
from ccwork.tell import findings as told
from ccwork.tell.findings import having, of_rows, valued

KPI: Final = {"time": "speed", "refusals": "quality"}
"""What a link is weak by -> the KPI it harms."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of life situations: each weak link, where it is proven."""
    weak = having(weak_links(work), weak_word="weak")
    found = of_rows(
        weak, "share ahead", "weak_by_{weak_by}", "weak_place", "proven", service="{service}",
        who="party:{link_owner}", action="meet_owner", cause="situation:{situation}:{weak_by}",
        situation="situation:{situation}", share=valued("share", "percent"),
        besides=lambda row: {"kpi": KPI[row["weak_by"]]},
    )  # fmt: skip
    return told.findings(work, "7_life_situations", found)
