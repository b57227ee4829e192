"""The manifest of a release: what it holds, from which sources, made by which tools. Readable for ever."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from qmsdoc import __version__
from qmsdoc.publish import pandoc, typesetter
from qmsdoc.resources import data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qmsdoc.project import Document
    from qmsdoc.publish.job import Outcome

FILE = "manifest.json"
SCHEMA_VERSION = 1


def tools() -> dict[str, str]:
    """The versions of all that shapes a PDF; the template stands for itself by its hash."""
    template = hashlib.sha256()
    for name in ("convert.lua", typesetter.TEMPLATE):
        template.update(data("pdf", name).read_bytes())
    return {
        "qmsdoc": __version__,
        "pandoc": pandoc.version(),
        "typst": typesetter.version(),
        "template_sha256": template.hexdigest(),
    }


def entry(document: Document, outcome: Outcome, folder: Path) -> dict[str, Any]:
    """What the manifest says of one document."""
    made = (folder / outcome.job.file).read_bytes()
    return {
        "id": document.id,
        "title": document.title,
        "type": document.type.name,
        "revision": document.revision or None,
        "state": outcome.job.state,
        "path": document.path,
        "source_sha256": hashlib.sha256(outcome.job.source).hexdigest(),
        "file": outcome.job.file,
        "sha256": hashlib.sha256(made).hexdigest(),
        "size": len(made),
        "standard": outcome.standard,
        "why_not_archival": list(outcome.reasons),
    }


def write(folder: Path, head: dict[str, Any], entries: Sequence[dict[str, Any]]) -> None:
    """Write the manifest; the order of keys and documents depends on nothing but their content."""
    whole = {"schema_version": SCHEMA_VERSION, **head, "tools": tools(), "documents": entries}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
