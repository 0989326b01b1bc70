"""Who is lost between the agencies of a life situation, and what matching of cases loses.

A case not seen in a later link may have been given up, or only not recognised there. The later
links hold cases nobody saw begin: as many of those missed as there are such cases may be the
same people. So the share lost lies between two ends, and each has its own interval.
"""

import pandas as pd

from ccwork import method
from ccwork.measure.process.summaries import FOLLOWED
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook
from ccwork.stages.life_situations.situation_chain import DONE, Chain, chains, hours_of
from ccwork.stats import intervals
from ccwork.tell.tables import about


@once
def lost_between(work: Workbook) -> pd.DataFrame:
    """Say how many cases are seen in no later link, with what matching may have lost.

    Returns
    -------
    DataFrame
        One row a ``situation`` and ``service`` but the last: ``link_owner`` and ``next_link``,
        ``next_owner``; ``n`` cases that ended here well (where outcomes are told) and were
        watched long enough; ``unmatched``, cases of later links whose beginning up to here
        nobody saw; ``lost_most`` percent, if all cases not seen again are lost, ``lost_least``,
        if every one unmatched is one of them; each with Wilson limits. ``say``: lost (more are
        missed than could be unmatched), unclear, single (fewer than ten are missed), none (all
        go on), no_match (not a single case is recognised later) or few.

    Notes
    -----
    Watched long enough: twice the time in which nine in ten of those who went on did (F08).
    Those who need no further service cannot be told from those lost. Source: our choice.
    """
    found = []
    for code, chain in chains(work).items():
        for at, service in enumerate(chain.path[:-1]):
            owners, then = chain.services["link_owner"], chain.path[at + 1]
            named = {"situation": code, "service": service, "link_owner": owners[service]}
            named |= {"next_link": then, "next_owner": owners[then], "why": "few_cases"}
            found.append(named | _lost(chain, at))
    made = about(pd.DataFrame(found), "situation_lost", work)
    made.attrs["remarks"] = [("remark.situation_match", {})]
    return made


def _lost(chain: Chain, at: int) -> dict[str, object]:
    """Hold the cases that left one link against those seen in later ones."""
    service, later = chain.path[at], chain.came[chain.path[at + 1 :]]
    said, left = chain.outcome[service], chain.left[service]
    gone = left.notna() & (said.eq(DONE) if said.ne("").any() else True)
    seen = later.notna().any(axis=1)
    took = (later.min(axis=1) - left).where(gone & seen).clip(lower=0)
    follow = FOLLOWED * intervals.quantile(took, 0.9).value if took.notna().any() else 0.0
    gone &= left <= hours_of(pd.Series([chain.rows.attrs["cutoff"]]))[0] - follow
    begun = chain.came[chain.path[: at + 1]].notna().any(axis=1)
    n, on, unmatched = int(gone.sum()), int((gone & seen).sum()), int((seen & ~begun).sum())
    least, most = max(n - on - unmatched, 0), n - on
    ends = [intervals.percent(k, n, least=method.MIN_SHOWN) for k in (least, most)]
    shown = ends[0].columns("lost_least") | ends[1].columns("lost_most")
    say = "lost" if least > 1 else "unclear"  # a share of one is not told
    say = "none" if not most else "single" if most < method.MIN_SHOWN else say
    say = "few" if n < method.MIN_SHOWN else say if on else "no_match"
    return {"n": n, "unmatched": unmatched, "say": say, "lost_word": say} | shown
