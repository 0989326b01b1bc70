"""Inside a kernel: remember how it was when new, and bring it back to that between notebooks."""

import copy
import gc
import locale
import os
import signal
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

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

        call_rooms()
        as_here = ("display.max_columns", 20, "display.encoding", sys.stdout.encoding)
        sys.modules["pandas"].set_option(*as_here)  # as a kernel imports it
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.install_repl_displayhook()
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
    gc.collect()
    gc.freeze()  # the libraries need not be gone through again after every notebook


def warm() -> None:
    """Import and draw once what many kernels would each: in the process they are forked of."""
    from io import BytesIO

    import seaborn  # noqa: F401
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    call_rooms()
    figure = Figure()
    figure.subplots().set_title("Аа")
    FigureCanvasAgg(figure).print_png(BytesIO())
    gc.freeze()


def call_rooms() -> None:
    """Import all that notebooks call: what an import changes must not come in between them."""
    from ccwork import stages

    for room in iter_modules(stages.__path__):
        face = import_module(f"{stages.__name__}.{room.name}")
        for call in face.__dir__():
            getattr(face, call)


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
