"""Facts of the method: its KPIs, its words, its limits, each with its source."""

from typing import Final

KPIS: Final = ("information", "effort", "speed", "quality", "culture")
"""The five top KPIs (KPI method: Information, Client effort, Speed, Quality, Culture)."""

OVERALL: Final = "overall"
"""A metric of no single KPI (overall satisfaction, take-up); shown above the five (our choice)."""

GROUPS: Final = ("objective", "subjective")
"""Both groups of metrics stand behind every KPI (KPI method)."""

CONFIDENCE: Final = 0.95
"""Level of every interval (field standard)."""

MIN_SHOWN: Final = 10
"""Fewer answers than this get words, not a number (our choice, for privacy and for sense)."""

FEASIBLE: Final = 4
"""So many values stay possible for a number that is not told (our choice)."""

MIN_COMPARED: Final = 30
"""Fewer answers than this are not compared with another period (our choice)."""

MIN_MEDIAN: Final = 15
"""Fewer cases than this give no median (our choice, from the coverage of its interval)."""

WORTHWHILE: Final = 5.0
"""Smallest change worth speaking of, in points; a metric may name its own (our choice)."""

MIN_CHART: Final = 6
"""Fewer points than this give no control chart (NHS "Making Data Count")."""

LOCK: Final = 12
"""Limits of a control chart are locked after this many points (NHS "Making Data Count")."""

RUN: Final = 7
"""Points that make a trend or a shift on a control chart (NHS "Making Data Count")."""

MOVED: Final = 1 / 3
"""More points after the lock outside than this share: the limits are out of date (our choice)."""

FALSE_WORDS: Final = 0.05
"""Where nothing happens, at most this share of series is called better or worse (simulated)."""

SENSITIVE: Final = 0.3
"""Lag-1 autocorrelation above which a control chart is over-sensitive (our choice)."""

FULL_WEIGHT: Final = 0.6
"""A KPI is full when this share of the weights is observed in each group (our choice)."""

PARTIAL_WEIGHT: Final = 0.3
"""Below this share of observed weights a group of a KPI is not shown (our choice)."""
