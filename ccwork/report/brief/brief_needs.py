"""What PDF and Word ask for: their packages, a template that can be opened. Asked before a run."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module, metadata
from pathlib import Path

from ccwork.language.problems import DataProblems, Problem
from ccwork.tell.documents.document import Document

PACKAGES = {"typst": "typst", "docx": "python-docx"}
"""Module -> the name it is installed by."""

FORMS = {"pdf": ("typst",), "docx": ("docx", "typst")}
"""Form of a brief -> the modules that write it."""

_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16le")


def needs_met(pdf: bool, docx: bool, template: Path | None) -> None:
    """Raise all that keeps the files asked for from being written.

    Raises
    ------
    DataProblems
        A package that is not installed, a template that is no Word document.
    """
    asked = {"pdf": pdf, "docx": docx}
    wanted = [(form, module) for form in FORMS if asked[form] for module in FORMS[form]]
    absent = [
        Problem("package_missing", values={"form": form.upper(), "package": PACKAGES[module]})
        for form, module in wanted if not _there(module)
    ]  # fmt: skip
    unread = _unread(template) if template and docx and not absent else ()
    if problems := [*absent, *unread]:
        raise DataProblems(problems)


@cache
def form_versions(forms: tuple[str, ...]) -> list[str]:
    """Return what writes the forms of a brief: packages and their versions."""
    return [f"{form} {metadata.version(PACKAGES[module])}" for form in forms
            for module in FORMS[form]]  # fmt: skip


def _there(module: str) -> bool:
    """Tell whether a package can be used: one half installed cannot."""
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _unread(template: Path) -> Iterator[Problem]:
    """Try the template on an empty brief."""
    if not template.is_file():
        yield Problem("template_missing", template.name or str(template))
        return
    try:
        content = template.read_bytes()
    except OSError:
        yield Problem("file_locked", template.name)
        return
    if content.startswith(_OLD_WORD) and _ENCRYPTED in content:
        yield Problem("template_locked", template.name)
        return
    from ccwork.tell.documents import document_docx  # loaded only where a template is tried

    try:
        document_docx.written(Document("", "ru", "2000-01-01", ""), template)
    except Exception:  # whatever a foreign file may break
        yield Problem("template_unread", template.name)
