"""Pictures as they are stored: few colours, the same bytes every time, white paper."""

import io
import re
import subprocess
import sys

import pandas as pd
import pytest
from conftest import sample
from matplotlib.figure import Figure
from PIL import Image

from ccwork.language import wording
from ccwork.stages import one_process
from ccwork.tell import display, formatting
from ccwork.tell.figures import INK, TEAL, canvas


def bars() -> Figure:
    figure, ax = canvas(3)
    ax.bar([0, 1], [3, 5], color=[TEAL, INK])
    ax.set_title("Ожидание", color=INK)
    return figure


def test_a_picture_keeps_few_colours_its_own_among_them_and_white_paper():
    image = Image.open(io.BytesIO(display.png(bars())))
    assert image.mode == "P" and image.size == (880, 330)
    colours = {colour for _, colour in image.convert("RGB").getcolors()}
    own = {tuple(bytes.fromhex(colour[1:])) for colour in (INK, TEAL)}
    assert {(255, 255, 255), *own} <= colours and len(colours) <= display.COLOURS


def test_a_picture_is_the_same_bytes_every_time_and_less_than_half_of_all_colours():
    work = sample("registry")
    waits = one_process.journey(work, "waits", one_process.service(work, ""))
    each = one_process.each_wait(work, one_process.service(work, ""))
    one, other = (one_process.draw_waits(waits, each).figure for _ in range(2))
    stored, whole = display.png(one), io.BytesIO()
    one.savefig(whole, format="png", dpi=display.DPI)
    assert stored == display.png(other) and len(stored) < 0.45 * len(whole.getvalue())


def test_what_is_slow_comes_in_only_where_it_is_used_and_leaves_the_settings_of_figures_alone():
    code = (
        "import sys; from ccwork.report.batch import kernel_state; kernel_state._call_rooms();"
        "assert not {'seaborn', 'scipy.stats', 'scipy.optimize'} & set(sys.modules);"
        "import matplotlib; kept = dict(matplotlib.rcParams);"
        "import seaborn; assert dict(matplotlib.rcParams) == kept"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def rows_of_few(n) -> pd.DataFrame:
    """Return how cases ended: of 14 cases, `n` were refused."""
    row = {"outcome": "refused", "n": n, "until": 218.0, "share": 100 * n / 14}
    rows = pd.DataFrame([row]).assign(service="a", share_low=0.5, share_high=27.5)
    rows.attrs = {"name": "journey_ended", "key": ["service", "outcome"], "files": ["steps.csv"],
                  "date": "2026-03-31", "period": "2026-03", "needs": ()}  # fmt: skip
    return rows


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("n", [0, 1, 9, 10])
def test_no_figure_stands_beside_a_number_of_people_that_is_hidden(n, lang):
    wording.use(lang)
    rows = rows_of_few(n)
    _, columns, _, cells = formatting.printed(rows)
    shown = dict(zip(columns, (cell.plain for cell in cells[0]), strict=True))
    told = {fact["id"].rpartition(".")[2]: fact for fact in display.facts(rows, columns)}
    hidden = 0 < n < 10
    few = wording.word("reason.too_few")
    for column in ("n", "share"):
        assert (shown[column] == few) == hidden
    assert (told["share"]["value"] is None) == (told["n"]["value"] is None) == hidden
    assert not hidden or "n" not in told["share"]
    assert not hidden or not re.search("7[.,]1|64[.,]3", shown["share"])
