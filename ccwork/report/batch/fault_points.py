"""Faults made on purpose, so that tests can break a run at a named point.

``CCWORK_FAULT=point:agency:action``: when `point` is reached for `agency` ("" or "*" = any),
the process is killed ("kill"), an error is raised ("raise"), no byte more can be written
("enospc") or nothing happens any more ("hang"). Without the variable nothing is done.

Points of an agency: "check", "kernel", "stage", "executed", and "<kind>.part", ".whole" and
".replaced" of its notebook, facts, findings, brief (every form), workings and manifest;
"summary.*" and "index.*" belong to none.
"""

import os
import signal
import time

_agency = ""


def during(agency: str) -> None:
    """Say whose work this process does now."""
    global _agency
    _agency = agency


def point(name: str) -> None:
    """Break here, if this is the point asked for."""
    asked = os.environ.get("CCWORK_FAULT", "")
    if not asked:
        return
    where, agency, action = asked.split(":")
    if where == name and agency in ("", "*", _agency):
        _break(action)


def _break(action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    elif action == "raise":
        raise RuntimeError("CCWORK_FAULT")
    elif action == "enospc":
        import resource

        resource.setrlimit(
            resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        )
    elif action == "hang":
        time.sleep(3600)
