"""The only reader of QMS files: a folder becomes a Project and a list of problems. Never raises on content."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc import links
from qmsdoc.config import FILE, Config, ConfigError, read_config
from qmsdoc.diagnostics import Location, Problem
from qmsdoc.document import digest, read_document
from qmsdoc.frameworks import known_frameworks, load_catalogs
from qmsdoc.frontmatter import Unreadable, decode, split
from qmsdoc.packing import pack, unpack
from qmsdoc.project import Attachment, Document, Project
from qmsdoc.prose import CODES as PROSE
from qmsdoc.scalars import id_from_name
from qmsdoc.share import nothing_collected, share
from qmsdoc.signed import Signed, altered_copies, attached, read_signed
from qmsdoc.trust import people
from qmsdoc.types import registry
from qmsdoc.walk import COPIES, Walk, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.catalog import Catalog
    from qmsdoc.frameworks import Catalogs
    from qmsdoc.signed import Anchors
    from qmsdoc.trust.act import Act
    from qmsdoc.types.registry import Types

    Reading = tuple[Document | None, list[Problem]]

FOLDERS = ("records", "sops", "templates")
# Where a link leads to a document that is known anyway, or to what only this machine has.
_NEVER_SHARED = (*(f"{folder}/" for folder in FOLDERS), ".", "build/")
COMPANY_TYPES = "schemas/types"
COMPANY_FRAMEWORKS = "schemas/frameworks"


class SourceChanged(Exception):
    """A file no longer holds the bytes that were loaded."""


class Source(NamedTuple):
    """The text of a document: the file's bytes, its body, and the line on which the body begins."""

    data: bytes
    body: str
    first_line: int


class NotARepository(ConfigError):
    """No `qmsdoc.toml` here or above."""


def find_root(start: Path) -> Path:
    """The nearest folder upwards that holds `qmsdoc.toml`; raises NotARepository."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise NotARepository(
        f"no {FILE} in {start} or above", "begin a QMS there with a `qmsdoc.toml`, or name one with --root"
    )


def load_config(root: Path) -> Config:
    """Read `qmsdoc.toml`; raises ConfigError for anything wrong in it."""
    try:
        return read_config((root / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotARepository(f"no {FILE} in {root}", "name the QMS repository with --root") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE} cannot be read: {error}") from None


def load(
    root: Path,
    *,
    acts: Sequence[Act] | None = None,
    config: Config | None = None,
    today: date | None = None,
    anchors: Anchors | None = None,
    prose: bool = False,
) -> tuple[Project, list[Problem]]:
    """Read the whole repository. Raises ConfigError for `qmsdoc.toml` only; all else is a problem.

    acts: instead of those that `approvals/` holds.
    today: the day on which keys must be valid; None looks at no clock.
    anchors: what is known of the trust states from outside the repository.
    prose: keep the sentences of documents; also where settings turn a rule on that reads them.
    """
    config = config or load_config(root)
    problems: list[Problem] = []
    catalogs = _catalogs(root, config, problems)
    types = _types(root, problems)
    persons = _people(root, problems)
    walk = Walk(root, problems)
    paths = sorted(path for folder in FOLDERS for path in walk.folder(folder))
    copied = sorted(walk.folder(COPIES))
    sentences = prose or any(code.startswith(PROSE) and own.severity for code, own in config.rules.items())
    read = partial(_document, root, walk=walk, types=types, attached=_attachments(walk), prose=sentences)
    with nothing_collected():
        documents, unread = _documents(paths, read, types, problems)
        copies, _ = _documents(copied, read, types, problems)
    signed = read_signed(root, problems, today, anchors) if acts is None else Signed(tuple(acts))
    documents, copies = (_with_attached(root, found, signed.acts) for found in (documents, copies))
    if signed.trust.states:
        problems += altered_copies(copies, signed.acts)
    files = {path for path in linked_elsewhere(documents) if is_regular(root / path)} | walk.sizes.keys()
    project = Project(
        config=config,
        people=persons,
        catalogs=catalogs,
        types=types,
        documents=tuple(documents),
        copies={(copy.id, copy.revision): copy for copy in _signed_last(copies, signed.acts)},
        acts=signed.acts,
        trust=signed.trust,
        checkpoints=signed.checkpoints,
        anchored=signed.anchored,
        files=frozenset(files),
        unread=frozenset(unread),
    )
    return project, problems


def _with_attached(root: Path, documents: Iterable[Document], acts: Iterable[Act]) -> list[Document]:
    """Documents about which somebody stated something, with the hashes of the files they pull in."""
    ids = {act.id for act in acts}
    return [replace(d, attached=attached(root, d)) if d.id in ids and d.attachments else d for d in documents]


def _signed_last(copies: Iterable[Document], acts: Iterable[Act]) -> list[Document]:
    """Copies in an order in which one that was signed takes the place of others that claim to be the same."""
    known = {(act.id, act.revision, act.sha256, act.files) for act in acts}
    return sorted(copies, key=lambda copy: (copy.id, copy.revision, copy.sha256, copy.attached) in known)


def source(root: Path, document: Document) -> Source:
    """Read a loaded document's text again; raises SourceChanged when it is no longer the same."""
    try:
        data = (root / document.path).read_bytes()
        text = decode(data, document.path)
    except (OSError, Unreadable) as error:
        raise SourceChanged(f"{document.path} can no longer be read: {error}") from None
    if digest(text) != document.sha256:
        raise SourceChanged(f"{document.path} was changed while it was being used")
    _, body, first_line = split(text, document.path)
    return Source(data, body, first_line)


