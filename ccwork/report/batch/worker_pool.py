"""Work on one machine, each piece in a process that may die, hang or swell and is replaced."""

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import connection
from queue import LifoQueue
from typing import Any, Final

from ccwork.language.problems import DataProblems, Problem
from ccwork.report.batch import agency_kernel, kernel_state

GRACE: Final = 10
"""Seconds a worker has beyond its agency's limit to say so itself (our choice)."""


class Lost(Exception):
    """A worker was lost; `reason` is "died", "memory" or "limit"."""

    def __init__(self, reason: str, told: str) -> None:
        super().__init__(told)
        self.reason = reason


class Worker:
    """A process that works on one piece after the other."""

    def __init__(self, memory: int, ran: Callable[[], Any] = lambda: None) -> None:
        self.memory, self.ran = memory, ran
        self.groups: set[int] = set()
        self.process: Any = None
        self.pipe: Any = None
        self.closed = False
        self._ending = threading.RLock()

    def call(self, seconds: float, function: Callable, *args: Any) -> Any:
        """Have a piece of work done; a worker lost over it is replaced for the next.

        Raises
        ------
        Lost
            When the process died, ran out of memory, or was killed for taking too long.
        """
        if not self.process or not self.process.is_alive():
            self._start()
        until = time.monotonic() + seconds
        try:
            self.pipe.send((function, args))
            while True:
                left = until - time.monotonic()
                ready = connection.wait([self.pipe, self.process.sentinel], max(left, 0))
                if not ready:
                    raise Lost("limit", f"no answer within {seconds:.0f} s")
                if self.pipe not in ready:
                    self.process.join()
                    raise Lost("died", f"exit code {self.process.exitcode}")
                what, told = self.pipe.recv()
                if what == "kernel":
                    _noted(self.groups, told) if told else self.ran()
                elif what == "done":
                    return told
                else:
                    raise Lost(what, told)
        except (EOFError, ConnectionError) as lost:
            self.process.join(GRACE)
            raise Lost("died", f"exit code {self.process.exitcode}") from lost
        except Lost:
            self.kill()
            raise

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        with self._ending:  # another thread ends it before this or after, never in between
            if self.closed:
                raise Lost("died", "stopped")
            self.kill()
            self.pipe, theirs = context.Pipe()
            self.process = context.Process(target=_serve, args=(theirs, self.memory))
            self.process.start()
            theirs.close()

    def close(self) -> None:
        """Let the process end by itself, so that its time is told; end what is left."""
        with self._ending:
            if self.process:
                self.pipe.close()
                self.process.join(GRACE)
            self.kill()

    def kill(self) -> None:
        """End the process, its kernel and the template of it at once."""
        with self._ending:
            if self.process:
                self.process.kill()
                self.process.join()
                self.pipe.close()
            for pid in self.groups:
                agency_kernel.end(pid)
            self.groups.clear()
            self.process = None


class Local(Executor):
    """Workers of this machine behind the interface of ``concurrent.futures``.

    Parameters
    ----------
    jobs
        How many work at once.
    seconds
        How long a piece of work may take.
    memory
        Megabytes of address space of each worker; 0: no limit.
    spoiled
        Tells of a result that its process should do nothing more.
    ran
        Called after every notebook.
    """

    def __init__(
        self, jobs: int, seconds: float, memory: int = 0,
        spoiled: Callable[[Any], bool] = lambda result: False,
        ran: Callable[[], Any] = lambda: None,
    ) -> None:  # fmt: skip
        self._seconds, self._spoiled = seconds, spoiled
        self._workers = [Worker(memory, ran) for _ in range(jobs)]
        self._idle: LifoQueue[Worker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(jobs)

    def submit(self, function: Callable, /, *args: Any, **_: Any) -> Future:
        """Hand in a piece of work."""
        return self._threads.submit(self._call, function, *args)

    def _call(self, function: Callable, *args: Any) -> Any:
        worker = self._idle.get()
        try:
            result = worker.call(self._seconds, function, *args)
            if self._spoiled(result):
                worker.kill()
            return result
        finally:
            self._idle.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all workers; with `cancel_futures`, at once."""
        for worker in self._workers if cancel_futures else ():
            worker.closed = True
            worker.kill()
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        for worker in self._workers:
            worker.close()


def _serve(pipe: connection.Connection, memory: int) -> None:
    """Work until nobody asks any more; say of each kernel which process it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running: set[int] = set()

    def kernel(pid: int) -> None:
        _noted(running, pid)
        with suppress(OSError):  # at the end nobody listens any more
            pipe.send(("kernel", pid))

    agency_kernel.started.append(kernel)
    threading.Thread(target=_follow, args=(running,), daemon=True).start()
    if memory:
        kernel_state.limit(memory)
    while True:
        try:
            function, args = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = "done", function(*args)
        except MemoryError:
            answer = "memory", traceback.format_exc()
        except BaseException:
            answer = "died", traceback.format_exc()
        with suppress(OSError):
            pipe.send(answer)


def _noted(running: set[int], pid: int) -> None:
    """Note a group of processes that began, or (negative) ended."""
    running.add(pid) if pid > 0 else running.discard(-pid)


def _follow(running: set[int]) -> None:
    """Die with the parent, and take the kernel along."""
    parent = multiprocessing.parent_process()
    connection.wait([parent.sentinel])
    for pid in [*running]:
        agency_kernel.end(pid)
    os._exit(1)


def cluster(address: str) -> tuple[Executor, Callable[[bool], None]]:
    """Return the executor of a Dask cluster, and how to let go of it: at once, if told so.

    A worker that is lost is replaced by the cluster and its piece of work done again; what a
    piece of work says of itself, failure too, is taken as it is.

    Raises
    ------
    DataProblems
        When the package is missing or the cluster does not answer.
    """
    try:
        from distributed import Client
    except ImportError:
        raise DataProblems([Problem("no_cluster")]) from None
    try:
        client = Client(address, set_as_default=False, timeout=GRACE)
    except (OSError, ValueError):
        wrong = Problem("cluster_unreachable", values={"address": address})
        raise DataProblems([wrong]) from None
    executor = client.get_executor(pure=False, retries=0)

    def stop(at_once: bool) -> None:
        executor.shutdown(wait=not at_once)
        client.close()

    return executor, stop
