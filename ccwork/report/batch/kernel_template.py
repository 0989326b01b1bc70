"""A process that has imported what a kernel needs, and forks a kernel of it for each agency.

Nothing of an agency is ever in it: what a notebook changes ends with its kernel. It ends with the
process it works for. Where it cannot be used, kernels start as Jupyter starts them. Workers are
forked of it too, each with a template of its own.
"""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import Pipe, reduction
from multiprocessing.connection import Connection
from typing import Any, Final

MARK: Final = "CCWORK_KERNEL"
"""Variable that names the folder of a kernel to all the kernel starts."""

FORKS: Final = sys.platform == "linux"
"""Elsewhere there is no fork, or it is not safe once libraries of the system are loaded."""


@dataclass
class Forked:
    """A forked process, as Python shows one; `ended` asks who forked it for its exit code."""

    pid: int
    ended: Callable[[int], int | None]
    code: int | None = None
    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Return the exit code; nothing while it runs."""
        if self.code is None:
            try:
                self.code = self.ended(self.pid)
            except (OSError, EOFError):  # who forked it is gone, and it ends by itself
                self.code = -signal.SIGKILL
        return self.code

    def wait(self, seconds: float = math.inf) -> int | None:
        """Wait for its end, at most so long."""
        until = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        return self.code

    def send_signal(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal; without a number, end it at once."""
        if self.poll() is None:
            os.kill(self.pid, number)

    exitcode, join, kill = property(poll), wait, send_signal


def _begun(environment: Mapping[str, str]) -> tuple[subprocess.Popen, Connection]:
    mine, theirs = Pipe()
    command = [sys.executable, "-m", f"{__package__}.kernel_state"]
    own = {"env": environment, "start_new_session": True}
    with theirs:
        return subprocess.Popen(command, stdin=theirs.fileno(), **own), mine


class Template:
    """The side that asks: a template with an environment, and what it forked.

    Parameters
    ----------
    environment
        Of the template; a kernel has its own, but not another hash seed.
    there
        The template and the pipe to it, if there is one already.
    """

    def __init__(self, environment: Mapping[str, str], *there: Any) -> None:
        self.environment, self._turn = dict(environment), threading.Lock()
        self.process, self._pipe = there or _begun(self.environment)

    def fork(self, end: Any = None, **what: Any) -> Forked:
        """Fork a kernel, or a worker that gets the `end` of a pipe.

        Raises
        ------
        OSError, EOFError
            When the template is gone.
        """
        return Forked(self.ask(end, **what), lambda pid: self.ask(poll=pid))

    def ask(self, end: Any = None, **what: Any) -> Any:
        """Ask for a process, or for the exit code of one."""
        with self._turn:
            self._pipe.send(what)
            if end:
                reduction.send_handle(self._pipe, end.fileno(), self.process.pid)
            return self._pipe.recv()

    def end(self) -> None:
        """End the template and its kernels."""
        self._pipe.close()
        self.process.wait()


def forking(manager: Any, template: Template) -> Any:
    """Return a provisioner that forks a manager's kernel; if it cannot, it starts one as usual."""
    from jupyter_client.provisioning import LocalProvisioner

    class Forking(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **more: Any) -> Any:
            told = [f"{sys.prefix}/ipykernel_launcher.py", *cmd[3:]]
            try:
                self.process = template.fork(arguments=told, cwd=more["cwd"], env=more["env"])
            except (OSError, EOFError):
                return await super().launch_kernel(cmd, **more)
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    spec = manager.kernel_spec
    return Forking(kernel_id=manager.kernel_id, kernel_spec=spec, parent=manager)
