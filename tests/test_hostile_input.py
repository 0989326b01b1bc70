"""Odd and hostile files end at once, in little memory, in the right sentence; in both languages.

Each is checked in a process of its own: at most 2 s of its processor and 300 MB, of which the
packages take half. All are forked of one that has imported the packages and read a good agency.
"""

# ruff: noqa: E501 - one line a file

import gzip
import io
import json
import os
import select
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

SECONDS, MEGABYTES = 2, 300

AGENCY = 'name_ru = "Ведомство"\ngrain = "month"\ndata_date = 2026-03-31\n'
SERVICES = "service,name_ru,client\nS1,Справка,external\n"
HEAD = "metric,service,period,level,count"
WHOLE = HEAD + "".join(f"\nsatisfaction,S1,2026-01,{n},10" for n in range(1, 6)) + "\n"
LOG = "case,step,time\nA,x,2026-01-28 02:30\nA,y,2026-02-01 09:00\n"
MAPPING = '[columns]\ncase = "case"\nstep = "step"\nstart = "time"\n[fixed]\nservice = "S1"\n'
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EVENT = b'<event><string key="x" value="y"/></event>'

MEASURED = """
import json, os, resource, sys, traceback
from pathlib import Path
import ccwork.cli
from ccwork.language import wording
from ccwork.read import agency_folder
from ccwork.report import agency_check
def memory(name):
    return int(Path("/proc/self/status").read_text().split(name + ":")[1].split()[0]) // 1024
def spent():
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
def measured(data, good, packages):
    unseen = packages - memory("VmRSS")  # pages of the packages this process has not touched yet
    agency_folder.read_folder(Path(good))
    begun = spent()
    resource.setrlimit(resource.RLIMIT_CPU, (int(begun) + 20, int(begun) + 20))
    _, problems = agency_check.checked(data, "one", "")
    told = {"seconds": spent() - begun}
    told["megabytes"] = memory("VmHWM") + max(unseen, 0)
    told["codes"] = [problem.code for problem in problems]
    for lang in wording.LANGS:
        wording.use(lang)
        told[lang] = [str(problem) for problem in problems]
    return json.dumps(told)
for asked in sys.stdin:
    data, good = json.loads(asked)
    agency_folder.read_folder(Path(good))
    packages = memory("VmRSS")
    if process := os.fork():
        print(os.waitpid(process, 0)[1], flush=True)
    else:
        try:
            print(measured(data, good, packages), flush=True)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
"""


