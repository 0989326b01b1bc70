"""Notebooks of one agency in one kernel: limits, death noticed, each as if in a new kernel."""

import atexit
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import nbformat
from nbformat import NotebookNode

from ccwork.language.markup import element
from ccwork.report.batch import fault_points, kernel_template
from ccwork.report.batch.kernel_template import MARK, Template

START_SECONDS: Final = 60
STARTS: Final = 3
"""A kernel that does not start is tried so often (our choice); a cell that fails never again."""
END: Final = "ccwork: the last cell was reached"

_HERE: Final = re.compile(
    "|".join(re.escape(str(Path(p))) for p in (sys.prefix, Path(__file__).parents[1], Path.home()))
)
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")

started: list[Callable[[int], None]] = []
"""Called with the process id of every kernel (or template) started, its negative when gone, and
with 0 when a notebook has run."""

_templates: list[Template] = []
"""The template of this process, if it has one; a forked process has none."""
_turn = threading.Lock()
if kernel_template.FORKS:
    os.register_at_fork(after_in_child=_templates.clear)


@dataclass(frozen=True)
class Limits:
    """What one agency may take (our choices): seconds a cell, seconds in all, megabytes."""

    cell: int = 600
    agency: int = 1800
    memory: int = 4096


class Stopped(Exception):
    """A notebook did not run to its end.

    `reason` is "cell" (a cell raised, or ended early), "memory", "limit" (of time), "died" (the
    kernel) or "start" (of a kernel); the text tells the developers more.
    """

    def __init__(self, reason: str, told: str) -> None:
        super().__init__(scrubbed(told))
        self.reason = reason


