"""Event logs from other systems: csv, xlsx, XES and XES.gz, read through a mapping file.

The mapping (TOML) says which of their columns are ours, and what the log cannot tell of itself:
the time zone, the cut-off date, which steps are the client's, how long the law makes wait.

::

    [columns]                        # ours = "theirs"
    case = "Номер дела"
    step = "Операция"
    start = "Начало"                 # the only time of a log goes here
    end = "Окончание"                # left out where the log has one time a row
    resource = "Сотрудник"           # people: read as codes R1, R2 ... in the column position
    # position, unit, agency, service, channel, segment, outcome, applied, received, lifecycle
    [attributes]                     # other columns to keep
    amount = "Сумма"
    [time]
    zone = "Europe/Moscow"           # of times without an offset, and for showing all
    format = "%d.%m.%Y %H:%M"        # left out for 2026-03-31 14:05 and 31.03.2026 14:05
    cutoff = 2026-06-30
    [steps]
    client = ["Подача", "Получение"]
    front = ["Приём"]
    other = ["Ответ на запрос"]      # all others are "back"
    [statutory]                      # step = hours the law makes wait
    "Уведомление" = 1440
    [norms]                          # step = hours allowed for it
    "Приём" = 1
    [outcomes]                       # steps; where outcome is a column, words that stand in it
    done = ["Выдача"]
    refused = ["Отказ"]
    withdrawn = ["Отзыв"]
    [fixed]                          # the same in every row
    service = "permit"
    [missing]                        # words of this log that say nobody, nothing
    words = ["Нет исполнителя"]
    [names_en]                       # step = its name in English reports ([names_ru]: Russian)
    "Приём" = "Reception"
"""

import gzip
import zlib
from array import array
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any, Final
from xml.parsers import expat

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.language.command_words import problem_line, time_left_bar
from ccwork.language.problems import Problem, first, together
from ccwork.language.spelling import key, look_alikes, plain
from ccwork.read import data_dictionary
from ccwork.read.data_dictionary import TIMES
from ccwork.read.files import cell_parsing, file_sheets
from ccwork.read.files.decoding import regular
from ccwork.read.files.faults import Fault
from ccwork.read.files.xlsx_scan import LARGEST_RATIO, SMALL_INSIDE
from ccwork.read.logs import case_checks, log_events, log_tables, timestamps
from ccwork.read.logs.log_mapping import WORDS, is_xes, plan_of

LIFECYCLE: Final = "lifecycle:transition"
LARGEST_INSIDE: Final = 20_000_000_000
"""An .xes.gz that unpacks to more bytes is refused (our choice); packed too tightly as well."""

Seen = Callable[[int], Any]

_PIECE, _ROWS = 1 << 20, 100_000
_PIECES = 1 << 62


def read_log(
    path: Path | str, mapping: Path | str | Mapping[str, Any] | None = None,
    taken: date | None = None, seen: Seen = lambda n: None,
) -> tuple[pd.DataFrame, list[Problem]]:  # fmt: skip
    """Read an event log as the table ``steps``.

    Parameters
    ----------
    path
        A .csv, .tsv, .txt, .xlsx, .xlsb, .xls, .ods, .json, .parquet, .xes or .xes.gz file.
    mapping
        A TOML file, or what it would hold; may be left out for XES.
    taken
        The date of the data: nothing later can be known.
    seen
        Told, as the file is read, how many bytes of it are behind; once more from the start
        where it is read again, with more care.

    Returns
    -------
    (DataFrame, list of Problem)
        One row a step, by case, start and place in the file: the columns of the dictionary,
        then the attributes asked for; no rows where anything grave was found, and then little
        else is told. Times are in the zone of the mapping, else of the log, else as written.
        ``attrs``: ``file``, ``sheet`` (those read), ``cutoff``.

    Notes
    -----
    A log with one time a row has no ``end``: it tells waits, not work. Rows with a lifecycle
    "start" and "complete" are paired: same case and step, first in, first out; for one without
    the other see `handoffs.joined`. Rows without case, step or time, those after the cut-off
    date or the date of the data, exact doubles, and cases whose dates contradict are left out
    with a warning; cases of one number are told apart (:func:`case_checks.sound_cases`).
    Nothing is raised for what stands in the files.
    """
    path, problems = Path(path), []
    try:
        plan = plan_of(mapping, path)
        steps = _steps(_brought(path, plan, problems, seen), plan, path.name, problems, taken)
    except Fault as fault:
        mapped = Path(mapping).name if isinstance(mapping, str | Path) else ""
        where = mapped if fault.values.pop("mapping", False) else path.name
        problems.append(Problem(fault.code, where, values=fault.values))
    found = together(problems)
    if any(problem.grave for problem in found):
        told = [each for each in found if each.grave or each.code == "sheet_hidden"]
        return _whole(pd.DataFrame({"start": pd.Series(dtype="datetime64[us]")}), ()), told
    return steps, found


