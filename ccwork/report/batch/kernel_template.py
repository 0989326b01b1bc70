"""A process that has imported what a kernel needs, and forks a kernel of it for each agency.

Nothing of an agency is ever in it: what a notebook changes ends with its kernel. It ends with the
process it works for. Where it cannot be used, kernels start as Jupyter starts them.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from ccwork.report.batch import kernel_state

MARK: Final = "CCWORK_KERNEL"
"""Variable that names the folder of a kernel to all the kernel starts."""
FORKS: Final = sys.platform == "linux"
"""Elsewhere there is no fork, or it is not safe once libraries of the system are loaded."""
_LAUNCHER: Final = "ipykernel_launcher"


class Template:
    """The side that asks: a template with an environment, and what it forked.

    Parameters
    ----------
    environment
        Of the template; a kernel has its own, but not another hash seed.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=self.environment, text=True, start_new_session=True,
        )  # fmt: skip

    def ask(self, **what: Any) -> int | None:
        """Ask for a new kernel, or whether one has ended; OSError or ValueError: it is gone."""
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """End the template and its kernels."""
        with suppress(OSError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@dataclass
class Forked:
    """A forked kernel, as Jupyter looks at a process."""

    template: Template
    pid: int
    returncode: int | None = None
    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        if self.returncode is None:
            try:
                self.returncode = self.template.ask(poll=self.pid)
            except (OSError, ValueError):  # a kernel ends with its template
                self.returncode = -signal.SIGKILL
        return self.returncode

    def wait(self) -> int:
        """Wait until it ended."""
        while self.poll() is None:
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, to it alone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def use(manager: Any, template: Template) -> None:
    """Have a kernel manager fork its kernel of a template; if it cannot, start one as usual."""
    from importlib.metadata import EntryPoint

    from jupyter_client.provisioning import KernelProvisionerFactory

    known = KernelProvisionerFactory.instance().provisioners
    place = f"{__name__}:provisioner"
    known["ccwork"] = EntryPoint("ccwork", place, "jupyter_client.kernel_provisioners")
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "ccwork"}
    manager.template = template


def provisioner(**known: Any) -> Any:
    """Make the provisioner that Jupyter asks to start the kernel of a manager."""
    from jupyter_client.provisioning import LocalProvisioner

    class Forking(LocalProvisioner):
        async def launch_kernel(self, cmd: Sequence[str], **more: Any) -> Any:
            template: Template = self.parent.template
            try:
                if list(cmd[1:3]) != ["-m", _LAUNCHER]:
                    raise ValueError
                own = {"cwd": more["cwd"], "environment": dict(more["env"])}
                pid = template.ask(arguments=list(cmd[3:]), **own)
            except (OSError, ValueError):
                return await super().launch_kernel(cmd, **more)
            self.process, self.pid, self.pgid = Forked(template, pid), pid, pid
            return self.connection_info

    return Forking(**known)


# ---------------------------------------------------------------- the template itself


def serve() -> None:
    """Fork kernels for whoever holds the other ends of the pipes, until they are closed."""
    asked, told = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    shown = _shown_mark()
    kernel_state.warm()
    import ipykernel.ipkernel  # noqa: F401
    from ipykernel.kernelapp import IPKernelApp

    forked: set[int] = set()
    for line in asked:
        what = json.loads(line)
        if "poll" in what:
            answer = _ended(what["poll"])
        elif answer := os.fork():
            forked.add(answer)
        else:
            asked.close()
            told.close()
            _become(IPKernelApp, shown, **what)
        with suppress(OSError):  # who asked is gone: no line comes any more
            print(json.dumps(answer), file=told, flush=True)
    for pid in forked:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _become(
    app: Any, shown: int, arguments: Sequence[str], cwd: str, environment: Mapping[str, str]
) -> NoReturn:
    """Be a kernel, as if started anew."""
    code = 1
    try:
        os.setsid()
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        if shown:  # what is forked of a kernel is found by what /proc shows of it
            told = os.fsencode(f"{MARK}={environment[MARK]}")
            ctypes.memmove(shown, told, len(told))
        sys.argv = [str(Path(sys.prefix, f"{_LAUNCHER}.py")), *arguments]
        sys.modules["numpy"].random.seed()
        app.launch_instance(arguments, parent_handle=os.getppid())
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
