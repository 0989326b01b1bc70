"""Make the tables of this agency from its source files.

Run it from anywhere: ``python data/real/va_vha/build.py``. The sources are kept as they came;
the tables are disposable and give the same bytes every time.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
QUESTIONS = {
    "Satisfaction": "va_satisfaction",
    "Trust / Confidence": "va_trust",
    "Service Effectiveness": "va_effective",
    "Process / Ease": "va_easy",
    "Efficiency": "va_efficient",
    "Process Transparency": "va_transparent",
    "Helpful Employees": "va_employee",
}
WIDE = {
    "satisfied": "va_satisfaction",
    "trust": "va_trust",
    "effective": "va_effective",
    "easy": "va_easy",
    "efficient": "va_efficient",
    "transparent": "va_transparent",
    "employee": "va_employee",
}
KEYS = ["metric", "service", "period", "origin"]


def source(name: str) -> pd.DataFrame:
    """Read one source file as text, with its period."""
    rows = pd.read_csv(HERE / "source" / f"va_vha_cx_{name}.csv", dtype=str)
    return rows.assign(service="outpatient", period=rows["year"] + "Q" + rows["quarter"])


def write(table: pd.DataFrame, name: str) -> None:
    """Write one table of the agency with plain line ends."""
    table.to_csv(HERE / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def main() -> None:
    """Write services.csv, surveys.csv and metrics.csv."""
    questions, volumes, wide = (source(name) for name in ("questions", "volumes", "wide"))
    for column in ("universe", "surveyed", "respondents"):
        volumes[column] = volumes[column].str.replace(",", "")
    names = ["outpatient", "Амбулаторный приём ветеранов", "Outpatient care of veterans"]
    services = pd.DataFrame([names], columns=["service", "name_ru", "name_en"])
    write(services.assign(client="external"), "services")

    first = questions.merge(volumes[["period", "respondents"]], on="period", validate="m:1")
    first = first.assign(metric=first["question"].map(QUESTIONS), origin="questions")
    first = first.rename(columns={"average_score": "value", "respondents": "n"})
    second = wide.melt(["service", "period", "response_count"], list(WIDE), "metric", "value")
    second = second.assign(metric=second["metric"].map(WIDE), origin="wide")
    second = second.rename(columns={"response_count": "n"})
    metrics = pd.concat([first, second])[[*KEYS, "value", "n"]]
    assert metrics.notna().all(axis=None)
    write(metrics.sort_values(KEYS), "metrics")

    asked = volumes.rename(
        columns={"surveyed": "invited", "respondents": "answered", "universe": "clients"}
    )
    later = wide[~wide["period"].isin(volumes["period"])].rename(
        columns={"surveys_offered_count": "invited", "response_count": "answered"}
    )
    surveys = pd.concat([asked, later])[["service", "period", "invited", "answered", "clients"]]
    write(surveys.sort_values("period"), "surveys")


if __name__ == "__main__":
    main()
