"""Everything a trainer needs to hold a course, written into one folder."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ccwork.language import wording
from ccwork.learn import learner
from ccwork.learn.course import course_plan, printed_sheets, slides
from ccwork.tell.documents import document_docx, document_pdf
from ccwork.tell.documents.document import Document


def written(course: str, langs: Sequence[str], out: Path) -> Iterator[Path]:
    """Write all files of a course and yield their paths.

    Parameters
    ----------
    course
        One of ``courses.csv``.
    langs
        "ru", "en" or both.
    out
        Folder; ``learner`` and ``trainer`` lie in it, files numbered in the order of use. The
        key of the knowledge checks is in ``trainer`` alone.

    Raises
    ------
    DataProblems
        When there is no such course, or the folder cannot be written to.
    """
    for lang in wording.each(langs):
        for name, document, row in course_documents(course):
            made = {".pdf": document_pdf.written(document, row["template"] or "brief.typ")}
            if row["word"]:
                made[".docx"] = document_docx.written(document)
            made = {f"{name}.{lang}{suffix}": content for suffix, content in made.items()}
            learner.write_files(out, made)
            yield from (out / each for each in made)


def files_expected(course: str, langs: Sequence[str]) -> int:
    """Return how many files a course has; parameters as for :func:`written`."""
    return len(langs) * sum(1 + bool(row["word"]) for row in course_plan.sheets(course))


def course_documents(course: str) -> Iterator[tuple[str, Document, dict[str, str]]]:
    """Yield the documents of a course in the language in force, in the order of use.

    Returns
    -------
    iterator
        The folder and the name of each, what is in it, and its row of ``sheets.csv``.
    """
    about, used = course_plan.course_title(course), Counter[str]()
    for row in course_plan.sheets(course):
        code, place = row["sheet"], row["place"]
        used[place] += 1
        title = course_plan.in_force(row) or about
        made = slides.deck(course) if code == "slides" else printed_sheets.blocks(code, course)
        document = printed_sheets.document(title, about, made)
        yield f"{place}/{used[place]:02}_{code}", document, row
