"""The open data: a Frictionless Data Package whose descriptor fits its table."""

import json
import re

from public_samples import few, first, lines, made

from ccwork.report.public import open_data


def test_the_descriptor_has_what_the_standard_asks_for(agency, tmp_path):
    place = first(few(agency), tmp_path, period="2025-12")
    told = json.loads((place / "datapackage.json").read_text("utf-8"))
    (resource,) = told["resources"]
    assert (told["profile"], resource["profile"]) == (
        "tabular-data-package", "tabular-data-resource",
    )  # fmt: skip
    assert (resource["path"], resource["encoding"]) == ("data.csv", "utf-8")
    assert all(re.fullmatch(r"[-a-z0-9._/]+", name) for name in (told["name"], resource["name"]))
    assert told["licenses"] == [{"name": "CC BY 4.0", "title": "CC BY 4.0"}]
    assert told["title_translations"] == {
        "ru": "Орган: что изменилось для граждан, декабрь 2025",
        "en": "Agency: what changed for citizens, December 2025",
    }
    assert [source["title"] for source in told["sources"]] == ["Опрос", "A survey"]
    assert resource["bytes"] == (place / "data.csv").stat().st_size


def test_every_cell_fits_the_type_and_the_words_of_its_column(agency, tmp_path):
    place = first(few(agency), tmp_path)
    told = json.loads((place / "datapackage.json").read_text("utf-8"))
    fields = {field["name"]: field for field in told["resources"][0]["schema"]["fields"]}
    rows = lines(place)
    assert rows and list(rows[0]) == list(fields) == list(open_data.COLUMNS)
    read = {"string": str, "number": float, "integer": int}
    for row in rows:
        for name, cell in row.items():
            words = fields[name].get("constraints", {}).get("enum")
            assert not cell or words is None or cell in words
            assert not cell or read[fields[name]["type"]](cell) is not None
    assert all(field["description_ru"] and field["description_en"] for field in fields.values())


def test_without_a_licence_none_is_told(agency, tmp_path):
    few(agency).config.pop("licence")
    place = made(agency.load(), tmp_path)
    assert "licenses" not in json.loads((place / "datapackage.json").read_text("utf-8"))
    assert "Условия использования не названы" in (place / "public.ru.html").read_text("utf-8")
