"""Links of a chain: the published example, hand-overs, what is missing, what may not matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.stages.cascade import figures, service_chain
from ccwork.stats import survival
from ccwork.tell import formatting, sentences

DAYS = [[2, 5, 3], [1, 9, 2], [3, 4, 8], [2, 12, 1], [1, 3, 2], [4, 6, 6], [2, 5, 2], [1, 10, 7]]
"""Hours of three links in eight cases, the published example."""

NORMS = (2, 5, 3)
WAYS = (("accept", "front", ""), ("decide", "back", ""), ("reply", "", "tax"))


def row(case, step, start, end, unit, agency, norm, **more):
    said = {"case": case, "step": step, "service": "a", "actor": "back", "unit": unit,
            "agency": agency, "norm": "" if norm is None else norm, "outcome": ""}  # fmt: skip
    at = [pd.Timestamp("2026-01-05") + pd.Timedelta(hours=hour) for hour in (start, end)]
    return said | {"start": f"{at[0]:%Y-%m-%d %H:%M}", "end": f"{at[1]:%Y-%m-%d %H:%M}"} | more


def log(days=DAYS, norms=NORMS, times=2):
    """Each case goes through three links; half of what a link takes is the wait before it."""
    rows = []
    for place, case in enumerate(list(days) * times):
        clock = 24.0 * place
        for n, (took, (step, unit, agency)) in enumerate(zip(case, WAYS, strict=True)):
            start = clock + (took / 2 if n else 0)
            clock += took
            rows.append(row(f"c{place}", step, start, clock, unit, agency, norms and norms[n]))
        rows[-1]["outcome"] = "done"
    return rows


def opened(agency, rows, **tables):
    agency.counts([1, 2, 3, 4, 50], first="2026-03")
    for name, table in ({"steps": rows} | tables).items():
        agency.add(name, table)
    return agency.load()


def by_link(work):
    return service_chain.links(work).set_index("link")


# ---------------------------------------------------------------- the published example


def test_f30_the_published_chain_is_taken_apart(agency):
    work = opened(agency, log())
    rows = by_link(work)
    assert rows.index.tolist() == ["front", "back", "tax"]
    assert rows["time_share"].tolist() == pytest.approx([15.8, 53.5, 30.7], abs=0.05)
    assert rows["over_share"].tolist() == pytest.approx([9.4, 53.1, 37.5], abs=0.05)
    assert rows["on_time_gain"].tolist() == pytest.approx([4.16667, 35.41667, 22.91667])  # F30
    assert rows["link_norm"].tolist() == [2, 5, 3]
    for name in ("time_share", "over_share", "on_time_gain"):
        assert (rows[f"{name}_low"] <= rows[name]).all()
        assert (rows[name] <= rows[f"{name}_high"]).all()


def test_the_whole_chain_says_what_the_client_gets(agency):
    whole = service_chain.chain_as_a_whole(opened(agency, log())).iloc[0]
    assert (whole["n"], whole["on_time"], whole["all_norms"]) == (16, 37.5, pytest.approx(100))
    assert whole["on_time_low"] < 37.5 < whole["on_time_high"]
    assert (whole["say"], whole["link"]) == ("weak", "back")
    assert whole["on_time_gain"] == pytest.approx(35.41667)
    assert whole["rolled"] == 100 and 80 < whole["rolled_low"] < 100


def test_the_mark_is_one_for_the_chain_and_no_link_has_its_own(agency):
    agency.counts([1, 2, 3, 4, 50], first="2026-03").add("steps", log())
    work = agency.load("2026-03")
    whole = service_chain.chain_as_a_whole(work).iloc[0]
    assert (whole["marks"], whole["client_mark"]) == (60, pytest.approx(91.67, abs=0.01))
    assert not [column for column in service_chain.links(work) if "mark" in column]


# ---------------------------------------------------------------- who is a link


def test_the_client_and_the_law_are_links_nobody_answers_for(agency):
    rows = log()
    for place in range(16):
        mine = [each for each in rows if each["case"] == f"c{place}"]
        mine[0] |= {"actor": "client", "unit": "", "norm": ""}
        mine[1] |= {"kind": "statutory"}
    for each in rows:
        each.setdefault("kind", "")
    found = by_link(opened(agency, rows))
    assert found.index.tolist() == ["client", "law", "tax"]
    assert (
        found.loc[["client", "law"], ["over_share", "on_time_gain", "right_first"]]
        .isna()
        .all(axis=None)
    )
    assert found["right_first_why"].tolist() == ["no_link", "no_link", "few_cases"]
    assert found.loc["tax", "over_share"] == 100 and found["time_share"].sum() == pytest.approx(
        100
    )


def test_the_agency_under_its_own_code_and_steps_without_a_unit_are_its_own(agency):
    rows = log()
    for each in rows:
        each["agency"] = each["agency"].replace("tax", "demo")
    found = by_link(opened(agency, rows))
    assert found.index.tolist() == ["front", "back", "own"]


def test_where_most_steps_say_not_who_acts_there_are_no_links(agency):
    rows = [each | {"unit": "", "agency": "", "actor": ""} for each in log()]
    work = opened(agency, rows)
    assert service_chain.links(work).empty and service_chain.chain_as_a_whole(work).empty
    assert "не указано, кто действует" in formatting.absent(service_chain.links(work))


def test_more_than_eight_links_are_joined_and_the_largest_stay(agency):
    rows = []
    for case in range(12):
        clock = 100.0 * case
        for n in range(11):
            took = 1 + n
            rows.append(row(f"c{case}", f"s{n:02}", clock, clock + took, f"u{n:02}", "", 3))
            clock += took
        rows[-1]["outcome"] = "done"
    found = by_link(opened(agency, rows))
    assert len(found) == 8 and set(found.index) == {*(f"u{n:02}" for n in range(4, 11)), "rest"}
    assert found.loc["rest", "time_share"] == pytest.approx(100 * 10 / 66)
    assert wording.name("link", "rest") == "остальные звенья вместе"
    assert found["on_time_gain"].sum() == pytest.approx(100)


def test_cases_still_open_are_not_counted(agency):
    rows = log()
    rows = [each for each in rows if not (each["case"] == "c15" and each["step"] == "reply")]
    assert service_chain.chain_as_a_whole(opened(agency, rows)).iloc[0]["n"] == 15


# ---------------------------------------------------------------- hand-overs and repeats


def test_a_wait_is_charged_to_the_receiver_and_what_came_back_to_the_sender(agency):
    rows = []
    for case in range(20):
        at = 50.0 * case
        rows += [row(f"c{case}", "accept", at, at + 1, "front", "", None),
                 row(f"c{case}", "decide", at + 4, at + 5, "back", "", None)]  # fmt: skip
        if case < 5:
            rows += [row(f"c{case}", "mend", at + 6, at + 7, "front", "", None),
                     row(f"c{case}", "decide", at + 8, at + 9, "back", "", None)]  # fmt: skip
        rows[-1]["outcome"] = "done"
    work = opened(agency, rows)
    found = by_link(work)
    waits = {"front": 5 * 1, "back": 20 * 3 + 5 * 1}
    assert found["wait_share"].to_dict() == pytest.approx(
        {link: 100 * hours / sum(waits.values()) for link, hours in waits.items()}
    )
    assert found.loc["front", "sent_back"] == 20  # 5 of its 25 hand-overs
    assert found["right_first"].to_dict() == {"front": 100, "back": 75}
    whole = service_chain.chain_as_a_whole(work).iloc[0]
    assert whole["rolled"] == 75 and whole["rolled_low"] < 75 < whole["rolled_high"]
    assert whole["say"] == "no_norm" and whole["on_time_why"] == "no_norm"


# ---------------------------------------------------------------- words in place of numbers


def test_without_norms_there_is_time_but_no_weak_link(agency):
    work = opened(agency, log(norms=None))
    rows, whole = by_link(work), service_chain.chain_as_a_whole(work).iloc[0]
    assert rows["time_share"].notna().all() and rows["on_time_gain"].isna().all()
    assert rows["over_share"].isna().all() and set(rows["why"]) == {"no_norm"}
    assert (whole["say"], whole["link"]) == ("no_norm", "") and np.isnan(whole["on_time"])
    (sentence,) = sentences.sentences(service_chain.chain_as_a_whole(work))
    assert "ни у одного шага нет нормы" in sentence


def test_few_cases_get_words(agency):
    work = opened(agency, log(times=1))
    rows, whole = by_link(work), service_chain.chain_as_a_whole(work).iloc[0]
    assert rows[["time_share", "over_share", "on_time_gain", "right_first"]].isna().all(axis=None)
    assert set(rows["why"]) == {"few_cases"} and whole["say"] == "few"
    assert np.isnan(whole["on_time"]) and np.isnan(whole["rolled"])


def test_where_no_link_alone_is_proven_to_help_none_is_called_weak(agency):
    work = opened(agency, log(days=[[1, 4, 2]] * 8))
    whole = service_chain.chain_as_a_whole(work).iloc[0]
    assert (whole["on_time"], whole["say"], whole["link"]) == (100, "even", "")


def test_an_agency_without_steps_is_told_what_to_bring(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-03").load()
    for make in (service_chain.links, service_chain.chain_as_a_whole, service_chain.drivers):
        rows = make(work)
        assert rows.empty and formatting.absent(rows)
    assert figures.draw_chain(service_chain.links(work)).figure is None


# ---------------------------------------------------------------- what holds always


cases = st.lists(
    st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=1, max_size=6
)  # fmt: skip


def steps_of(days):
    table = pd.DataFrame(log(days, times=1))
    times = {
        side: pd.to_datetime(table[side]).astype("datetime64[us]") for side in ("start", "end")
    }
    table = table.assign(**times, position="", norm=table["norm"].astype(float))
    return table.assign(link=np.where(table["unit"] != "", table["unit"], table["agency"]))


@given(cases)
def test_links_sum_to_the_whole_time_and_gains_to_what_all_norms_give(days):
    found = service_chain.times(steps_of(days))
    assert found.took.tolist() == pytest.approx(np.array(days, float))
    on_time = (found.late <= 1e-9).mean()
    every = np.arange(len(days))
    assert service_chain.gains(found, every).sum() == pytest.approx(100 * (1 - on_time))
    published = survival.on_time(np.array(days), NORMS, sum(NORMS))
    assert service_chain.gains(found, every) == pytest.approx(100 * np.array(published))


@given(cases, st.randoms())
def test_rows_in_another_order_change_nothing(days, chance):
    steps = steps_of(days)
    places = list(range(len(steps)))
    chance.shuffle(places)
    plain, other = (service_chain.times(each) for each in (steps, steps.iloc[places]))
    assert plain.links == other.links
    assert np.sort(plain.took, axis=0) == pytest.approx(np.sort(other.took, axis=0))
    every = np.arange(len(days))
    assert service_chain.gains(plain, every) == pytest.approx(service_chain.gains(other, every))


# ---------------------------------------------------------------- drivers


def survey(n, seed=0):
    """Marks that follow speed, not culture."""
    rng = np.random.default_rng(seed)
    speed, culture = rng.integers(1, 6, n), rng.integers(1, 6, n)
    mark = np.clip(speed + rng.integers(-1, 2, n), 1, 5)
    asked = {"fast_enough": speed, "respected": culture, "satisfaction": mark}
    return [
        {"respondent": f"r{person}", "metric": metric, "service": "a", "level": level[person],
         "date": f"2026-0{1 + person % 6}-1{person % 9}"}
        for metric, level in asked.items()
        for person in range(n)
    ]  # fmt: skip


def test_the_kpi_the_mark_follows_is_named_with_its_share(agency):
    rows = service_chain.drivers(agency.add("answers", survey(200)).load()).set_index("kpi")
    assert rows.index.tolist() == ["speed", "culture"] and set(rows["n"]) == {200}
    speed, culture = rows.loc["speed"], rows.loc["culture"]
    assert speed["explained_low"] > 60 and culture["explained_high"] < 10
    assert rows["kpi_felt_low"].lt(rows["kpi_felt"]).all()


def test_too_few_clients_explain_nothing_and_old_answers_do_not_count(agency):
    rows = survey(160)
    for each in rows[::2]:
        each["date"] = each["date"].replace("2026", "2025")
    found = service_chain.drivers(agency.add("answers", rows).load())
    assert found["explained"].isna().all() and set(found["why"]) == {"few_cases"}
    assert set(found["n"]) == {80} and found["kpi_felt"].notna().all()


def test_the_text_says_association_not_cause(agency):
    rows = service_chain.drivers(agency.add("answers", survey(200)).load())
    for lang, words in (("ru", "связь, а не причина"), ("en", "an association, not a cause")):
        wording.use(lang)
        assert words in wording.word(f"show.{rows.attrs['name']}")


# ---------------------------------------------------------------- the figure


def test_the_figure_shows_every_link_and_says_it_in_words(agency):
    rows = service_chain.links(opened(agency, log()))
    picture = figures.draw_chain(rows)
    (ax,) = picture.figure.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["front", "back", "tax"]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == pytest.approx([*rows["time_share"], *rows["over_share"]])
    assert "back: времени 53,5" in picture.alt.replace("\N{NO-BREAK SPACE}", " ")
    assert "нормы нет" not in picture.alt


def test_a_link_without_a_norm_has_no_bar_of_hours_beyond_it(agency):
    picture = figures.draw_chain(service_chain.links(opened(agency, log(norms=None))))
    (ax,) = picture.figure.axes
    assert len(ax.patches) == 3 and [each.get_text() for each in ax.texts] == ["нормы нет"] * 3
    assert picture.alt.count("нормы нет") == 3
