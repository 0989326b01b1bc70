"""What ``4_scale`` calls, in its order: accept the change, or accept that it failed."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    stages.start.stage_order skipped
    change_register register change_words starts
    stages.plan.experiment_plan brought
    change_register plans
    plan_kept plan_fact
    measure.staff_pulse pulse_questions
    effect_estimates designs sides
    figures draw_paths
    effect_estimates paths office_paths
    verdict_rule verdicts
    effect_estimates effects
    figures draw_changes
    verdict_rule errors decided
    stages.face_the_problem.complaints pains_answered
    rollout_plan order strength watch
    change_findings findings
    """,
)
