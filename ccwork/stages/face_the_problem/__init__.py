"""What ``1_face_the_problem`` calls, in its order: how the client sees us."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    walkthroughs walks field_visits
    figures draw_walks
    walkthroughs outer_beside_inner obstacles
    figures draw_obstacles
    walkthroughs strong_places signs effort as_metrics observer_agreement
    visit_schedule needed planner
    avoidable_time demand_beside_pain
    self_assessment declared grade scale self_check_items
    stages.start.legal_bases legal_bases
    action_plan actions_counted roadmap
    blind_spots blind_spot_index spots by_item
    figures draw_views
    blind_spots views
    client_promise rights
    complaints complaints_answered
    blind_spots gathered
    client_promise rights_counted
    walkthroughs to_bring
    problem_findings findings
    walkthroughs publishable
    """,
)
