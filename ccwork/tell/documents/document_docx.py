"""A brief as a Word document, plain or in an agency's own template, the same bytes each time."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from ccwork.tell.documents import document as doc
from ccwork.tell.documents import word_styles
from ccwork.tell.documents.document_pdf import painted

COLOURS = {"better": "0B5D66", "worse": "9A3B12", "quiet": "50585D"}
GAP = Mm(7)
"""Between blocks side by side."""

NARROW = Mm(165)
"""Text no wider than this has no room for columns (our choice)."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEGUN = (1980, 1, 1, 0, 0, 0)


def written(document: doc.Document, template: Path | None = None) -> bytes:
    """Return the Word document of a brief; `template` gives its styles, header and logo."""
    file = word_styles.opened(template)
    look = word_styles.dress(file, document.lang, own=template is None)
    _describe(file, document)
    heads = [block for block in doc.flat(document.blocks) if isinstance(block, doc.Heading)]
    page = _Page(file, document, look, _sharp(document.blocks), heads)
    page.line()
    page.put(document.blocks)
    return _packed(file)


def _describe(file: docx.document.Document, document: doc.Document) -> None:
    about, day = file.core_properties, datetime.fromisoformat(document.day)
    about.title, about.language = _ILLEGAL.sub("", document.title)[:255], document.lang
    about.created = about.modified = day
    about.author = about.last_modified_by = about.comments = ""
    about.revision = 1


def _packed(file: docx.document.Document) -> bytes:
    """Return the bytes of a document, with no time of writing among them."""
    saved, packed = io.BytesIO(), io.BytesIO()
    file.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w") as made:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _BEGUN)
            part.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(part, source.read(name))
    return packed.getvalue()


def _sharp(blocks: Sequence[doc.Block]) -> dict[bytes, bytes]:
    """Return drawing -> picture: Word is given no SVG."""
    drawn = (each.image for each in doc.pictures(blocks) if each.form == "svg")
    drawings = list(dict.fromkeys(drawn))
    return dict(zip(drawings, painted(drawings), strict=True))


