"""How a brief looks in Word: styles, lists, lines of tables, sections; a template goes first."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from docx.oxml.text.font import CT_RPr
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.numbering import NumberingPart
from docx.section import Section, _Header
from docx.shared import Emu, Length, Mm, Pt, RGBColor, Twips
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from ccwork.report.brief.document import MARKS

COLOURS = {"better": "0B5D66", "worse": "9A3B12", "quiet": "50585D"}
INK, FAINT, LINE = "1B1F22", "50585D", "9AA5AA"

STYLES = {
    "Normal": (9.5, False, INK, 0, 4),
    "Heading 1": (14, True, INK, 0, 4),
    "Heading 2": (11.5, True, COLOURS["better"], 8, 3),
    "Heading 3": (9.5, True, COLOURS["better"], 6, 2),
    "TOC Heading": (11.5, True, COLOURS["better"], 8, 3),
    "TOC 2": (9.5, False, INK, 0, 2),
    "Caption": (9, True, INK, 4, 2),
    "List Bullet": (9.5, False, INK, 0, 2),
    "Brief lead": (11.5, True, INK, 0, 4),
    "Brief small": (8, False, FAINT, 2, 2),
    "Brief cell": (8.5, False, INK, 0, 0),
    "Brief line": (8, False, FAINT, 0, 0),
}
"""Style -> size in points, bold, colour, space before and after (our choice)."""

REGIONS = {"ru": "ru-RU", "en": "en-GB"}
CELL = 40
"""Twips between the words of a cell and its edge."""

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
    for paragraph in reversed(file.element.body.xpath("./w:p")):
        if paragraph.getnext() is not None and paragraph.getnext().tag != qn("w:sectPr"):
            break
        if paragraph.xpath(".//w:t | .//w:drawing | .//w:pict | .//w:sectPr | .//w:object"):
            break
        paragraph.getparent().remove(paragraph)
    return file


def dress(file: docx.document.Document, lang: str, own: bool) -> None:
    """Give a document the styles it lacks, all of them when they are our own; and its language."""
    for name, look in STYLES.items():
        known = name in file.styles
        if not known:
            builtin = not name.startswith("Brief")
            file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=builtin)
        style = file.styles[name]
        if not known and name != "Normal" and "Normal" in file.styles:
            style.base_style = file.styles["Normal"]
        if own or not known:
            for number in style.element.xpath("./w:pPr/w:numPr"):
                number.getparent().remove(number)
            _look(style, *look, font="Arial" if own else "")
        if name.startswith("Heading") and not known:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(int(name[-1]) - 1))
            style.element.get_or_add_pPr().append(level)
    root = file.styles.element
    defaults = root.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = OxmlElement("w:docDefaults")
        root.insert(0, defaults)
    for tag in ("w:rPrDefault", "w:rPr"):
        below = defaults.find(qn(tag))
        if below is None:
            below = OxmlElement(tag)
            defaults.insert(0, below)
        defaults = below
    tongue(defaults, lang)


def _look(
    style: ParagraphStyle, size: float, bold: bool, colour: str, before: float, after: float,
    font: str,
) -> None:  # fmt: skip
    style.font.size, style.font.bold = Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(colour)
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0
    form.keep_with_next = style.name.startswith(("Heading", "Caption", "TOC Heading"))
    if font:
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), font)


def tongue(properties: CT_RPr, lang: str) -> None:
    """Say in which language words are, so that they are read aloud and checked in it."""
    known = properties.find(qn("w:lang"))
    if known is None:
        known = OxmlElement("w:lang")
        properties.append(known)
    known.set(qn("w:val"), REGIONS.get(lang, lang))


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
    known = section._sectPr.find(qn("w:cols"))
    if known is None:
        known = OxmlElement("w:cols")
        section._sectPr.append(known)
    known.set(qn("w:num"), str(count))
    known.set(qn("w:space"), str(gap.twips))
    known.set(qn("w:equalWidth"), "1")


def flat(paragraph: Paragraph) -> None:
    """Let a paragraph that only ends a section take little room."""
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), Pt(6)


def topmost(element: BaseOxmlElement) -> None:
    """Let a paragraph begin at the very top of its column."""
    if isinstance(element, CT_P):
        Paragraph(element, None).paragraph_format.space_before = Pt(0)


# ---------------------------------------------------------------- lists


def bullet(file: docx.document.Document, paragraph: Paragraph, mark: str) -> None:
    """Make a paragraph an item of a list, its bullet the shape of a mark."""
    style = file.styles["List Bullet"]
    if mark not in MARKS and style.element.xpath("./w:pPr/w:numPr"):
        return
    number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    number.get_or_add_ilvl().val = 0
    number.get_or_add_numId().val = _list(file, mark)


def _list(file: docx.document.Document, mark: str) -> int:
    """Return the number of the list with such bullets, made when it is first asked for."""
    try:
        part = file.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        part = NumberingPart(
            PackURI("/word/numbering.xml"),
            CONTENT_TYPE.WML_NUMBERING,
            parse_xml(f"<w:numbering {nsdecls('w')}/>"),
            file.part.package,
        )
        file.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    lists = part.element
    name = f"Brief {mark or 'plain'}"
    if known := lists.xpath(f'./w:abstractNum[w:name/@w:val="{name}"]'):
        number = known[0].get(qn("w:abstractNumId"))
        return int(lists.xpath(f'./w:num[w:abstractNumId/@w:val="{number}"]')[0].numId)
    taken = [int(each) for each in lists.xpath("./w:abstractNum/@w:abstractNumId")]
    made = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{max(taken, default=-1) + 1}">'
        f'<w:multiLevelType w:val="singleLevel"/><w:name w:val="{name}"/><w:lvl w:ilvl="0">'
        f'<w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        f'<w:lvlText w:val="{MARKS.get(mark, "•")}"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="284" w:hanging="284"/></w:pPr>'
        '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>'
        f'<w:color w:val="{COLOURS.get(mark, INK)}"/></w:rPr></w:lvl></w:abstractNum>'
    )
    others = lists.xpath("./w:abstractNum | ./w:num")
    if others:
        others[0].addprevious(made)
    else:
        lists.append(made)
    return int(lists.add_num(int(made.get(qn("w:abstractNumId")))).numId)


# ---------------------------------------------------------------- tables


def ruled(table: CT_Tbl, widths: Sequence[int]) -> None:
    """Give a table thin lines between its rows, widths, and headings read out."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "bottom", "insideH")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 30), ("left", CELL), ("bottom", 30), ("right", CELL))
    )
    properties = table.tblPr
    for made in (
        f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>",
        f'<w:tblLayout {nsdecls("w")} w:type="fixed"/>',
        f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>",
        f'<w:tblLook {nsdecls("w")} w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>',
    ):
        element = parse_xml(made)
        for old in properties.findall(element.tag):
            properties.remove(old)
        properties.append(element)
    for column, width in zip(table.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Emu(width)
    for row in table.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Emu(width)
            middle = OxmlElement("w:vAlign")
            middle.set(qn("w:val"), "center")
            cell.get_or_add_tcPr().append(middle)


def inner_width(cell: CT_Tc) -> int:
    """Return the width that a cell leaves for what is in it."""
    return int(cell.width or 0) - int(Twips(2 * CELL))


def kept_together(row: CT_Row, head: bool) -> None:
    """Keep a row on one page; that of the headings comes again on each."""
    properties = row.get_or_add_trPr()
    for tag in ("w:cantSplit", "w:tblHeader")[: 1 + head]:
        properties.append(OxmlElement(tag))


def spanned(row: CT_Row, spans: Sequence[int]) -> list[CT_Tc]:
    """Join cells of a row as their spans say."""
    cells = list(row.tc_lst)
    kept = []
    for span in spans:
        first, rest = cells[0], cells[1:span]
        if rest:
            first.width = Emu(sum(int(each.width) for each in (first, *rest)))
            first.grid_span = span
        for each in rest:
            row.remove(each)
        kept.append(first)
        cells = cells[span:]
    return kept
