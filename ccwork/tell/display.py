"""What a person sees of a table, a figure or a summary; every number shown becomes a fact."""

import io
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pandas as pd
from IPython.display import publish_display_data
from markupsafe import Markup
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from PIL import Image

from ccwork.language import wording
from ccwork.language.markup import element, escaped
from ccwork.tell import findings, formatting, small_counts
from ccwork.tell.figures import Picture
from ccwork.tell.formatting import Cell
from ccwork.tell.sentences import sentences
from ccwork.tell.tables import fact_id


def show(*what: pd.DataFrame | Picture, folded: bool = False) -> None:
    """Show tables and figures made by ccwork.

    Parameters
    ----------
    what
        A table: caption, headings in words, source and date; its numbers become facts. One
        without rows says which input table to bring; one of persons carries the words that a
        report shows instead. A figure: with its alt text, caption, source and date.
    folded
        A folded table opens at a click and stays out of print: it is for those who check.

    Raises
    ------
    TypeError
        When something is neither.
    """
    for one in what:
        if isinstance(one, Picture):
            _show_figure(one)
        else:
            _show_table(_made_here("what", one), folded)


def _made_here(argument: str, rows: object) -> pd.DataFrame:
    """Refuse what ccwork did not make: nobody knows its caption, its source and its date."""
    if isinstance(rows, pd.DataFrame) and "name" in rows.attrs:
        return rows
    found = type(rows).__name__
    raise TypeError(f"`{argument}` must be tables or figures made by ccwork; not a {found}.")


def _show_table(rows: pd.DataFrame, folded: bool) -> None:
    name = rows.attrs["name"]
    if rows.empty:
        if not folded:
            _publish_words(name, formatting.absent(rows))
        return
    caption, columns, heads, cells = formatting.printed(rows)
    more = {"facts": list(facts(rows, columns))}
    if name == "findings":
        more["findings"] = findings.records(rows)
    if rows.attrs.get("personal"):
        more["instead"] = wording.word("personal.instead")
    shown = _html(caption, heads, cells, formatting.source(rows))
    shown = _folded(caption, shown) if folded else shown
    publish(shown, _plain(caption, heads, cells), "table", name, **more)


def publish(shown: str, plain: str, kind: str, name: str, **more: object) -> None:
    """Put words before the reader of a notebook, and what they are before a report.

    Words are escaped but where :mod:`markup` made HTML of them.
    """
    publish_display_data(
        {"text/html": str(escaped(shown)), "text/plain": plain},
        metadata={"ccwork": {"kind": kind, "name": name, "facts": [], **more}},
    )


def _folded(head: str, shown: Markup) -> Markup:
    return element("details", element("summary", head), shown, class_="folded")


def _publish_words(name: str, words: str) -> None:
    publish(element("p", formatting.marked(words), class_="word"), words, "words", name)


def facts(rows: pd.DataFrame, columns: list[str]) -> Iterator[dict[str, Any]]:
    """List every number and every coded word of a table, with what stands behind it."""
    for row in small_counts.told(rows):
        for column in columns:
            form = formatting.column_kind(column)
            if form not in formatting.NUMBERS and not form.startswith("word:"):
                continue
            fact = {"id": fact_id(rows, row, column), **_amount(row, column, form)}
            fact["period"] = row.get("period") or rows.attrs["period"]
            fact["source"] = rows.attrs["files"]
            fact["formula"] = wording.terms()[f"col.{column}"]["source"]
            yield fact


def _amount(row: dict[str, Any], column: str, form: str) -> dict[str, Any]:
    """Return the value of a fact: a number with limits and n, or a code."""
    value = row.get(column)
    if form.startswith("word:"):
        return {"value": None, "word": value}
    if pd.isna(value):
        return {"value": None, "word": formatting.why(row, column)}
    if why_not := small_counts.withheld(row, column, value, form):
        return {"value": None, "word": why_not}
    low, high = formatting.limits_of(row, column)
    unit = {"value": row.get("unit"), "change": row.get("unit")}.get(form, form)
    n = row.get("n", float("nan"))
    secret = n is None or pd.isna(n) or small_counts.withheld(row, "n", n, "count")
    return {
        "value": _exact(value),
        "low": _exact(low),
        "high": _exact(high),
        "n": None if secret else int(n),
        "unit": unit,
    }


def _exact(value: float) -> float | None:
    """Round off what a machine adds to a number; missing is None."""
    return None if pd.isna(value) else float(f"{value:.10g}")


