"""Pages to print: templates, tables as a page, nothing to fetch from anywhere."""

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ccwork.language import wording
from ccwork.language.resources import resource
from ccwork.read.workbook import Workbook
from ccwork.tell.formatting import absent, printed, source


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(str(resource("templates"))), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(word=wording.word, say=wording.say, number=wording.number)
    return made


def template(name: str) -> Template:
    """Return the template of a page, such as "sheet"."""
    return _environment().get_template(f"{name}.html.j2")


def page(name: str, **values: object) -> str:
    """Fill the template of a page, in the language in force."""
    return template(name).render(lang=wording.lang(), **values)


class Page(str):
    """One HTML page; a notebook shows its body, print shows its words."""

    def _repr_html_(self) -> str:
        body = re.sub(r"(?s).*<main>|</main>.*", "", self)
        return body.replace("h1>", "h4>").replace("h2>", "h5>")

    def __repr__(self) -> str:
        words = re.sub(r"<[^>]+>", " ", self._repr_html_())
        return " ".join(html.unescape(words).split())


def page_of_tables(
    work: Workbook, title: str, tables: Sequence[pd.DataFrame], signed: bool = False
) -> Page:
    """Make a page of tables in the language in force, A4; across where it is signed.

    Parameters
    ----------
    title, tables
        What stands on the page, made in the language in force.
    signed
        Whether a line to sign by hand stands at the foot.

    Returns
    -------
    Page
        HTML with nothing to fetch from anywhere; a notebook shows its body.
    """
    return Page(page(
        "sheet", title=title, signed=signed, agency=wording.name("agency", work.agency),
        period=wording.period(work.period), tables=[_table(rows) for rows in tables],
    ))  # fmt: skip


def _table(rows: pd.DataFrame) -> dict[str, Any]:
    caption, _, heads, cells = printed(rows)
    shown = [[cell.html() for cell in row] for row in cells]
    why, note = absent(rows) if rows.empty else "", source(rows)
    return {"caption": caption, "absent": why, "heads": heads, "rows": shown, "source": note}
