"""Slides of a course: what stands on them in ``slides.csv``, figures from the invented agency."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn.course import course_plan
from ccwork.learn.course.course_plan import in_force
from ccwork.read import loading, places
from ccwork.read.workbook import Workbook
from ccwork.stages import face_the_problem, kpi, one_process
from ccwork.tell import display, figures
from ccwork.tell.documents import document as doc

SHOWN: Final = "registry"
"""The invented agency that improves: the notebooks open it too."""

SIZE: Final = (6.6, 3.1)
"""Inches of a figure on a slide: small, so that its words are large (our choice)."""

DPI: Final = 240


def _waits(work: Workbook) -> figures.Picture:
    service = one_process.service(work, "")
    waits = one_process.journey(work, "waits", service)
    return one_process.draw_waits(waits, one_process.each_wait(work, service))


FIGURES: Final[dict[str, Callable[[Workbook], figures.Picture]]] = {
    "walks": lambda work: face_the_problem.draw_walks(face_the_problem.outer_beside_inner(work)),
    "waits": _waits,
    "profile": lambda work: kpi.draw_profile(kpi.five(work).query("client == 'external'")),
    "scores": lambda work: kpi.draw_scores(kpi.present_levels(work)),
}
"""What a slide can show: the figures of the notebooks themselves."""


def deck(course: str) -> Iterator[doc.Block]:
    """Yield the slides of a course in the order of its steps, each on a page of its own.

    The first slide, with the title of the course, is begun by the document itself.
    """
    yield doc.paragraph_of(wording.word("course.slides_title"))
    rows = resource_rows("courses", "slides.csv")
    for step in course_plan.course_steps(course):
        for row in [row for row in rows if row["step"] == step.about["step"]]:
            yield doc.NewPage()
            yield doc.Heading(2, in_force(row))
            if row["figure"]:
                yield slide_picture(row["figure"], wording.lang())
                yield doc.paragraph_of(_of_what(step.about["notebook"]), "small")
            if lines := [line for line in in_force(row, "lines").split("|") if line]:
                yield doc.Bullets([[doc.Run(line)] for line in lines])
            if source := in_force(row, "source"):
                yield doc.paragraph_of(wording.say("course.source", source=source), "small")


_read: Final = cache(lambda: loading.load(str(places.shipped("data")), SHOWN))


def _shown() -> Workbook:
    """Return the invented agency, read once, with its names in force."""
    loading.learn_names(_read())
    return _read()


def _of_what(notebook: str) -> str:
    """Say whose figure it is and of when; how many stand behind it is in the notebook."""
    work = _shown()
    about = {"agency": wording.name("agency", work.agency), "period": wording.period(work.period)}
    return wording.say("course.figure_of", notebook=notebook, **about)


@cache
def slide_picture(name: str, lang: str) -> doc.Picture:
    """Draw a figure of the invented agency for a slide."""
    with wording.speaking(lang):
        made = FIGURES[name](_shown())
        if made.figure is None:
            raise ValueError(f"`name` must be a figure {SHOWN} has data for; not {name!r}.")
        made.figure.set_size_inches(*SIZE)
        return doc.Picture(display.png(made.figure, DPI), "png", made.alt)
