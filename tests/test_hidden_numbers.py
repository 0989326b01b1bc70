"""An attacker with all outputs of one run: every stage, month, quarter and year, both languages.

What a report hides must keep at least four feasible values: a small linear programme holds every
number told in any table against every other.
"""

import csv
import html
import json
import re
import shutil
import zipfile
import zlib
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bench.onecell import Here, made
from conftest import SAMPLES
from scipy.optimize import Bounds, LinearConstraint, milp

from ccwork import cli
from ccwork.language import periods
from ccwork.measure.process import case_tables
from ccwork.read import loading
from ccwork.report.batch import batch_jobs, batch_run
from ccwork.tell import small_counts

THINNED = {"answers": ("respondent", 45), "steps": ("case", 30), "checks": ("visit", 30)}
"""Tables of a sample of which so many percent of the people are kept: a small agency."""

FEASIBLE = 4
"""So many values a hidden number may still have, or it is recovered (our choice)."""

Cell = tuple[str, str, str]
"""Table, key (or what is added up there), column."""


def small(root: Path, **more: str) -> Path:
    """Write an agency of which every stage has something, and few people in many groups."""
    folder = root / "small"
    shutil.copytree(SAMPLES / "demo" / "registry", folder)
    for table, (key, share) in THINNED.items():
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = csv.reader(lines)
        at = head.index(key)
        with path.open("w", encoding="utf-8", newline="") as lines:
            kept = [row for row in rows if zlib.crc32(row[at].encode()) % 100 < share]
            csv.writer(lines).writerows([head, *kept])
    with (folder / "agency.toml").open("a", encoding="utf-8") as lines:
        lines.write("".join(f'\n{key} = "{value}"' for key, value in more.items()))
    return root


def reported(data: Path, out: Path, wanted: list[str], *langs: str, **more: object) -> Path:
    """Report as the command does, but in this process."""
    task = batch_jobs.Task(str(data), out, tuple(wanted), langs, judge=cli._judged, **more)
    outcomes = made(task, {"small": data / "small"}, Here())
    assert {outcome.status for outcome in outcomes.values()} == {"ok"}, outcomes
    batch_run.finish(task, outcomes.values())
    return out / "small"


# ---------------------------------------------------------------- the programme


class Known:
    """Numbers and how they hang together: each cell is told, few, or not told at all."""

    def __init__(self) -> None:
        self.names: dict[object, int] = {}
        self.limits: list[list[float]] = []
        self.lines: list[tuple[dict[object, float], float, float]] = []
        self.few: list[object] = []

    def cell(self, name: object, value: float | None = None, few: bool = False) -> object:
        """Name a number; narrow it where it is told or said to be few."""
        if name not in self.names:
            self.names[name] = len(self.limits)
            self.limits.append([0, 10_000])
        limits = self.limits[self.names[name]]
        if value is not None:
            limits[:] = [value, value]
        elif few and limits != [1, 9]:
            self.few.append(name)
            limits[:] = [max(limits[0], 1), min(limits[1], 9)]
        return name

    def sums(self, whole: object, parts: list[object]) -> None:
        """Say that parts add up to a whole."""
        line = defaultdict(float, {self.cell(whole): -1.0})
        for part in parts:
            line[self.cell(part)] += 1.0
        self.lines.append((line, 0, 0))

    def within(self, part: object, whole: object) -> None:
        """Say that a number is not above another."""
        self.lines.append(({self.cell(part): 1.0, self.cell(whole): -1.0}, -np.inf, 0))

    def share(self, percent: float, part: object, whole: object) -> None:
        """Use a share told exactly: it is a fraction, and the whole a multiple of its base."""
        told = Fraction(percent / 100).limit_denominator(2000)
        if abs(float(told) * 100 - percent) < 1e-6:
            self.sums(("times", part, whole), [])
            self.lines.pop()
            many = ("times", part, whole)
            bottom, top = told.denominator, told.numerator
            self.lines.append(({self.cell(whole): 1.0, self.cell(many): -bottom}, 0, 0))
            self.lines.append(({self.cell(part): 1.0, self.cell(many): -top}, 0, 0))

    def join(self, period: str, part: "Known") -> None:
        """Add what is known of one period, under names of its own."""
        size = len(self.limits)
        self.names |= {(period, name): size + at for name, at in part.names.items()}
        self.limits += part.limits
        self.few += [(period, name) for name in part.few]
        for line, low, high in part.lines:
            self.lines.append(({(period, name): n for name, n in line.items()}, low, high))

    def range(self, name: object) -> tuple[int, int]:
        """Return the least and the most a number can be, all told considered."""
        size = len(self.limits)
        matrix = np.zeros((len(self.lines), size))
        for at, (line, _, _) in enumerate(self.lines):
            for part, times in line.items():
                matrix[at, self.names[part]] = times
        low, high = (np.array(column, float) for column in zip(*self.limits, strict=True))
        ends = [(low_, high_) for _, low_, high_ in self.lines]
        rules = [LinearConstraint(matrix, *zip(*ends, strict=True))] if ends else []
        found = []
        for sign in (1, -1):
            aim = np.zeros(size)
            aim[self.names[name]] = sign
            done = milp(
                aim, integrality=np.ones(size), bounds=Bounds(low, high), constraints=rules
            )
            assert done.success, (name, done.message)
            found.append(round(sign * done.fun))
        return found[0], found[1]

    def recovered(self) -> dict[object, tuple[int, int]]:
        """Return the hidden numbers of which too few values are left."""
        ranges = {name: self.range(name) for name in dict.fromkeys(self.few)}
        return {name: ends for name, ends in ranges.items() if ends[1] - ends[0] + 1 < FEASIBLE}


