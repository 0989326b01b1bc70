"""The page of a group of learners: what to repeat today, then who is where and what is hard."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ccwork.language import wording
from ccwork.language.command_words import problem_line
from ccwork.learn import exercises, learner
from ccwork.learn.class_results import class_tables, learner_folders
from ccwork.learn.class_results.learner_folders import Group
from ccwork.learn.training import agency
from ccwork.read.files.cell_parsing import harmless
from ccwork.tell import formatting
from ccwork.tell.documents import document_html, document_pdf
from ccwork.tell.documents.document import Block, Bullets, Document, Heading, Paragraph
from ccwork.tell.documents.row_tables import table_of, tagged
from ccwork.tell.sentences import sentences

KEY = "class_key.csv"
MOST_SAID = 5
"""So many sentences of one kind are said (our choice); the rest stands in the tables."""


TABLES = (class_tables.learners, class_tables.first_tries, class_tables.items_known,
          class_tables.mistakes)  # fmt: skip


def class_document(group: Group) -> Document:
    """Make the page of a group in the language in force: first what matters today."""
    at = group.tries["at"]
    code, last = ("last", at.max()) if len(at) else ("silent", date.today())
    title = wording.say("class.title", n=len(group.learners))
    answered = wording.say(f"class.{code}", day=wording.day(last))
    about = wording.say("class.about", answered=answered, of=len(exercises.exercises()))
    learners, tried, *others = tables = [make(group) for make in TABLES]
    none = "class.none_hard" if tried["right_share"].notna().any() else "class.few_tried"
    said = [] if tried["class_hard"].any() else [wording.word(none)]
    for rows in (tried, *others, learners):
        said += [*sentences(rows)][:MOST_SAID]
        more = sum(rows["say"] > "") - MOST_SAID
        said += [wording.say("class.more", n=more)] * (more > 0)
    blocks: list[Block] = [Heading(1, title), Paragraph(tagged(about), "small")]
    for name, lines in (
        ("repeat", said), ("gain", [*sentences(class_tables.knowledge_gain(group))]),
        ("unread", [str(problem) for problem in group.problems]),
    ):  # fmt: skip
        if lines:
            blocks += [Heading(2, wording.word(f"class.{name}")), Bullets([*map(tagged, lines)])]
    blocks += [Heading(2, wording.word("class.details"))]
    blocks += [table_of(rows) if len(rows) else Paragraph(tagged(formatting.absent(rows)))
               for rows in tables]  # fmt: skip
    blocks += [Paragraph(tagged(wording.word("class.rule")), "small")]
    running = wording.word("class.stays")
    return Document(title, wording.lang(), f"{last:%Y-%m-%d}", running, blocks)


def write_page(folder: Path, langs: Sequence[str], key: bool = False) -> tuple[list[str], int]:
    """Write the page of a group into its own folder; return what to say and the exit code.

    Names of learners go nowhere else: there is no other place to write to. `key`: whether the
    answers of everyone's own variant of the training agency are written too, for the trainer.

    Raises
    ------
    DataProblems
        When the folder cannot be read or written to.
    """
    group = learner_folders.read_group(folder, learner.variant)
    lines, made = [problem_line(problem) for problem in group.problems], {}
    if group.learners.empty:
        return [*lines, wording.word("class.none")], 3
    for lang in wording.each(langs):
        document = class_document(group)
        shown = document_html.written(document, banner=document.running)
        made[f"class.{lang}.html"] = shown.encode()
        made[f"class.{lang}.pdf"] = document_pdf.written(document)
    for make in (*TABLES, class_tables.knowledge_gain):
        rows = make(group).drop(columns=["why"]).map(harmless)
        made[f"{rows.attrs['name']}.csv"] = rows.to_csv(index=False, lineterminator="\n").encode()
    if key:
        made[KEY] = agency.key_sheet(group.learners["name"]).encode("utf-8-sig")
    learner.write_files(folder, made)
    lines += [wording.say("cli.page_written", path=str(folder / name)) for name in made]
    return lines, int(any(problem.grave for problem in group.problems))
