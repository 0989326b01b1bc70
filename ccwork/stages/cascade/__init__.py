"""What ``8_cascade`` calls, in its order: which indicators for which positions."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    metric_passports choice_counted selection metrics_left_out passport
    indicator_levels review pool
    sources_apart nearness
    position_indicators position_matrix coverage faults proposals
    position_cards card
    review_meeting targets_agreed
    causes_of_misses missed causes escalations organisational_share protected_teams
    service_chain links chain_as_a_whole drivers
    figures draw_chain
    measure.mix_effect decomposed
    review_meeting meeting
    indicator_levels review_counts
    position_indicators faulty
    review_meeting reviewed
    cascade_findings findings
    position_indicators proposal
    causes_of_misses employee_view
    """,
)
