"""What ``0_start`` calls, in its order: where do I start."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    measure.metrics present_levels
    stages.kpi.figures draw_scores draw_profile
    measure.five_kpis five
    measure.own_past judged
    case_bank known_cases
    """,
)
