"""The command ``ccwork``: reports, checks, parameters, facts; its words follow ``--lang``."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import click

from ccwork import text, workbook
from ccwork.problems import DataProblems, Problem, together


def spoken(arguments: list[str]) -> str:
    """Return the language to speak: the first ``--lang``, else $CCWORK_LANG, else Russian."""
    asked = [b for a, b in zip(arguments, arguments[1:], strict=False) if a == "--lang"]
    asked += [a.removeprefix("--lang=") for a in arguments if a.startswith("--lang=")]
    chosen = (asked or [os.environ.get("CCWORK_LANG", "ru")])[0]
    return chosen if chosen in text.LANGS else "ru"


text.use(spoken(sys.argv[1:]))
_HELP = {"help_option_names": ["-h", "--help"]}


def option(*names: str, about: str, **more: object) -> Callable:
    """Declare an option with its help in the language in force."""
    return click.option(*names, help=text.word(f"cli.{about}"), **more)


def each(*names: str, **more: object) -> Callable:
    """Declare several options that are alike, in order."""

    def declared(command: Callable) -> Callable:
        for name in reversed(names):
            command = option(f"--{name}", about=name.replace("-", "_"), **more)(command)
        return command

    return declared


_PATH, _LANGS = click.Path(path_type=Path), click.Choice(text.LANGS)
_agency = click.argument("agency", metavar=text.word("cli.agency"))
_agencies = click.argument("agencies", nargs=-1, metavar=text.word("cli.agencies"))
_everyone = option("--all", "everyone", about="all", is_flag=True)
_data = option("--data", about="data", default="")
_langs = option("--lang", "langs", about="lang", multiple=True, default=["ru"], type=_LANGS)
_spoken = option("--lang", about="lang", multiple=True, expose_value=False, type=_LANGS)
_period = option("--period", about="period", default="")


@click.group(context_settings=_HELP, help=text.word("cli.ccwork"))
@click.version_option(package_name="ccwork", message="ccwork %(version)s")
def main() -> None:
    """Group the commands."""


@main.command("report", help=text.word("cli.report"))
@_agencies
@_everyone
@_data
@option("--period", "periods", about="periods", multiple=True)
@option("--lang", "langs", about="lang", multiple=True, type=_LANGS)
@option("-p", "given", about="p", multiple=True, nargs=2)
@option("--run", "run_file", about="run", type=_PATH)
@option("--stage", "stages", about="stage", multiple=True)
@option("--only", about="only", multiple=True)
@each("out", "notebooks", type=_PATH)
@each("failed", "changed", "force", "dry-run", "quiet", is_flag=True)
@each("jobs", "limit", "cell-seconds", "agency-seconds", "memory", type=click.IntRange(1))
@each("scheduler")
def report_command(agencies, everyone, **given) -> None:
    """Make the reports of agencies."""
    from ccwork import operate

    order = operate.Order.of(given)
    everyone = everyone or (not agencies and order.agencies == ("*",))
    chosen = choose(agencies or order.agencies, everyone, order.task.data)
    settled(order.task.periods, dict(order.task.parameters), order.task)
    sys.exit(operate.carry_out(order, chosen))


@main.command("check", help=text.word("cli.check"))
@_agencies
@_everyone
@_data
@_period
@_spoken
@option("--return", "back", about="return", type=_PATH)
def check_command(agencies, everyone, data, period, back) -> None:
    """Check the data of agencies, and what they decided and told against the method."""
    chosen = choose(agencies, everyone, data)
    settled([period], {})
    if back and len(chosen) > 1:
        raise DataProblems([Problem("return_one")])
    bad = 0
    for agency in chosen:
        work, problems = workbook.check(data, agency, period)
        problems = together([*problems, *(against_rules(work) if work else ())])
        grave = sum(problem.grave for problem in problems)
        bad += bool(grave)
        verdict = text.say("cli.checked", agency=agency, n=grave, warnings=len(problems) - grave)
        click.echo("\n".join([verdict, *(f"  {said(problem)}" for problem in problems)]))
        if back:
            from ccwork import form

            form.returned(back, workbook.find(data, agency), problems)
            click.echo(text.say("form.returned", path=str(back)))
    sys.exit(0 if not bad else 3 if bad == len(chosen) else 1)


def rules() -> dict[str, ModuleType]:
    """Return all rules of the stages: table -> module whose ``problems`` judge what it says."""
    from ccwork import cascade, causes, choice, recognition, targets

    judges = {"targets": targets, "causes": causes, "indicators": cascade}
    return judges | {"choices": choice, "told": recognition}


def against_rules(work: workbook.Workbook) -> Iterator[Problem]:
    """Name what people wrote down and a rule of the method forbids, by the file it stands in.

    All are warnings: a report is made all the same, and says so in its place.
    """
    workbook.learn(work)
    for table, judge in rules().items():
        for problem in judge.problems(work) if table in work.tables else ():
            yield replace(problem, file=", ".join(work.files(table)), grave=False)


def said(problem: Problem) -> str:
    """Say a problem with its weight."""
    return f"{text.word('cli.error' if problem.grave else 'cli.warning')}: {problem}"


@main.command("form", help=text.word("cli.form"))
@_agency
@_data
@_langs
@option("--out", about="form_out", type=_PATH)
@option("--tables", "names", about="form_tables")
def form_command(agency, data, langs, out, names) -> None:
    """Make the book an agency fills in."""
    from ccwork import form

    folder = workbook.find(data, agency)
    path = out or Path(text.say("form.file", agency=agency))
    made = form.write(path, folder, langs[0], names.split(",") if names else None)
    click.echo(text.say("form.done", path=str(path), sheets=len(made.tables), rows=made.rows))
    if made.left_out:
        click.echo(text.say("form.left_out", n=made.left_out, folder=agency))


@main.command("plan", help=text.word("cli.plan"))
@_agency
@_data
@_spoken
@option("--seal", "sealing", about="plan_seal", is_flag=True)
def plan_command(agency, data, sealing) -> None:
    """Check the plan of the experiment, seal it, or say what changed since."""
    from datetime import date

    from ccwork import experiment, tables

    folder = workbook.find(data, agency)
    catalogue = tables.read(folder).catalogues["metrics"]
    plan = experiment.read(folder / experiment.FILE)
    problems = together(list(experiment.check(plan, catalogue)))
    click.echo("\n".join(map(said, problems)) or text.say("cli.plan_clean", agency=agency))
    grave = any(problem.grave for problem in problems)
    if sealing and not grave:
        path = experiment.seal(folder / experiment.FILE, date.today(), catalogue)
        click.echo(text.say("cli.plan_sealed", path=str(path)))
        return
    before = experiment.brought_sealed(data, agency)
    click.echo("\n".join(_since(before, plan, catalogue)))
    changed = before is not None and experiment.digest(plan) != before.digest
    sys.exit(3 if grave else 1 if changed else 0)


def _since(before, plan, catalogue) -> Iterable[str]:
    """Say what changed in a plan since it was sealed, line by line."""
    from ccwork import experiment, planned

    if before is None:
        yield text.word("cli.plan_open")
        return
    rows = experiment.changed(before, plan)
    code = "cli.plan_changed" if len(rows) else "cli.plan_same"
    yield text.say(code, day=text.day(before.day), n=len(rows))
    for row in rows.itertuples():
        old, new = ("—" if value is None else value for value in (row.sealed_value, row.now_value))
        line = getattr(planned.line_name(row.plan_line, catalogue), text.lang())
        yield text.say("cli.plan_line", line=line, old=str(old), new=str(new))


@main.command("log", help=text.word("cli.log"))
@click.argument("file", metavar=text.word("cli.log_file"), type=_PATH)
@_spoken
@option("--map", "mapping", about="log_map", type=_PATH)
@option("--out", about="log_out", type=_PATH)
def log_command(file, mapping, out) -> None:
    """Read an event log and say what it holds."""
    from ccwork import logs
    from ccwork.mapping import toml

    mapping = mapping or file.with_name(file.name.split(".")[0] + ".toml")
    plan = dict(toml(mapping)) if mapping.is_file() else {}
    plan.pop("file", None)
    steps, problems = logs.read(file, plan or None)
    click.echo("\n".join(map(said, together(problems))), nl=bool(problems))
    if steps.empty:
        sys.exit(3)
    first, last = (text.day(day.date()) for day in (steps["start"].min(), steps["start"].max()))
    counts = {"cases": steps["case"].nunique(), "steps": steps["step"].nunique()}
    click.echo(text.say("cli.log_read", events=len(steps), **counts, first=first, last=last))
    if out:
        steps.to_csv(out, index=False, date_format="%Y-%m-%d %H:%M:%S")
        click.echo(text.say("cli.log_written", path=str(out)))


@main.command("page", help=text.word("cli.page"))
@click.argument("kind", metavar=text.word("cli.page_kind"))
@_agency
@click.argument("code", metavar=text.word("cli.page_code"), default="")
@_data
@_period
@_langs
@option("--out", about="page_out", type=_PATH)
def page_command(kind, agency, code, data, period, langs, out) -> None:
    """Make one page to print."""
    from ccwork import experiment, pages

    if kind not in pages.KINDS:
        known = ", ".join(pages.KINDS)
        raise DataProblems([Problem("page_kind", values={"found": kind, "known": known})])
    work = workbook.load(data, agency, period)
    for lang in langs:
        name = ".".join(filter(None, (kind, agency, code, lang, "html")))
        path = out.with_suffix(f".{lang}.html") if out else Path(name)
        made = pages.page(work, kind, code, lang, experiment.brought(data, agency))
        path.write_text(made, encoding="utf-8", newline="\n")
        click.echo(text.say("cli.page_written", path=str(path)))


@main.command("selfcheck", help=text.word("cli.selfcheck"))
@_agency
@_data
@_period
@_spoken
@option("--out", about="selfcheck_out", type=_PATH, default=".")
def selfcheck_command(agency, data, period, out) -> None:
    """Write the self-check as it is sent on: csv and json."""
    from ccwork import roadmap

    for path in roadmap.export(workbook.load(data, agency, period), out):
        click.echo(text.say("cli.page_written", path=str(path)))


@main.command("params", help=text.word("cli.params"))
@click.argument("notebook", metavar=text.word("cli.notebook"))
@_langs
def params_command(notebook, langs) -> None:
    """List the parameters of a notebook."""
    from ccwork import edition, params

    path = notebook_path(notebook)
    prose = edition.prose(path.stem, langs[0])
    for parameter in params.declared(edition.read(path)):
        about = prose.get(parameter.about, parameter.about)
        click.echo(f"{parameter.name}: {parameter.kind} = {parameter.default!r}  {about}")


@main.command("facts", help=text.word("cli.facts"))
@option("--list", "listed", about="facts_list", is_flag=True)
@_spoken
def facts_command(listed) -> None:
    """Explain the ids of facts.json."""
    click.echo(text.word("cli.facts_id"))
    shows = {code: row for code, row in text.terms().items() if code.startswith("show.")}
    for code, row in shows.items() if listed else ():
        click.echo(f"\n{code.removeprefix('show.')}: {text.word(code)}")
        for column in row["columns"].split():
            about = text.meaning(f"col.{column}")
            formula = text.terms()[f"col.{column}"]["source"]
            click.echo(f"  {column}: {about}" + (f" ({formula})" if formula[:1] == "F" else ""))


@main.command("init", help=text.word("start.init"))
@click.argument("folder", metavar=text.word("start.folder"), type=_PATH)
@click.option("--edition", default="learner", type=click.Choice(("learner", "trainer")),
              help=text.word("start.edition"))  # fmt: skip
@click.option("--lang", default=text.lang(), type=_LANGS, help=text.word("start.lang"))
def init_command(folder, edition, lang) -> None:
    """Make a working folder."""
    from ccwork import start

    n = start.make(folder, edition, lang)
    own = str(folder / "data" / start.OWN)
    click.echo(text.say("start.made", folder=str(folder), n=n, own=own))
    click.echo(f"  {start.command('lab', folder, lang)}")


@main.command(
    "lab", help=text.word("start.lab"), context_settings={"ignore_unknown_options": True}
)
@click.argument("words", nargs=-1, metavar=text.word("start.lab_words"), type=click.UNPROCESSED)
@click.option("--lang", default=text.lang(), type=_LANGS, help=text.word("start.lab_lang"))
def lab_command(words, lang) -> None:
    """Open JupyterLab; what is not ours goes to it."""
    from ccwork import start

    named = words[:1] if not words[:1] or not words[0].startswith("-") else ()
    folder = Path(*named)
    click.echo(text.say("start.opening", notebook=start.first_notebook(folder).name))
    start.lab(folder, lang, words[len(named) :])


def choose(agencies: Iterable[str], everyone: bool, data: str) -> list[str]:
    """Return the agencies asked for; every unknown name at once is wrong use."""
    known = workbook.agencies(data)
    wanted = list(known) if everyone else list(dict.fromkeys(agencies))
    problems: list[Problem] = []
    for agency in [code for code in wanted if code not in known]:
        try:
            workbook.find(data, agency)
        except DataProblems as found:
            problems += found.problems
    if not wanted:
        problems = [Problem("no_agency", values={"known": ", ".join(known) or "—"})]
    if problems:
        raise DataProblems(problems)
    return wanted


def settled(asked: Iterable[str], given: dict[str, str], task: object = None) -> None:
    """Check the form of periods and the parameters' names before any kernel starts."""
    from ccwork import batch, edition, params, periods

    wrong = [period for period in asked if period and not periods.is_period(period)]
    problems = [Problem("not_a_period", values={"value": period}) for period in wrong]
    if given:
        stages = batch.stages(task).values()
        problems += params.wrong(given, [edition.read(path) for path in stages])
    if problems:
        raise DataProblems(problems)


