"""The house: doors import only downward, faces compute nothing, every public function is reached.

The rules stand here, not a list of modules: a new module needs no line in this file.
"""

import ast
import importlib
import io
import json
import re
import tokenize
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import ccwork

ROOT = Path(ccwork.__file__).parent
TOP = ROOT.parent
FLOORS = ("method language", "read stats", "tell", "measure", "stages", "report learn", "cli")
"""Doors from the ground up; what stands on one floor does not import one another, but stages."""
FLOOR = {door: floor for floor, doors in enumerate(FLOORS) for door in doors.split()}
MOST_FILES, MOST_LINES, MOST_FUNCTION, MOST_PACKAGE = 12, 300, 40, 28_489
LONGEST_CHAIN, MOST_ARROWS, MOST_SHARED = 14, 35, 30
NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))
FILES = [path for path in sorted(ROOT.rglob("*.py")) if "_shipped" not in path.parts]
MODULES = [path for path in FILES if path.name != "__init__.py"]
ROOMS = [path for path in (ROOT / "stages").iterdir() if (path / "__init__.py").exists()]


def name(path: Path) -> str:
    """Return a module's dotted name below ccwork."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def trees() -> dict[str, ast.Module]:
    """Parse every file once, and only where these tests run."""
    return {name(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def imported(tree: ast.AST) -> set[str]:
    """Return the modules of ccwork a tree imports, wherever the import stands."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {one for one in whole if one.removeprefix("ccwork.") in trees()}
            found |= modules | ({node.module} if modules != whole else set())
    inside = {one.removeprefix("ccwork.") for one in found if one.startswith("ccwork.")}
    return inside & set(trees())


@cache
def imports() -> dict[str, set[str]]:
    return {module: imported(tree) - {module} for module, tree in trees().items()}


def door(module: str) -> str:
    return module.partition(".")[0]


@cache
def code_lines(source: str) -> int:
    """Count the lines that hold code: no docstrings, blanks or comments."""
    docs = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str):
            docs |= set(range(node.lineno, node.end_lineno + 1))
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line
        for token in tokens
        if token.type not in skipped | {tokenize.ENDMARKER}
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - docs)


# ---------------------------------------------------------------- doors


def test_every_module_stands_behind_a_door():
    assert {door(module) for module in trees()} - {"__init__"} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_doors_import_only_downward(path):
    own = door(name(path))
    wrong = [
        other
        for other in imports()[name(path)]
        if door(other) != own and FLOOR[door(other)] >= FLOOR[own]
    ]
    assert not wrong


def test_the_import_test_sees_all_three_forms():
    source = "import ccwork.cli\nfrom ccwork.report import batch\nfrom ccwork.method import LOCK\n"
    assert imported(ast.parse(source)) == {"cli", "report.batch", "method"}


@cache
def chain(module: str) -> tuple[str, ...]:
    """Return the longest chain of imports from a module down."""
    return (module, *max((chain(other) for other in imports()[module]), key=len, default=()))


def circles() -> list[str]:
    """Return the modules that can be reached from themselves."""
    found, below = [], {}

    def reach(module: str, path: tuple[str, ...]) -> set[str]:
        if module in path:
            found.append(" > ".join((*path[path.index(module) :], module)))
            return set()
        if module not in below:
            below[module] = set().union(
                *(reach(other, (*path, module)) | {other} for other in imports()[module])
            )
        return below[module]

    for module in trees():
        reach(module, ())
    return found


def test_nothing_imports_itself_by_a_detour():
    assert not circles()
    rooms = {
        (one.split(".")[1], other.split(".")[1])
        for one, others in imports().items()
        for other in others
        if one.count(".") > 1 and other.count(".") > 1 and {door(one), door(other)} == {"stages"}
    }
    assert not [(one, other) for one, other in rooms if one != other and (other, one) in rooms]


def test_the_house_is_low_and_its_ways_are_few():
    arrows = {
        (door(one), door(other))
        for one, others in imports().items()
        for other in others
        if door(one) != door(other)
    }
    assert len(arrows) <= MOST_ARROWS
    longest = max(map(chain, trees()), key=len)
    assert len(longest) <= LONGEST_CHAIN, " > ".join(longest)


# ---------------------------------------------------------------- rooms


def test_a_room_holds_few_files():
    rooms = defaultdict(list)
    for path in MODULES:
        rooms[path.parent].append(path.name)
    assert not {str(room): files for room, files in rooms.items() if len(files) > MOST_FILES}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_holds_one_concept(path):
    assert 0 < code_lines(path.read_text(encoding="utf-8")) <= MOST_LINES


def test_the_package_stays_small():
    total = sum(code_lines(path.read_text(encoding="utf-8")) for path in FILES)
    assert total <= MOST_PACKAGE, total


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_public_function_says_what_it_does_and_its_types(path):
    assert ast.get_docstring(trees()[name(path)])
    for node in trees()[name(path)].body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
            assert node.returns is not None, node.name
            said = ast.unparse(node)  # a function of few lines has as few of code
            lines = said.count("\n") + 1
            lines = code_lines(said) if lines > MOST_FUNCTION else lines
            assert lines <= MOST_FUNCTION, f"{node.name} has {lines} lines"