def facts_of(folder: Path) -> dict[str, dict[Cell, dict]]:
    """Return the facts of each period: table, key, column -> fact."""
    found = {}
    for path in sorted(folder.rglob("facts.json")):
        own = found[json.loads(path.read_text("utf-8"))["period"]] = {}
        for fact in json.loads(path.read_text("utf-8"))["facts"]:
            _, table, *key, column = fact["id"].split(".")
            own[table, ".".join(key), column] = fact
    return found


def held(known: Known, name: object, fact: dict | None) -> object:
    """Enter a fact under a name: several tables may tell the same number."""
    if fact is None:
        return known.cell(name)
    return known.cell(name, fact["value"], fact.get("word") in ("too_few", "few_cases"))


# ---------------------------------------------------------------- what an attacker knows


def of_answers(known: Known, found: dict[str, dict[Cell, dict]]) -> None:
    """Numbers of answers: each stands in several tables, and months make quarters and years."""
    for period, facts in found.items():
        for (table, key, column), fact in facts.items():
            if column == "n" and table in ("levels", "levels_by_period"):
                held(known, ("answers", key), fact)
            elif (
                column == "n" and table == "judged" and ("levels", f"{key}.{period}", "n") in facts
            ):
                held(known, ("answers", f"{key}.{period}"), fact)
    for name in [name for name in known.names if name[0] == "answers"]:
        series, _, period = name[1].rpartition(".")
        if (grain := periods.grain(period)) != "month":
            parts = periods.parts(period, "month" if grain == "quarter" else "quarter")
            known.sums(name, [("answers", f"{series}.{part}") for part in parts])