class Kernel:
    """One kernel for the notebooks of one agency; starts with the first, ends with the block.

    Parameters
    ----------
    data
        Folder of the agency: all the notebooks need to find.
    limits
        What they may take.
    until
        Moment of ``time.monotonic()`` at which the agency's time is over.
    libraries
        Whether the notebooks compute with ccwork (see ``kernel_state.keep``).
    checked
        The agency's tables, read and checked already (see ``loading.packed``).
    """

    starts = 0

    def __init__(
        self, data: Path, limits: Limits, until: float, libraries: bool = True,
        checked: bytes = b"",
    ) -> None:  # fmt: skip
        self.libraries, self.checked = libraries, checked
        self.data, self.limits, self.until = data.resolve(), limits, until
        self.manager: Any = None
        self.client: Any = None
        self.executed: NotebookNode | None = None
        self.folder: str = ""
        self.taken: list[str] = []

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, notebook: NotebookNode, parameters: Mapping[str, str]) -> NotebookNode:
        """Run a notebook through papermill as if in a new kernel.

        Returns
        -------
        NotebookNode
            Executed, without traces of this machine and this run.

        Raises
        ------
        Stopped
            When not every cell ran to its end; ``self.executed`` is how far it came.
        """
        from papermill.execute import raise_for_execution_errors
        from papermill.parameterize import parameterize_notebook

        notebook.cells.append(nbformat.v4.new_code_cell(f"print({END!r})", id="the-end"))
        self.executed = notebook
        try:
            self._ready()
            notebook.metadata.papermill = NotebookNode()
            for cell in notebook.cells:
                cell.metadata.setdefault("tags", [])
            made = parameterize_notebook(notebook, dict(parameters))
            made = _engine().execute_notebook(made, "python3", progress_bar=False, kernel=self)
            raise_for_execution_errors(made, None)
        except Stopped:
            raise
        except Exception as raised:  # whatever stopped it is told apart here
            raise self._told_apart(raised) from raised
        finally:
            self.executed = impersonal(untraced(self.executed))
            _tell(0)
        if not reached_end(notebook := self.executed):
            self.stop()
            raise Stopped("cell", "a cell ended the notebook before its last cell")
        notebook.cells.pop()
        self.taken = self._quietly("", "state.tables_taken()").split() if self.libraries else []
        return notebook

    def judged(self, asked: str) -> str:
        """Have an agency judged (see ``kernel_state``); return nothing where it cannot be.

        What is computed of the tables on the way, the notebooks need again.
        """
        if self.libraries:
            try:
                self._ready()
                return self._quietly("", f"state.judged_pickled({asked!r})", self.seconds_left())
            except Exception:  # what it is, the notebooks will tell
                self.stop()
        return ""

    def seconds_left(self, _cell: object = None) -> int:
        """Return how long a cell may run: its own limit, or what is left of the agency's."""
        return max(1, min(self.limits.cell, int(self.until - time.monotonic())))

    def _ready(self) -> None:
        """Give the next notebook a kernel that is new, or as good as new."""
        if self.until <= time.monotonic():
            raise Stopped("limit", "the agency's time is over")
        if self.manager and not _wait(self.manager.is_alive()):
            self.stop()
        if self.manager:
            try:
                self._quietly("state.restore()")
            except Exception:  # a kernel that cannot be brought back is replaced
                self.stop()
        if not self.manager:
            self._start()

    def _start(self) -> None:
        fault_points.point("kernel")
        for attempt in range(1, STARTS + 1):
            try:
                self._start_once()
                return
            except Exception as raised:
                self.stop()
                if attempt == STARTS:
                    raise Stopped("start", f"{type(raised).__name__}: {raised}") from raised

    def _start_once(self) -> None:
        from jupyter_client.manager import AsyncKernelManager

        self.folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        place = os.path.join(self.folder, "k")
        own = {"transport": "ipc", "ip": place} if os.name == "posix" else {}
        self.manager = AsyncKernelManager(
            kernel_name="python3", connection_file=f"{place}.json", **own
        )
        work = os.path.join(self.folder, "work")
        os.mkdir(work)
        if own := template(self.libraries):
            self.manager.provisioner = kernel_template.forking(self.manager, own)
        quiet = ["--HistoryManager.enabled=False", "--log-level=ERROR"]
        around = _environment(self.folder, str(self.data))
        _wait(self.manager.start_kernel(extra_arguments=quiet, cwd=work, env=around))
        Kernel.starts += 1
        _tell(self.manager.provisioner.pid)
        self.client = self.manager.client()
        self.client.start_channels()
        _wait(self.client.wait_for_ready(timeout=START_SECONDS))
        self.client.allow_stdin = False
        tables = os.path.join(self.folder, "checked") if self.checked else ""
        if tables:
            Path(tables).write_bytes(self.checked)
        self._quietly(f"state.keep({self.limits.memory}, {self.libraries}, {tables!r})")

    def _quietly(self, code: str, asked: str = "''", seconds: int = START_SECONDS) -> str:
        """Run a line that no notebook sees and no cell is counted for; return what was asked."""
        line = f"import ccwork.report.batch.kernel_state as state\n{code}"
        answer = _wait(self.client.execute(
            line, silent=True, store_history=False, reply=True, timeout=seconds,
            user_expressions={"asked": asked},
        ))  # fmt: skip
        if answer["content"]["status"] != "ok":
            raise RuntimeError("\n".join(answer["content"].get("traceback", ["aborted"])))
        return answer["content"]["user_expressions"]["asked"]["data"]["text/plain"].strip("'")

    def _told_apart(self, raised: Exception) -> Stopped:
        """Tell what stopped a notebook; a kernel that hangs or is dead is done away with."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        told = f"{type(raised).__name__}: {raised}"
        if isinstance(raised, PapermillExecutionError):
            return Stopped("memory" if _starved(raised.ename, told) else "cell", told)
        self.stop()
        if isinstance(raised, CellTimeoutError):
            return Stopped("limit", told)
        return Stopped("died" if isinstance(raised, DeadKernelError) else "cell", told)

    def stop(self) -> None:
        """End the kernel and whatever it started; nothing of it is left."""
        manager, client, folder = self.manager, self.client, self.folder
        self.manager = self.client = None
        self.folder = ""
        pid = getattr(manager.provisioner, "pid", None) if manager else None
        end(pid)  # first of all: Jupyter looks a tenth of a second later again
        if client:
            client.stop_channels()
        if manager:
            with suppress(Exception):
                _wait(manager.shutdown_kernel(now=True))
            _end_left(folder)
            if pid:
                _tell(-pid)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: str = "/" * 4096, data: str = "") -> dict[str, str]:
    """Return a kernel's environment: the same on every machine, as far as reports show.

    Without a folder it is that of a template, with room for the longest there can be.
    """
    same = {"PYTHONHASHSEED": "0", "TZ": "UTC", "MPLBACKEND": "agg", "CCWORK_DATA": data,
            MARK: folder, "PYDEVD_USE_FRAME_EVAL": "NO"}  # fmt: skip
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    left = {name: text for name, text in os.environ.items() if name != "CCWORK_FAULT"}
    return left | same | dict.fromkeys(threads, "1")


def end(pid: int | None) -> None:
    """Kill a kernel and all it started: it leads a group of processes of its own."""
    if pid and os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _tell(pid: int) -> None:
    for call in started:
        call(pid)


def template(needed: bool = True, there: Sequence[Any] = ()) -> Template | None:
    """Return the template of this process, where kernels and workers are forked.

    Only where it is `needed`, a new one begins: in place of one that is dead, or of another
    environment; or one that is `there` (see :class:`Template`) is taken.
    """
    if not kernel_template.FORKS:
        return None
    own = _environment()
    with _turn:
        fits = [old for old in _templates if old.environment == own and old.process.poll() is None]
        if needed and not fits:
            end_template()
            fits.append(Template(own, *there))
            _templates[:] = fits
            _tell(fits[0].process.pid)
    return fits[0] if fits else None


@atexit.register
def end_template() -> None:
    """End the template of this process."""
    while _templates:
        gone = _templates.pop()
        gone.end()
        _tell(-gone.process.pid)


_PREFIX: Final = "ccwork-"
"""How the folder of a kernel begins."""


def _end_left(folder: str) -> None:
    """Kill what a notebook started and cut loose from its kernel (where there is a /proc)."""
    for told in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"{MARK}={folder}\0".encode() in told.read_bytes():
                os.kill(int(told.parent.name), signal.SIGKILL)


def sweep_killed() -> None:
    """Remove the tables, and end the processes, of kernels whose worker is gone: killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        worker = folder.name.split("-")[1]
        own = os.name == "posix" and worker.isdecimal() and folder.stat().st_uid == os.getuid()
        if own and not _alive(int(worker)):
            _end_left(str(folder))
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:  # gone, or somebody else's by now
        return False
    with suppress(OSError):  # killed and not yet taken note of by whoever started it: gone too
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return told.rpartition(")")[2].split()[0] not in "ZX"
    return True