@pytest.fixture(scope="module")
def template():
    """A process that has imported the packages: every file is read in one forked of it."""
    asked = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [sys.executable, "-c", MEASURED], start_new_session=True, **asked
    ) as process:
        yield process
        process.stdin.close()


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def book(rows="", **extra):
    """Make a workbook whose one sheet holds these rows of XML."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        made.add_worksheet("Лист1").write_row(0, 0, HEAD.split(","))
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as read:
        parts = {name: read.read(name) for name in read.namelist()}
    if rows:
        parts["xl/worksheets/sheet1.xml"] = (
            f'<worksheet xmlns="{SHEETS}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return zipped(parts | {name.replace("__", "."): content for name, content in extra.items()})


def ods(rows):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="counts">{rows}</table:table></office:spreadsheet></office:body>'
    return zipped(
        {"content.xml": f"<office:document-content {spaces}>{body}</office:document-content>"}
    )


def ods_cell(more="", text="x"):
    return f'<table:table-cell {more} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def ods_row(cells, more=""):
    return f"<table:table-row {more}>{cells}</table:table-row>"


BLANK = '<table:table-cell table:number-columns-repeated="20000"/>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
LONG = "9" * 5000
CELLS = {
    "gz": ("logs/a.xes.gz", lambda: gzip.compress(b"<log>" + b" " * 300_000_000 + b"</log>", 1), "log_too_tight"),
    "gz-events": ("logs/a.xes.gz", lambda: gzip.compress(b"<log><trace>" + EVENT * 3_000_000 + b"</trace></log>"), "log_too_tight"),
    "gz-word": ("logs/a.xes.gz", lambda: gzip.compress(b'<log><string key="' + b"y" * 100_000_000 + b'"/></log>'), "log_too_tight"),
    "bomb": ("counts.xlsx", lambda: book(x__xml=b" " * 190_000_000), "too_large_inside"),
    "ods-bomb": ("counts.ods", lambda: ods(" " * 190_000_000), "too_large_inside"),
    "parts": ("counts.xlsx", lambda: book(**{f"p{n}__xml": b"<a/>" for n in range(1500)}), "too_many_parts"),
    "styles": ("counts.xlsx", lambda: book(**{"xl/styles__xml": "<styleSheet><cellXfs>" + '<xf numFmtId="9"/>' * 500_000 + "</cellXfs></styleSheet>"}), "too_many_parts"),
    "far": ("counts.xlsx", lambda: book(FAR.format(600, "XFD")), "far_cell"),
    "far-row": ("counts.xlsx", lambda: book(FAR.format(1048576, "A")), "far_cell"),
    "far-letters": ("counts.xlsx", lambda: book(FAR.format(2, "ZZZZ")), "damaged"),
    "columns-xlsx": ("counts.xlsx", lambda: book('<row r="1">' + "<c><v>1</v></c>" * 500_000 + "</row>"), "far_cell"),
    "long-xlsx": ("counts.xlsx", lambda: book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"ab" * 2_000_000}</t></is></c></row>'), "missing_column"),
    "long-shared": ("counts.xlsx", lambda: book('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c></row>', **{"xl/sharedStrings__xml": f'<sst xmlns="{SHEETS}"><si><t>{"ab" * 4_000_000}</t></si></sst>'}), "missing_column"),
    "long-parts": ("counts.xlsx", lambda: book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', **{"xl/sharedStrings__xml": f'<sst xmlns="{SHEETS}"><si>{"<r><t>abcdefgh</t></r>" * 400_000}</si></sst>'}), "missing_column"),
    "far-ods": ("counts.ods", lambda: ods(ods_row(ods_cell()) + ods_row(BLANK, 'table:number-rows-repeated="1048574"') + ods_row(ods_cell())), "far_cell"),
    "repeated-ods": ("counts.ods", lambda: ods(ods_row(ods_cell('table:number-columns-repeated="1000000000"'))), "far_cell"),
    "blank-ods": ("counts.ods", lambda: ods(ods_row(BLANK * 20_000 + ods_cell())), "far_cell"),
    "blanks-ods": ("counts.ods", lambda: ods(ods_row(BLANK) * 100_000 + ods_row(ods_cell())), "missing_column"),
    "spaces-ods": ("counts.ods", lambda: ods(ods_row(ods_cell(text='<text:s text:c="1000"/>' * 100_000 + "x"))), "missing_column"),
    "columns": ("counts.csv", lambda: "a," * 1_000_000 + "b\n", "too_many_columns"),
    "columns-quoted": ("counts.csv", lambda: '"a",' * 1_000_000 + '"b"\n', "too_many_columns"),
    "columns-log": ("logs/a.csv", lambda: "case,step,time," + "a," * 1_000_000 + "b\n1,2,3\n", "too_many_columns"),
    "columns-json": ("counts.json", lambda: "[{" + ",".join(f'"k{n}":1' for n in range(300_000)) + "}]", "too_many_columns"),
    "no-columns": ("counts.csv", lambda: HEAD + "," * 1_000_000 + WHOLE.removeprefix(HEAD), ""),
    "one-line": ("counts.csv", lambda: "ы" * 25_000_000, "line_long"),
    "blank-lines": ("counts.csv", lambda: WHOLE + "\n" * 30_000_000, ""),
    "digits-csv": ("counts.csv", lambda: WHOLE.replace(",10\n", f",{LONG}\n", 1), "too_big"),
    "digits-json": ("counts.json", lambda: json.dumps([{"metric": "satisfaction", "service": "S1", "period": "2026-01", "level": 1, "count": "n"}]).replace('"n"', LONG), "too_big"),
    "digits-xlsx": ("counts.xlsx", lambda: book("".join(f'<row r="{n}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row.split(",")[:4]) + last + "</row>" for n, row, last in ((1, HEAD, '<c t="inlineStr"><is><t>count</t></is></c>'), (2, "satisfaction,S1,2026-01,1,", f"<c><v>{LONG}</v></c>")))), "too_big"),
    "digits-log": ("logs/a.csv", lambda: f"{LOG}{LONG},{LONG},{LONG}\n", "date_is_number"),
    "nearly-nothing": ("counts.csv", lambda: WHOLE.replace(",10\n", ",1e-999999999\n", 1), "not_number"),
    "lone-half": ("counts.json", lambda: '[{"metric":"\\ud800","service":"S1","period":"2026-01","level":1,"count":1}]', "lost_letters"),
}  # fmt: skip


def pipe(name):
    return lambda folder: os.mkfifo(folder / name)


def link(name, to):
    return lambda folder: (folder / name).symlink_to(to)


def named(name):
    return lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(WHOLE)


PLACES = {
    "pipe": (pipe("metrics.csv"), "not_a_file"),
    "pipe-toml": (pipe("metrics.toml"), ""),
    "pipe-log": (pipe("logs/a.csv"), "not_a_file"),
    "pipe-mapping": (pipe("logs/b.toml"), "not_a_file"),
    "device": (link("metrics.csv", "/dev/zero"), "not_a_file"),
    "device-log": (link("logs/a.xes", "/dev/zero"), "not_a_file"),
    "loop": (link("metrics.csv", "metrics.csv"), "not_a_file"),
    "loop-folder": (link("loop", "."), "folder_unread"),
    "loop-catalogue": (link("catalogue", "catalogue"), ""),
    "nowhere": (link("metrics.csv", "nowhere"), "not_a_file"),
    "lock": (link(".#counts.csv", "user@host.1:1"), ""),
    "lock-office": (link("~$counts.xlsx", "nowhere"), ""),
    "lock-libre": (link(".~lock.counts.csv#", "nowhere"), ""),
    "name": (named(b"con.csv"), "name_odd"),
    "name-colon": (named(b"a:b.csv"), "name_odd"),
    "name-bytes": (named(b"\xff\xfe.csv"), "name_unread"),
    "name-line": (named(b"a\nb.csv"), "name_unread"),
    "name-log": (named(b"logs/\xff.csv"), "name_unread"),
}


def measured(template, tmp_path, fill):
    """Check an agency in a process of its own; return what it told and spent."""
    for part in ("data", "good"):
        folder = tmp_path / part / "one"
        (folder / "logs").mkdir(parents=True)
        (folder / "agency.toml").write_text(AGENCY, encoding="utf-8")
        (folder / "services.csv").write_text(SERVICES, encoding="utf-8")
        (folder / "counts.csv").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "good" / "one" / "logs").rmdir()
    fill(tmp_path / "data" / "one")
    where = [str(tmp_path / "data"), str(tmp_path / "good" / "one")]
    template.stdin.write(json.dumps(where) + "\n")
    template.stdin.flush()
    if not select.select([template.stdout], [], [], 120)[0]:
        os.killpg(template.pid, signal.SIGKILL)
    said = template.stdout.readline()
    assert said.startswith("{") and template.stdout.readline() == "0\n", said
    told = json.loads(said)
    print(f"{told['seconds']:.2f} s, {told['megabytes']} MB, {told['codes'][:3]}")
    assert told["seconds"] < SECONDS and told["megabytes"] < MEGABYTES
    assert all(len(line) < 2500 and str(tmp_path) not in line for line in told["ru"] + told["en"])
    return told


@pytest.mark.parametrize(("file", "content", "code"), CELLS.values(), ids=CELLS)
def test_a_hostile_file_ends_in_a_sentence(file, content, code, template, tmp_path):
    def fill(folder):
        made = content()
        if file.startswith("counts."):
            (folder / "counts.csv").unlink()
        else:
            (folder / "logs" / "a.toml").write_text(MAPPING, encoding="utf-8")
        (folder / file).write_bytes(made if isinstance(made, bytes) else made.encode())

    told = measured(template, tmp_path, fill)
    assert code in told["codes"] if code else not told["codes"]


@pytest.mark.parametrize(("fill", "code"), PLACES.values(), ids=PLACES)
def test_what_is_no_file_ends_in_a_sentence(fill, code, template, tmp_path):
    def whole(folder):
        (folder / "logs" / "a.toml").write_text(MAPPING, encoding="utf-8")
        fill(folder)
        if not any(
            path.name.startswith("a.") and path.suffix != ".toml"
            for path in (folder / "logs").iterdir()
        ):
            (folder / "logs" / "a.csv").write_text(LOG, encoding="utf-8")

    told = measured(template, tmp_path, whole)
    found = [each for each in told["codes"] if each != "log_one_time"]
    assert [each for each in found if each != "file_unknown"] == ([code] if code else [])