def of_log(known: Known, facts: dict[Cell, dict], service: str) -> None:
    """Numbers of cases: begun, ended and open, by channel, group, way, first and last step."""
    begun, ended, left = ("begun", service), ("ended", service), ("open", service)
    tables = defaultdict(dict)
    for (table, key, column), fact in facts.items():
        tables[table, column][key] = fact
    for table, name, column in (("journey_summary", begun, "n"), ("journey_passed", ended, "n"),
                                ("journey_summary", left, "unfinished"),
                                ("journey_work", ended, "n"),
                                ("chain_whole", ended, "n")):  # fmt: skip
        for fact in tables[table, column].values():
            held(known, name, fact)
    known.sums(begun, [ended, left])
    for by in ("channel", "segment"):
        groups = [key for key in tables[f"journey_{by}s", "n"] if key.startswith(f"{service}.")]
        for key in groups:
            own = [(by, key, part) for part in ("begun", "ended", "open")]
            held(known, own[0], tables[f"journey_{by}s", "n"][key])
            held(known, own[2], tables[f"journey_{by}s", "unfinished"][key])
            held(known, own[1], tables[f"effort_{by}", "n"].get(f"{key}.actions"))
            known.sums(own[0], own[1:])
        for part, whole in (("begun", begun), ("ended", ended), ("open", left)):
            if groups:
                known.sums(whole, [(by, key, part) for key in groups])
    for table, column, share in (("journey_ended", "n", ""), ("journey_variants", "n", "share"),
                                 ("journey_ends", "begin", "begin_share"),
                                 ("journey_ends", "finish", "finish_share")):  # fmt: skip
        rows = tables[table, column]
        for key, fact in rows.items():
            held(known, (table, key, column), fact)
            told = tables[table, share].get(key, {}).get("value")
            if told is not None:
                known.share(told, (table, key, column), begun)
        if rows:
            known.sums(begun, [(table, key, column) for key in rows])
    if ended_as := tables["journey_ended", "n"]:
        known.sums(left, [("journey_ended", "open", "n")])
        assert "open" in ended_as
    steps = [(table, column) for table, column in tables
             if (table, column) in (("journey_map", "cases"), ("journey_waits", "n"),
                                    ("journey_waits", "waited"), ("journey_handovers", "n"),
                                    ("journey_stuck", "reached"))]  # fmt: skip
    for table, column in steps:
        for key, fact in tables[table, column].items():
            name = ("reached", key) if column in ("cases", "reached") else (table, key, column)
            known.within(held(known, name, fact), begun)
    standing = tables["journey_stuck", "standing_cases"]
    for key, fact in standing.items():
        held(known, ("standing", key), fact)
    if standing:
        known.sums(left, [("standing", key) for key in standing])
    for key, fact in tables["journey_waits", "within"].items():
        if fact["value"] is not None and fact["value"] % 100:
            known.share(fact["value"], ("within", key), ("journey_waits", key, "n"))
    cohorts = {key.partition(".")[0]: fact for key, fact in tables["journey_funnel", "n"].items()}
    for cohort, fact in cohorts.items():
        held(known, ("cohort", cohort), fact)
    if cohorts:
        known.cell("other months")
        known.sums(begun, ["other months", *(("cohort", cohort) for cohort in cohorts)])
    for by in ("group", "kind", "status"):
        if met := {key: fact for key, fact in tables[f"clients_by_{by}", "met"].items()
                   if fact.get("word") != "no_data"}:  # fmt: skip
            for key, fact in met.items():
                held(known, (f"met by {by}", key), fact)
            known.sums(begun, [(f"met by {by}", key) for key in met])
            for key in met if by == "group" else ():
                if ("segment", f"{service}.{key}", "begun") in known.names:
                    known.sums((f"met by {by}", key), [("segment", f"{service}.{key}", "begun")])


def of_groups(known: Known, found: dict[str, dict[Cell, dict]]) -> None:
    """Groups of the effect of mix, with the row of all."""
    for period, facts in found.items():
        rows = {key: fact for (table, key, column), fact in facts.items()
                if (table, column) == ("mix", "n")}  # fmt: skip
        for key, fact in rows.items():
            held(known, ("mix", period, key), fact)
        if rows:
            own = [("mix", period, key) for key in rows if key != "all"]
            known.sums(("mix", period, "all"), own)


def audited(folder: Path) -> Known:
    """Hold all that the facts of one run tell against one another; a log as each period saw it."""
    known, found = Known(), facts_of(folder)
    of_answers(known, found)
    of_groups(known, found)
    seen: dict[str, list[str]] = defaultdict(list)
    for period in sorted(found, key=periods.last_day):
        for service in {key for table, key, _ in found[period] if table == "journey_summary"}:
            of_log(part := Known(), found[period], service)
            known.join(period, part)
            for before in seen[service]:
                for name in (("begun", service), ("ended", service)):
                    known.within((before, name), (period, name))
            seen[service].append(period)
    return known


