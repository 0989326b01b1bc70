"""Weak and missing links of a life situation: planted truths, and sums done another way."""

import make_demo as make
import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLES, sample
from demo import families

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import loading
from ccwork.stages.life_situations import situation_chain

SERVICES = [
    {"service": "all", "type": "super_service", "situation": "birth"},
    {"service": "first", "situation": "birth", "agency": "registry_office"},
    {"service": "second", "situation": "birth"},
    {"service": "silent", "situation": "birth", "agency": "absent_office"},
    {"service": "unused", "situation": "birth"},
    {"service": "apart"},
]
FIELDS = ("service", "type", "situation", "agency")
START = pd.Timestamp("2026-01-05 09:00")


def leg(case, service, begin, hours, outcome="done", **more):
    """One step of one link, so many hours after the start of all."""
    start = START + pd.Timedelta(hours=begin)
    row = {"case": case, "step": f"do_{service}", "start": start,
           "end": start + pd.Timedelta(hours=hours), "service": service, "actor": "back",
           "outcome": outcome, "agency": "", "unit": "", "position": "", "kind": "",
           "documents": "", "came": ""}  # fmt: skip
    return row | more


def chained(agency, rows, services=SERVICES):
    filled = [{name: row.get(name, "") for name in FIELDS} for row in services]
    now = {"metric": "digital_take_up", "service": filled[-1]["service"], "period": "2026-06"}
    agency.add("metrics", [now | {"value": 50, "n": "н/д"}])
    return agency.add("services", filled).add("steps", rows).load("2026-06")


@pytest.fixture
def two_links(agency):
    """Twenty cases: two hours in the first link, wait of six and two hours in the second."""
    rows = [leg(f"C{n}", "first", 24 * n, 2, agency="registry_office") for n in range(20)]
    rows += [leg(f"C{n}", "second", 24 * n + 8, 2, unit="desk", position="clerk")
             for n in range(20)]  # fmt: skip
    return agency, rows


def test_time_is_shared_out_by_hand_and_the_wait_is_the_receivers(two_links):
    links = situation_chain.situation_links(chained(*two_links)).set_index("service")
    assert links.loc["first", "time_share"] == pytest.approx(100 * 2 / 10)
    assert links.loc["second", "time_share"] == pytest.approx(100 * 8 / 10)
    assert links.loc["second", ["time_share_low", "time_share_high"]].tolist() == pytest.approx(
        [80, 80]
    )


def test_each_link_has_its_owner_and_the_missing_ones_say_why(two_links):
    links = situation_chain.situation_links(chained(*two_links)).set_index("service")
    assert links.index.tolist() == ["first", "second", "silent", "unused"]
    assert links["link_owner"].tolist() == ["registry_office", "demo", "absent_office", "demo"]
    assert links.loc["second", ["unit_name", "position"]].tolist() == ["desk", "clerk"]
    assert links["in_path"].tolist() == ["reached", "reached", "no_data", "no_case"]
    assert np.isnan(links.loc["silent", "n"]) and links.loc["unused", "n"] == 0
    assert links.loc[["silent", "unused"], "time_share"].isna().all()


def test_what_the_law_sets_is_told_apart_inside_its_link(two_links):
    agency, rows = two_links
    rows += [leg(f"C{n}", "second", 24 * n + 14, 0, kind="statutory") for n in range(20)]
    links = situation_chain.situation_links(chained(agency, rows)).set_index("service")
    # of 12 hours in the second link the last four are the law's
    assert links.loc["second", "by_law"] == pytest.approx(100 * 4 / 12)
    assert links.loc["first", "by_law"] == 0


def test_links_stand_in_the_order_of_the_path_though_some_begin_in_the_middle(two_links):
    agency, rows = two_links
    rows += [leg(f"M{n}", "second", n, 1) for n in range(60)]
    chain = situation_chain.chains(chained(agency, rows))["birth"]
    assert chain.path == ["first", "second"]
    assert len(chain.rows) == 20 and len(chain.whole) == 20


def test_refusals_are_of_those_that_ended_and_the_lead_is_newcombes(two_links):
    agency, rows = two_links
    rows += [leg(f"R{n}", "first", n, 1, "refused") for n in range(5)]
    rows += [leg(f"S{n}", "first", n, 1) for n in range(25)]
    rows += [leg(f"S{n}", "second", n + 3, 1, "refused") for n in range(25)]
    work = chained(agency, rows)
    links = situation_chain.situation_links(work).set_index("service")
    assert links.loc["first", "refused"] == pytest.approx(100 * 5 / 50)
    assert links.loc["second", "refused"] == pytest.approx(100 * 25 / 45)
    weak = situation_chain.weak_links(work).set_index("weak_by").loc["refusals"]
    # Newcombe by hand: Wilson limits of both shares, squared and added
    z = 1.959963984540054

    def wilson(k, n):
        middle = (k + z * z / 2) / (n + z * z)
        half = z * np.sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
        return middle - half, middle + half

    (low1, high1), (low2, high2) = wilson(25, 45), wilson(5, 50)
    apart, down, up = 25 / 45 - 0.1, np.hypot(25 / 45 - low1, high2 - 0.1), 0
    up = np.hypot(high1 - 25 / 45, 0.1 - low2)
    assert weak[["ahead", "ahead_low", "ahead_high"]].tolist() == pytest.approx(
        [100 * apart, 100 * (apart - down), 100 * (apart + up)]
    )
    assert weak["weak_word"] == "weak" and weak["service"] == "second"


