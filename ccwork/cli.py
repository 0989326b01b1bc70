"""The command ``ccwork``: reports, checks, parameters, facts; its words follow ``--lang``."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ccwork.language import command_words, wording
from ccwork.language.command_words import each, option, problem_line
from ccwork.language.problems import DataProblems, Problem
from ccwork.read import places

wording.use(command_words.spoken(sys.argv[1:]))
_HELP = {"help_option_names": ["-h", "--help"]}

click.Context.formatter_class = command_words.Help
_PATH, _LANGS = click.Path(path_type=Path), click.Choice(wording.LANGS)
_agency = click.argument("agency", metavar=wording.word("cli.agency"))
_agencies = click.argument("agencies", nargs=-1, metavar=wording.word("cli.agencies"))
_everyone = option("--all", "everyone", about="all", is_flag=True)
_data = option("--data", about="data", default="")
_langs = option("--lang", "langs", about="lang", multiple=True, default=["ru"], type=_LANGS)
_spoken = option("--lang", about="lang", multiple=True, expose_value=False, type=_LANGS)
_period = option("--period", about="period", default="")


@click.group(context_settings=_HELP, help=wording.word("cli.ccwork"))
@click.version_option(
    package_name="ccwork", message="ccwork %(version)s", help=wording.word("cli.version")
)
def main() -> None:
    """Group the commands."""


@main.command("report", help=wording.word("cli.report"))
@_agencies
@_everyone
@_data
@option("--period", "periods", about="periods", multiple=True)
@option("--lang", "langs", about="lang", multiple=True, type=_LANGS)
@option("-p", "given", about="p", multiple=True, nargs=2)
@option("--run", "run_file", about="run", type=_PATH)
@option("--stage", "stages", about="stage", multiple=True)
@option("--only", about="only", multiple=True)
@each("out", "notebooks", "template", type=_PATH)
@each("failed", "changed", "force", "dry-run", "quiet", "pdf", "docx", "public", is_flag=True)
@each("jobs", "limit", "cell-seconds", "agency-seconds", "memory", type=click.IntRange(1))
@each("scheduler")
def report_command(agencies, everyone, **given) -> None:
    """Make the reports of agencies."""
    from ccwork.report.batch import orders

    order = orders.Order.of(given)
    everyone = everyone or (not agencies and order.agencies == ("*",))
    chosen = choose(agencies or order.agencies, everyone, order.task.data)
    settled(order.task.periods, dict(order.task.parameters), order.task)
    code = orders.carry_out(order, chosen, _judged)
    if given["public"] and not order.dry_run and code in (0, 1):
        from ccwork.report.public import publication

        task = order.task
        code = max(code, publication.publish_all(chosen, task.data, task.periods[-1], task.out))
    sys.exit(code)


@main.command("publish", help=wording.word("cli.publish"))
@_agencies
@_everyone
@_data
@_period
@_spoken
@option("--out", about="out", type=_PATH, default="reports")
@option("--release-by", "by", about="release_by", default="")
def publish_command(agencies, everyone, data, period, out, by) -> None:
    """Make what citizens are told of agencies."""
    from ccwork.report.public import publication

    chosen = choose(agencies, everyone, data)
    settled([period], {})
    sys.exit(publication.publish_all(chosen, data, period, out, by))


def _judged(work: object, folder: Path) -> list[Problem]:
    """Judge an agency by the rules of the method, where one is made: importing them takes time."""
    from ccwork.report import agency_check

    return list(agency_check.against_rules(work, folder))


def _end(lines: Iterable[str], code: int) -> None:
    click.echo("\n".join(lines))
    sys.exit(code)


@main.command("check", help=wording.word("cli.check"))
@_agencies
@_everyone
@_data
@_period
@_spoken
@option("--return", "back", about="return", type=_PATH)
def check_command(agencies, everyone, data, period, back) -> None:
    """Check the data of agencies, and what they decided and told against the method."""
    from ccwork.report import agency_check

    chosen = choose(agencies, everyone, data)
    settled([period], {})
    if back and len(chosen) > 1:
        raise DataProblems([Problem("return_one")])
    bad = 0
    with command_words.time_left_bar(len(chosen), delay=0) as bar:
        for lines, clean in agency_check.told(chosen, data, period, back):
            with bar.external_write_mode():
                click.echo("\n".join(lines))
            bad += not clean
            bar.update()
    sys.exit(0 if not bad else 3 if bad == len(chosen) else 1)


@main.command("form", help=wording.word("cli.form"))
@_agency
@_data
@_langs
@option("--out", about="form_out", type=_PATH)
@option("--tables", "names", about="form_tables")
def form_command(agency, data, langs, out, names) -> None:
    """Make the book an agency fills in."""
    from ccwork.read.form import form_book

    folder = places.find(data, agency)
    path = out or Path(wording.say("form.file", agency=agency))
    with command_words.time_left_bar(1):
        made = form_book.write_form(path, folder, langs[0], names.split(",") if names else None)
    click.echo(wording.say("form.done", path=str(path), sheets=len(made.tables), rows=made.rows))
    if made.left_out:
        click.echo(wording.say("form.left_out", n=made.left_out, folder=agency))


@main.command("plan", help=wording.word("cli.plan"))
@_agency
@_data
@_spoken
@option("--seal", "sealing", about="plan_seal", is_flag=True)
def plan_command(agency, data, sealing) -> None:
    """Check the plan of the experiment, seal it, or say what changed since."""
    from datetime import date

    from ccwork.stages.plan import plan_tables

    _end(*plan_tables.told(data, agency, date.today() if sealing else None))


@main.command("log", help=wording.word("cli.log"))
@click.argument("file", metavar=wording.word("cli.log_file"), type=_PATH)
@_spoken
@option("--map", "mapping", about="log_map", type=_PATH)
@option("--out", about="log_out", type=_PATH)
def log_command(file, mapping, out) -> None:
    """Read an event log and say what it holds."""
    from ccwork.read.logs import event_log

    lines, read = event_log.told(file, mapping, out)
    _end(lines, 0 if read else 3)


@main.command("map", help=wording.word("cli.map"))
@click.argument("file", metavar=wording.word("cli.map_file"), type=_PATH)
@_spoken
@option("--answer", "answers", about="map_answer", multiple=True)
@option("--sheet", about="map_sheet", default="")
@option("--out", about="map_out", type=_PATH)
def map_command(file, answers, sheet, out) -> None:
    """Propose a mapping for a file, say what is open, write it beside the file."""
    from ccwork.read.proposal import written_mapping

    path = out or file.with_name(f"{file.stem} {sheet}".rstrip() + ".toml")
    with command_words.time_left_bar(1):
        made = written_mapping.write_mapping(file, written_mapping.numbered(answers), path, sheet)
    click.echo("\n".join(written_mapping.lines_of(made, path)))


@main.command("page", help=wording.word("cli.page"))
@click.argument("kind", metavar=wording.word("cli.page_kind"))
@_agency
@click.argument("code", metavar=wording.word("cli.page_code"), default="")
@_data
@_period
@_langs
@option("--out", about="page_out", type=_PATH)
def page_command(kind, agency, code, data, period, langs, out) -> None:
    """Make one page to print."""
    from ccwork.report import printed_pages

    for path in printed_pages.written(data, agency, period, kind, code, langs, out):
        click.echo(wording.say("cli.page_written", path=str(path)))


@main.command("export", help=wording.word("cli.export"))
@click.argument("kind", metavar=wording.word("cli.export_kind"))
@_agency
@_data
@_period
@_spoken
@option("--out", about="export_out", type=_PATH, default=".")
def export_command(kind, agency, data, period, out) -> None:
    """Write what the agency owes others, in the shape they ask for."""
    from ccwork.report.owed import owed_exports

    click.echo("\n".join(owed_exports.sent(kind, data, agency, period, out)))


@main.command("portfolio", help=wording.word("cli.portfolio"))
@click.argument("folder", metavar=wording.word("cli.portfolio_folder"), type=_PATH)
@option("--since", about="portfolio_since", type=_PATH)
@_langs
@option("--out", about="portfolio_out", type=_PATH, default=".")
@option("--rank", about="portfolio_rank", is_flag=True)
@option("--sort", "order", about="portfolio_rank")
def portfolio_command(folder, since, langs, out, rank, order) -> None:
    """Make the page of many agencies from their facts alone; in no order but the alphabet."""
    from ccwork.report import portfolio_page
    from ccwork.report.batch import manifests
    from ccwork.stages.portfolio import opening

    given = opening.open_folder(str(folder), str(since or ""))
    if rank or order:
        click.echo("\n".join(portfolio_page.refusal(given)), err=True)
        sys.exit(2)
    click.echo("\n".join(map(problem_line, given.problems)), nl=bool(given.problems))
    for name, content in portfolio_page.written(given, langs):
        with manifests.told_unwritable(out):
            manifests.write_whole(out / name, content)
        click.echo(wording.say("cli.page_written", path=str(out / name)))
    sys.exit(int(any(problem.grave for problem in given.problems)))


@main.command("class", help=wording.word("cli.class"))
@click.argument("folder", metavar=wording.word("cli.class_folder"), type=_PATH)
@_langs
@option("--key", about="class_key", is_flag=True)
def class_command(folder, langs, key) -> None:
    """Make the page of a training group; it stays in the folder of the group."""
    from ccwork.learn.class_results import class_page

    _end(*class_page.write_page(folder, langs, key))


@main.command("demo", help=wording.word("cli.demo"))
@click.argument("kind", metavar=wording.word("cli.demo_kind"), type=click.Choice(["portfolio"]))
@option("--agencies", about="demo_agencies", type=click.IntRange(1), default=85)
@option("--seed", about="demo_seed", type=click.IntRange(0), default=20)
@option("--out", about="demo_out", type=_PATH, required=True)
@_spoken
def demo_command(kind, agencies, seed, out) -> None:
    """Write the facts of invented agencies whose truth is known."""
    from ccwork.report.batch import manifests
    from ccwork.stages.portfolio import invented_agencies

    with manifests.told_unwritable(out):
        n = invented_agencies.write_invented(invented_agencies.Truth(agencies, seed), out)
    click.echo(wording.say("cli.demo_written", n=n, path=str(out)))


@main.command("params", help=wording.word("cli.params"))
@click.argument("notebook", metavar=wording.word("cli.notebook"))
@_langs
def params_command(notebook, langs) -> None:
    """List the parameters of a notebook."""
    from ccwork.language import notebook_editions
    from ccwork.report import parameters

    path = parameters.notebook_path(notebook)
    prose = notebook_editions.prose(path.stem, langs[0])
    for parameter in parameters.declared_parameters(notebook_editions.read_notebook(path)):
        about = prose.get(parameter.about, parameter.about)
        click.echo(f"{parameter.name}: {parameter.kind} = {parameter.default!r}  {about}")


@main.command("facts", help=wording.word("cli.facts"))
@option("--list", "listed", about="facts_list", is_flag=True)
@_spoken
def facts_command(listed) -> None:
    """Explain the ids of facts.json."""
    from ccwork.report import facts_file

    click.echo("\n".join(facts_file.explained(listed)))


@main.command("init", help=wording.word("start.init"))
@click.argument("folder", metavar=wording.word("start.folder"), type=_PATH)
@click.option("--edition", default="learner", type=click.Choice(("learner", "trainer")),
              help=wording.word("start.edition"))  # fmt: skip
@click.option("--lang", default=wording.lang(), type=_LANGS, help=wording.word("start.lang"))
@click.option("--learner", default="", metavar=wording.word("start.name"),
              help=wording.word("start.learner"))  # fmt: skip
def init_command(folder, edition, lang, learner) -> None:
    """Make a working folder."""
    from ccwork.learn import working_folder

    n = working_folder.make(folder, edition, lang, learner)
    click.echo(working_folder.made_words(folder, n, lang))


@main.command("course", help=wording.word("cli.course"))
@click.argument("name", metavar=wording.word("cli.course_name"))
@option("--lang", "langs", about="lang", multiple=True, default=wording.LANGS, type=_LANGS)
@option("--out", about="course_out", type=_PATH, required=True)
def course_command(name, langs, out) -> None:
    """Make everything a trainer needs for a course."""
    from ccwork.learn.course import course_files

    with command_words.time_left_bar(n := course_files.files_expected(name, langs)) as bar:
        for _ in course_files.written(name, langs, out):
            bar.update()
    click.echo(wording.say("cli.course_written", n=n, path=str(out)))


@main.command(
    "lab", help=wording.word("start.lab"), context_settings={"ignore_unknown_options": True}
)
@click.argument("words", nargs=-1, metavar=wording.word("start.lab_words"), type=click.UNPROCESSED)
@click.option("--lang", default=wording.lang(), type=_LANGS, help=wording.word("start.lab_lang"))
@click.option("--course", default="", metavar=wording.word("cli.course_name"),
              help=wording.word("start.lab_course"))  # fmt: skip
def lab_command(words, lang, course) -> None:
    """Open JupyterLab; what is not ours goes to it."""
    from ccwork.learn import working_folder

    named = words[:1] if not words[:1] or not words[0].startswith("-") else ()
    folder = Path(*named)
    notebook = working_folder.notebook_to_open(folder, course, lang)
    click.echo(wording.say("start.opening", notebook=notebook.name))
    working_folder.lab(folder, lang, notebook, words[len(named) :])


for _command in (main, *main.commands.values()):
    _command.options_metavar = wording.word("cli.options")
    click.help_option("-h", "--help", help=wording.word("cli.help"))(_command)
main.subcommand_metavar = wording.word("cli.command")


def choose(agencies: Iterable[str], everyone: bool, data: str) -> list[str]:
    """Return the agencies asked for; every unknown name at once is wrong use."""
    known = places.agencies(data)
    wanted = places.of_everyone(known) if everyone else list(dict.fromkeys(agencies))
    problems: list[Problem] = []
    for agency in [code for code in wanted if code not in known]:
        try:
            places.find(data, agency)
        except DataProblems as found:
            problems += found.problems
    if not wanted:
        problems = [Problem("no_agency", values={"known": ", ".join(known) or "—"})]
    if problems:
        raise DataProblems(problems)
    return wanted


def settled(asked: Iterable[str], given: dict[str, str], task: object = None) -> None:
    """Check the form of periods and the parameters' names before any kernel starts."""
    from ccwork.language import notebook_editions, periods
    from ccwork.report import parameters
    from ccwork.report.batch import batch_jobs

    wrong = [period for period in asked if period and not periods.is_period(period)]
    problems = [Problem("not_a_period", values={"value": period}) for period in wrong]
    if given:
        read = map(notebook_editions.read_notebook, batch_jobs.stages(task).values())
        problems += parameters.wrong(given, [*read])
    if problems:
        raise DataProblems(problems)


def run(arguments: list[str] | None = None) -> None:
    """Run the command; wrong use and wrong configuration end with 2 and a sentence."""
    try:
        sys.exit(main.main(arguments, prog_name="ccwork", standalone_mode=False))
    except DataProblems as found:
        click.echo(str(found), err=True)
        sys.exit(getattr(found, "exit_code", 2))
    except click.UsageError as error:
        click.echo(command_words.usage(error), err=True)
    except click.Abort:
        sys.exit(130)
    sys.exit(2)
