"""What ``7_portfolio`` calls, in its order: many agencies without a league table."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    opening open_folder unread
    movement moved moved_by_kpi
    figures draw_moved
    self_checks service_grades
    comparison compared
    foreign_frameworks crosswalk
    figures draw_funnel
    comparison differing shrunken
    movement pains
    self_checks self_and_clients
    movement unmeasured
    each_agency since_last by_alphabet
    targets_of_2030 national_targets
    chance_order why_no_order
    """,
)
