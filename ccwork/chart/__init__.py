"""Figures: a table in, a picture with its alt text out. Nothing here saves or shows."""

from ccwork.chart.base import Picture as Picture
from ccwork.chart.chain import chain as chain
from ccwork.chart.changes import changes as changes
from ccwork.chart.changes import paths as paths
from ccwork.chart.clients import inner_matrix as inner_matrix
from ccwork.chart.face import views as views
from ccwork.chart.journey import journey_map as journey_map
from ccwork.chart.journey import waits as waits
from ccwork.chart.kpi import histories as histories
from ccwork.chart.kpi import profile as profile
from ccwork.chart.kpi import scores as scores
from ccwork.chart.team import team_roles as team_roles
from ccwork.chart.visits import obstacles as obstacles
from ccwork.chart.visits import walks as walks
