"""The text of a document of the model QMS as a new company begins with it: a draft of its first revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qmsdoc import links
from qmsdoc.citation import CitationError, read_citations
from qmsdoc.starter.choice import LOOSE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from qmsdoc.frameworks import Catalogs
    from qmsdoc.project import Document, Project

_link = re.compile(r"(?P<image>!?)\[(?P<text>[^\]\n]*)\]\((?P<target>[^)\s]+)\)")
_LINKS = r"(\[[^\]\n]*\]\([^)\s]+\)(?:[,;] \[[^\]\n]*\]\([^)\s]+\))*)"
_aside = re.compile(rf" \({_LINKS}\)")  # nothing but links in brackets, or in the cell of a table
_cell = re.compile(rf"(?<=\| ){_LINKS}(?= \|)")
_fence = re.compile(r"^```.*?^```[^\S\n]*$", re.MULTILINE | re.DOTALL)
_FILES = ("sops/", "templates/", "records/")
_PARTED = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Start:
    """What all documents of a new repository have in common.

    paths: where each document that is kept comes to lie, by its path in the model. generic: the paths of all that
    are not about the example; of these, what is not kept does not apply.
    """

    model: Project
    catalogs: Catalogs
    paths: Mapping[str, str]
    generic: frozenset[str]
    in_force_from: date
    language: str

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the documents that are kept."""
        return frozenset(self.model.by_path[path].id for path in self.paths)

    @property
    def left_out(self) -> Mapping[str, str]:
        """What is said in the place of controlled documents that are not kept, by id."""
        gone = [d for d in self.model.documents if d.revision and d.path not in self.paths]
        return {d.id: f"{d.title} (not applicable)" if d.path in self.generic else d.title for d in gone}


def adapted(document: Document, text: str, start: Start) -> str:
    """Its first revision: without what the company does not have, and planned to be in force later."""
    head, body = _split(text)
    for key in sorted(LOOSE & document.type.names.keys()):
        head = with_list(head, key, (i for i in document.items(key) if i in start.ids))
    head = with_list(head, "supersedes", ())
    head = with_list(head, "satisfies", (c for c in document.items("satisfies") if _is_known(c, start.catalogs)))
    head = with_value(head, "revision", "1")
    head = with_value(head, "effective_from", start.in_force_from.isoformat())
    if start.language != "en" and not document.text("language"):
        head += "language: en\n"
    return f"---\n{head}---\n{without_links(body, document.path, start)}"


def _split(text: str) -> tuple[str, str]:
    """Front matter and body, without the lines of hyphens."""
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    return f"{head}\n", body


def with_value(head: str, key: str, value: str) -> str:
    """Front matter in which a key that is there has another value."""
    return _with(head, key, f"{key}: {value}\n")


def with_list(head: str, key: str, items: Iterable[str]) -> str:
    """Front matter in which the list of a key holds these items; without items the key goes."""
    items = list(items)
    block = "".join(f"  - {item}\n" for item in items)
    line = f"{key}: [{', '.join(items)}]\n" if key in LOOSE else f"{key}:\n{block}"
    return _with(head, key, line if items else "")


def _with(head: str, key: str, lines: str) -> str:
    return re.sub(rf"^{key}:[^\n]*\n(?:[ \t-][^\n]*\n)*", lambda _: lines, head, count=1, flags=re.MULTILINE)


def _is_known(claim: str, catalogs: Catalogs) -> bool:
    """Whether a claim names a clause of a framework that the company works to."""
    try:
        return bool(read_citations(claim, catalogs))
    except CitationError:
        return False


def without_links(body: str, path: str, start: Start) -> str:
    """A body that leads only to what is kept: what led elsewhere is named by its title, its rows of tables go."""

    def shown(match: re.Match[str]) -> str:
        target = links.resolve(path, match["target"])
        if target is None or not target.path.startswith(_FILES):
            return match[0]
        if target.path in start.paths:
            place = links.relative(start.paths[path], start.paths[target.path])
            inside = match["target"].startswith("#")
            anchor = f"#{target.anchor}" if target.anchor else ""
            return match[0] if inside else f"{match['image']}[{match['text']}]({place}{anchor})"
        return start.left_out.get(match["text"], match["text"])

    def kept(line: str) -> bool:
        cells = [cell.strip() for cell in _PARTED.split(line)[1:-1]] if line.startswith("|") else []
        return not any(_leads_away(cell, path, start) for cell in cells)

    def staying(match: re.Match[str]) -> str:
        return ", ".join(link[0] for link in _link.finditer(match[1]) if not _leads_away(link[0], path, start))

    def aside(match: re.Match[str]) -> str:
        return f" ({found})" if (found := staying(match)) else ""

    lines = (line for line in body.splitlines(keepends=True) if kept(line))
    rest = _aside.sub(aside, _cell.sub(staying, "".join(lines)))
    return _fence.sub(_without_ids(start), _link.sub(shown, rest))


def _leads_away(cell: str, path: str, start: Start) -> bool:
    """Whether a cell holds nothing but links to what is not kept."""
    found = list(_link.finditer(cell))
    if not found or _link.sub("", cell).strip(" ,;"):
        return False
    targets = [links.resolve(path, match["target"]) for match in found]
    return all(t is not None and t.path.startswith(_FILES) and t.path not in start.paths for t in targets)


def _without_ids(start: Start) -> Callable[[re.Match[str]], str]:
    """Diagrams name procedures by id; those of procedures that are not kept go."""
    gone = "|".join(map(re.escape, start.left_out)) or "(?!)"
    return lambda match: re.sub(rf" (?:{gone})(?![0-9A-Za-z-])", "", match[0])
