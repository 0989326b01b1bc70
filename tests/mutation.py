"""A seeded sample of small faults put into the code, to see whether the tests notice.

``python tests/mutation.py [how many] [seed] [at once] [log]``: each mutant changes one operator,
constant, condition or return in a copy of the package, and the tests of its module run on the
copy. No mutant touches the work tree. The share killed is printed, and every survivor, for a
person to look at: a mutant that changes nothing anyone could see survives rightly. With the log
of an earlier run only what survived there runs again, on the tests as they are now.
"""

# what every run of tests needs is loaded once, before the runs fork

import ast
import compileall
import multiprocessing
import os
import py_compile
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import connection
from pathlib import Path

import hypothesis.extra.numpy  # noqa: F401
import matplotlib.pyplot  # noqa: F401
import nbval.plugin  # noqa: F401
import numpy  # noqa: F401
import pandas  # noqa: F401
import pytest
import scipy.optimize  # noqa: F401
import scipy.special  # noqa: F401
import scipy.stats  # noqa: F401

Mutant = tuple[str, int, str, str]
"""Module, line, what changed, the whole source."""

ROOT = Path(__file__).parent.parent
TESTS = {
    "measure/five_kpis": (
        "measure/five_kpis measure/survey_weighting stages/kpi/kpi_sensitivity measure/provenance"
    ),
    "measure/control_charts": (
        "measure/control_charts measure/provenance stages/kpi/kpi_sensitivity"
    ),
    "measure/rebasing": "measure/control_charts",
    "measure/provenance": "measure/provenance measure/metrics measure/control_charts",
    "measure/metrics": "measure/metrics measure/provenance measure/five_kpis",
    "measure/survey_weighting": "measure/survey_weighting stages/kpi/kpi_sensitivity",
    "stages/kpi/kpi_sensitivity": "stages/kpi/kpi_sensitivity",
    "stages/kpi/target_progress": "stages/kpi/kpi_sensitivity",
    "stages/cascade/position_indicators": "stages/cascade/position_indicators",
    "stages/cascade/causes_of_misses": "stages/cascade/causes_of_misses",
    "stages/kpi/target_values": "stages/kpi/target_values stages/kpi/kpi_sensitivity",
    "measure/mix_effect": "measure/mix_effect",
    "stats/spc": "stats/spc",
    "stats/normalisation": "stats/normalisation",
    "stats/intervals": "stats/intervals",
    "stats/decomposition": "stats/decomposition",
    "stats/survey": "stats/survey",
    "stats/bootstrap": "stats/bootstrap",
    "stats/trials/multiple_testing": "stats/trials/multiple_testing",
}
"""Module -> the files of tests that must notice a fault in it."""

SLOWEST = 300
"""Seconds after which a mutant counts as killed: it loops for ever."""

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
JOINED = {ast.And: ast.Or, ast.Or: ast.And}


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Give every fault that may be put in place of one node."""
    match node:
        case ast.Compare(left, ops, comparators) if type(ops[0]) in COMPARED:
            yield ast.Compare(left, [COMPARED[type(ops[0])](), *ops[1:]], comparators)
        case ast.BinOp(left, op, right) if type(op) in COMPUTED:
            yield ast.BinOp(left, COMPUTED[type(op)](), right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(JOINED[type(op)](), values)
        case ast.UnaryOp(ast.Not() | ast.Invert() | ast.USub(), operand):
            yield operand
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Return(value) if value is not None:
            yield ast.Return(ast.Constant(None))


def unseen(tree: ast.AST) -> set[int]:
    """Find nodes that say nothing to a program: words about types."""
    told = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            told += [node.returns, *(arg.annotation for arg in node.args.args)]
        if isinstance(node, ast.AnnAssign):
            told.append(node.annotation)
    return {id(inner) for each in told if each is not None for inner in ast.walk(each)}


def mutants(module: str) -> Iterator[Mutant]:
    """Give every mutant of a module."""
    source = (ROOT / "ccwork" / f"{module}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    skipped = unseen(tree)
    for parent in ast.walk(tree):
        for name, held in ast.iter_fields(parent):
            places = list(enumerate(held)) if isinstance(held, list) else [(None, held)]
            for place, node in places:
                if not isinstance(node, ast.AST) or id(node) in skipped:
                    continue
                for other in changes(node):
                    _put(parent, name, place, ast.copy_location(other, node))
                    made = ast.unparse(ast.fix_missing_locations(tree))
                    said = f"{ast.unparse(node)[:60]} -> {ast.unparse(other)[:60]}"
                    _put(parent, name, place, node)
                    yield module, getattr(node, "lineno", 0), said, made


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def begun(mutant: Mutant, copy: Path) -> multiprocessing.Process:
    """Put a mutant into a copy of the project and start the tests of its module there.

    The tests run in a fork of this process, which has the large libraries loaded already.
    """
    module, _, _, made = mutant
    (copy / "ccwork" / f"{module}.py").write_text(made, encoding="utf-8")
    parts = [Path("tests", name) for name in TESTS[module].split()]
    files = [str(path.with_name(f"test_{path.name}.py")) for path in parts]
    run = multiprocessing.get_context("fork").Process(target=tested, args=(copy, files))
    run.start()
    return run


def tested(copy: Path, files: list[str]) -> None:
    """Run tests on a copy without a word; leave with pytest's code: 0 when all passed."""
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    os.environ["PYTHONPATH"] = str(copy)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os._exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files]))