@dataclass
class _Page:
    """The end of a Word document, where the next block goes."""

    file: docx.document.Document
    document: doc.Document
    look: BaseOxmlElement
    sharp: dict[bytes, bytes]
    heads: list[doc.Heading]
    fresh: WD_BREAK | None = None

    def __post_init__(self) -> None:
        self.width = self.whole = word_styles.text_width(self.file.sections[-1])
        anchors = dict.fromkeys(head.anchor for head in self.heads if head.anchor)
        self.styles = {style.name: style.style_id for style in self.file.styles}
        self.anchors = {anchor: f"brief_{number}" for number, anchor in enumerate(anchors)}

    def line(self) -> None:
        """Put the running line and the page number on every page."""
        for head in word_styles.headers(self.file):
            last = head.paragraphs[-1] if head.paragraphs else head.add_paragraph()
            if last.text.strip() or last._p.xpath(".//w:drawing | .//w:pict"):
                last = head.add_paragraph()
            last._p.style = self.styles["Brief line"]
            last.paragraph_format.tab_stops.add_tab_stop(Emu(self.whole), WD_TAB_ALIGNMENT.RIGHT)
            self.run(last, self.document.running + "\t")
            for instruction in ("PAGE", "NUMPAGES"):
                _field(self.run(last, ""), instruction, "1")
                if instruction == "PAGE":
                    self.run(last, " / ")

    def put(self, blocks: Sequence[doc.Block]) -> None:
        """Write blocks in their order."""
        for block in blocks:
            match block:
                case doc.Heading():
                    self.heading(block)
                case doc.Paragraph():
                    style = f"Brief {block.style}" if block.style else "Normal"
                    self.runs(self.paragraph(style), block.runs)
                case doc.Bullets():
                    self.bullets(block)
                case doc.Picture():
                    self.picture(self.paragraph("Normal"), block)
                    if block.caption:
                        self.run(self.paragraph("Brief small"), block.caption)
                case doc.Table():
                    self.table(block)
                case doc.Columns():
                    self.columns(block)
                case doc.NewPage():
                    self.fresh = WD_BREAK.PAGE
                case doc.Contents():
                    self.contents(block)

    def paragraph(self, style: str) -> WordParagraph:
        """Begin a paragraph, on a new page or in a new column when that is due."""
        made = self.file.add_paragraph()
        made._p.style = self.styles[style]
        if self.fresh is WD_BREAK.PAGE:
            made.paragraph_format.page_break_before = True
        elif self.fresh is not None:
            made.add_run().add_break(self.fresh)
        self.fresh = None
        return made

    def run(self, where: WordParagraph, words: str, lang: str = "") -> WordRun:
        """Write words and say in which language they are."""
        made = where.add_run(_ILLEGAL.sub("", words))
        word_styles.tongue(made._r.get_or_add_rPr(), lang or self.document.lang)
        return made

    def runs(self, where: WordParagraph, runs: Sequence[doc.Run], marked: bool = True) -> None:
        """Write runs: strong, coloured by their mark, leading somewhere."""
        for run in runs:
            words = run.words
            if shape := doc.MARKS.get(run.mark) if marked else None:
                words = f"{shape}\u00a0{words}"
            made = self.run(where, words, run.lang)
            made.bold = run.strong or None
            if shape:
                made.font.color.rgb = RGBColor.from_string(COLOURS[run.mark])
            if run.link:
                self.link(made, run.link)

    def link(self, run: WordRun, target: str) -> None:
        """Let a run lead to a bookmark or out; one that leads nowhere stays plain."""
        made = OxmlElement("w:hyperlink")
        if not target.startswith("#"):
            relation = run.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            made.set(qn("r:id"), relation)
        elif name := self.anchors.get(target[1:]):
            made.set(qn("w:anchor"), name)
        else:
            return
        run._r.addprevious(made)
        made.append(run._r)

    def heading(self, block: doc.Heading) -> None:
        """Write a heading and the bookmark links lead to."""
        made = self.paragraph(f"Heading {block.level}")
        run = self.run(made, block.words, block.lang)
        if name := self.anchors.get(block.anchor):
            begin, end = (OxmlElement(f"w:bookmark{each}") for each in ("Start", "End"))
            begin.set(qn("w:name"), name)
            for mark in (begin, end):
                mark.set(qn("w:id"), name.replace("brief_", "900"))
            run._r.addprevious(begin)
            run._r.addnext(end)

    def bullets(self, block: doc.Bullets) -> None:
        """Write a list; one mark of all its items is its bullet."""
        marks = {item[0].mark if item else "" for item in block.items}
        one = marks.pop() if len(marks) == 1 else ""
        dotted = self.file.styles["List Bullet"].element.xpath("./w:pPr/w:numPr")
        for item in block.items:
            made = self.paragraph("List Bullet")
            if one in doc.MARKS or not dotted:
                number = made._p.get_or_add_pPr().get_or_add_numPr()
                number.get_or_add_ilvl().val = 0
                number.get_or_add_numId().val = word_styles.listed(self.file, self.look, one)
            self.runs(made, item[:1], marked=one not in doc.MARKS)
            self.runs(made, item[1:])

    def picture(self, where: WordParagraph, block: doc.Picture, most: int = 0) -> None:
        """Place a picture, no wider than its place, and say what it shows."""
        image = io.BytesIO(self.sharp.get(block.image, block.image))
        width = min(int(Mm(block.width)), most or self.width)
        placed = where.add_run().add_picture(image, width=Emu(width))._inline
        for side in "TBLR":  # else LibreOffice leaves 3 mm beside it
            placed.set(f"dist{side}", "0")
        placed.docPr.set("descr", _ILLEGAL.sub("", block.alt))

    def table(self, block: doc.Table) -> None:
        """Write a table whose headings stand again on every page."""
        above = self.file.element.body.xpath("./*[not(self::w:sectPr)]")[-1:]
        touching = any(each.tag == qn("w:tbl") for each in above)  # Word would join the two
        if block.caption or touching or self.fresh is not None:
            caption = self.paragraph("Caption")
            caption.paragraph_format.keep_with_next = True
            self.run(caption, block.caption)
        heads = [doc.cell_of(head, strong=True) for head in block.heads]
        made = CT_Tbl.new_tbl(len(block.rows) + 1, len(heads), Emu(self.width))
        self.file.element.body._insert_tbl(made)
        word_styles.ruled(made, self.look, [int(self.width * share) for share in block.widths])
        table = WordTable(made, self.file._body)
        numbers = {x for row in block.rows for x, cell in enumerate(row) if cell.number}
        for y, (line, row) in enumerate(zip(made.tr_lst, [heads, *block.rows], strict=True)):
            word_styles.kept_together(line, head=y == 0)
            places = word_styles.spanned(line, [cell.spans for cell in row])
            for x, (place, cell) in enumerate(zip(places, row, strict=True)):
                where = WordParagraph(place.p_lst[0], table)
                where._p.style = self.styles["Brief cell"]
                where.alignment = 2 if cell.number or (y == 0 and x in numbers) else None
                if cell.picture:
                    self.picture(where, cell.picture, most=word_styles.inner_width(place))
                self.runs(where, cell.runs)

    def columns(self, block: doc.Columns) -> None:
        """Write blocks side by side, in a section of columns; on narrow paper one by one."""
        if self.whole < NARROW:
            self.put([each for part in block.parts for each in part])
            return
        self.section(1)
        self.width = (self.whole - int(GAP) * (len(block.parts) - 1)) // len(block.parts)
        for number, part in enumerate(block.parts):
            self.fresh = WD_BREAK.COLUMN if number else self.fresh
            first = len(self.file.element.body)
            self.put(part)
            word_styles.topmost(self.file.element.body[first - 1])
        self.width = self.whole
        self.section(len(block.parts))

    def section(self, columns: int) -> None:
        """End what was written as a section of so many columns."""
        word_styles.columned(self.file.sections[-1], columns, GAP)
        self.file.add_section(WD_SECTION.CONTINUOUS)
        word_styles.columned(self.file.sections[-1], 1, GAP)
        word_styles.flat(self.file.paragraphs[-1])

    def contents(self, block: doc.Contents) -> None:
        """List what can be gone to, each with its page, which Word computes on opening."""
        self.run(self.paragraph("TOC Heading"), block.words)
        for head in (head for head in self.heads if head.level == 2 and head.anchor):
            made = self.paragraph("toc 2")
            made.paragraph_format.tab_stops.add_tab_stop(Emu(self.whole), WD_TAB_ALIGNMENT.RIGHT)
            self.runs(made, [doc.Run(head.words, f"#{head.anchor}", head.lang)])
            self.run(made, "\t")
            _field(self.run(made, ""), f"PAGEREF {self.anchors[head.anchor]} \\h", "", stale=True)


def _part(run: WordRun, kind: str, stale: bool = False) -> None:
    made = OxmlElement("w:fldChar")
    if stale:
        made.set(qn("w:dirty"), "true")
    made.set(qn("w:fldCharType"), kind)
    run._r.append(made)


def _instruction(run: WordRun, words: str) -> None:
    made = OxmlElement("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = f" {words} "
    run._r.append(made)


def _field(run: WordRun, instruction: str, shown: str, stale: bool = False) -> None:
    """Make a run a field, with what it shows until Word computes it."""
    _part(run, "begin", stale)
    _instruction(run, instruction)
    _part(run, "separate")
    run.add_text(shown)
    _part(run, "end")