def lines(root: Path, path: str) -> list[str]:
    """The lines of a file for excerpts; empty when it cannot be shown."""
    data = read_file(root, path, 0, []) or b""
    return data.decode(errors="replace").replace("\r\n", "\n").split("\n")


def _documents(
    paths: Sequence[str], read_one: Callable[[str], Reading], types: Types, problems: list[Problem]
) -> tuple[list[Document], list[str]]:
    """Read documents; also the paths of those that could not be read."""
    results = share(lambda part: [read_one(path) for path in part], paths, pack, partial(unpack, types))
    problems += (problem for _, found in results for problem in found)
    unread = [path for path, (document, _) in zip(paths, results, strict=True) if not document]
    return [document for document, _ in results if document], unread


def _document(
    root: Path, path: str, *, walk: Walk, types: Types, attached: Mapping[str, tuple[Attachment, ...]], prose: bool
) -> Reading:
    problems: list[Problem] = []
    raw = read_file(root, path, walk.sizes[path], problems)
    if raw is None:
        return None, problems
    folder = f"{path.rpartition('/')[0]}/{id_from_name(path)}"
    return read_document(path, raw, types, attached.get(folder, ()), prose=prose)


def _attachments(walk: Walk) -> dict[str, tuple[Attachment, ...]]:
    """Files by the folder they lie in, for folders that are named like an id."""
    found: dict[str, list[Attachment]] = {}
    for path, size in walk.sizes.items():
        folder, _, name = path.rpartition("/")
        if not name.endswith(".md") and id_from_name(folder):
            found.setdefault(folder, []).append(Attachment(path, size, walk.is_pointer(path)))
    return {folder: tuple(sorted(files)) for folder, files in found.items()}


def linked_elsewhere(documents: Iterable[Document]) -> set[str]:
    """What links name outside the folders of documents and inside the repository, there or not."""
    found = set()
    for document in documents:
        for target in document.targets:
            if target and not links.is_outside(target.path) and not target.path.startswith(_NEVER_SHARED):
                found.add(target.path)
    return found


def is_regular(path: Path) -> bool:
    """Whether there is a file at a path, and not a folder, a link or a device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _people(root: Path, problems: list[Problem]) -> people.People:
    if not os.path.lexists(root / people.FILE):
        message = "there is no such file, so nobody holds a role"
        hint = "write the persons and their roles into it"
        problems.append(Problem(Location(people.FILE), message, hint, people.CODE))
        return people.People()
    if (root / people.FILE).parent.is_symlink():
        Walk(root, problems).refuse_link(people.FILE.partition("/")[0])
        return people.People()
    raw = read_file(root, people.FILE, 0, problems)
    if raw is None:
        return people.People()
    try:
        found, wrong = people.read_people(decode(raw, people.FILE))
    except Unreadable as error:
        problems.append(error.problem)
        return people.People()
    problems += wrong
    return found


def _catalogs(root: Path, config: Config, problems: list[Problem]) -> Catalogs:
    """The frameworks that `qmsdoc.toml` names: those of the tool, and those of `schemas/frameworks/*.yaml`."""
    own: list[Catalog] = []
    taken = {(item.framework, item.edition) for item in known_frameworks()}
    unreadable = False
    for path, raw in _company_files(root, COMPANY_FRAMEWORKS, problems):
        from qmsdoc.own_framework import read_framework  # noqa: PLC0415 - few repositories have their own

        catalog, wrong = read_framework(raw, path, taken)
        problems += wrong
        own += [catalog] if catalog else []
        taken |= {(catalog.framework, catalog.edition)} if catalog else set()
        unreadable = unreadable or catalog is None
    wanted = config.frameworks
    if unreadable:  # the problem names the file; what it defines cannot be known
        known = {c.framework for c in own} | {k.framework for k in known_frameworks()}
        wanted = {key: edition for key, edition in wanted.items() if key in known}
    try:
        return load_catalogs(wanted, own)
    except ValueError as error:
        raise ConfigError(f"[frameworks] {error}") from None


def _company_files(root: Path, folder: str, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """The YAML files of a folder below `schemas/`, in the order of their names."""
    walk = Walk(root, problems)
    list(walk.folder(folder))
    for path in sorted(path for path in walk.sizes if path.endswith((".yaml", ".yml"))):
        raw = read_file(root, path, walk.sizes[path], problems)
        if raw is not None:
            yield path, raw


def _types(root: Path, problems: list[Problem]) -> Types:
    """The built-in types and those of `schemas/types/*.yaml`."""
    known = registry.builtin()
    for path, raw in _company_files(root, COMPANY_TYPES, problems):
        from qmsdoc.types import company  # noqa: PLC0415 - few repositories have types of their own

        document_type, wrong = company.read_type(raw, path, known)
        problems += wrong
        known = registry.Types((*known.values(), document_type)) if document_type else known
    return known
