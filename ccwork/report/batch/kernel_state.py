"""Inside a kernel: remember how it was when new, and bring it back to that between notebooks."""

import copy
import ctypes
import gc
import locale
import os
import pickle
import signal
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe, connection, reduction
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NoReturn

from ccwork.report.batch.kernel_template import MARK, Forked

_state: dict[str, Any] = {}


def keep(memory: int = 0, libraries: bool = True, checked: str = "") -> None:
    """Remember the state of a new kernel.

    Parameters
    ----------
    memory
        Megabytes of address space this process may take; 0: no limit. Where the system knows
        no such limit, nothing happens.
    libraries
        Import what the stages compute and draw with, once for all notebooks. Without them a
        kernel starts sooner, but is not used again when a notebook imports them.
    checked
        File with the agency's tables, read and checked already (see ``loading.share_workbooks``).
    """
    if libraries:
        from ccwork.read import loading

        _call_rooms()
        as_here = ("display.max_columns", 20, "display.encoding", sys.stdout.encoding)
        sys.modules["pandas"].set_option(*as_here)  # as a kernel imports it
        loading.share_workbooks(Path(checked) if checked else None)
    _state.update(
        cwd=os.getcwd(), environ=dict(os.environ), path=list(sys.path), argv=list(sys.argv),
        filters=list(warnings.filters), locale=locale.setlocale(locale.LC_ALL),
        shown=sys.displayhook, raised=sys.excepthook, depth=sys.getrecursionlimit(),
        interrupt=signal.getsignal(signal.SIGINT), libraries=_loaded(),
    )  # fmt: skip
    if "pandas" in _state["libraries"]:
        _state["pandas"] = copy.deepcopy(sys.modules["pandas"]._config.config._global_config)
    if "numpy" in _state["libraries"]:
        np = sys.modules["numpy"]
        _state.update(errors=np.geterr(), printing=np.get_printoptions())
    if "matplotlib" in _state["libraries"]:
        _state["rc"] = dict(sys.modules["matplotlib"].rcParams.copy())
    if memory:
        limit(memory)
    gc.set_threshold(20_000)  # figures leave much behind, and all of it goes after a notebook
    gc.collect()
    gc.freeze()  # the libraries need not be gone through again after every notebook


def _call_rooms() -> None:
    """Import all that notebooks call: what an import changes must not come in between them."""
    from ccwork import stages

    for room in iter_modules(stages.__path__):
        face = import_module(f"{stages.__name__}.{room.name}")
        for call in face.__dir__():
            getattr(face, call)


def judged_pickled(asked: str, work: Any = None) -> str:
    """Judge an agency in every language asked for.

    Parameters
    ----------
    asked
        What judges it, folder, agency, period and languages, pickled: what a kernel is told
        and what it answers, language -> problems, are digits.
    work
        The workbook; nothing: the one of this kernel.
    """
    from ccwork.language import wording
    from ccwork.read import loading

    judge, folder, agency, period, langs = pickle.loads(bytes.fromhex(asked))
    work = work or loading.load(str(folder), agency, period)
    found: dict[str, list[Any]] = {lang: [] for lang in langs}
    for lang in wording.each(langs):
        with suppress(ArithmeticError, LookupError, TypeError, ValueError):
            found[lang] += judge(work, folder)
    return pickle.dumps(found).hex()


def tables_taken() -> str:
    """Return the names of the tables taken since the last call, with spaces between."""
    from ccwork.read.cache import taken

    names = " ".join(sorted(taken))
    taken.clear()
    return names


def _loaded() -> set[str]:
    """Return which libraries with a state of their own are imported."""
    return {"numpy", "pandas", "matplotlib"} & set(sys.modules)


