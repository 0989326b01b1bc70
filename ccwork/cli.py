"""The command ``ccwork``: reports, checks, parameters, facts; its words follow ``--lang``."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from tqdm import tqdm

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


_data = option("--data", about="data", default="")
_lang = option("--lang", "langs", about="lang", multiple=True, default=["ru"],
               type=click.Choice(text.LANGS))  # fmt: skip
_period = option("--period", about="period", default="")


@click.group(context_settings=_HELP, help=text.word("cli.ccwork"))
@click.version_option(package_name="ccwork", message="ccwork %(version)s")
def main() -> None:
    """Group the commands."""


@main.command("report", help=text.word("cli.report"))
@click.argument("agencies", nargs=-1, metavar=text.word("cli.agencies"))
@option("--all", "everyone", about="all", is_flag=True)
@_data
@_period
@_lang
@option("--out", about="out", default="reports", type=click.Path(path_type=Path))
@option("--jobs", about="jobs", default=os.cpu_count(), type=click.IntRange(1))
@option("-p", "given", about="p", multiple=True, nargs=2)
def report_command(agencies, everyone, data, period, langs, out, jobs, given) -> None:
    """Make the reports of agencies."""
    from ccwork import batch

    chosen = choose(agencies, everyone, data)
    settled(period, dict(given))
    task = batch.Task(data, out, period, tuple(langs), dict(given))
    finished = batch.run(task, chosen, jobs)
    words = text.word("cli.progress")
    outcomes = list(tqdm(finished, total=len(chosen), desc=words, unit="", disable=None))
    index = batch.finish(task, outcomes)
    text.use(langs[0])
    for outcome in outcomes:
        if outcome.status != "ok":
            click.echo(f"{outcome.code}: {outcome.message.get(langs[0], '')}", err=True)
    done = sum(outcome.status == "ok" for outcome in outcomes)
    click.echo(text.say("cli.done", done=done, n=len(outcomes), index=str(index)))
    sys.exit(batch.exit_code(outcomes))


@main.command("check", help=text.word("cli.check"))
@click.argument("agencies", nargs=-1, metavar=text.word("cli.agencies"))
@option("--all", "everyone", about="all", is_flag=True)
@_data
@_period
@_lang
@option("--return", "back", about="return", type=click.Path(path_type=Path))
def check_command(agencies, everyone, data, period, langs, back) -> None:
    """Check the data of agencies; nothing is computed."""
    chosen = choose(agencies, everyone, data)
    settled(period, {})
    if back and len(chosen) > 1:
        raise DataProblems([Problem("return_one")])
    bad = 0
    for agency in chosen:
        _, problems = workbook.check(data, agency, period)
        problems = together(problems)
        grave = sum(problem.grave for problem in problems)
        bad += bool(grave)
        verdict = text.say("cli.checked", agency=agency, n=grave, warnings=len(problems) - grave)
        click.echo("\n".join([verdict, *(f"  {said(problem)}" for problem in problems)]))
        if back:
            from ccwork import form

            form.returned(back, workbook.find(data, agency), problems)
            click.echo(text.say("form.returned", path=str(back)))
    sys.exit(0 if not bad else 3 if bad == len(chosen) else 1)


def said(problem: Problem) -> str:
    """Say a problem with its weight."""
    return f"{text.word('cli.error' if problem.grave else 'cli.warning')}: {problem}"


@main.command("form", help=text.word("cli.form"))
@click.argument("agency", metavar=text.word("cli.agency"))
@_data
@_lang
@option("--out", about="form_out", type=click.Path(path_type=Path))
@option("--tables", "names", about="form_tables")
def form_command(agency, data, langs, out, names) -> None:
    """Make the book an agency fills in."""
    from ccwork import form

    folder = workbook.find(data, agency)
    path = out or Path(text.say("form.file", agency=agency))
    made = form.write(path, folder, langs[0], names.split(",") if names else None)
    said = {"path": str(path), "sheets": len(made.tables), "rows": made.rows}
    click.echo(text.say("form.done", **said))
    if made.left_out:
        click.echo(text.say("form.left_out", n=made.left_out, folder=agency))


@main.command("params", help=text.word("cli.params"))
@click.argument("notebook", metavar=text.word("cli.notebook"))
@_lang
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
@_lang
def facts_command(listed, langs) -> None:
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
@click.argument("folder", metavar=text.word("start.folder"), type=click.Path(path_type=Path))
@click.option("--edition", default="learner", type=click.Choice(("learner", "trainer")),
              help=text.word("start.edition"))  # fmt: skip
@click.option("--lang", default=text.lang(), type=click.Choice(text.LANGS),
              help=text.word("start.lang"))  # fmt: skip
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
@click.option("--lang", default=text.lang(), type=click.Choice(text.LANGS),
              help=text.word("start.lab_lang"))  # fmt: skip
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
    for agency in wanted:
        try:
            workbook.find(data, agency)
        except DataProblems as found:
            problems += found.problems
    if not wanted:
        problems = [Problem("no_agency", values={"known": ", ".join(known) or "—"})]
    if problems:
        raise DataProblems(problems)
    return wanted


def settled(period: str, given: dict[str, str]) -> None:
    """Check a period's form and the parameters' names before any kernel starts."""
    from ccwork import batch, edition, params, periods

    problems = [Problem("not_a_period", values={"value": period})]
    problems = [] if not period or periods.is_period(period) else problems
    if given:
        problems += params.wrong(given, [edition.read(path) for path in batch.stages().values()])
    if problems:
        raise DataProblems(problems)


def notebook_path(notebook: str) -> Path:
    """Return a notebook by its path or by its bare name."""
    shipped = workbook.shipped("notebooks") / f"{Path(notebook).stem}.ipynb"
    for path in (Path(notebook), shipped):
        if path.is_file():
            return path
    known = ", ".join(path.stem for path in sorted(shipped.parent.glob("*.ipynb")))
    raise DataProblems(
        [Problem("unknown_notebook", values={"notebook": notebook, "known": known})]
    )


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
    except click.UsageError as error:
        click.echo(usage(error), err=True)
    except click.Abort:
        sys.exit(130)
    sys.exit(2)