# ---------------------------------------------------------------- columns as they are written


def _brought(
    path: Path, plan: dict[str, dict], problems: list[Problem], seen: Seen
) -> pd.DataFrame:
    """Return the mapped columns under our names: times as bytes, all else as categories."""
    wanted = plan["columns"] | plan["attributes"]
    suffix = path.suffix.lower()
    try:
        regular(path)
        if path.exists() and path.stat().st_size == 0:
            raise Fault("empty_file")
        if is_xes(path):
            return _from_xes(path, wanted, seen)
        if suffix not in file_sheets.TEXTS + file_sheets.BOOKS:
            raise Fault("format_unknown", found=suffix)
        plainly = not plan["time"].get("format")
        if suffix in file_sheets.TEXTS:
            return log_tables.from_text(path, wanted, problems, plainly, seen)
        quick = log_tables.recorded(path, wanted, problems, seen) if plainly else None
        if quick is not None:
            return quick
        return log_tables.from_book(path, wanted, problems, seen)
    except FileNotFoundError:
        raise Fault("log_missing") from None
    except OSError:
        raise Fault("file_locked") from None


# ---------------------------------------------------------------- XES


class _Log:
    """Walk through the XML of a log; only what was asked for is kept, as numbers."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self.names, self.places = list(wanted), {key: at for at, key in enumerate(wanted.values())}
        self.codes = [array("q") for _ in wanted]
        self.marks, self.mark = array("q"), 0
        self.words: list[dict[str, int]] = [{"": 0} for _ in wanted]
        self.seen: set[str] = set()
        self.depth = self.inside = 0
        self.case: dict[int, int] = {}
        self.event: dict[int, int] | None = None

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self.depth += 1
        if tag == "event":
            self.event, self.inside, self.mark = {}, self.depth + 1, 0
        elif tag == "trace":
            self.case, self.inside = {}, self.depth + 1
        elif self.depth == self.inside and "key" in attrs:
            key = attrs["key"] if self.event is not None else "case:" + attrs["key"]
            self.seen.add(key)
            self.mark += hash((key, attrs.get("value")))
            place = self.places.get(key)
            if place is not None:
                words = self.words[place]
                value = attrs.get("value", "")[: cell_parsing.LONGEST_TEXT]
                kept = self.case if self.event is None else self.event
                kept[place] = words.setdefault(value, len(words))

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "event" and self.event is not None:
            for place, codes in enumerate(self.codes):
                codes.append(self.event.get(place, self.case.get(place, 0)))
            self.marks.append(self.mark % _PIECES)
            self.event, self.inside = None, self.depth + 1
        elif tag == "trace":
            self.case, self.inside = {}, 0


def _from_xes(path: Path, wanted: dict[str, str], seen: Seen) -> pd.DataFrame:
    """Read XES as a stream: memory grows with what is kept, not with the file."""
    log = _Log(wanted | {"lifecycle": wanted.get("lifecycle", LIFECYCLE)})
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = log.start, log.end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        with open(path, "rb") as file:
            stream = file
            if path.suffix.lower() == ".gz":
                stream = gzip.GzipFile(fileobj=file)
                _unpack(stream, path.stat().st_size)
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
                seen(file.tell())
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Fault("log_xml", line=str(error.lineno)) from None
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise Fault("damaged") from None
    if log.codes[0]:
        log_tables.places(wanted, sorted(log.seen))
    found = {}
    for name, codes, words in zip(log.names, log.codes, log.words, strict=True):
        column = log_tables.kept_as(list(words), name)
        # a Categorical sorts its words, so that the numbers are looked up through it
        found[name] = column[codes] if name in TIMES else column.take(codes)
    life = {word.lower() for word in found["lifecycle"].categories}
    read = pd.DataFrame(found)
    doubles = log_tables.doubles(read, pd.DataFrame({"case": read["case"], "mark": log.marks}))
    lived = "complete" in life and life > {"", "complete"} & life
    read = read.drop(columns=[] if lived else "lifecycle")
    read.attrs = {"doubles": doubles}
    return read


def _refuse(*_: object) -> None:
    raise Fault("xes_dtd")


def _unpack(stream: IO[bytes], packed: int) -> None:
    """Refuse what unpacks to too much before anything of it is parsed."""
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > LARGEST_INSIDE:
            raise Fault("log_too_large", size=size // 1_000_000)
        if size > max(SMALL_INSIDE, LARGEST_RATIO * packed):
            raise Fault("log_too_tight", n=LARGEST_RATIO)
    stream.seek(0)


# ---------------------------------------------------------------- from columns to steps


def _steps(raw: pd.DataFrame, plan: dict[str, dict], file: str, problems: list[Problem], taken:
           date | None) -> pd.DataFrame:  # fmt: skip
    """Make the table ``steps`` of the columns as written."""
    headings = plan["columns"] | plan["attributes"]
    say = partial(_said, file, headings, raw.attrs.get("parts", ()), problems)
    own = frozenset(map(key, plan["missing"].get("words", ())))
    rows = {name: _words(raw[name].array, name, own) for name in raw if name not in TIMES}
    for name in [name for name in data_dictionary.PARTS if name in rows]:
        blank = int((rows[name].categories == "")[rows[name].codes].sum())
        if blank > log_events.MOST_MISSING * len(raw):
            say("log_blank", name, n=blank, total=len(raw))
    for name in [name for name in raw if name in TIMES]:
        rows[name] = timestamps.column(raw[name].to_numpy(), name, plan["time"], say)
    rows |= timestamps.one_clock({name: rows[name] for name in TIMES if name in rows}, say)
    for name in [name for name in raw if name not in TIMES]:
        log_tables.odd_cells(raw[name].array, name, say)
    for word, other in look_alikes(rows["step"].categories):
        say("codes_alike", "step", found=word, other=other)
    if cut := case_checks.spoilt(pd.Series(rows["case"].categories)):
        say("code_by_excel", "case", np.flatnonzero(rows["case"].isin(cut)), True, found=cut[0])
    if "end" in rows and not any(problem.grave for problem in problems):
        log_events.timeless(rows["start"], rows["end"], 0, say)
    if any(problem.grave for problem in problems):
        return raw
    ends = (
        timestamps.end_of(day, rows["start"].dt.tz) for day in (plan["time"].get("cutoff"), taken)
    )
    until = min(filter(None, ends), default=None)
    double, sheets = np.zeros(len(raw), bool), [p.sheet for p in raw.attrs.get("parts", ())]
    double[raw.attrs["doubles"]] = True
    steps = pd.DataFrame(rows | {"double": double}, copy=False)
    del raw, rows  # a long log needs the room
    steps = _kept(log_events.begun(steps, say), until, say)
    if "lifecycle" in steps:
        steps = log_events.lived(steps, say)
    # a start may be like another although their ends are not: a double is one as a whole
    if (double := steps.pop("double")).any() and (double := double & steps.duplicated()).any():
        say("log_repeated", n=int(double.sum()))
        steps = steps[~double].reset_index(drop=True)
    for name, value in plan["fixed"].items():
        steps[name] = pd.Categorical.from_codes(np.zeros(len(steps), np.int8), [value])
    log_events.with_mapping(steps, plan, say)
    steps = case_checks.sound_cases(steps, say)
    if "resource" in steps and "position" not in steps:
        steps["position"] = _people(steps["resource"])
    steps = _whole(steps, plan["attributes"])
    _warned(steps, say)
    steps.attrs = {"file": file, "sheet": ", ".join(sheets), "cutoff": until}
    return steps


def _people(names: pd.Series) -> pd.Categorical:
    """Return people as codes R1, R2 ... in the order they come; nobody where none is given."""
    given = names.astype(object).where(names != "")
    codes, people = pd.factorize(given)
    words = [f"R{number}" for number in range(1, len(people) + 1)]
    return pd.Categorical.from_codes(np.where(codes < 0, len(people), codes), [*words, ""])


def _whole(steps: pd.DataFrame, more: Iterable[str]) -> pd.DataFrame:
    """Return every column of the table ``steps``; those the log has not are empty."""
    none = pd.Categorical.from_codes(np.zeros(len(steps), np.int8), [""])
    known: dict[str, Any] = dict.fromkeys(WORDS, none) | {"norm": np.nan}
    known |= dict.fromkeys(TIMES, steps["start"].where(steps["start"].isna()))
    known |= {name: steps[name] for name in steps}
    more = [*(name for name in ("paused",) if name in steps and name not in more), *more]
    names = [*WORDS[:2], *TIMES[:2], *WORDS[2:], "norm", *TIMES[2:], *more]
    return pd.DataFrame({name: known[name] for name in names}, steps.index, copy=False)


def _said(file: str, headings: dict[str, str], parts: Iterable[log_tables.Part],
          to: list[Problem], code: str, name: str = "", rows: Any = (), grave: bool = False,
          **values: object,
) -> None:  # fmt: skip
    """Note what is wrong in a column of the file."""
    for sheet, spots in log_tables.cells(parts, name, rows):
        to.append(Problem(code, file, sheet, plain(headings.get(name, "")), spots, values, grave))


def _words(column: pd.Categorical, name: str, own: Container[str]) -> pd.Categorical:
    """Clean the words of a column; missing words of the dictionary and the log are empty."""
    brought = column.categories.tolist()
    whole = "".join(brought)
    plainly = whole.isprintable() and " " not in whole and not log_tables.SIGN.search(whole)
    words = brought if plainly else [*map(plain, brought)]
    if name not in ("case", "step"):
        parts = name in data_dictionary.PARTS
        blank = data_dictionary.blank_word if parts else data_dictionary.missing_reason
        words = ["" if key(word) in own or blank(word) else word for word in words]
    return column if words == brought else pd.Categorical(words).take(column.codes)


def _kept(steps: pd.DataFrame, until: pd.Timestamp | None, say: log_events.Say) -> pd.DataFrame:
    """Leave out rows that cannot be placed or came after the cut-off; put the others in order."""
    gone = steps["start"].isna().to_numpy(copy=True)
    for name in ("case", "step"):
        gone |= (steps[name].cat.categories == "")[steps[name].cat.codes]
    if gone.any():
        say("log_gaps", n=int(gone.sum()), total=len(gone))
    late = ~gone & (steps["start"] >= until).to_numpy() if until is not None else gone & False
    if late.any():
        say("log_late", "start", n=int(late.sum()))
    for name in TIMES[1:] if until is not None else ():
        if name in steps and (ahead := (steps[name] >= until) & ~gone & ~late).any():
            say("log_ahead", name, n=int(ahead.sum()))
            steps[name] = steps[name].mask(ahead)
    if (gone | late).any():
        steps = steps[~(gone | late)]
    if steps.empty:
        raise Fault("log_no_rows")
    order, back = log_events.event_order(steps["case"].cat.codes.to_numpy(), steps["start"])
    if back:
        say("log_disorder", "start", n=back)
    return steps.iloc[order].reset_index(drop=True)


def _warned(steps: pd.DataFrame, say: log_events.Say) -> None:
    """Warn of what a reader of the figures must know."""
    if steps["end"].isna().all():
        say("log_one_time")
    long = steps["case"][steps["end"] - steps["start"] > log_events.LONG_STEP].astype(str)
    if n := long.nunique():
        say("log_long", n=n, days=log_events.LONG_STEP.days, cases=first(sorted(set(long))))
    case, step = (log_events.numbers(steps[name]) for name in ("case", "step"))
    same = np.diff(log_events.microseconds(steps["start"])) == 0
    same &= (case[1:] == case[:-1]) & (step[1:] != step[:-1])
    if tied := int(same.sum()):
        say("log_tied", "start", n=tied)


def told(file: Path, mapping: Path | None, out: Path | None) -> tuple[list[str], bool]:
    """Return what is said of a log, line by line, and whether anything of it was read.

    The mapping lies beside the log unless it is named; the steps are written to `out`. Whoever
    looks on is shown how far a log is read that may take long.
    """
    beside = file.with_name(file.name.split(".")[0] + ".toml")
    size = file.stat().st_size if file.is_file() else 0
    with time_left_bar(size * 5 // 4) as bar:  # after reading a part is left to do
        plan = mapping or (beside if beside.is_file() else None)
        steps, problems = read_log(file, plan, seen=lambda at: bar.update(at - bar.n))
        bar.update(bar.total - bar.n)
    lines = [*map(problem_line, together(problems))]
    if steps.empty:
        return lines, False
    begun, last = (wording.day(at.date()) for at in (steps["start"].min(), steps["start"].max()))
    counts = {"cases": steps["case"].nunique(), "steps": steps["step"].nunique()}
    lines.append(wording.say("cli.log_read", events=len(steps), first=begun, last=last, **counts))
    if out:
        write_steps(steps, out)
        lines.append(wording.say("cli.log_written", path=str(out)))
    return lines, True


def write_steps(steps: pd.DataFrame, path: Path) -> None:
    """Write steps as a table of text in which no cell is a formula; show how far it is."""
    words = steps.select_dtypes(["str", "object", "category"])
    table = steps.assign(**words.map(cell_parsing.harmless))
    with path.open("w", encoding="utf-8", newline="") as whole, time_left_bar(len(table)) as bar:
        for at in range(0, len(table), _ROWS):
            piece = table.iloc[at : at + _ROWS]
            piece.to_csv(whole, index=False, header=not at, date_format="%Y-%m-%d %H:%M:%S")
            bar.update(len(piece))
