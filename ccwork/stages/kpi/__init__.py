"""What ``6_kpi`` calls, in its order: are clients better off than yesterday."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    measure.metrics conflicts
    stages.cascade.sources_apart told_apart
    measure.metrics levels_by_period present_levels
    measure.survey_weighting silent
    measure.who_answered doubts
    measure.survey_weighting nps
    figures draw_scores
    measure.own_past judged
    figures draw_histories
    measure.own_past notable
    measure.control_charts histories rebasings seasons
    target_values own_goals
    target_progress progress suggested
    measure.metrics definition_runs definitions
    measure.five_kpis five
    measure.survey_weighting weighing
    figures draw_profile
    measure.five_kpis moved accord scored
    kpi_sensitivity without_one sensitivity
    kpi_rows five_rows kpi_by_period
    kpi_findings findings
    kpi_sensitivity total
    stats.normalisation weighted_interval
    """,
)