def _html(caption: str, heads: list[str], cells: list[list[Cell]], note: str) -> Markup:
    """Write an accessible table: caption, scopes, source line."""
    head = element("tr", *(element("th", head, scope="col") for head in heads))
    body = [
        element("tr", row[0].html("th", scope="row"), *(cell.html() for cell in row[1:]))
        for row in cells
    ]
    named = element("caption", caption)
    table = element("table", named, element("thead", head), element("tbody", *body))
    return table + element("p", note, class_="source")


def _plain(caption: str, heads: list[str], cells: list[list[Cell]]) -> str:
    """Write the same table as lines of text."""
    lines = [caption, " | ".join(heads)]
    return "\n".join(lines + [" | ".join(cell.plain for cell in row) for row in cells])


def _show_figure(picture: Picture) -> None:
    if picture.figure is None:
        _publish_words(picture.rows.attrs["name"], formatting.absent(picture.rows))
        return
    name = f"figure.{picture.name}"
    meta = {"kind": "figure", "name": name, "caption": wording.word(name), "facts": []}
    publish_display_data(
        {"image/png": png(picture.figure), "text/plain": picture.alt},
        metadata={"ccwork": meta | {"source": formatting.source(picture.rows)}},
    )


DPI, COLOURS = 110, 64
"""Points an inch of a figure, and how many colours it keeps: a third of the bytes, and no eye
tells (our choice)."""


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """Draw a figure into a PNG of few colours, of so many points an inch."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.get_renderer().get_text_width_height_descent = partial(_room, dpi)
    _lay_out(figure)
    canvas.draw()
    image = io.BytesIO()
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    _few_colours(drawn.convert("RGB")).save(image, format="PNG", dpi=(dpi, dpi))
    return image.getvalue()


@cache
def _room(dpi: int, *words: Any) -> tuple[float, float, float]:
    """Measure words once: many stand in several figures."""
    return RendererAgg(1, 1, dpi).get_text_width_height_descent(*words)


def _few_colours(whole: Image.Image) -> Image.Image:
    """Keep the commonest colours: Pillow tells two apart by all but their last two bits."""
    told: dict[tuple[int, ...], tuple[int, ...]] = {}
    # as many places are looked through as colours are asked for
    found = whole.getcolors(2**16) or whole.getcolors(whole.width * whole.height)
    for _, colour in sorted(found, reverse=True):
        told.setdefault(tuple(part & 252 for part in colour), colour)
    near = Image.new("P", (1, 1))
    near.putpalette([part for colour in list(told)[:COLOURS] for part in colour])
    few = whole.quantize(palette=near, dither=Image.Dither.NONE)
    few.putpalette([part for colour in list(told.values())[:COLOURS] for part in colour])
    return few


def _lay_out(figure: Figure) -> None:
    """Give all room in one go, the legend of the whole figure above it."""
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        if not axis.get_label_text():  # else ticks are measured anew for every empty label
            axis.set_label_coords(0, 0)
    figure.tight_layout()
    tall = sum(legend.get_window_extent().height for legend in figure.legends)
    figure.subplots_adjust(top=figure.subplotpars.top - tall / figure.bbox.height)


def glossary(notebook: str = "") -> None:
    """Show the words a notebook uses and what they mean, from ``terms/glossary.csv``.

    Without a name every word is shown, folded. The words stand in the order of the alphabet.
    """
    known = [row for row in wording.terms().values() if "notebooks" in row]
    terms = [row for row in known if not notebook or notebook in row["notebooks"].split()]
    if not terms:
        raise ValueError(f"`notebook` must be named in terms/glossary.csv; not {notebook!r}.")
    words = [(wording.word(row["code"]), wording.meaning(row["code"])) for row in terms]
    words += wording.own_words()
    words.sort(key=lambda pair: pair[0].strip("«“").casefold().replace("ё", "е"))
    items = [
        element("dt", element("strong", word)) + element("dd", meaning) for word, meaning in words
    ]
    shown = element("dl", *items)
    if not notebook:
        shown = _folded(wording.say("glossary.all", n=len(words)), shown)
    publish(shown, "\n".join(map(": ".join, words)), "words", "glossary")


def summary(*parts: pd.DataFrame) -> None:
    """Show the head's part: one sentence a row for tables that have sentences."""
    told = [rows for rows in parts if not _made_here("parts", rows).empty]
    lines = [sentence for rows in told for sentence in sentences(rows)]
    lines += [formatting.absent(parts[0])] if not told else []
    shown = element("ul", *(element("li", formatting.marked(line)) for line in lines),
                    class_="summary")  # fmt: skip
    if told:
        shown += element("p", formatting.source(*told), class_="source")
    publish(shown, "\n".join(lines), "summary", "summary")
