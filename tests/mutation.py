"""A seeded sample of small faults put into the code, to see whether the tests notice.

``python tests/mutation.py [how many] [seed]``: each mutant changes one operator, constant,
condition or return in a copy of the package, and the tests of its module run on the copy. No
mutant touches the work tree. The share killed is printed, and every survivor, for a person to
look at: a mutant that changes nothing anyone could see survives rightly.
"""

import ast
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS = {
    "kpi": "kpi composition sensitivity origins",
    "history": "history origins sensitivity",
    "gate": "history",
    "origins": "origins metrics history",
    "metrics": "metrics origins kpi",
    "composition": "composition sensitivity",
    "sensitivity": "sensitivity",
    "progress": "sensitivity",
    "cascade": "cascade",
    "causes": "causes",
    "targets": "targets sensitivity",
    "mix": "mix",
    "stats/spc": "spc",
    "stats/points": "points",
    "stats/intervals": "intervals",
    "stats/decompose": "decompose",
    "stats/weights": "weights",
    "stats/survey": "survey",
    "stats/bootstrap": "bootstrap",
    "stats/multiple": "multiple",
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


def mutants(module: str) -> Iterator[tuple[str, int, str, str]]:
    """Give every mutant of a module: module, line, what changed, the whole source."""
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


def killed(mutant: tuple[str, int, str, str], copy: Path) -> bool:
    """Run the tests of a mutant on a copy of the project; tell whether one of them failed."""
    module, _, _, made = mutant
    target = copy / "ccwork" / f"{module}.py"
    sound = target.read_text(encoding="utf-8")
    target.write_text(made, encoding="utf-8")
    files = [f"tests/test_{name}.py" for name in TESTS[module].split()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    try:
        own = {"cwd": copy, "capture_output": True, "timeout": SLOWEST}
        return subprocess.run(command, env=environment(copy), **own).returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(sound, encoding="utf-8")


def environment(copy: Path) -> dict[str, str]:
    """Make Python import the copy, and keep nothing compiled of a mutant."""
    import os

    return os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


def workers(folder: Path, many: int) -> list[Path]:
    """Copy the project, once for each worker."""
    made = []
    for number in range(many):
        copy = folder / str(number)
        left_out = shutil.ignore_patterns("__pycache__")
        for part in ("ccwork", "tests", "data", "notebooks"):
            shutil.copytree(ROOT / part, copy / part, ignore=left_out)
        shutil.copy(ROOT / "pyproject.toml", copy)
        made.append(copy)
    return made


def main(many: int = 300, seed: int = 20260631, at_once: int = 2) -> None:
    """Draw mutants, run their tests, print each survivor and the share killed."""
    known = [module for module in TESTS if (ROOT / "ccwork" / f"{module}.py").exists()]
    every = [mutant for module in known for mutant in mutants(module)]
    drawn = random.Random(seed).sample(every, min(many, len(every)))
    found: list[bool] = []

    def run(share: list[tuple[str, int, str, str]], copy: Path) -> None:
        for mutant in share:
            found.append(killed(mutant, copy))
            module, line, said, _ = mutant
            end = "killed" if found[-1] else "SURVIVED"
            print(f"{end}: {module}.py:{line}: {said}", flush=True)

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(at_once) as pool:
        copies = workers(Path(folder), at_once)
        shares = [drawn[number::at_once] for number in range(at_once)]
        list(pool.map(run, shares, copies))
    share = 100 * sum(found) / len(found)
    print(f"{sum(found)} of {len(found)} mutants killed ({share:.0f} %); "
          f"drawn from {len(every)}, seed {seed}")  # fmt: skip


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
