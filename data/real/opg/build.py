"""Make the tables of this agency from its source file.

Run it from anywhere: ``python data/real/opg/build.py``. The source is kept as it came;
the tables are disposable and give the same bytes every time.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
LEVELS = {
    "very-dissatisfied": 1,
    "dissatisfied": 2,
    "neither": 3,
    "satisfied": 4,
    "very-satisfied": 5,
}
METRICS = {
    "user-satisfaction-percent": "satisfaction_published",
    "digital-take-up": "digital_take_up",
    "uptime-percent": "uptime",
}
SERVICES = [
    ("make-a-lpa", "Оформление доверенности на будущее", "Make a lasting power of attorney"),
    ("use-an-lpa", "Использование доверенности на будущее", "Use a lasting power of attorney"),
    ("deputy-reporting", "Отчёт назначенного судом представителя", "Complete the deputy report"),
]


def write(table: pd.DataFrame, name: str) -> None:
    """Write one table of the agency, sorted, with plain line ends."""
    table.to_csv(HERE / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def main() -> None:
    """Write services.csv, counts.csv and metrics.csv."""
    source = pd.read_csv(HERE / "source" / "opg_performance_long.csv", dtype=str)
    source["period"] = source["_timestamp"].str[:7]

    services = pd.DataFrame(SERVICES, columns=["service", "name_ru", "name_en"])
    write(services.assign(client="external"), "services")

    levels = source["dataType"].map(LEVELS)
    counts = source[levels.notna()].assign(metric="satisfaction", level=levels.astype("Int64"))
    keys = ["metric", "service", "period", "level"]
    write(counts[[*keys, "count"]].sort_values(keys), "counts")

    metrics = source[source["dataType"].isin(METRICS)].rename(columns={"count": "value"})
    metrics["metric"] = metrics["dataType"].map(METRICS)
    keys = ["metric", "service", "period"]
    write(metrics[[*keys, "value"]].assign(n="не опубликовано").sort_values(keys), "metrics")


if __name__ == "__main__":
    main()
