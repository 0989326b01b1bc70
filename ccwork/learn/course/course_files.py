"""Everything a trainer needs to hold a course, written into one folder."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ccwork.language import wording
from ccwork.learn.course import course_plan, printed_sheets, slides
from ccwork.tell.documents import document_docx, document_pdf
from ccwork.tell.documents.document import Block, Document, Heading, Paragraph, Run

Part = tuple[str, Document, str, bool]
"""Folder and name, what is in it, the template of its PDF, whether it is a Word file too."""


def written(course: str, langs: Sequence[str], out: Path) -> Iterator[Path]:
    """Write all files of a course and yield their paths.

    Parameters
    ----------
    course
        One of :func:`course_plan.names`.
    langs
        "ru", "en" or both.
    out
        Folder; ``learner`` and ``trainer`` lie in it, files numbered in the order of use. The
        key of the knowledge checks is in ``trainer`` alone.

    Raises
    ------
    DataProblems
        When there is no such course.
    """
    for lang in wording.each(langs):
        for name, document, template, word_too in parts(course):
            path = out / f"{name}.{lang}.pdf"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document_pdf.written(document, template))
            yield path
            if word_too:
                path = path.with_suffix(".docx")
                path.write_bytes(document_docx.written(document))
                yield path


def parts(course: str) -> Iterator[Part]:
    """Yield the documents of a course in the language in force, in the order of use."""
    yield from _learners(course)
    yield from _trainers(course)


def _learners(course: str) -> Iterator[Part]:
    said = wording.word
    made: list[tuple[str, str, Iterable[Block], bool]] = [
        ("agenda", said("course.agenda"), printed_sheets.agenda(course), True),
        ("check_before", said("course.check_before"), printed_sheets.check("before"), False),
    ]
    for row in course_plan.sheets(course):
        if row["place"] == "learner":
            blocks = printed_sheets.sheet(row["sheet"])
            made.append((row["sheet"], course_plan.in_force(row), blocks, row["word"] == "yes"))
    made.append(("check_after", said("course.check_after"), printed_sheets.check("after"), False))
    for number, (code, title, blocks, word_too) in enumerate(made, 1):
        document = printed_sheets.document(title, course, blocks)
        yield f"learner/{number}_{code}", document, "brief.typ", word_too


def _trainers(course: str) -> Iterator[Part]:
    said = wording.word
    key = [block for form in ("before", "after") for block in printed_sheets.key(form)]
    notes = printed_sheets.notes(course)
    about = course_plan.title(course)
    deck = list(slides.deck(course))
    day, lang = course_plan.DAY, wording.lang()
    yield "trainer/1_notes", printed_sheets.document(said("course.notes"), course, notes), \
        "brief.typ", True  # fmt: skip
    yield "trainer/2_slides", Document(about, lang, day, about, deck), "slides.typ", False
    yield "trainer/3_key", printed_sheets.document(said("course.key"), course, key), \
        "brief.typ", False  # fmt: skip
    minutes = sum(step.minutes for step in course_plan.steps(course))
    told = wording.say("course.certificate_told", course=about, minutes=minutes)
    given = Paragraph([Run(told)], "lead")
    blocks = [Heading(1, said("course.certificate")), given, *printed_sheets.sheet("certificate")]
    certificate = Document(said("course.certificate"), lang, day, about, blocks)
    yield "trainer/4_certificate", certificate, "certificate.typ", True
    others = [row for row in course_plan.sheets(course) if row["place"] == "trainer"]
    for number, row in enumerate(others, 5):
        blocks = list(printed_sheets.sheet(row["sheet"]))
        document = printed_sheets.document(course_plan.in_force(row), course, blocks)
        yield f"trainer/{number}_{row['sheet']}", document, "brief.typ", row["word"] == "yes"
