"""What signing leaves in the repository: new files, all or none, and the approved copy of what was signed."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc import lifecycle, signed
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust import statement
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qmsdoc.project import Document, Project


def copies(root: Path, project: Project, ids: Iterable[str]) -> dict[str, bytes]:
    """The approved copies that acts complete and that are not kept yet, by path."""
    files: dict[str, bytes] = {}
    for document_id in ids:
        working = project.by_id.get(document_id)
        if working is None or working.type.kind is not Kind.CONTROLLED:
            continue
        document = replace(working, attached=signed.attached(root, working))
        acts = [a for a in project.acts_by_id.get(document_id, ()) if a.revision == document.revision]
        mine = [a for a in acts if a.covers(document.sha256, document.attached)]
        if (document_id, document.revision) in project.copies or not lifecycle.verdict(
            document, mine, project
        ).met:
            continue
        files |= _copy(root, document)
    return files


def _copy(root: Path, document: Document) -> dict[str, bytes]:
    """The approved copy, of exactly the bytes that were signed; raises SigningError where they are gone."""
    folder = f"{statement.FOLDER}/{document.id}/r{document.revision}/copy"
    attached = {f"{document.folder}/{name}": digest for name, digest in document.attached}
    files = {}
    for path, digest in {document.path: document.sha256, **attached}.items():
        raw = (root / path).read_bytes()
        data = raw.replace(b"\r\n", b"\n") if path == document.path else raw
        if statement.sha256(data) != digest:
            raise SigningError(f"{path} was changed while it was being signed", "run the command again")
        files[f"{folder}/{path}"] = data
    return files


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Write new files below the repository, all or none; raises SigningError."""
    written: list[Path] = []
    try:
        for path, data in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                raise FileExistsError(17, "it is there already", str(target))
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(target)
            written.append(target)
    except OSError as error:
        for done in written:
            done.unlink(missing_ok=True)
        raise SigningError(f"nothing was written: {error.filename or root}: {error.strerror}") from None
