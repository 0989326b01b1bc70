"""The brief as a run leaves it: every word of it in facts.json, the same in all forms."""

import csv
import json
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

import docx
import pypdf
import pytest
from bench.onecell import Here, agencies, made, tree
from conftest import SAMPLES
from docx.oxml.ns import qn
from tell.documents.document_samples import elements

from ccwork.language import wording
from ccwork.read import places
from ccwork.report.batch import batch_jobs, batch_run
from ccwork.report.brief import choice

pytestmark = pytest.mark.slow
WANTED = ("2_core_team", "6_kpi")
DRAWN = re.compile(r"[\s\u00ad\u200b\-\u2060▲▼●•]|(?:\s*\.){3,}")
"""What paper adds or moves: spaces, hyphens (soft where a line ends), marks, dots of contents."""
LARGEST = 250_000
"""Bytes of a brief as HTML."""
PROSE = 220
"""Words of the first page, its table not counted."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """One agency alone, then beside another: in both languages, in every form."""
    root = tmp_path_factory.mktemp("brief")
    shutil.copytree(SAMPLES / "demo" / "registry", root / "one" / "registry")
    shutil.copytree(root / "one" / "registry", root / "two" / "registry")
    agencies(root / "two", "beside")
    for name in ("one", "two"):
        task = batch_jobs.Task(str(root / name), root / f"{name}_out", langs=wording.LANGS,
                               wanted=WANTED, formats=("pdf", "docx"))  # fmt: skip
        outcomes = made(task, places.agencies(task.data), Here())
        assert {outcome.status for outcome in outcomes.values()} == {"ok"}
        batch_run.finish(task, outcomes.values())
    return root / "one_out" / "registry", root / "two_out" / "registry"


@pytest.fixture(scope="module")
def folder(runs):
    return runs[0]


@pytest.fixture(scope="module")
def told(folder):
    return json.loads((folder / "facts.json").read_text(encoding="utf-8"))


class Brief(HTMLParser):
    """The brief as HTML: its words in their order, blocks with a place, links, pictures."""

    BLOCKS = ("h1", "h2", "h3", "p", "li", "th", "td", "caption", "figcaption")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.blocks, self.links, self.pictures, self.ids = [], [], [], set()
        self.open, self.within = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs["id"]} if "id" in attrs else set()
        self.within += tag == "main"
        if not self.within:
            return
        if tag in self.BLOCKS:
            self.open.append(tag)
            self.blocks.append((tag, ""))
        if tag == "a":
            self.links.append(attrs["href"])
        if tag == "img":
            self.pictures.append((attrs["src"], attrs["alt"]))

    def handle_endtag(self, tag):
        self.within -= tag == "main"
        if self.within and tag in self.BLOCKS:
            self.open.pop()

    def handle_data(self, data):
        if self.open:
            tag, said = self.blocks[-1]
            self.blocks[-1] = tag, said + data

    def words(self, *tags):
        return [one(said) for tag, said in self.blocks if tag in (tags or self.BLOCKS)]


def one(said):
    """Return words on one line, without marks."""
    return " ".join(re.sub("[▲▼●]", "", said).split())


@cache
def parsed(path):
    """Go through a page once; nothing of it is changed."""
    return Brief(path.read_text(encoding="utf-8"))


def brief(folder, lang):
    return parsed(folder / f"brief.{lang}.html")


def squeezed(text):
    return DRAWN.sub("", text)


def pdf(folder, lang):
    return pypdf.PdfReader(folder / f"brief.{lang}.pdf")


def word(folder, lang):
    return docx.Document(folder / f"brief.{lang}.docx")


# ---------------------------------------------------------------- found in facts.json


def pattern(code):
    """Return what a sentence of the brief says, whatever stands in its places."""
    said = wording.terms()[code][wording.lang()]
    return re.sub(r"\\\{.*?\\\}", ".+?", re.escape(said).replace(r"\|", "|"))


def sentences(told, lang, stages):
    """Return a pattern of all that an item of a list may say."""
    found = told["findings"]
    said = "|".join(re.escape(one(each["said"][lang])) for each in found)
    todo = "|".join(re.escape(one(each["to_do"][lang])) for each in found if each["to_do"][lang])
    who = "|".join(pattern(f"brief.who{end}") for end in ("", "_by", "_late"))
    also = f"{pattern('brief.also')} .+\\."
    stage = "|".join(map(re.escape, stages))
    silent = f"({stage})\\. ?.+|{pattern('brief.silent_stage')} .+"
    decided = f"({said}|{todo})" if todo else f"({said})"
    return re.compile(f"{decided}( {also})?( ({who}))?|{stage}|{silent}")


@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_sentence_is_that_of_a_finding_or_a_fixed_one(folder, told, lang):
    wording.use(lang)
    page = brief(folder, lang)
    may = sentences(told, lang, page.words("h2"))
    items = page.words("li")
    silent = one(wording.word("brief.silent"))
    after = page.words()[page.words().index(silent) :] if silent in page.words() else []
    items = [said for said in items if said not in after]
    assert items
    assert not [said for said in items if not may.fullmatch(said)]
    lists = choice.chosen(told["findings"])
    for lead, _ in (cause for chosen in lists.values() for cause in chosen.told):
        may_be = tuple(filter(None, (one(lead["said"][lang]), one(lead["to_do"][lang]))))
        assert any(said.startswith(may_be) for said in items)
    fixed = (
        "about",
        "partial",
        "rule",
        "source",
        "workings",
        *(f"no_{name}" for name in choice.LISTS),
    )
    free = [said for said in page.words("p") if not may.fullmatch(said)]
    counts = ("better", "worse", "nothing", "weak", "decide", "gaps")
    counted = re.compile("|".join(pattern(f"brief.n_{name}") for name in counts))
    fixed = re.compile("|".join(pattern(f"brief.{name}") for name in fixed))
    assert not [said for said in free
                if not fixed.match(said) and not counted.search(said.lower())]  # fmt: skip


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_first_page_is_short_enough_to_be_read_out(folder, lang):
    page = brief(folder, lang)
    said = " ".join(page.words("h1", "h2", "p", "li"))
    first, found, _ = said.partition(wording.terms()["report.contents"][lang])
    assert found and len(first.split()) <= PROSE


@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_number_of_the_first_page_is_a_fact_or_a_count_of_findings(folder, told, lang):
    wording.use(lang)
    page = brief(folder, lang)
    cells = [said for tag, said in page.blocks if tag in ("td", "th")]
    alts = [alt for source, alt in page.pictures if "image/svg" in source]
    facts = [fact for fact in told["facts"] if fact["id"].startswith("6_kpi.")]
    known = {
        wording.number(abs(fact[end]), digits)
        for fact in facts if re.match(r"6_kpi\.(five_rows|kpi_by_period)\.", fact["id"])
        for end in ("value", "low", "high") if fact.get(end) is not None for digits in (0, 1)
    }  # fmt: skip
    assert cells
    for said in cells:
        assert set(numbers(said, lang)) <= set(numbers(" ".join(known), lang)), said
    for alt in alts:
        shown = re.findall("[0-9]+[.,][0-9]", alt)
        assert len(shown) == 2 and set(shown) <= known, alt
    counts = choice.tally(choice.chosen(told["findings"]))
    (state,) = [said for said in page.words("p") if said.endswith(".") and numbers(said, lang)
                and re.search(pattern("brief.n_decide"), said)]  # fmt: skip
    assert numbers(state, lang) == [float(n) for name, n in counts.items() if n and name != "gaps"]


def test_a_brief_without_all_stages_says_so_before_it_says_what_is_not(folder):
    for lang, said in (("ru", "не рассчитано 7 разделов из 9"), ("en", "7 sections of 9")):
        page = brief(folder, lang)
        (place,) = [n for n, words in enumerate(page.words()) if said in words]
        assert place == 3


def numbers(said, lang):
    """Return the numbers in words of a language, however it writes them."""
    thousands, point = ("[\u00a0\u202f]", ",") if lang == "ru" else (",", r"\.")
    found = re.findall(
        rf"\d{{1,3}}(?:{thousands}\d{{3}})+(?:{point}\d+)?|\d+(?:{point}\d+)?", said
    )
    return [float(re.sub(thousands, "", each).replace(",", ".")) for each in found]


def test_both_languages_carry_the_same_numbers_pictures_and_places(folder):
    ru, en = (brief(folder, lang) for lang in ("ru", "en"))
    assert [tag for tag, _ in ru.blocks] == [tag for tag, _ in en.blocks]
    for (_, russian), (_, english) in zip(ru.blocks, en.blocks, strict=True):
        assert sorted(numbers(russian, "ru")) == sorted(numbers(english, "en")), russian
    assert len(ru.pictures) == len(en.pictures)
    assert [link.replace(".ru.", ".en.") for link in ru.links] == en.links


def test_every_fact_a_finding_names_is_there(told):
    known = {fact["id"] for fact in told["facts"]}
    assert len(told["findings"]) > 5
    for one_of in told["findings"]:
        assert set(one_of["facts"]) <= known, one_of["finding"]
        assert one_of["facts"] or one_of["kind"] == "not_measured", one_of["finding"]


def test_findings_csv_holds_the_findings_of_facts_json(folder, told):
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(told["findings"])
    for row, found in zip(rows, told["findings"], strict=True):
        for lang in wording.LANGS:
            for name in ("said", "to_do"):
                assert row.pop(f"{name}_{lang}") == one(found[name][lang])
        assert [*filter(None, row.pop("facts").split("; "))] == found["facts"]
        for name, cell in row.items():
            value = found[name]
            assert cell == ("" if value is None else str(value)), name


# ---------------------------------------------------------------- the same in every form


@pytest.mark.parametrize("lang", wording.LANGS)
def test_paper_holds_the_words_of_the_page_in_their_order(folder, lang):
    wording.use(lang)
    page, read = brief(folder, lang), pdf(folder, lang)
    text = ""
    for number, each in enumerate(read.pages, 1):
        shown = squeezed(each.extract_text())
        end = squeezed(f"{number} / {len(read.pages)}")
        head = shown[: shown.index(end) + len(end)]
        assert squeezed(wording.word("report.internal")) in head
        text += shown.removeprefix(head)
    wanted, at = squeezed("".join(page.words())), 0
    heads = contents(page)
    for head in heads:  # in the contents the page follows
        text = re.sub(rf"({re.escape(squeezed(head))})\d{{1,2}}", r"\1", text, count=1)
    assert text[at:] == wanted


def contents(page):
    """Return what the table of contents lists."""
    word = one(wording.word("report.contents"))
    after = page.words()[page.words().index(word) + 1 :]
    return after[: next(n for n, said in enumerate(after) if said in after[:n])]


@pytest.mark.parametrize("lang", wording.LANGS)
def test_word_holds_the_words_of_the_page_in_their_order(folder, lang):
    wording.use(lang)
    page = brief(folder, lang)
    found = "".join(each.text or "" for each in word(folder, lang).element.body.iter(qn("w:t")))
    assert squeezed(found) == squeezed("".join(page.words()))


@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_picture_says_the_same_in_every_form_and_in_the_workings(folder, lang):
    page = brief(folder, lang)
    alts = [alt for _, alt in page.pictures]
    assert all(alts)
    tags = elements(pdf(folder, lang).trailer["/Root"]["/StructTreeRoot"])
    assert [each["/Alt"] for each in tags if each.get("/S") == "/Figure"] == alts
    placed = word(folder, lang).element.body.iter(qn("wp:docPr"))
    assert [each.get("descr") for each in placed] == alts
    workings = [parsed(path) for path in folder.glob(f"workings/*.{lang}.html")]
    there = {picture for each in workings for picture in each.pictures}
    assert {picture for picture in page.pictures if "image/png" in picture[0]} <= there


@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_link_leads_to_a_place_in_the_workings_in_every_form(folder, lang):
    page = brief(folder, lang)
    out = {link for link in page.links if not link.startswith("#")}
    assert len(out) > 5
    for link in page.links:
        name, _, anchor = link.partition("#")
        assert "\\" not in name
        there = (folder / unquote(name)) if name else folder / f"brief.{lang}.html"
        assert there.is_file(), link
        assert unquote(anchor) in parsed(there).ids, link
    notes = [note.get_object() for each in pdf(folder, lang).pages for note in each["/Annots"]]
    assert {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})} == out
    relations = word(folder, lang).part.rels.values()
    assert {each.target_ref for each in relations if "hyperlink" in each.reltype} == out


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_pdf_keeps_the_promise_of_pdf_ua_and_the_page_is_light(folder, lang):
    assert b"pdfuaid" in (folder / f"brief.{lang}.pdf").read_bytes()
    assert (folder / f"brief.{lang}.html").stat().st_size <= LARGEST


def test_an_agency_beside_another_gets_the_bytes_it_gets_alone(runs):
    alone, beside = (tree(each) for each in runs)
    assert alone.keys() == beside.keys()
    assert not [name for name, content in alone.items() if beside[name] != content]
