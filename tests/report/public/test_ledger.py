"""The ledger: what was told before is minded, so that no difference tells of a few."""

import csv
import hashlib
import random

import pytest
from public_samples import MONTHS, SERVICES, few, first, lines, made, until

from ccwork.language import periods, wording
from ccwork.report.public import ledger
from ccwork.report.public.publication import Refused


def ledger_of(place) -> list[dict[str, str]]:
    with (place.parent / "released.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def shown(rows: list[dict[str, str]]) -> set[tuple[str, ...]]:
    """Return what is told of each figure, how it changed left out."""
    return {tuple(row[name] for name in ("code", "service", "period", "value", "n", "withheld"))
            for row in rows}  # fmt: skip


def test_it_names_who_when_and_the_checksum_of_each_file_and_no_small_number(agency, tmp_path):
    place = first(few(agency), tmp_path, "Н. Выпускающий")
    rows = ledger_of(place)
    files = {row["name"]: row["least"] for row in rows if row["what"] == "file"}
    assert files == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in place.iterdir()
    }
    assert {(row["by"], row["period"]) for row in rows} == {("Н. Выпускающий", "2026-02")}
    counts = {row["name"]: row for row in rows if row["what"] == "count"}
    told = counts["n:satisfaction:a:2025-01"]
    assert (told["n"], told["least"], told["most"]) == ("40", "38", "42")
    hidden = counts["n:satisfaction:a:2025-02"]
    assert (hidden["n"], hidden["least"], hidden["most"]) == ("", "1", "9")
    assert not [row for row in counts.values() if row["n"] and 0 < int(row["n"]) < 10]


@pytest.mark.slow
def test_twelve_monthly_releases_leak_nothing_by_difference(agency, tmp_path):
    drawn = random.Random(19)
    few(agency, [drawn.randint(4, 40) for _ in range(12)])
    seen: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for month in periods.span("2025-01", "2025-12"):
        place = made(until(agency, month), tmp_path, "N")
        for line in lines(place):
            if line["kind"] != "kpi":
                key = (line["kind"], line["code"], line["service"], line["period"])
                seen.setdefault(key, set()).add((line["value"], line["n"], line["withheld"]))
    assert not {key: told for key, told in seen.items() if len(told) > 1}, (
        "told in one way for ever"
    )
    hidden = [row for row in ledger_of(place) if row["what"] == "count" and not row["n"]]
    assert len(hidden) > 10
    assert min(int(row["most"]) - int(row["least"]) for row in hidden) >= 3


@pytest.mark.parametrize(("more", "refused"), [(3, True), (9, True), (10, False), (0, False)])
def test_a_period_whose_people_changed_by_few_is_not_told_again(agency, tmp_path, more, refused):
    place = first(few(agency), tmp_path, "N")
    before = (place / "data.csv").read_bytes()
    few(agency, [MONTHS[0] + more, *MONTHS[1:]])
    if not refused:
        assert made(agency.load(), tmp_path, "N") == place
        return
    with pytest.raises(Refused) as raised:
        made(agency.load(), tmp_path, "N")
    assert [problem.code for problem in raised.value.problems] == ["release_changed"]
    said = str(raised.value)
    assert "но меньше чем на 10" in said and "satisfaction:a:2025-01" in said
    with wording.speaking("en"):
        assert "by fewer than 10" in str(raised.value)
    assert (place / "data.csv").read_bytes() == before


def test_a_draft_minds_the_ledger_too_and_enters_nothing(agency, tmp_path):
    place = first(few(agency), tmp_path, "N")
    before = (place.parent / "released.csv").read_bytes()
    made(agency.load(), tmp_path)
    assert (place.parent / "released.csv").read_bytes() == before
    few(agency, [MONTHS[0] + 3, *MONTHS[1:]])
    with pytest.raises(Refused):
        made(agency.load(), tmp_path)
    assert not (place.parent / "draft").exists()


@pytest.mark.parametrize("period", ["2025Q4", "2025"])
def test_windows_that_overlap_what_was_told_are_refused(agency, tmp_path, period):
    first(few(agency), tmp_path, "N", "2025-12")
    with pytest.raises(Refused, match="другим шагом: 2025"):
        made(agency.load(period), tmp_path, "N")