# ---------------------------------------------------------------- what stands in words

PEOPLE_EN = "people|persons?|answers|respondents?|clients?|visitors?|cases?|voices?|applicants?"
PEOPLE_RU = (
    "человека?|ответ(?:а|ов)?|клиент(?:а|ов)?|посетител\\w+|обращени[еяй]|случа[йяев]+|голос"
)
FEW_SAID = re.compile(
    rf"(?<![\d.,–-])(?<!№ )(?<!to )(?<!до )\b[1-9] (?:{PEOPLE_EN}|{PEOPLE_RU})\b"
    r"|\b(?:n|cases|answers|people|обращений|ответов|человек)[ ]?[=:] [1-9]\b"
    r"(?![.,]?\d| period| период)"
)
"""A number below ten with what it counts."""


def words_of(path: Path) -> str:
    """Return all that a file says: pages with the words of pictures, books, documents."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as book:
            parts = [book.read(part).decode("utf-8", "ignore") for part in book.namelist()]
            return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(parts)))
    if path.suffix == ".pdf":
        from pypdf import PdfReader

        return " ".join(page.extract_text() for page in PdfReader(path).pages)
    said = path.read_text("utf-8", "ignore")
    if path.suffix == ".html":
        alts = " ".join(re.findall(r'alt="([^"]*)"', said))
        said = re.sub(r"(?s)<style.*?</style>", "", said)
        said = html.unescape(f"{re.sub('<[^>]+>', ' ', said)} {alts}")
    return said


def few_said(folder: Path) -> set[str]:
    """Return where numbers of people below ten stand in words."""
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            said = re.sub(r"\s+", " ", words_of(path))
            found |= {f"{path.name}: {said[max(0, hit.start() - 60) : hit.end() + 40]}"
                      for hit in FEW_SAID.finditer(said)}  # fmt: skip
    return found


CASES_SAID = re.compile(r"(?:[Cc]ases|[Оо]бращени\w*)\b[^.:]{0,60}: (\d+)(?: (?:of|из) (\d+))?")
"""Numbers of cases a sentence tells."""


def begun_said(folder: Path) -> set[str]:
    """Return where a sentence tells how many cases began, which the tables of that run hide."""
    found, hidden = set(), 0
    for path in folder.rglob("facts.json"):
        period = json.loads(path.read_text("utf-8"))["period"]
        facts = facts_of(path.parent)[period]
        rows = case_tables.journey(loading.load(str(folder.parents[1] / "data"), "small", period))
        begun = {str(row["n"]) for row in rows.to_dict("records")
                 if facts["journey_summary", row["service"], "n"].get("word")}  # fmt: skip
        hidden += len(begun)
        for page in path.parent.rglob("*"):
            said = words_of(page) if page.suffix in (".html", ".docx", ".pdf", ".csv") else ""
            told = CASES_SAID.finditer(re.sub(r"\s+", " ", said))
            found |= {f"{page.name}: {hit[0]}" for hit in told if begun & set(hit.groups())}
    assert hidden, "the agency has a number to hide"
    return found


def few_told(found: dict[str, dict[Cell, dict]]) -> list[tuple]:
    """Return the facts that tell a number of people or cases below ten."""
    told = [(period, *cell, fact) for period, facts in found.items()
            for cell, fact in facts.items()]  # fmt: skip
    return [one for one in told if 0 < (one[-1].get("n") or 0) < 10
            or (one[3] in small_counts.COUNTED and 0 < (one[-1]["value"] or 0) < 10)]  # fmt: skip


MONTHS = ["2026-04", "2026-05", "2026-06", "2026Q2"]


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    root = tmp_path_factory.mktemp("closed")
    return reported(small(root / "data"), root / "out", ["2026-06", "2026Q2"], "en")


@pytest.mark.slow
def test_nothing_hidden_in_a_month_and_its_quarter_is_recovered(closed):
    known = audited(closed)
    assert len(known.few) > 20 and not known.recovered()
    assert not few_told(facts_of(closed))
    assert not few_said(closed) and not begun_said(closed)


@pytest.mark.long
def test_nothing_hidden_in_months_quarter_and_years_is_recovered_in_any_form(tmp_path):
    wanted = [*MONTHS, "2025-10", "2025-11", "2025-12", "2025Q4", "2025"]
    forms = {"formats": ("pdf", "docx")}
    folder = reported(small(tmp_path / "data"), tmp_path / "out", wanted, "ru", "en", **forms)
    known = audited(folder)
    assert len(known.few) > 50 and not known.recovered()
    assert not few_told(facts_of(folder))
    assert not few_said(folder.parent) and not begun_said(folder)


# ---------------------------------------------------------------- the measure itself


def told(**cells: float | str) -> dict[Cell, dict]:
    """Write facts by hand: table__key__column=value, or the word that stands for it."""
    made = {}
    for name, value in cells.items():
        table, key, column = name.split("__")
        whole = isinstance(value, str)
        fact = {"value": None, "word": value} if whole else {"value": value}
        made[table, key.replace("_", "."), column] = fact
    return made


@pytest.mark.parametrize(("facts", "open_"), [
    ({"journey_summary__a__n": 37, "journey_passed__a__n": 35}, (2, 2)),
    ({"journey_summary__a__n": "gives_away", "journey_passed__a__n": 35}, (1, 9)),
    ({"journey_summary__a__n": "gives_away", "journey_passed__a__n": 35,
      "journey_variants__1__n": 35, "journey_variants__2__n": 12}, None),
    ({"journey_summary__a__n": "gives_away", "journey_passed__a__n": 35,
      "journey_ends__x__finish": "gives_away", "journey_ends__x__finish_share": 3500 / 37,
      "journey_ends__y__finish": "too_few"}, (2, 2)),
    ({"journey_summary__a__n": "gives_away", "journey_channels__a_site__n": 18,
      "journey_channels__a_office__n": 19, "journey_channels__a_site__unfinished": "too_few",
      "journey_channels__a_office__unfinished": "too_few",
      "effort_channel__a_site_actions__n": 17, "effort_channel__a_office_actions__n": 18},
     (2, 2)),
])  # fmt: skip
def test_the_programme_finds_what_was_told_today(facts, open_):
    known = Known()
    facts = told(**facts, journey_summary__a__unfinished="too_few")
    of_log(known, facts, "a")
    if open_ is None:
        with pytest.raises(AssertionError):
            known.range(("open", "a"))
    else:
        assert known.range(("open", "a")) == open_
        assert (("open", "a") in known.recovered()) == (open_ != (1, 9))


def test_the_programme_subtracts_months_from_a_quarter():
    known = Known()
    cells = {("levels_by_period", f"easy.a.2026-0{n}", "n"): {"value": value}
             for n, value in ((1, 20.0), (3, 30.0))}  # fmt: skip
    cells |= {("levels_by_period", "easy.a.2026-02", "n"): {"value": None, "word": "too_few"},
              ("levels", "easy.a.2026Q1", "n"): {"value": 57.0}}  # fmt: skip
    of_answers(known, {"2026Q1": cells})
    assert known.recovered() == {("answers", "easy.a.2026-02"): (7, 7)}


def test_a_count_of_few_people_is_found_in_words():
    for said in ("7 people answered", "cases: 3.", "5 обращений", "3 человека", "n = 4"):
        assert FEW_SAID.search(said), said
    for said in (
        "fewer than 10 people",
        "1–5 points",
        "17 people",
        "5 to 9 people",
        "0,5 ответа",
        "cases: 35",
    ):
        assert not FEW_SAID.search(said), said


def test_numbers_of_cases_are_found_in_a_sentence():
    for said in ("Cases that wait there: 31 of 37.", "Обращений, которые там ждут: 31 из 37."):
        assert CASES_SAID.search(said).groups() == ("31", "37")
    assert CASES_SAID.search("Обращений: 37.").groups() == ("37", None)


def test_the_small_agency_has_few_in_many_places(tmp_path):
    work = loading.load(str(small(tmp_path)), "small", "2026-06")
    steps = work.table("steps").drop_duplicates("case")
    assert 0 < (steps["segment"] == "business").sum() < 10 < len(steps) < 60
