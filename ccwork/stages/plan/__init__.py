"""What ``3_plan`` calls, in its order: what to change, and how to test it."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    measure.process.chosen_service service
    experiment_plan brought
    stages.start.stage_order skipped
    measure.process.what_if levers steps_of
    service_windows windows_by_unit
    redesign redesign_wishes as_is_to_be
    plan_tables plan_shown plan_tried
    plan_power power_by_design
    experiment_plan brought_sealed
    plan_tables seal_held plan_changes
    plan_findings findings
    experiment_plan changed
    measure.process.what_if windows_needed
    """,
)
