"""The most demanded services beside those with the largest pain."""

from conftest import sample

from ccwork.language import wording
from ccwork.stages.face_the_problem import avoidable_time
from ccwork.tell import formatting


def test_the_first_five_of_a_dozen_with_a_tie_their_types_and_register_numbers():
    work = sample("archive")
    rows = avoidable_time.demand_beside_pain(work)
    assert len(rows) == 12
    first = rows[rows["place"] <= 5].set_index("service")
    # 410, 380, 300, 260, and 240 twice: both stand for the fifth place
    assert first["volume"].tolist() == [410, 380, 300, 260, 240, 240]
    assert first.index[first["ties"] == "yes"].tolist() == ["inquiry", "inheritance"]
    assert first.loc["inheritance", ["service_type", "register_id"]].tolist() == [
        "super_service", "0040500005"
    ]  # fmt: skip
    words = {"ru": ("суперсервис", "функция"), "en": ("super-service", "function")}
    for lang, said in words.items():
        with wording.speaking(lang):
            cells = [[cell.plain for cell in line] for line in formatting.printed(rows)[3]]
            told = {line[1]: line[2:4] for line in cells}
            assert told[wording.name("service", "inheritance")] == [said[0], "0040500005"]
            assert told[wording.name("service", "reading_room")] == [said[1], "—"]
