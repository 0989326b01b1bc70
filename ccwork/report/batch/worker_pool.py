"""Work on one machine, each piece in a process that may die, hang or swell and is replaced."""

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import LifoQueue, Queue
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
        if not self.process or self.process.exitcode is not None:
            self._start()
        until = time.monotonic() + seconds
        try:
            self.pipe.send((function, args))
            while True:
                left = until - time.monotonic()
                if not self.pipe.poll(max(left, 0)):
                    raise Lost("limit", f"no answer within {seconds:.0f} s")
                what, told = self.pipe.recv()
                if what == "kernel":
                    _noted(self.groups, told) if told else self.ran()
                elif what == "done":
                    return told
                else:
                    raise Lost(what, told)
        except (EOFError, ConnectionError) as lost:
            self.process.join(GRACE)
            told = f"exit code {self.process.exitcode}"
            self.kill()
            raise Lost("died", told) from lost
        except Lost:
            self.kill()
            raise

    def _start(self) -> None:
        with self._ending:  # another thread ends it before this or after, never in between
            if self.closed:
                raise Lost("died", "stopped")
            self.kill()
            self.pipe, theirs = multiprocessing.Pipe()
            with theirs:
                self.process = _begun(self.memory, theirs)

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
        agency_kernel.end_template()


def _begun(memory: int, end: Connection) -> Any:
    """Fork a worker of this process's template; where that cannot be, spawn one."""
    with suppress(OSError, EOFError):
        if template := agency_kernel.template():
            own = {"env": dict(os.environ), "cwd": os.getcwd(), "arguments": sys.argv}
            return template.fork(end, call=_serve, memory=memory, path=sys.path, **own)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(memory, end))
    process.start()
    return process


def _serve(memory: int, pipe: Connection, kernels: Sequence[Any] = ()) -> None:
    """Work until nobody asks any more; say of each kernel which process it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running: set[int] = set()
    asked: Queue[Any] = Queue()

    def kernel(pid: int) -> None:
        _noted(running, pid)
        with suppress(OSError):  # at the end nobody listens any more
            pipe.send(("kernel", pid))

    agency_kernel.started.append(kernel)
    agency_kernel.template(bool(kernels), kernels)
    threading.Thread(target=_hear, args=(pipe, asked, running), daemon=True).start()
    if memory:
        kernel_state.limit(memory)
    for function, args in iter(asked.get, None):
        try:
            answer = "done", function(*args)
        except MemoryError:
            answer = "memory", traceback.format_exc()
        except BaseException:
            answer = "died", traceback.format_exc()
        asked.task_done()
        with suppress(OSError):
            pipe.send(answer)
    agency_kernel.end_template()


def _noted(running: set[int], pid: int) -> None:
    """Note a group of processes that began, or (negative) ended."""
    running.add(pid) if pid > 0 else running.discard(-pid)


def _hear(pipe: Connection, asked: Queue, running: set[int]) -> None:
    """Take in work; once nobody asks any more, end: while at work at once, with the kernel."""
    with suppress(Exception):
        while True:
            asked.put(pipe.recv())
    if asked.unfinished_tasks:
        for pid in [*running]:
            agency_kernel.end(pid)
        os._exit(1)
    asked.put(None)


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
