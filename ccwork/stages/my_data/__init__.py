"""What ``0_my_data`` calls, in its order: what does my own file tell."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    own_file open_file columns questions settle first_rows problems load_agency
    further_tables what_follows
    measure.own_past judged
    """,
)
