"""What ``7_life_situations`` calls, in its order: one matter of a client, several agencies."""

from ccwork.stages import face

__getattr__, __dir__ = face(
    __name__,
    """
    client_clock situations_known situations_counted
    situation_chain situation_links weak_links
    matching_loss lost_between
    client_clock situation_kpis next_by_situation
    situation_findings findings
    """,
)
