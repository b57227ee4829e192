"""The manifest of a release: what it holds, from which sources, by whose acts, made by which tools.

It stays readable for ever. It names every file of the release but itself, the list of sums and the
signatures; so one signature covers all.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from qmsdoc import __version__
from qmsdoc.publish import fonts, pandoc, typesetter
from qmsdoc.publish.signature_block import fingerprint
from qmsdoc.resources import data
from qmsdoc.trust import statement
from qmsdoc.trust.statement import Hash  # noqa: TC001 - pydantic reads it
from qmsdoc.views.signatures import counting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qmsdoc.lifecycle import Status
    from qmsdoc.publish.job import Outcome

FILE = "manifest.json"
SIGNATURE = f"{FILE}.sig"
TIME_STAMP = f"{SIGNATURE}.tsr"  # of the signature, so that it tells when somebody signed
SUMS = "SHA256SUMS"
UNLISTED = frozenset({SUMS, SIGNATURE, TIME_STAMP})
SCHEMA_VERSION = 1
_path = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*", re.ASCII).fullmatch


class BadManifest(ValueError):
    """A manifest that cannot be read; the message says why."""


def _safe(value: str) -> str:
    if not _path(value) or value in UNLISTED | {FILE}:
        raise ValueError("not the name of a file of a release")
    return value


Named = Annotated[str, AfterValidator(_safe)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)  # later versions may add keys


class Act(_Model):
    """An act that put a document in force."""

    sha256: str  # of the statement; empty where there is no file
    meaning: str
    person: str


class Entry(_Model):
    """One document of a release."""

    id: str
    title: str
    revision: int | None
    state: str
    source_sha256: Hash
    file: Named
    sha256: Hash
    in_force_from: str | None = None
    change: str = ""
    acts: tuple[Act, ...] = Field((), strict=False)


class TrustReference(_Model):
    """The trust state by which the acts were judged."""

    version: int
    sha256: Hash


class Previous(_Model):
    """The release before this one."""

    name: str
    sha256: Hash


class Manifest(_Model):
    """What a manifest tells, as far as a later program must understand it."""

    schema_version: int
    name: str
    as_of: str
    drafts: bool
    commit: str | None
    committed_at: str | None = None
    dirty: bool
    project: str | None = None
    trust: TrustReference | None = None
    selection: tuple[str, ...] = Field((), strict=False)
    previous: Previous | None = None
    tools: dict[str, str | None]
    documents: tuple[Entry, ...] = Field(strict=False)
    files: dict[Named, Hash] = {}

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of every file that it names."""
        return {**self.files, **{entry.file: entry.sha256 for entry in self.documents}}


def read(raw: bytes) -> Manifest:
    """Read a manifest, of this or an earlier version; raises BadManifest."""
    try:
        found = Manifest(**statement.read_json(raw))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadManifest(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (statement.BadStatement, TypeError) as error:
        raise BadManifest(str(error)) from None
    if found.schema_version != SCHEMA_VERSION:
        raise BadManifest(f"it is of version {found.schema_version}; a newer qmsdoc reads it")
    if len(found.hashes) != len(found.files) + len(found.documents):
        raise BadManifest("it names a file twice")
    return found


def tools() -> dict[str, str | None]:
    """The versions of all that shapes a PDF; template and fonts stand for themselves by their hash."""
    template = hashlib.sha256()
    for name in ("convert.lua", typesetter.TEMPLATE):
        template.update(data("pdf", name).read_bytes())
    letters = hashlib.sha256()
    for file in sorted(file for file in fonts.folder().iterdir() if file.is_file()):
        letters.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return {
        "qmsdoc": __version__,
        "pandoc": pandoc.version(),
        "typst": typesetter.version(),
        "mmdr": _mmdr(),
        "fonts_sha256": letters.hexdigest(),
        "template_sha256": template.hexdigest(),
    }


def _mmdr() -> str | None:
    """The version of what draws diagrams."""
    try:
        return version("mmdr")
    except PackageNotFoundError:
        return None


def entry(root: Path, status: Status, outcome: Outcome, folder: Path) -> dict[str, Any]:
    """What the manifest says of one document."""
    document, job = status.document, outcome.job
    made = (folder / job.file).read_bytes()
    return {
        "id": document.id,
        "title": document.title,
        "type": document.type.name,
        "revision": document.revision or None,
        "state": job.state,
        "in_force_from": status.in_force_from.isoformat() if status.in_force_from else None,
        "change": document.text("change"),
        "path": document.path,
        "source_sha256": hashlib.sha256(job.source).hexdigest(),
        "files": dict(document.attached),
        "file": job.file,
        "sha256": hashlib.sha256(made).hexdigest(),
        "size": len(made),
        "standard": outcome.standard,
        "why_not_archival": list(outcome.reasons),
        "acts": _acts(root, status),
    }


def _acts(root: Path, status: Status) -> list[dict[str, Any]]:
    return [
        {
            "sha256": act.digest,
            "meaning": act.meaning.value,
            "says": act.meaning.sentence,
            "person": act.person,
            "name": act.name,
            "role": act.role,
            "time": act.time.isoformat(),
            "witnessed": act.witnessed.isoformat() if act.witnessed else None,
            "form": act.form.value,
            "witness": act.witness,
            "reason": act.reason,
            "key": fingerprint(root, act),
        }
        for act in counting(status)
    ]


def write(folder: Path, head: Mapping[str, Any], entries: Sequence[dict[str, Any]]) -> None:
    """Write the manifest of what lies in a folder, and its sums; nothing but their content decides the bytes."""
    named = {item["file"] for item in entries}
    files = {path: digest for path, digest in hashes(folder).items() if path not in named}
    whole = {"schema_version": SCHEMA_VERSION, **head, "tools": tools(), "documents": entries, "files": files}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    (folder / SUMS).write_text(sums(hashes(folder)), encoding="utf-8", newline="\n")


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by path, sorted."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found[file.relative_to(folder).as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
    return dict(sorted(found.items()))


def sums(digests: Mapping[str, str]) -> str:
    """`SHA256SUMS` as `sha256sum` (GNU coreutils) writes and reads it."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()) if path not in UNLISTED)
