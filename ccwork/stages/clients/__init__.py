"""What ``1_clients`` calls, in its order: who our clients are."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    client_map needs gaps statuses inner_map
    figures draw_inner_matrix
    client_map inner_links ties weakest parity
    culture_signs questions_answered
    chosen_actions how_can_i
    culture_signs own_checklists
    stages.face_the_problem.complaints errors_owned
    culture_signs people_left_out accessibility code_of_conduct
    culture_signs questions_covered
    clients_findings findings
    """,
)
