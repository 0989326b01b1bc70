"""Files of a batch: whole or not there, a key for all they depend on, one writer at a time."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from bench.onecell import forked, tree

from ccwork.language import wording
from ccwork.report.batch import manifests

POSIX = pytest.mark.skipif(os.name != "posix", reason="forks and signals of POSIX")
OLD, NEW = "старый " * 5000, "новый " * 9000


@POSIX
@pytest.mark.parametrize("before", [None, OLD], ids=["fresh", "over an old one"])
@pytest.mark.parametrize("step", ["part", "whole", "replaced"])
@pytest.mark.parametrize("action", ["kill", "raise", "enospc", "hang"])
@pytest.mark.parametrize("name", ["brief.ru.html", "manifest.json", "1_one.ru.ipynb"])
def test_whatever_breaks_the_writing_a_file_is_old_or_new(tmp_path, before, step, action, name):
    kind = "notebook" if name.endswith("ipynb") else name.partition(".")[0]
    path = tmp_path / name
    if before:
        path.write_text(before, encoding="utf-8")
    seconds = 0.3 if action == "hang" else 20
    code = forked(
        manifests.write_whole, path, NEW, seconds=seconds, CCWORK_FAULT=f"{kind}.{step}::{action}"
    )
    unhurt = action == "enospc" and step != "part"  # nothing is written after these points
    assert (code == 0) == unhurt
    found = path.read_text(encoding="utf-8") if path.exists() else None
    assert found == (NEW if step == "replaced" or unhurt else before)
    manifests.sweep(tmp_path)
    assert set(tree(tmp_path)) <= {name}


@POSIX
def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new_one(tmp_path):
    path = tmp_path / "brief.ru.html"
    path.write_text(OLD, encoding="utf-8")

    def write() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            manifests.write_whole(path, NEW)
        except OSError as error:
            os._exit(74 if manifests.full(error) else 1)

    assert forked(write) == 74
    assert tree(tmp_path) == {"brief.ru.html": OLD.encode()}


HOLD = """
import sys, time, pathlib
from ccwork.report.batch import manifests
with manifests.locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@POSIX
def test_a_second_run_is_told_who_holds_the_folder_and_a_killed_holder_leaves_no_lock(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        began = time.monotonic()
        with pytest.raises(manifests.Locked) as refused, manifests.locked(tmp_path):
            pass
        assert time.monotonic() - began < 1
        assert refused.value.exit_code == 75
        for lang in wording.LANGS:
            wording.use(lang)
            assert str(holder.pid) in str(refused.value) and os.uname().nodename in str(
                refused.value
            )
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with manifests.locked(tmp_path):
            said = json.loads((tmp_path / manifests.LOCK).read_text(encoding="utf-8"))
            assert said[0] == os.getpid()
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert (tmp_path / manifests.LOCK).read_bytes() == b""


def test_the_key_of_the_inputs_follows_every_byte_and_every_name(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "counts.csv").write_text("a,b\n1,2\n")
    (tmp_path / "logs" / "log.csv").write_text("x\n")
    keys = [manifests.inputs(tmp_path)]
    (tmp_path / "counts.csv").write_text("a,b\n1,3\n")
    keys.append(manifests.inputs(tmp_path))
    (tmp_path / "logs" / "log.csv").write_text("y\n")
    keys.append(manifests.inputs(tmp_path))
    (tmp_path / "counts.csv").rename(tmp_path / "answers.csv")
    keys.append(manifests.inputs(tmp_path))
    (tmp_path / "agency.toml").touch()
    keys.append(manifests.inputs(tmp_path))
    assert len(set(keys)) == len(keys)
    (tmp_path / "~$counts.xlsx").touch()  # an open book
    (tmp_path / ".hidden").touch()
    os.utime(tmp_path / "answers.csv", (0, 0))
    for unread in (
        "README.txt",
        "notes.md",
        "script.py",
        "catalogue/readme.csv",
        "source/raw.csv",
    ):
        (tmp_path / unread).parent.mkdir(exist_ok=True)
        (tmp_path / unread).write_text("x")
    (tmp_path / ".#counts.csv").symlink_to("nowhere")
    assert manifests.inputs(tmp_path) == keys[-1]


def test_the_key_of_the_inputs_follows_links(tmp_path):
    agency, shared = tmp_path / "a", tmp_path / "shared"
    agency.mkdir()
    shared.mkdir()
    (shared / "log.csv").write_text("x\n")
    (shared / "items.csv").write_text("x\n")
    (agency / "logs").symlink_to(shared)
    (agency / "catalogue").symlink_to(shared)
    (agency / "counts.csv").symlink_to(shared / "log.csv")
    (shared / "loop").symlink_to(shared)
    keys = [manifests.inputs(agency)]
    for name in ("log.csv", "items.csv", "readme.csv"):  # a log may be called so
        (shared / name).write_text("y\n")
        keys.append(manifests.inputs(agency))
    (agency / "counts.csv").unlink()
    (agency / "counts.csv").symlink_to(shared / "gone.csv")
    keys.append(manifests.inputs(agency))
    assert len(set(keys)) == len(keys)


def test_every_package_that_the_code_calls_has_its_version_in_the_key():
    """The rest only runs what computes: the command, the terminal, the cluster, the interface."""
    import ast
    from importlib import metadata
    from pathlib import Path

    root = Path(manifests.__file__).parents[2]
    trees = [ast.parse(path.read_text("utf-8")) for path in root.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    called |= {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    tops = {name.partition(".")[0] for name in called} - sys.stdlib_module_names - {"ccwork"}
    known = metadata.packages_distributions()
    found = {name.lower() for top in tops for name in known.get(top, ())}
    of_forms = {"typst", "python-docx"}  # see brief_needs.form_versions
    runs = {"click", "tqdm", "distributed", "traitlets", "nbclient", "xlsxwriter"}
    runs |= {"jupyter-client", "jupyter_client", "jupyter-core", "jupyter_core", "jupyterlab"}
    assert found - of_forms - runs <= set(manifests.BEHIND)
    assert {"python-calamine", "babel", "jinja2", "nh3"} <= set(manifests.package_versions())


@pytest.mark.parametrize("damage", ["changed", "gone", "no manifest", "half a manifest"])
def test_a_manifest_holds_only_while_every_file_it_promises_is_whole(tmp_path, damage):
    kept = {"brief.ru.html": manifests.write_whole(tmp_path / "brief.ru.html", NEW)}
    manifests.write_manifest(tmp_path, "key", kept, {})
    assert manifests.holds(tmp_path, manifests.read_manifest(tmp_path))
    path = tmp_path / "brief.ru.html"
    if damage == "changed":
        path.write_text(NEW.replace("новый", "Новый", 1), encoding="utf-8")
    elif damage == "gone":
        path.unlink()
    elif damage == "no manifest":
        (tmp_path / "manifest.json").unlink()
    else:
        whole = (tmp_path / "manifest.json").read_bytes()
        (tmp_path / "manifest.json").write_bytes(whole[:20])
    assert not manifests.holds(tmp_path, manifests.read_manifest(tmp_path))


def test_what_stands_behind_a_report_names_no_machine_and_no_person():
    told = json.dumps([manifests.package_versions(), manifests.build()])
    assert "pandas" in told and "python" in told
    assert os.path.expanduser("~") not in told and "/" not in told


def test_files_found_whole_are_not_read_again_until_one_is_touched(tmp_path, monkeypatch):
    monkeypatch.setattr(manifests, "SETTLED_SECONDS", -1)
    sha = manifests.write_whole(tmp_path / "a" / "facts.json", "one")
    manifest = {"files": {"facts.json": sha}}
    with manifests.seen_before(tmp_path) as seen:
        assert manifests.holds(tmp_path / "a", manifest, seen) and len(seen) == 1
    read = []
    digest = manifests.file_digest
    monkeypatch.setattr(manifests, "file_digest", lambda path: read.append(path) or digest(path))
    with manifests.seen_before(tmp_path) as seen:
        assert manifests.holds(tmp_path / "a", manifest, seen) and not read
        path = tmp_path / "a" / "facts.json"
        before = path.stat()
        path.write_text("two", encoding="utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as long, and as old
        assert not manifests.holds(tmp_path / "a", manifest, seen) and read == [str(path)]
        assert not manifests.holds(tmp_path / "a", {"files": {"gone": sha}}, seen)


def test_a_file_written_a_moment_ago_is_read_again(tmp_path):
    manifest = {"files": {"facts.json": manifests.write_whole(tmp_path / "facts.json", "one")}}
    assert manifests.holds(tmp_path, manifest, seen := {}) and not seen


def looked_at(folder, out, monkeypatch):
    """Return the digest of an agency as the next run finds it, and the files read for it."""
    read, digest = [], manifests.file_digest
    monkeypatch.setattr(manifests, "file_digest", lambda path: read.append(path) or digest(path))
    with manifests.seen_before(out) as seen:
        found = manifests.inputs(folder, seen)
    monkeypatch.setattr(manifests, "file_digest", digest)
    assert found == manifests.inputs(folder)  # whatever was seen before
    return found, {path.name for path in read}


def test_inputs_are_read_again_only_once_one_is_touched(tmp_path, monkeypatch):
    folder = tmp_path / "a"
    (folder / "logs").mkdir(parents=True)
    table, log = folder / "counts.csv", folder / "logs" / "log.csv"
    table.write_text("a,b\n1,2\n")
    log.write_text("x\n")
    (folder / "spare").mkdir()  # a folder nobody knows: its name is told, nothing is read

    first, read = looked_at(folder, tmp_path, monkeypatch)
    assert read == {"counts.csv", "log.csv"}
    # a moment ago: what is written in the same tick, as long, would look the same
    assert looked_at(folder, tmp_path, monkeypatch) == (first, read)
    table.write_text("a,b\n1,3\n")
    edited, read = looked_at(folder, tmp_path, monkeypatch)
    assert edited != first and read == {"counts.csv", "log.csv"}

    monkeypatch.setattr(manifests, "SETTLED_SECONDS", -1)  # as if all this were long ago
    assert looked_at(folder, tmp_path, monkeypatch) == (edited, read)
    assert looked_at(folder, tmp_path, monkeypatch) == (edited, set())
    before = log.stat()
    log.write_text("y\n")
    os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns))  # as long, and as old
    restored, read = looked_at(folder, tmp_path, monkeypatch)
    assert restored != edited and read == {"counts.csv", "log.csv"}
    (other := tmp_path / "other.csv").write_text("a,b\n1,4\n")
    os.utime(other, ns=(table.stat().st_atime_ns, table.stat().st_mtime_ns))
    other.replace(table)  # another file of the same age, as long
    assert looked_at(folder, tmp_path, monkeypatch)[0] not in (first, edited, restored)
    with manifests.seen_before(tmp_path, anew=True) as seen:
        assert not seen


def test_a_file_that_could_not_be_read_is_tried_again(tmp_path, monkeypatch):
    def held_open(path):
        raise PermissionError(13, "another program holds it", path)

    (tmp_path / "counts.csv").write_text("a,b\n")
    monkeypatch.setattr(manifests, "SETTLED_SECONDS", -1)
    digest = manifests.file_digest
    monkeypatch.setattr(manifests, "file_digest", held_open)
    unread = manifests.inputs(tmp_path, seen := {})
    assert not seen
    monkeypatch.setattr(manifests, "file_digest", digest)
    assert manifests.inputs(tmp_path, seen) != unread and len(seen) == 1
