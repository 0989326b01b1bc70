import csv
import io

from ccwork.report.owed import a11_submission

HEADER = """submission comment,survey_instrument_reference,agency_poc_name,agency_poc_email,
department,bureau,service,transaction_point,mode,start_date,end_date,total_volume,
survey_opp_volume,response_count,OMB_control_number,federal_register_url"""
"""GSA/touchpoints, app/models/form.rb (to_a11_header_csv), 4933e27."""

QUESTIONS = """standardized_question_number,standardized_question_identifier,
customized_question_text,likert_scale_1,likert_scale_2,likert_scale_3,likert_scale_4,
likert_scale_5,response_volume,notes,start_date,end_date"""
"""The same, to_a11_submissions_csv."""

RESPONSES = """external_id,question_1,positive_effectiveness,positive_ease,positive_efficiency,
positive_transparency,positive_humanity,positive_employee,positive_other,negative_effectiveness,
negative_ease,negative_efficiency,negative_transparency,negative_humanity,negative_employee,
negative_other,question_4"""
"""The same, to_a11_v2_csv."""

MONTHS = ("2026-04", "2026-05", "2026-06")


def asked(agency, metrics, months=MONTHS, counts=(10, 20, 30, 40, 50)):
    rows = [{"metric": metric, "service": "a", "period": month, "level": level, "count": count}
            for metric in metrics for month in months
            for level, count in enumerate(counts, 1)]  # fmt: skip
    return agency.add("counts", rows)


def surveys(agency, months=MONTHS, clients=900):
    sent = {"service": "a", "invited": 300, "answered": 150, "clients": clients}
    return agency.add("surveys", [sent | {"period": month} for month in months])


def files(work):
    made = dict(a11_submission.submission(work))
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in made.items()}


def heads(work):
    made = dict(a11_submission.submission(work))
    return {name: text.splitlines()[0] for name, text in made.items()}


def flat(names):
    return names.replace("\n", "")


def test_header_and_questions_have_the_columns_touchpoints_exports(agency):
    work = asked(agency, ["satisfaction"]).load("2026Q2")
    assert heads(work) == {
        "a11_a_header.csv": flat(HEADER),
        "a11_a_questions.csv": flat(QUESTIONS),
    }


def test_the_three_volumes_of_the_quarter_are_summed(agency):
    work = surveys(asked(agency, ["satisfaction"])).load("2026Q2")
    (row,) = files(work)["a11_a_header.csv"]
    volumes = [row[f"{name}"] for name in ("total_volume", "survey_opp_volume", "response_count")]
    assert volumes == ["2700", "900", "450"]
    assert (row["start_date"], row["end_date"]) == ("2026-04-01", "2026-06-30")
    assert (row["bureau"], row["service"], row["agency_poc_name"]) == ("Орган", "Услуга", "")


def test_a_volume_not_told_of_every_month_stays_empty_and_is_named(agency):
    work = surveys(asked(agency, ["satisfaction"]), MONTHS[:2]).load("2026Q2")
    (row,) = files(work)["a11_a_header.csv"]
    assert row["total_volume"] == "" and row["survey_opp_volume"] == ""
    assert "обслужено, не сказано" in row["submission comment"]
    assert row["response_count"] == "450"  # the answers themselves: 3 months of 150


def test_nobody_answered_is_a_nought_in_both_files(agency):
    found = files(agency.counts(*[[0] * 5] * 3, first="2026-04").load("2026Q2"))
    assert found["a11_a_questions.csv"][0]["response_volume"] == "0"
    assert found["a11_a_header.csv"][0]["response_count"] == "0"


def test_seven_domains_in_their_order_each_with_the_question_as_it_was_asked(agency):
    ours = ["satisfaction", "trust_agency", "solved", "easy", "fast_enough", "info_clear"]
    work = asked(agency, ours).load("2026Q2")
    rows = files(work)["a11_a_questions.csv"]
    assert [row["standardized_question_number"] for row in rows] == list("1234567")
    for row in rows[:6]:
        assert [row[f"likert_scale_{level}"] for level in range(1, 6)] == [
            "30", "60", "90", "120", "150",
        ]  # fmt: skip
        assert row["response_volume"] == "450" and row["notes"] == ""
    assert rows[3]["customized_question_text"] == "Легко ли вам было решить свой вопрос?"
    last = rows[6]
    assert (
        last["likert_scale_1"] == last["response_volume"] == ""
        and "не спрашивали" in last["notes"]
    )


def test_a_month_missing_leaves_the_quarter_empty(agency):
    work = asked(agency, ["satisfaction"], MONTHS[:2]).add(
        "metrics", [{"metric": "uptime", "service": "a", "period": "2026-06", "value": 99}]
    )
    row = files(work.load("2026Q2"))["a11_a_questions.csv"][0]
    assert row["likert_scale_5"] == "" and row["notes"]


def test_inner_services_are_no_part_of_it(agency):
    agency.add("services", [{"service": "a", "name_ru": "А", "client": "internal"}])
    assert not files(asked(agency, ["internal_pulse"]).load("2026Q2"))


# ---------------------------------------------------------------- the newer form


TICKS = {"one": {"positive_ease"}, "two": {"positive_ease", "negative_efficiency"}, "three": set()}
TRUST = {"one": 5, "two": 2, "three": 4}


def ticked(agency, **config):
    agency.config |= config
    own = agency.folder / "catalogue"
    own.mkdir()
    names = ("positive_ease", "negative_efficiency")
    lines = [f"{name},overall,subjective,counts,2,0,level,higher,0,1,{name},{name}"
             for name in names]  # fmt: skip
    head = "metric,kpi,group,form,levels,first,unit,better,worst,best,ru,en"
    (own / "metrics.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    rows = [{"respondent": who, "metric": "trust_agency", "level": level}
            for who, level in TRUST.items()]  # fmt: skip
    rows += [{"respondent": who, "metric": name, "level": int(name in marks)}
             for who, marks in TICKS.items() for name in names if who != "three"]  # fmt: skip
    more = {"service": "a", "date": "2026-05-10"}
    agency.add("answers", [row | more for row in rows])
    return agency.counts([10] * 5, first="2026-06").load("2026Q2")


def test_a_reason_offered_and_not_ticked_is_zero_and_one_not_offered_is_null(agency):
    work = ticked(agency, few_shown="сдача по циркуляру")
    rows = files(work)["a11_a_responses.csv"]
    assert heads(work)["a11_a_responses.csv"] == flat(RESPONSES)
    by_trust = {row["question_1"]: row for row in rows}
    assert set(by_trust) == {"5", "2", "4"} and {row["external_id"] for row in rows} == set("123")
    pairs = {trust: (row["positive_ease"], row["negative_efficiency"])
             for trust, row in by_trust.items()}  # fmt: skip
    assert pairs == {"5": ("1", "0"), "2": ("1", "1"), "4": ("0", "0")}
    assert {row["positive_humanity"] for row in rows} == {"null"}
    assert {row["question_4"] for row in rows} == {""}


def test_rows_of_single_clients_are_not_told_without_the_reason_of_the_agency(agency):
    assert "a11_a_responses.csv" not in files(ticked(agency))
