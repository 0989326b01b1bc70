"""What ``2_core_team`` calls, in its order: who begins the change."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    stages.start.stage_order skipped
    team_roles roles
    figures draw_team_roles
    team_roles demands leaders
    motives talent
    adoption leaders_log entries
    motives motives_met hiring
    team_roles leaders_grown
    adoption balance triage objections pressure factors portrait
    stages.start.case_bank known_cases
    team_roles team_safety
    team_findings findings
    team_roles nearest_people best_teams replaceable
    """,
)
