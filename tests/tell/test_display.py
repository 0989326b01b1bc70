"""Pictures as they are stored: few colours, the same bytes every time, white paper."""

import io
import subprocess
import sys

from conftest import sample
from matplotlib.figure import Figure
from PIL import Image

from ccwork.stages import one_process
from ccwork.tell import display
from ccwork.tell.figures import INK, TEAL, canvas


def bars() -> Figure:
    figure, ax = canvas(3)
    ax.bar([0, 1], [3, 5], color=[TEAL, INK])
    ax.set_title("Ожидание", color=INK)
    return figure


def test_a_picture_keeps_few_colours_its_own_among_them_and_white_paper():
    image = Image.open(io.BytesIO(display._png(bars())))
    assert image.mode == "P" and image.size == (880, 330)
    colours = {colour for _, colour in image.convert("RGB").getcolors()}
    own = {tuple(bytes.fromhex(colour[1:])) for colour in (INK, TEAL)}
    assert {(255, 255, 255), *own} <= colours and len(colours) <= display.COLOURS


def test_a_picture_is_the_same_bytes_every_time_and_less_than_half_of_all_colours():
    work = sample("registry")
    waits = one_process.journey(work, "waits", one_process.service(work, ""))
    each = one_process.each_wait(work, one_process.service(work, ""))
    one, other = (one_process.draw_waits(waits, each).figure for _ in range(2))
    stored, whole = display._png(one), io.BytesIO()
    one.savefig(whole, format="png", dpi=display.DPI)
    assert stored == display._png(other) and len(stored) < 0.45 * len(whole.getvalue())


def test_seaborn_comes_in_only_where_it_draws_and_leaves_the_settings_of_figures_alone():
    code = (
        "import sys; from ccwork.report.batch import kernel_state; kernel_state._call_rooms();"
        "assert 'seaborn' not in sys.modules; import matplotlib; kept = dict(matplotlib.rcParams);"
        "import seaborn; assert dict(matplotlib.rcParams) == kept"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