def limit(memory: int) -> None:
    """Limit the address space of this process, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (memory << 20, hard))


def restore() -> None:
    """Bring the kernel back: no names, no open files of a notebook, everything as it was.

    Raises
    ------
    RuntimeError
        When that cannot be done, for a library came in whose first state is not known.
    """
    from IPython import get_ipython

    if _loaded() != _state["libraries"]:
        raise RuntimeError("a library with a state of its own was imported")
    shell = get_ipython()
    shell.reset(new_session=True)
    shell.execution_count = 1
    if _state["libraries"]:
        from ccwork.language import wording

        wording.use(wording.LANGS[0])
        wording._names.clear()
        tables_taken()
    os.chdir(_state["cwd"])
    if dict(os.environ) != _state["environ"]:
        os.environ.clear()
        os.environ.update(_state["environ"])
    sys.path[:], sys.argv[:] = _state["path"], _state["argv"]
    sys.displayhook, sys.excepthook = _state["shown"], _state["raised"]
    sys.setrecursionlimit(_state["depth"])
    locale.setlocale(locale.LC_ALL, _state["locale"])
    signal.signal(signal.SIGINT, _state["interrupt"])
    _restore_libraries()
    warnings.resetwarnings()
    warnings.filters.extend(_state["filters"])
    gc.collect()
    gc.freeze()  # what is computed of the tables stays, and is not gone through again


def _restore_libraries() -> None:
    if "pandas" in _state:
        options = sys.modules["pandas"]._config.config._global_config
        options.clear()
        options.update(copy.deepcopy(_state["pandas"]))
    if "errors" in _state:
        np = sys.modules["numpy"]
        np.seterr(**_state["errors"])
        np.set_printoptions(**{k: v for k, v in _state["printing"].items() if v is not None})
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    if "rc" in _state:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dict.update(sys.modules["matplotlib"].rcParams, _state["rc"])


# ---------------------------------------------------------------- the template of kernels


def serve() -> NoReturn:
    """Fork kernels and workers for whoever holds the other end of the pipe, until it is closed."""
    asked = connection.Connection(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    shown = _shown_mark()
    _warm()
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # of the debugger, or it is not silent
    import ipykernel.debugger  # noqa: F401
    import ipykernel.kernelapp  # noqa: F401

    forked: set[int] = set()
    with suppress(OSError, EOFError):  # who asked is gone
        while True:
            what = asked.recv()
            end = reduction.recv_handle(asked) if "call" in what else 0
            if "poll" in what:
                asked.send(_ended(what["poll"]))
            elif pid := os.fork():
                os.close(end) if end else forked.add(pid)
                asked.send(pid)
            else:
                asked.close()
                asked = _beside_worker(end, **what) if end else _become(shown, **what)
                forked.clear()
    for pid in forked:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)


def _beside_worker(end: int, call: Callable, memory: int, **what: Any) -> connection.Connection:
    """Fork a template of kernels and be its worker; in the template, return its pipe."""
    mine, theirs = Pipe()
    pid = os.fork()
    (theirs if pid else mine).close()
    if pid:
        kernels = Forked(pid, _ended), mine
        _become(0, call=lambda: call(memory, connection.Connection(end), kernels), **what)
    os.setsid()
    os.close(end)
    return theirs


def _warm() -> None:
    """Import and draw once what many kernels would each: in the process they are forked of."""
    from io import BytesIO

    import papermill.clientwrap  # noqa: F401
    import seaborn  # noqa: F401
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    _call_rooms()
    import_module(f"{__package__}.batch_run")
    figure = Figure()
    figure.subplots().set_title("Аа")
    FigureCanvasAgg(figure).print_png(BytesIO())
    gc.freeze()


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _become(
    shown: int, arguments: list[str], cwd: str, env: dict[str, str],
    path: Sequence[str] = (), call: Callable | None = None,
) -> NoReturn:  # fmt: skip
    """Be a kernel, or make a call as a worker, as if started anew."""
    code = 1
    try:
        os.setsid()
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
        if shown:  # what is forked of a kernel is found by what /proc shows of it
            told = os.fsencode(f"{MARK}={env[MARK]}")
            ctypes.memmove(shown, told + b"\0", len(told) + 1)
        sys.modules["numpy"].random.seed()
        sys.argv, sys.path[:] = arguments, path or sys.path
        app = sys.modules["ipykernel.kernelapp"].IPKernelApp
        call() if call else app.launch_instance(arguments[1:], parent_handle=os.getppid())
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else bool(ended.code)
    finally:
        os._exit(code)


def _shown_mark() -> int:
    """Return where in memory /proc takes the mark of this process from; 0 where there is none."""
    with suppress(OSError, ValueError, AttributeError):
        shown = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), "environ")
        n = 0
        while place := shown[n]:
            if ctypes.string_at(place).startswith(f"{MARK}=".encode()):
                return place
            n += 1
    return 0


if __name__ == "__main__":
    del sys.path[0]  # the folder it was started in: a kernel does not import from it either
    serve()
