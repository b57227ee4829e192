"""An archive that a stranger verifies with ssh-keygen and sha256sum alone: what is signed, by whom, how to check.

The same repository, day and options give the same bytes, except with the history: how git packs it is its affair.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc import lifecycle
from qmsdoc.external import git_copy
from qmsdoc.publish import manifest, place
from qmsdoc.publish.release import ReleaseError, trust_files
from qmsdoc.resources import data
from qmsdoc.trust.statement import FOLDER as APPROVALS
from qmsdoc.types.kinds import Kind
from qmsdoc.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project

VERIFIER, MANUAL, LIST, HISTORY = "verify.sh", "VERIFY.md", "DOCUMENTS.csv", "history.bundle"
_HEAD = ("id", "title", "type", "revision", "in_force_from", "text", "pdf")
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold

Content = bytes | Path


def gather(
    root: Path,
    project: Project,
    today: date,
    *,
    label: str,
    release: Path | None = None,
    records: bool = False,
    history: Path | None = None,
) -> dict[str, Content]:
    """What goes into an archive, by path. Raises ReleaseError for what speaks against it, GitError for no history.

    label: where it comes from, in words. history: a file to write the history to.
    """
    if project.trust.latest is None:
        raise ReleaseError(
            "no trust state is in force, so there is nothing that a stranger could verify", "`qmsdoc trust init`"
        )
    picked = [s for s in lifecycle.statuses(project, today).values() if s.in_force and _controlled(s)]
    for status in picked:
        if not status.document.path.startswith(f"{APPROVALS}/"):
            what = f"{status.document.id} is in force and its approved copy is not stored"
            raise ReleaseError(what, "`qmsdoc sign --copies` stores it")
    files: dict[str, Content] = dict(trust_files(root, project.trust))
    files |= _below(root, APPROVALS)
    if records:
        files |= _below(root, "records")
    pdfs: dict[tuple[str, int | None], str] = {}
    if release:
        files |= {f"release/{path}": release / path for path in manifest.hashes(release)}
        told = manifest.read((release / manifest.FILE).read_bytes())
        pdfs = {(entry.id, entry.revision): f"release/{entry.file}" for entry in told.documents}
    if history:
        git_copy.bundle(root, history)
        files[HISTORY] = history
    files |= _explained(project, today, label, picked, pdfs)
    return dict(sorted(files.items()))


def write(files: Mapping[str, Content], output: Path) -> None:
    """Write an archive, a zip or a folder by its name, there whole or not at all; raises ReleaseError, OSError."""
    whole = {**files, manifest.SUMS: _sums(files)}
    if output.suffix == ".zip":
        _write_zip(whole, output)
        return
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ReleaseError(f"{output} is there already", "name another folder, or a .zip, which is replaced")
    try:
        with place.made_whole(output) as folder:
            for path, content in whole.items():
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(_raw(content))
            (folder / VERIFIER).chmod(0o755)
            folder.chmod(0o755)
            place.put(folder, output)
    except place.InUse:
        raise ReleaseError(f"another process writes {output}", "wait for it") from None


def _controlled(status: Status) -> bool:
    return status.document.type.kind is Kind.CONTROLLED


def _below(root: Path, folder: str) -> dict[str, Content]:
    """The files of a folder; what is signed as text has line feeds, whatever a checkout made of it."""
    walk = Walk(root, [])
    list(walk.folder(folder))
    return {
        path: (root / path).read_bytes().replace(b"\r\n", b"\n") if _is_text(path) else root / path
        for path in walk.sizes
    }


def _is_text(path: str) -> bool:
    """Whether it is a document or a statement; attachments are signed as they are."""
    return path.endswith(".md") or ("/copy/" not in path and path.endswith((".json", ".sig")))


def _explained(
    project: Project, today: date, label: str, picked: Sequence[Status], pdfs: Mapping[tuple[str, int | None], str]
) -> Iterator[tuple[str, bytes]]:
    """The list of documents, the instructions, and the program that does what they say."""
    program = data("archive", VERIFIER).read_bytes()
    words = {
        "{company}": project.config.company.name,
        "{day}": today.isoformat(),
        "{commit}": label,
        "{lines}": str(program.count(b"\n")),
    }
    manual = data("archive", MANUAL).read_text(encoding="utf-8")
    for word, said in words.items():
        manual = manual.replace(word, said)
    yield MANUAL, manual.encode()
    yield VERIFIER, program
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_HEAD)
    for status in picked:
        document = status.document
        pdf = pdfs.get((document.id, document.revision), "")
        facts = (document.id, document.title, document.type.name, document.revision, status.in_force_from)
        table.writerow([*facts, document.path, pdf])
    yield LIST, text.getvalue().encode()


def _sums(files: Mapping[str, Content]) -> bytes:
    digests = ((path, hashlib.sha256(_raw(content)).hexdigest()) for path, content in sorted(files.items()))
    return "".join(f"{digest}  {path}\n" for path, digest in digests).encode()


def _raw(content: Content) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content


def _write_zip(files: Mapping[str, Content], output: Path) -> None:
    """A zip without compression, so that no library decides its bytes; PDFs and images would not shrink anyway."""
    output.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for path, content in sorted(files.items()):
                entry = zipfile.ZipInfo(f"{output.stem}/{path}", _DATE)
                entry.create_system = 3  # Unix, so that the mode counts, wherever it is made
                entry.external_attr = (0o100755 if path == VERIFIER else 0o100644) << 16
                archive.writestr(entry, _raw(content))
        part.chmod(0o644)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)  # it is there only where something went wrong
