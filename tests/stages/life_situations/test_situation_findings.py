"""The one kind of finding of life situations: a weak link that is proven."""

from conftest import sample

from ccwork.language import wording
from ccwork.stages.life_situations import situation_findings
from ccwork.tell import findings as told


def test_each_proven_weak_link_is_a_finding_with_its_owner():
    rows = situation_findings.findings(sample("families"))
    assert rows["what"].tolist() == ["weak_by_time", "weak_by_refusals"]
    assert set(rows["kind"]) == {"weak_place"} and rows["kpi"].tolist() == ["speed", "quality"]
    assert rows["who"].tolist() == ["party:residence_office", "party:families"]
    assert rows["facts"].iloc[0][0] == "situation_weak.birth.time.share"


def test_it_names_the_other_agency_in_both_languages():
    (first, _) = situation_findings.findings(sample("families")).to_dict("records")
    assert told.who(first) == "Служба регистрации жителей (вымышленная)"
    with wording.speaking("en"):
        assert told.who(first) == "Residents' register (invented)"
        assert told.said(first).startswith("“Birth of a child”: most of the client's time")


def test_an_agency_without_situations_has_none():
    assert situation_findings.findings(sample("registry")).empty
