"""How a brief looks in Word: styles, lists, lines of tables, sections; a template goes first.

The look itself stands in ``templates/brief_word.xml``.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, nsmap, qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.numbering import NumberingPart
from docx.section import Section, _Header
from docx.shared import Emu, Length, Mm, Pt, Twips
from docx.text.paragraph import Paragraph

from ccwork.language.resources import resource

REGIONS = {"ru": "ru-RU", "en": "en-GB"}
_AFTER_COLUMNS = ("w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection",
                  "w:bidi", "w:rtlGutter", "w:docGrid", "w:printerSettings",
                  "w:sectPrChange")  # fmt: skip
_TEMPLATE = b"wordprocessingml.template.main+xml"
_DOCUMENT = b"wordprocessingml.document.main+xml"


def opened(template: Path | None) -> docx.document.Document:
    """Open a template (.docx or .dotx), or begin an empty A4 document."""
    if template is None:
        file = docx.Document()
        part = file.sections[0]
        part.page_width, part.page_height = Mm(210), Mm(297)
        part.left_margin = part.right_margin = Mm(16)
        part.top_margin, part.bottom_margin = Mm(17), Mm(13)
        part.header_distance = part.footer_distance = Mm(8)
        return file
    made = io.BytesIO()
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(made, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(_TEMPLATE, _DOCUMENT)
            copy.writestr(name, content)
    file = docx.Document(made)
    for paragraph in reversed(file.paragraphs):
        if paragraph._p.xpath("following-sibling::*[not(self::w:sectPr)] | .//w:r | .//w:sectPr"):
            break
        paragraph._p.getparent().remove(paragraph._p)
    return file


def dress(file: docx.document.Document, lang: str, own: bool) -> BaseOxmlElement:
    """Give a document the styles it lacks, all of them when it is our own; return our look."""
    look = parse_xml(resource("templates", "brief_word.xml").read_bytes())
    styles = file.styles.element
    ground = styles.xpath('string(./w:style[@w:type="paragraph"][@w:default="1"]/@w:styleId)')
    known = {style.name_val: style for style in styles.style_lst}
    for style in look.findall(qn("w:style")):
        if own and style.name_val in known:
            styles.replace(known[style.name_val], style)
        elif style.name_val not in known:
            styles.append(style)
            if style.basedOn_val:
                style.basedOn_val = ground or style.basedOn_val
    place = styles
    for tag in ("w:docDefaults", "w:rPrDefault", "w:rPr"):
        if place.find(qn(tag)) is None:
            place.insert(0, OxmlElement(tag))
        place = place.find(qn(tag))
    tongue(place, lang)
    return look


def tongue(properties: BaseOxmlElement, lang: str) -> None:
    """Say in which language words are, so that they are read aloud and checked in it."""
    _only(properties, "w:lang").set(qn("w:val"), REGIONS.get(lang, lang))


def _only(parent: BaseOxmlElement, tag: str) -> BaseOxmlElement:
    """Return the one child of a kind, made at the end when there is none."""
    if parent.find(qn(tag)) is None:
        parent.append(OxmlElement(tag))
    return parent.find(qn(tag))


def text_width(section: Section) -> int:
    """Return the width between the margins."""
    width = section.page_width or Mm(210)
    return int(width - (section.left_margin or 0) - (section.right_margin or 0))


def headers(file: docx.document.Document) -> Iterator[_Header]:
    """Return each header that some page shows."""
    for number, section in enumerate(file.sections):
        shown = [section.header]
        if section.different_first_page_header_footer:
            shown.append(section.first_page_header)
        if file.settings.odd_and_even_pages_header_footer:
            shown.append(section.even_page_header)
        yield from (each for each in shown if number == 0 or not each.is_linked_to_previous)


def columned(section: Section, count: int, gap: Length) -> None:
    """Give a section so many columns."""
    columns = section._sectPr.find(qn("w:cols"))
    if columns is None:
        columns = OxmlElement("w:cols")
        section._sectPr.insert_element_before(columns, *_AFTER_COLUMNS)
    for each in list(columns):
        columns.remove(each)
    for name, value in (("num", count), ("space", gap.twips), ("equalWidth", 1)):
        columns.set(qn(f"w:{name}"), str(value))


def flat(paragraph: Paragraph) -> None:
    """Let a paragraph that only ends a section take little room."""
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), Pt(6)


def topmost(element: BaseOxmlElement) -> None:
    """Let a paragraph begin at the very top of its column."""
    if isinstance(element, CT_P):
        Paragraph(element, None).paragraph_format.space_before = Pt(0)


# ---------------------------------------------------------------- lists


def listed(file: docx.document.Document, look: BaseOxmlElement, mark: str) -> int:
    """Return the number of the list with such bullets, made when it is first asked for."""
    try:
        part = file.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        place, empty = PackURI("/word/numbering.xml"), parse_xml(f"<w:numbering {nsdecls('w')}/>")
        part = NumberingPart(place, CONTENT_TYPE.WML_NUMBERING, empty, file.part.package)
        file.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    lists, wanted = part.element, f'./w:abstractNum[w:name/@w:val="Brief {mark or "plain"}"]'
    if known := lists.xpath(f"{wanted}/@w:abstractNumId"):
        return lists.xpath(f'./w:num[w:abstractNumId/@w:val="{known[0]}"]')[0].numId
    taken = [int(each) for each in lists.xpath("./w:abstractNum/@w:abstractNumId")]
    (made,) = look.xpath(wanted, namespaces=nsmap)
    number = max(taken, default=-1) + 1
    made.set(qn("w:abstractNumId"), str(number))
    before = lists.xpath("./w:abstractNum | ./w:num")
    lists.insert(lists.index(before[0]) if before else 0, made)
    return lists.add_num(number).numId


# ---------------------------------------------------------------- tables


def ruled(table: CT_Tbl, look: BaseOxmlElement, widths: Sequence[int]) -> None:
    """Give a table thin lines between its rows, and widths."""
    table.replace(table.tblPr, deepcopy(look.find(qn("w:tblPr"))))
    for column, width in zip(table.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Emu(width)
    for row in table.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Emu(width)
            _only(cell.get_or_add_tcPr(), "w:vAlign").set(qn("w:val"), "center")


def inner_width(cell: CT_Tc) -> int:
    """Return the width that a cell leaves for what is in it: its margins are 2 x 60 twips."""
    return int(cell.width or 0) - int(Twips(120))


def kept_together(row: CT_Row, head: bool) -> None:
    """Keep a row on one page; that of the headings comes again on each."""
    for tag in ("w:cantSplit", "w:tblHeader")[: 1 + head]:
        row.get_or_add_trPr().append(OxmlElement(tag))


def spanned(row: CT_Row, spans: Sequence[int]) -> list[CT_Tc]:
    """Join cells of a row as their spans say."""
    cells, kept = list(row.tc_lst), []
    for span in spans:
        first, rest, cells = cells[0], cells[1:span], cells[span:]
        if rest:
            first.width = Emu(sum(int(each.width or 0) for each in (first, *rest)))
            first.grid_span = span
        for each in rest:
            row.remove(each)
        kept.append(first)
    return kept