def test_a_ledger_nobody_can_read_stops_all(agency, tmp_path):
    place = first(few(agency), tmp_path, "N")
    (place.parent / "released.csv").write_bytes(b"date;by\n\xff")
    with pytest.raises(ledger.DataProblems, match="Журнал выпусков пропал, не читается"):
        made(agency.load(), tmp_path, "N")


def test_a_release_that_tells_nothing_new_adds_only_its_files(agency, tmp_path):
    before = len(ledger_of(first(few(agency), tmp_path, "N")))
    assert len(ledger_of(made(agency.load(), tmp_path, "N"))) == before + 5  # and the seal


@pytest.mark.parametrize("spoil", [
    lambda text: "", lambda text: text.partition("\n")[0] + "\n", lambda text: None,
    lambda text: text[: len(text) // 2], lambda text: text.rpartition("\n")[0],
    lambda text: text.replace(",count,", ",cuont,"), lambda text: text.replace(",n:", ",m:"),
    lambda text: text.replace("40,38,42", f"40,38,1{'0' * 30}"),
    lambda text: text.replace("\n", "\r\n"), lambda text: f"\ufeff{text}",
])  # fmt: skip
def test_a_ledger_cut_altered_or_taken_away_by_hand_is_not_believed(agency, tmp_path, spoil):
    path = first(few(agency, [40, 4]), tmp_path, "N").parent / "released.csv"
    text = spoil(path.read_text("utf-8"))
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8", newline="")
    with pytest.raises(ledger.DataProblems, match="не так, как его оставили"):
        made(agency.load(), tmp_path, "N")
    with wording.speaking("en"), pytest.raises(ledger.DataProblems, match="not as it was left"):
        made(agency.load(), tmp_path)


def test_a_number_of_people_is_held_against_every_release_and_not_the_last_alone(agency, tmp_path):
    for n in (15, 25, 35):
        made(few(agency, [n, 40]).load(), tmp_path, "N")
    with pytest.raises(Refused, match="satisfaction:a:2025-01"):
        made(few(agency, [16, 40]).load(), tmp_path, "N")


@pytest.mark.parametrize("n", [12, 31, 40])
def test_a_group_where_all_did_is_told_the_same_way_month_after_month(agency, tmp_path, n):
    shares = [{"metric": "queue_over_15", "service": "a", "period": month, "n": n, "value": 100}
              for month in ("2025-01", "2025-02")]  # fmt: skip
    agency.add("metrics", shares)
    before = made(until(agency, "2025-01"), tmp_path, "N")
    row, _ = (line for line in lines(before) if line["kind"] == "metric" or line["n"])
    assert shown([row]) <= shown(lines(made(agency.load(), tmp_path, "N")))
    assert row["value"] == ("100.0" if n == 40 else "")
    known = {line["name"]: line for line in ledger_of(before)}["rest:queue_over_15:a:2025-01"]
    assert (known["least"], known["most"]) == ("0", "0" if n == 40 else f"{(n + 2) // 5 * 5 + 2}")


def test_a_part_hidden_for_a_total_stays_hidden_when_the_total_is_no_longer_shown(
    agency, tmp_path
):
    names = [row | {"client": "external"} for row in SERVICES]
    people = {"2025-05": ((14, 2), (35, 23), (38, 38)), "2025-06": ((200, 50),) * 3}
    shares = [{"metric": "queue_over_15", "service": row["service"], "period": month, "n": n,
               "value": round(100 * part / n, 2)}
              for month, own in people.items()
              for row, (n, part) in zip(names, own, strict=True)]  # fmt: skip
    agency.add("services", names).add("metrics", shares)
    before = lines(made(until(agency, "2025-05"), tmp_path, "N"))
    second = lines(made(agency.load(), tmp_path, "N"))
    hidden = [row for row in before if row["kind"] == "metric"]
    assert [row["withheld"] for row in hidden] == ["yes", "yes", ""]
    assert shown(hidden) <= shown(second)