def _starved(name: str, told: str) -> bool:
    return name in ("MemoryError", "_ArrayMemoryError") or "Cannot allocate memory" in told


def _wait(awaited: Any) -> Any:
    from jupyter_core.utils import ensure_async, run_sync

    return run_sync(ensure_async)(awaited)


def reached_end(notebook: NotebookNode) -> bool:
    """Tell whether every code cell was run, the last one to its end.

    papermill's own marks are not asked: they call cells of a killed notebook "completed".
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    last = "".join(output.get("text", "") for output in code[-1].outputs)
    errors = any(out.output_type == "error" for cell in code for out in cell.get("outputs", ()))
    counted = all(cell.execution_count for cell in code)
    return counted and not errors and last.strip() == END


def scrubbed(told: str) -> str:
    """Take the colours and the folders of this machine out of a traceback."""
    return _COLOURS.sub("", _HERE.sub("…", told))


def impersonal(notebook: NotebookNode) -> NotebookNode:
    """Put words in place of every table of persons: whatever notebook ran, none is reported."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            meta = output.get("metadata", {}).get("ccwork", {})
            if words := meta.pop("instead", ""):
                meta |= {"kind": "words", "facts": []}
                told = element("p", words, class_="word")
                output["data"] = {"text/plain": words, "text/html": str(told)}
    return notebook


def untraced(notebook: NotebookNode) -> NotebookNode:
    """Take out what tells of this machine and this run: paths, times, durations."""
    notebook.metadata.pop("papermill", None)
    marks = [c for c in notebook.cells if "papermill-error-cell-tag" in c.metadata.get("tags", ())]
    notebook.cells = [cell for cell in notebook.cells if cell not in marks]
    for cell in notebook.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "injected-parameters"
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                output.traceback = [scrubbed(line) for line in output.traceback]
            if output.output_type == "stream":
                output.text = _HERE.sub("…", output.text)
    return notebook


@cache
def _engine() -> Any:
    """Return the engine of papermill that runs in a kernel of ours.

    papermill writes down what it prepared; what an engine ran it need not.
    """
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine
    from papermill.log import logger

    class InKernel(Engine):
        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, kernel=None, **_) -> None:
            kernel.executed = nb_man.nb
            client = PapermillNotebookClient(
                nb_man, km=kernel.manager, log=logger,
                timeout_func=kernel.seconds_left, coalesce_streams=True, record_timing=False,
            )  # fmt: skip
            client.kc = kernel.client
            client.execute()

    return InKernel
