"""Templates of pages: escaped, complete, with nothing to fetch."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ccwork import text
from ccwork.resources import resource


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(str(resource("template"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(word=text.word, say=text.say, number=text.number)
    return made


def template(name: str) -> Template:
    """Return the template of a page, such as "note"."""
    return _environment().get_template(f"{name}.html.j2")


def page(name: str, **values: object) -> str:
    """Fill the template of a page, in the language in force."""
    return template(name).render(lang=text.lang(), **values)
