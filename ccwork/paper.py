"""Templates of single pages to print: escaped, complete, with nothing to fetch."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def template(name: str) -> Template:
    """Return the template of a page, such as "note"."""
    made = Environment(
        loader=PackageLoader("ccwork", "template"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return made.get_template(f"{name}.html.j2")
