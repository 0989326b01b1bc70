"""For ``pytest --nbval -p tests.warm_kernels``: its kernels are forked as those of a batch are.

That a forked kernel is as one that was started, ``test_kernel_template.py`` shows.
"""

import os
from functools import cache
from typing import Any

import nbval.kernel
from jupyter_client.manager import KernelManager

from ccwork.report.batch import kernel_template

ENVIRONMENT = os.environ | {
    kernel_template.MARK: "nbval", "PYDEVD_USE_FRAME_EVAL": "NO",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}  # fmt: skip
"""Of each kernel; Jupyter names the same backend to those it starts."""


@cache
def template() -> kernel_template.Template:
    return kernel_template.Template(ENVIRONMENT)


class Forking(KernelManager):
    """Starts kernels for nbval."""

    def start_kernel(self, **more: Any) -> None:
        if kernel_template.FORKS:
            self.provisioner = kernel_template.forking(self, template())
        super().start_kernel(**more, env=ENVIRONMENT)


nbval.kernel.KernelManager = Forking


def pytest_unconfigure() -> None:
    if template.cache_info().currsize:
        template().end()
