"""What ``5_recognition`` calls, in its order: which success may be told."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    stages.start.stage_order skipped
    stages.scale.verdict_rule verdicts
    stages.plan.experiment_plan brought
    claim_grades claims
    regression_to_mean by_itself
    thanked_teams named never
    success_notes inside outside
    told_register told
    staff_and_clients link units_compared
    stages.start.case_bank known_cases
    success_findings findings
    stats.shrinkage expected
    """,
)
