"""Words of people before anybody reads them: personal data hidden, unreleased words left out.

Hiding is by pattern, so it lessens harm and promises nothing: a person releases the words.
Too much is hidden rather than too little. Every repetition is bounded: no words are slow.
"""

import re
from collections.abc import Collection
from typing import Final

import pandas as pd

from ccwork.language import wording

_SPACE: Final = r"[\s\-\u2010-\u2015\u2212.()/_\\]"
_CAPITAL: Final = r"[А-ЯЁ][а-яёА-ЯЁ-]"
_NAME: Final = rf"{_CAPITAL}{{1,30}}"
_HOUSE: Final = (
    r"(?i:д(?:ом\w{0,2})?|кв(?:артир\w{1,2})?|корп(?:ус\w{0,2})?|стр(?:оен\w{1,3})?|к(?=\.)"
    r"|house|flat|apt|apartment)\.?\s?№?\s?\d{1,5}\s?(?:[а-яА-Яa-zA-Z](?!\w))?"
)
_STREET: Final = (
    r"ул(?:иц\w{1,3})?|пр-?(?:к?т|д)|просп(?:ект\w{0,3})?|пр(?=\.)|переул\w{1,4}|пер(?=\.)"
    r"|наб(?=\.)|набережн\w{1,3}|бульвар\w{0,2}|б-р|шоссе|площад\w{1,3}|пл(?=\.)|мкр"
    r"|микрорайон\w{0,2}|проезд\w{0,2}|тупик\w{0,2}|алле[яеию]|деревн\w{1,3}|дер(?=\.)|сел[оауе]"
    r"|пос(?=\.)|с(?=\.\s?(?-i:[А-ЯЁ]))|пос[её]л\w{1,4}|станиц\w{1,3}|хутор\w{0,2}|снт|г(?=\.)"
)
_FLAT: Final = r"\d{1,4}\s?(?:[а-яА-Яa-zA-Z](?!\w))?(?:[-/]\d{1,4})?(?!\w)"

PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i:https?://|www\.|t\.me/|vk\.com/)\S{1,300}",
        r"[\w.+%-]{0,64}\s?(?:@|(?i:\(собака\)|\[at\]|\(at\)))\s?[\w.-]{1,255}"
        r"(?:\s?(?i:\[dot\]|\(dot\)|\(точка\))\s?\w{2,20}){0,3}",
        r"(?:[\w-]{1,64}\s(?i:точка|dot)\s){0,2}[\w.+%-]{1,64}\s(?i:собака|at)\s[\w-]{1,64}"
        r"(?:\s(?i:точка|dot)\s|\.)\w{2,20}(?!\w)",
        r"(?i:\d{1,2}\s(?:янв|февр|мар|апр|ма[йя]|июн|июл|авг|сент|окт|нояб|дек|jan|feb|mar|apr|may"
        r"|jun|jul|aug|sep|oct|nov|dec)\w{0,7},?\s(?:19|20)?\d{2}(?!\d)(?:\s?г\w{0,3}\.?)?)",
        r"(?i:(?:19|20)?\d{2}\s?(?:г\.?\s?р(?!\w)|год\w{0,2}\sрожд\w{1,6}))",
        r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)",
        r"(?i:паспорт|сери[яию]|снилс|инн|огрн|полис|удостоверени|свидетельств|карт[аыуе]"
        r"|телефон|тел\.|моб\.|номер|passport|snils|phone|card)\w{0,8}(?:[^\d\n]{0,12}\d{2,20}){1,6}",
        rf"{_CAPITAL}{{1,30}}(?:ая|ой|ую|ий|ый|ого|ому|ом)\s(?i:{_STREET})(?!\w)\.?"
        rf"(?:,?\s?(?:{_HOUSE}|{_FLAT}|{_NAME})){{0,6}}",
        rf"(?<!\w)(?i:{_STREET})(?!\w)\.?\s?"
        rf"[«\"]?\w[\w-]{{0,40}}[»\"]?(?:,?\s?(?:{_HOUSE}|{_FLAT}|{_NAME})){{0,6}}",
        rf"(?<!\w){_HOUSE}(?!\w)(?:,?\s?(?:{_HOUSE}|{_FLAT})){{0,4}}",
        rf"(?i:жив(?:у|[её]м|[её]т|ут)|прожива\w{{1,4}}|прописан\w{{0,2}}|адрес\w{{0,2}})[\s:]{{1,2}}"
        rf"(?i:на\s|по\s|в\s)?{_NAME}(?:\s{_NAME})?,?\s?{_FLAT}",
        rf"(?<!\w)(?i:на|по)\s{_NAME},\s?{_FLAT}",
        r"(?i:(?<!\w)[авекмнорстухabekmhopctyx]\s?\d{3}\s?[авекмнорстухabekmhopctyx]{2}"
        r"\s?\d{2,3}(?!\w))",
        r"\d{1,5}[-\s]?\w{0,2}\s[A-Z][\w-]{1,30}\s(?:Street|St|Avenue|Ave|Road|Rd|Lane|Square)\b",
        r"(?i:меня зовут|мо[её] имя|моя фамилия|фамилия|имя|фио|my name is)"
        r"[\s,:\u2014-]{1,4}\w[\w-]{0,40}(?:\s\w[\w-]{1,40}){0,2}",
        r"(?i:гр|г-н|г-жа|гражданин\w{0,3}|гражданк\w{1,3}|господин\w{0,2}|госпож\w{1,2}"
        rf"|mr|mrs|ms|miss|dr)\.?\s(?:{_NAME}|[A-Z][\w'-]{{1,30}})(?:\s(?:{_NAME}|[A-Z]\w{{1,30}}))?",
        rf"(?:{_NAME}\s){{0,2}}{_CAPITAL}{{1,25}}(?i:ович|евич|ьич|мич|кич|тич|ввич)(?i:а|у|ем|ом|е)?(?!\w)"
        rf"(?:\s{_NAME})?",
        rf"(?:{_NAME}\s){{0,2}}{_CAPITAL}{{1,25}}(?i:овн|евн|ичн)(?i:а|ы|е|у|ой|ою)(?!\w)(?:\s{_NAME})?",
        rf"(?:{_NAME}\s){{1,3}}(?i:оглы|кызы|гызы)(?!\w)",
        r"(?:[а-яё-]{2,30}\s)?[а-яё]{2,25}(?:(?:ович|евич)(?:а|у|ем|ом|е)?|овна|евна)(?!\w)",
        rf"{_NAME}\s?[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?",
        rf"(?<!\w)[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?{_NAME}",
        rf"{_NAME}\s{_NAME}\s{_NAME}",
        rf"{_CAPITAL}{{2,30}}\s{_CAPITAL}{{2,30}}(?:\s{_NAME})?",
        r"(?<!\w)[A-Z][a-z]{2,30}\s[A-Z][a-z]{2,30}",
        rf"(?<!\d)\+?\d(?:{_SPACE}{{0,3}}\d){{5,60}}|\d{{5,60}}",
        r"(?<!\d)\d{1,3}(?:[-\u2010-\u2015\u2212]\d{2}){2}(?!\d)",
    )
)
"""What is hidden: addresses of the net, documents and telephones by their word, places, names,
long numbers. Source: our list, from the patterns a Russian text may hold."""

_AFTER: Final = re.compile(
    r"((?i:сотрудни\w{1,4}|оператор\w{0,3}|специалист\w{0,3}|инспектор\w{0,3}|начальни\w{1,4}"
    rf"|девушк\w{{1,2}}|спасибо|благодар\w{{1,4}})\s){_NAME}"
)
"""A name after a word that calls a person: the word stays."""

