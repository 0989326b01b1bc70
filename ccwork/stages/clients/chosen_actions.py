"""What was chosen after the question "how can I help my inner clients", by whom and by when."""

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.clients.culture_signs import questions_answered
from ccwork.stages.face_the_problem import action_plan
from ccwork.tell.tables import about


def how_can_i(work: Workbook) -> pd.DataFrame:
    """Put beside each question on inner clients the action chosen for it, its owner and date.

    Returns
    -------
    DataFrame
        One row per item of ``questions_inner`` and action of the table ``actions`` that names
        it: ``item``, ``reply_own``, ``what``, ``owner``, ``due``, ``state`` (none: nothing was
        chosen). Empty where no question was answered.
    """
    acts = action_plan.roadmap(work)[["item", "what", "owner", "due", "state"]]
    rows = questions_answered(work, "questions_inner")[["item", "reply_own"]]
    rows = rows.merge(acts, on="item", how="left")
    empty = {"what": "—", "owner": "—", "due": "", "state": "none"}
    return about(rows.astype(dict.fromkeys(empty, object)).fillna(empty), "how_can_i", work)
