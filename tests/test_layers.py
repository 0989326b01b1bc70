"""A module imports only from the lines above its own; no module is big or empty."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

import ccwork

ROOT = Path(ccwork.__file__).parent
LAYERS = """
    resources
    method stats.points stats.intervals stats.spc stats.power stats.queueing
    stats.survival stats.decompose stats.weights stats.agreement stats.survey stats.cover
    stats.designs stats.multiple stats.shrinkage stats.bootstrap
    stats.clusters
    stats.series stats.wedge stats.rule
    stats.characteristics
    periods
    text
    problems privacy paper
    cells
    calendars unpacking
    reading
    schema toml_files
    columns handoffs
    checks mapping
    logs
    intake
    tables
    workbook
    excel
    entries
    form
    demo.rows
    demo.plan
    demo.figures demo.journeys demo.selfchecks demo.clients demo.visits demo.recognition
    demo.team demo.links demo.cascade
    origins
    metrics
    gate composition
    history kpi checklists flow
    journey culture visits
    effort whatif choice blindspot promise
    savings queues chain mix targets
    sensitivity progress indicators
    review cascade
    causes experiment journeymap clients visitplan selfcheck
    planned pain roadmap
    team
    staff_pulse ladder
    trial practices
    changes
    evidence trust casebank regression
    verdicts
    recognition
    note
    rollout
    demo.changes
    demo.make
    chart.base
    chart.changes
    chart.journey chart.kpi chart.face chart.clients chart.team chart.chain chart.visits
    chart
    values
    sheets
    cards passports dialogue
    pages sentences
    show train edition
    params export
    report
    fresh runfile faults
    artefacts
    kernels front
    workers todo
    batch
    operate
    start
    cli
"""
LINES = [line.split() for line in LAYERS.strip().splitlines()]
PLACE = {module: depth for depth, line in enumerate(LINES) for module in line}
MODULES = sorted(ROOT.rglob("*.py"))
MODULES = [path for path in MODULES if path.name != "__init__.py" and "_shipped" not in path.parts]


def name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            rooms = {room.removeprefix("ccwork.") for room in named} <= PLACE.keys()
            found |= named if rooms else named | {node.module}
    inside = {module.removeprefix("ccwork.") for module in found if module.startswith("ccwork.")}
    return {module for module in inside if module in PLACE}


def code_lines(source: str) -> int:
    """Count the lines that hold code: no docstrings, blanks or comments."""
    tree = ast.parse(source)
    docs = set()
    for node in ast.walk(tree):
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


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_has_its_place_and_imports_only_from_above_it(path):
    wrong = [other for other in imported(path) if PLACE[other] >= PLACE[name(path)]]
    assert not wrong


def test_the_import_test_sees_all_three_forms(tmp_path):
    source = "import ccwork.cli\nfrom ccwork import batch\nfrom ccwork.report import Cover\n"
    (tmp_path / "module.py").write_text(source)
    assert imported(tmp_path / "module.py") == {"cli", "batch", "report"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_holds_one_concept(path):
    assert 0 < code_lines(path.read_text(encoding="utf-8")) <= 300


def test_the_package_stays_small():
    assert sum(code_lines(path.read_text(encoding="utf-8")) for path in MODULES) <= 20000


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_public_function_says_what_it_does_and_its_types(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
            assert node.returns is not None, node.name
            lines = code_lines(ast.unparse(node))
            assert lines <= 40, f"{node.name} has {lines} lines"