_GIVEN: Final = re.compile(
    r"(?i)(?<!\w)(?:"
    r"(?:александр|алексе|анатоли|андре|антон|арту?р|артем|артём|богдан|борис|вадим|валенти?н"
    r"|валери|васили|виктор|витали|владимир|владислав|вячеслав|геннади|георги|глеб|григори|данил"
    r"|денис|дмитри|евгени|егор|иван|игор|иль|илья|кирилл|константин|леонид|максим|марат|михаил"
    r"|никит|никола|олег|павл|павел|петр|пётр|ринат|роман|руслан|рустам|семен|семён|серге"
    r"|станислав|степан|тимур|тимофе|федор|фёдор|эдуард|юри|ярослав|яков"
    r"|айгул|алин|алл|анастаси|ангелин|анн|вер|галин|дарь|дин|екатерин|елен|елизавет|зинаид|зо"
    r"|инн|ирин|карин|клавди|кристин|ксени|ларис|лиди|лили|любов|людмил|маргарит|марин|мари|марь"
    r"|надежд|натали|наталь|нин|оксан|ольг|полин|раис|светлан|софи|софь|тамар|татьян|юли|яна|ян)"
    r"(?:а|я|ы|и|й|е|у|ю|ь|ой|ей|ою|ею|ём|ем|ом|ью|ия|ии|ию|ией|ием|ие|ья|ьи|ье|ью|ьей)?"
    r"|(?:саш|маш|паш|миш|даш|наташ|лён|лен|кат|кол|вов|дим|сереж|серёж|тан|ол|свет|жен|лёш|леш)"
    r"(?:а|я|и|ы|е|у|ю|ой|ей)"
    r"|john|mary|james|robert|michael|david|william|richard|thomas|anna|sarah|karen|lisa|susan"
    r"|patricia|linda|elizabeth|jennifer|paul|peter|george|emma|olga|natalia|sergey|ivan|tatiana)"
    r"(?:'s)?(?!\w)"
)
"""Given names often met, in any case and letter size: some are also common words (our list)."""

_INNER: Final = re.compile(r"[\w,;:)\u2014-]\s+[«\"(]?[A-ZА-ЯЁ][a-zа-яё]")
"""A capital inside a sentence: in words of clients most often a name."""

_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def scrub(words: str) -> str:
    """Hide what may name a person: telephones, documents, mail, addresses, names, long numbers.

    Parameters
    ----------
    words
        What somebody said or wrote, in Russian or English.

    Returns
    -------
    str
        The same words with a mark, in their own language, in place of each hidden part.

    Examples
    --------
    >>> scrub("Звоните мне: 8 (900) 000-00-00"), scrub("Ждал 40 минут, принёс 5 справок")
    ('Звоните мне: [скрыто]', 'Ждал 40 минут, принёс 5 справок')
    """
    russian = re.search("[а-яёА-ЯЁ]", words)
    mark = wording.terms()["scrubbed"]["ru" if russian else "en"]
    words = _UNSEEN.sub("", words)
    for pattern in PATTERNS:
        words = pattern.sub(mark, words)
    words = _AFTER.sub(rf"\g<1>{mark}", words)
    return re.sub(rf"{re.escape(mark)}(?:[\s,.;]{{0,3}}{re.escape(mark)}){{1,99}}", mark, words)


def telling(words: str, codes: Collection[str] = ()) -> bool:
    """Tell whether words may name a person or hold a number: a page for all leaves them out.

    Stricter than :func:`scrub`, for nothing is lost when a good sentence is left out too.

    Parameters
    ----------
    words
        What somebody said or wrote, in Russian or English.
    codes
        Codes of persons; words that hold one are telling.

    Examples
    --------
    >>> telling("Мария помогла"), telling("Помогла Пушкина"), telling("Ждал 40 минут")
    (True, True, True)
    >>> telling("Спасибо, всё понятно. Приду ещё")
    False
    """
    plain = _UNSEEN.sub("", words)
    held = any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", plain) for code in codes if code)
    return bool(
        held or re.search(r"\d", plain) or scrub(plain) != plain
        or _GIVEN.search(plain) or _INNER.search(plain)
    )  # fmt: skip


def verbatims(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose words a person released, their words scrubbed; no others.

    Parameters
    ----------
    rows
        Any table with the columns ``words`` and ``publish_ok``.

    Returns
    -------
    DataFrame
        Rows with ``publish_ok`` "yes" and words; the index is kept.
    """
    said = rows["words"].fillna("").astype(str).str.strip()
    released = rows[(rows["publish_ok"] == "yes") & (said != "")]
    return released.assign(words=[scrub(each) for each in released["words"].astype(str)])