def ended(run: multiprocessing.Process, mutant: Mutant, copy: Path) -> bool:
    """Put the sound source back; tell whether a test failed or the mutant ran for ever."""
    if run.is_alive():
        run.kill()
        run.join()
    module = f"{mutant[0]}.py"
    shutil.copy(copy / "sound" / module, copy / "ccwork" / module)
    return run.exitcode != 0


def copied(folder: Path, many: int) -> list[Path]:
    """Copy the project, once for each run at a time; what is compiled is known by its text."""
    made = []
    for number in range(many):
        copy = folder / str(number)
        left_out = shutil.ignore_patterns("__pycache__")
        for part in ("ccwork", "tests", "data", "notebooks"):
            shutil.copytree(ROOT / part, copy / part, ignore=left_out)
        shutil.copytree(ROOT / "ccwork", copy / "sound", ignore=left_out)
        shutil.copy(ROOT / "pyproject.toml", copy)
        by_text = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(copy / "ccwork", quiet=2, invalidation_mode=by_text)
        made.append(copy)
    return made


def named(mutant: Mutant) -> str:
    """Say where a mutant is and what it changes."""
    module, line, said, _ = mutant
    return f"{module}.py:{line}: {said}"


def main(many: int = 300, seed: int = 20260631, at_once: int = 2, log: Path | None = None) -> None:
    """Draw mutants, run their tests, print each survivor and the share killed."""
    every = [mutant for module in TESTS for mutant in mutants(module)]
    waiting = random.Random(seed).sample(every, min(many, len(every)))
    if log:
        lines = log.read_text(encoding="utf-8").splitlines()
        waiting = [mutant for mutant in waiting if f"SURVIVED: {named(mutant)}" in lines]
    many = len(waiting)
    found: list[bool] = []
    with tempfile.TemporaryDirectory() as folder:
        free = copied(Path(folder), at_once)
        running: list[tuple[multiprocessing.Process, Mutant, Path, float]] = []
        while waiting or running:
            while waiting and free:
                mutant, copy = waiting.pop(0), free.pop()
                running.append((begun(mutant, copy), mutant, copy, time.monotonic()))
            connection.wait([run.sentinel for run, *_ in running], timeout=1)
            for one in running.copy():
                run, mutant, copy, since = one
                if run.is_alive() and time.monotonic() - since < SLOWEST:
                    continue
                found.append(ended(run, mutant, copy))
                end = "killed" if found[-1] else "SURVIVED"
                print(f"{end}: {named(mutant)}", flush=True)
                running.remove(one)
                free.append(copy)
    share = 100 * sum(found) / max(many, 1)
    print(f"{sum(found)} of {many} mutants killed ({share:.1f} %); "
          f"drawn from {len(every)}, seed {seed}")  # fmt: skip


if __name__ == "__main__":
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    sys.dont_write_bytecode = True
    main(*(int(each) for each in sys.argv[1:4]), *map(Path, sys.argv[4:5]))