def test_one_name_means_one_thing():
    named = defaultdict(set)
    for module, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named[node.name].add(module)
    shared = {each: sorted(where) for each, where in named.items() if len(where) > 1}
    assert len(shared) <= MOST_SHARED, shared


def test_no_string_names_a_module_but_those_run_inside_a_kernel():
    named = re.compile(r"\bccwork\.(?:" + "|".join(FLOOR) + r")\.\w")
    told = {
        module
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and named.search(node.value)
        and node.value not in documented(tree)
    }
    assert told <= {"report.batch.agency_kernel"}


@cache
def documented(tree: ast.AST) -> set[str]:
    """Return the docstrings of a tree, those of constants as well."""
    return {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)
    }


# ---------------------------------------------------------------- notebooks and faces


def cells(path: Path, *kinds: str) -> list[str]:
    """Return the text of a notebook's cells, prose too: it names what a reader may call."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        "".join(cell["source"]) for cell in found if cell["cell_type"] in (kinds or cell.values())
    ]


def room_of(path: Path) -> str:
    """Return the room of a notebook: its name without the number of the stage."""
    return path.stem.partition("_")[2]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_ccwork_and_its_one_room(path):
    found = [
        line for cell in cells(path, "code") for line in cell.splitlines() if "import" in line
    ]
    assert len(found) == 2
    assert re.fullmatch(r"from ccwork import (check, |glossary, |load, )*show, summary", found[0])
    assert found[1] == f"from ccwork.stages import {room_of(path)}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_face_lists_what_its_notebook_calls_in_its_order(path):
    calls = re.findall(rf"\b{room_of(path)}\.(\w+)\(", "\n".join(cells(path)))
    face = importlib.import_module(f"ccwork.stages.{room_of(path)}")
    assert face.__dir__() == list(dict.fromkeys(calls))
    assert all(callable(getattr(face, call)) for call in calls)


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.name)
def test_a_face_computes_nothing(path):
    source = (path / "__init__.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 40
    kinds = [type(node) for node in ast.parse(source).body]
    assert kinds == [ast.Expr, ast.ImportFrom, ast.Assign]
    face = importlib.import_module(f"ccwork.stages.{path.name}")
    assert not set(face.__dir__()) & {file.stem for file in path.glob("*.py")}


def test_a_room_is_a_notebook():
    assert {path.name for path in ROOMS} == {room_of(path) for path in NOTEBOOKS}


# ---------------------------------------------------------------- nothing idle


def aliases(module: str) -> dict[str, tuple[str, str]]:
    """Return local name -> (module, name) of all a module imports; a module's own name is ""."""
    found = {}
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ccwork"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}".removeprefix("ccwork.")
                place = (
                    (whole, "")
                    if whole in trees()
                    else (node.module.removeprefix("ccwork."), alias.name)
                )
                found[alias.asname or alias.name] = place
    return found


def mentioned(
    tree: ast.AST, module: str, local: dict[str, tuple[str, str]]
) -> set[tuple[str, str]]:
    """Return the definitions a piece of code mentions."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            where, own = local.get(node.value.id, ("", ""))
            if where and not own:
                found.add((where, node.attr))
        elif isinstance(node, ast.Name):
            found.add(local.get(node.id, (module, node.id)))
    return found


def test_every_public_function_is_reached_from_a_command_a_notebook_or_a_public_caller():
    defined, calls, reached = {}, {}, set()
    for module, tree in trees().items():
        local = aliases(module)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                defined[module, node.name] = node
                calls[module, node.name] = mentioned(node, module, local)
                if node.decorator_list and module == "cli":
                    reached.add((module, node.name))
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    for part in ast.walk(target):
                        if isinstance(part, ast.Name):
                            calls[module, part.id] = mentioned(node, module, local)
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                reached |= mentioned(node, module, local)
    for face in [ccwork, *(importlib.import_module(f"ccwork.stages.{r.name}") for r in ROOMS)]:
        for call in face.__dir__():
            function = getattr(face, call)
            reached.add((function.__module__.removeprefix("ccwork."), function.__name__))
    reached |= {("cli", "run"), ("stages", "face")}
    reached |= {("report.batch.kernel_state", name) for name in ("keep", "restore")}
    waiting = list(reached)
    while waiting:
        for other in calls.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    idle = {place for place in defined if not place[1].startswith("_")} - reached
    assert not {*idle}


# ---------------------------------------------------------------- tests


WHOLE = {"house", "notebooks", "readme", "wheel", "resources", "bad_input", "invariants", "truths",
         "real_data", "stage1", "planted_page", "hostile_input", "supply", "hidden_numbers",
         "live_pages", "random_edits", "method_items", "reading_times"}  # fmt: skip
"""Tests of the whole, not of a module."""


def test_a_test_lies_where_its_module_lies():
    for path in (TOP / "tests").rglob("test_*.py"):
        below = path.relative_to(TOP / "tests")
        module = below.with_name(below.name.removeprefix("test_"))
        assert (ROOT / module).exists() or (len(below.parts) == 1 and module.stem in WHOLE), below
