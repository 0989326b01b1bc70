"""A process that has imported what a kernel needs, and forks a kernel of it for each agency.

Nothing of an agency is ever in it: what a notebook changes ends with its kernel. It ends with the
process it works for. Where it cannot be used, kernels start as Jupyter starts them.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

MARK: Final = "CCWORK_KERNEL"
"""Variable that names the folder of a kernel to all the kernel starts."""

FORKS: Final = sys.platform == "linux"
"""Elsewhere there is no fork, or it is not safe once libraries of the system are loaded."""


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
            [sys.executable, "-m", f"{__package__}.kernel_state"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env=self.environment, text=True, start_new_session=True,
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
class _Forked:
    """A forked kernel, as Jupyter looks at a process; signals go to its group."""

    template: Template
    pid: int
    returncode: int | None = None
    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                self.returncode = self.template.ask(poll=self.pid)
            except (OSError, ValueError):  # a kernel ends with its template
                self.returncode = -signal.SIGKILL
        return self.returncode

    wait = poll  # asked only once it has ended

    def send_signal(self, _number: int) -> None:
        """Do nothing: there is no group any more."""


def forking(manager: Any, template: Template) -> Any:
    """Return a provisioner that forks a manager's kernel; if it cannot, it starts one as usual."""
    from jupyter_client.provisioning import LocalProvisioner

    class Forking(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **more: Any) -> Any:
            own = {"cwd": more["cwd"], "environment": more["env"], "arguments": cmd[3:]}
            try:
                self.pid = self.pgid = template.ask(**own)
            except (OSError, ValueError):
                return await super().launch_kernel(cmd, **more)
            self.process = _Forked(template, self.pid)
            return self.connection_info

    spec = manager.kernel_spec
    return Forking(kernel_id=manager.kernel_id, kernel_spec=spec, parent=manager)