def notebook_path(notebook: str) -> Path:
    """Return a notebook by its path or by its bare name."""
    shipped = workbook.shipped("notebooks") / f"{Path(notebook).stem}.ipynb"
    for path in (Path(notebook), shipped):
        if path.is_file():
            return path
    known = ", ".join(path.stem for path in sorted(shipped.parent.glob("*.ipynb")))
    values = {"notebook": notebook, "known": known}
    raise DataProblems([Problem("unknown_notebook", values=values)])


def usage(error: click.UsageError) -> str:
    """Say wrong use in the language in force."""
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(error.possibilities or ()) or "--help"
        return text.say("cli.no_such_option", option=error.option_name, near=near)
    option = getattr(error, "param", None)
    name = option.opts[0] if option else ""
    if isinstance(error, click.BadParameter) and name:
        return text.say("cli.bad_value", option=name)
    return text.word("cli.wrong_use")


def run(arguments: list[str] | None = None) -> None:
    """Run the command; wrong use and wrong configuration end with 2 and a sentence."""
    try:
        sys.exit(main.main(arguments, prog_name="ccwork", standalone_mode=False))
    except DataProblems as found:
        click.echo(str(found), err=True)
        sys.exit(getattr(found, "exit_code", 2))
    except click.UsageError as error:
        click.echo(usage(error), err=True)
    except click.Abort:
        sys.exit(130)
    sys.exit(2)
