"""Figures: a table in, a picture with its alt text out. Nothing here saves or shows."""

from ccwork.chart.base import Picture as Picture
from ccwork.chart.journey import waits as waits
from ccwork.chart.kpi import histories as histories
from ccwork.chart.kpi import profile as profile
from ccwork.chart.kpi import scores as scores
