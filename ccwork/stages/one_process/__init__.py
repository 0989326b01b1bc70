"""What ``3_one_process`` calls, in its order: the way of the client through one process."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    measure.process.chosen_service service
    stages.start.stage_order skipped
    process_choice process_gates candidates_compared choice_sensitivity process_chosen
    measure.process.case_tables journey
    measure.process.client_effort effort
    journey_map steps
    figures draw_journey_map
    stages.plan.redesign both
    journey_map client_words
    figures draw_waits
    measure.process.waiting_times each_wait
    process_findings findings
    """,
)
