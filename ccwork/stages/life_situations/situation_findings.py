"""What the brief may take of life situations: the weak link, one kind of finding."""

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.life_situations.situation_chain import weak_links
from ccwork.tell import findings as told
from ccwork.tell.findings import having, of_rows, valued


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of life situations: each weak link, where it is proven."""
    weak = having(weak_links(work), weak_word="weak")
    found = of_rows(
        weak, "share ahead", "weak_by_{weak_by}", "weak_place", "proven", service="{service}",
        who="party:{link_owner}", action="meet_owner", cause="situation:{situation}:{weak_by}",
        kpi="{kpi}", situation="situation:{situation}", share=valued("share", "percent"),
    )  # fmt: skip
    return told.findings(work, "7_life_situations", found)