def test_no_link_is_named_where_the_first_is_not_proven_ahead(agency):
    rng = np.random.default_rng(1)
    rows = []
    for n in range(12):
        long, short = rng.exponential(5, 2)
        rows += [leg(f"C{n}", "first", 24 * n, long), leg(f"C{n}", "second", 24 * n + long, short)]
    weak = situation_chain.weak_links(chained(agency, rows)).set_index("weak_by")
    assert weak["weak_word"].to_dict() == {"time": "even", "refusals": "none"}
    assert weak["service"].tolist() == ["", ""] and weak["share"].isna().all()


def test_few_whole_paths_give_no_share(agency):
    rows = [leg(f"C{n}", each, 24 * n + 5 * at, 1) for n in range(9)
            for at, each in enumerate(("first", "second"))]  # fmt: skip
    work = chained(agency, rows)
    links = situation_chain.situation_links(work)
    assert links["time_share"].isna().all() and links["why"].tolist()[:2] == ["few_cases"] * 2
    assert situation_chain.weak_links(work)["weak_word"].tolist() == ["few", "few"]


def test_an_agency_without_situations_has_no_links_and_is_told_what_to_bring():
    work = sample("registry")
    for table in (situation_chain.situation_links(work), situation_chain.weak_links(work)):
        assert table.empty


# ---------------------------------------------------------------- the invented agency


def test_the_planted_weak_and_missing_links_are_found():
    work = sample("families")
    weak = situation_chain.weak_links(work).set_index("weak_by")
    assert weak["service"].to_dict() == {"time": "residence", "refusals": "benefit"}
    assert (weak["ahead_low"] > 0).all()
    links = situation_chain.situation_links(work).set_index("service")["in_path"]
    assert links[links != "reached"].to_dict() == {
        "health_policy": "no_data", "family_card": "no_case",
    }  # fmt: skip


def test_the_planted_links_are_found_whatever_the_draw(tmp_path):
    found = []
    for seed in range(1, 4):
        make.write_families(tmp_path / str(seed), seed)
        work = loading.load(str(tmp_path / str(seed)), families.CODE)
        weak = situation_chain.weak_links(work)
        found.append(tuple(weak["service"]))
    assert found == [("residence", "benefit")] * 3


def test_the_stored_agency_is_what_the_program_draws(tmp_path):
    make.write_families(tmp_path)
    stored = SAMPLES / "demo" / families.CODE
    files = {path.relative_to(stored) for path in stored.rglob("*.*")}
    assert files == {path.relative_to(tmp_path / families.CODE)
                     for path in (tmp_path / families.CODE).rglob("*.*")}  # fmt: skip
    for path in files:
        assert (tmp_path / families.CODE / path).read_bytes() == (stored / path).read_bytes()


def test_the_figures_are_the_same_in_both_languages():
    tables = []
    for lang in wording.LANGS:
        work = loading.load(str(SAMPLES), families.CODE, lang=lang)
        tables.append(situation_chain.weak_links(work).to_dict("records"))
    assert tables[0] == tables[1]


# ---------------------------------------------------------------- bad input


def test_an_unknown_situation_is_named_with_the_one_that_was_meant(agency):
    services = [{"service": "a", "situation": "birht"}]
    with pytest.raises(DataProblems) as stopped:
        chained(agency, [leg("C1", "a", 0, 1)], services)
    (problem,) = [each for each in stopped.value.problems if each.code == "unknown_code_like"]
    assert "birht" in str(problem) and "birth" in str(problem) and "services.csv" in str(problem)
    with wording.speaking("en"):
        assert "birht" in str(problem) and "life situations" in str(problem)


def test_a_situation_may_stand_by_its_name_and_be_the_agencys_own(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "situations.csv").write_text(
        "situation,ru,en,source\nmoving,Переезд,Moving,our own list\n", encoding="utf-8"
    )
    services = [{"service": "a", "situation": "Переезд"}, {"service": "b", "situation": "birth"}]
    work = chained(agency, [leg("C1", "a", 0, 1)], services)
    assert [*situation_chain.chains(work)] == ["moving", "birth"]
    assert wording.name("situation", "moving") == "Переезд"
