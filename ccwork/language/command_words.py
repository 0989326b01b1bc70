"""What the command says of itself: headings, options and wrong use in the language in force."""

import os
from collections.abc import Callable, Sequence
from threading import Thread
from time import sleep
from typing import Any

import click

from ccwork.language import wording
from ccwork.language.problems import Problem


def spoken(arguments: list[str]) -> str:
    """Return the language to speak: the first ``--lang``, else $CCWORK_LANG, else Russian."""
    asked = [b for a, b in zip(arguments, arguments[1:], strict=False) if a == "--lang"]
    asked += [a.removeprefix("--lang=") for a in arguments if a.startswith("--lang=")]
    chosen = (asked or [os.environ.get("CCWORK_LANG", "ru")])[0]
    return chosen if chosen in wording.LANGS else "ru"


class Help(click.HelpFormatter):
    """The help of a command, its headings in the language in force."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is typed."""
        super().write_usage(prog, args, f"{wording.word('cli.usage')} ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a part: options, commands."""
        super().write_heading(wording.word(f"cli.heading.{heading.lower()}"))

    def write_dl(self, rows: Sequence[tuple[str, str]], *widths: int, **more: int) -> None:
        """Write names and what they mean; click's own word for what must be given in ours."""
        required = f"[{wording.word('cli.required')}]"
        rows = [(name, about.replace("[required]", required)) for name, about in rows]
        super().write_dl(rows, *widths, **more)


def option(*names: str, about: str, **more: object) -> Callable:
    """Declare an option with its help, and what follows it, in the language in force."""
    if "is_flag" not in more and not isinstance(more.get("type"), click.Choice):
        kind = type(more.get("type")).__name__.lower() if "nargs" not in more else "pair"
        more["metavar"] = wording.word(f"cli.metavar.{kind}")
    return click.option(*names, help=wording.word(f"cli.{about}"), **more)


def each(*names: str, **more: object) -> Callable:
    """Declare several options that are alike, in order."""

    def declared(command: Callable) -> Callable:
        for name in reversed(names):
            command = option(f"--{name}", about=name.replace("-", "_"), **more)(command)
        return command

    return declared


def usage(error: click.UsageError) -> str:
    """Say wrong use in the language in force."""
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(error.possibilities or ()) or "--help"
        return wording.say("cli.no_such_option", option=error.option_name, near=near)
    if isinstance(error, click.BadParameter) and (asked := error.param):
        named = asked.opts[0] if isinstance(asked, click.Option) else asked.human_readable_name
        lacks = isinstance(error, click.MissingParameter)
        return wording.say("cli.missing" if lacks else "cli.bad_value", option=named)
    return wording.word("cli.wrong_use")


def time_left_bar(parts: int, quiet: bool = False, delay: float = 1) -> Any:
    """Return a bar of how much is done and what time is left; shown to a person looking on.

    It is first shown after so many seconds, and anew each second: a long part is no standstill.
    One of a single part goes away at the end: it tells the time gone alone.
    """
    from tqdm import tqdm

    look = {"bar_format": wording.word("cli.bar"), "disable": quiet or None, "smoothing": 0}
    bar = tqdm(total=parts, delay=delay, leave=parts > 1, **look)
    Thread(target=_show_anew, args=(bar,), daemon=True).start()
    return bar


def _show_anew(bar: Any) -> None:
    while not bar.disable:  # as it is once closed
        sleep(1)
        bar.refresh()
        bar.last_print_t += 1  # else one with a delay takes itself for never shown


def problem_line(problem: Problem) -> str:
    """Say a problem with its weight."""
    return f"{wording.word('cli.error' if problem.grave else 'cli.warning')}: {problem}"
