"""Makes a QMS repository of Markdown that was written for another one, as a company would that takes it over.

Everything is mechanical and comes out the same each time. Bodies stay as they are, but for links between documents
of the corpus, which follow the files to their new names.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath as Posix
from typing import TYPE_CHECKING

import yaml

from qmsdoc import links
from qmsdoc.markdown import read_body
from qmsdoc.types import registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = """\
[company]
name = "Takeover Ltd"
time_zone = "Europe/London"
[frameworks]
"ISO 13485" = "2016"
MDR = "2017/745"
"""
PEOPLE = """\
[roles]
quality-manager = "Quality manager"

[people.sam-doe]
name = "Sam Doe"
roles = [{ role = "quality-manager", from = 2025-01-07 }]
"""
PROCEDURE = """\
---
id: SOP-999
type: sop
title: Taking over
revision: 1
owner: quality-manager
effective_from: 2026-01-15
review_every: 24
applies_to: [quality-manager]
training: read
change: First issue
---

# Taking over

## Purpose and scope

Documents come from elsewhere.

## Roles

The quality manager decides.

## Procedure

Read, then take over.

## Records

None.
"""

# What the built-in types do not name: registers, references, files of the technical documentation.
REFERENCE = """\
name: reference
title: Reference
kind: controlled
prefix: REF
folder: sops
clauses: [ISO 13485 4.2.4]
retention: as long as it is used
"""

# The type that a path speaks of, the first that fits; what fits none is a reference.
TYPES = (
    ("form", r"template|forms|-F-\d"),
    ("sop", r"-PR-\d|procedure|SOP-|process-description"),
    ("work-instruction", r"-I-\d|instruction|HOWTO"),
    ("policy", r"policy"),
    ("manual", r"manual"),
    ("plan", r"plan\b|strategy"),
    ("record", r"record|log\b"),
)
_front = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE).match
_field = re.compile(r"^(\w+):[ \t]*(.*)$", re.MULTILINE).findall
_mark = re.compile(r"<!--\s*\[13485:([^\]]*)\]\s*-->").findall
_number = re.compile(r"\d+(\.\d+)*")
_target = re.compile(r"(?<=\]\()[^()\s]+(?=\))")


@dataclass
class Source:
    """One file of a corpus: where it lies, the values of its front matter as text, its body."""

    path: str
    keys: dict[str, str]
    body: str
    type: str = ""
    id: str = ""
    home: str = ""
    satisfies: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the front matter, the first heading or the file name says."""
        heading = next((heading.text for heading in read_body(self.body).headings if heading.text), "")
        return self.keys.get("title") or heading or Posix(self.path).stem


def read(corpus: Path) -> list[Source]:
    """The Markdown files of a corpus in the order of their paths."""
    files = sorted(corpus.rglob("*.md"), key=lambda file: file.relative_to(corpus).as_posix())
    return [_source(file.relative_to(corpus).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def _source(path: str, text: str) -> Source:
    front = _front(text)
    values = _field(front[1]) if front else []
    keys = {key: value.strip(" \"'") for key, value in values}
    body = text[front.end() :] if front else text
    return Source(path, keys, body, satisfies=_clauses(keys, body))


def _clauses(keys: Mapping[str, str], body: str) -> list[str]:
    """Citations from a key `clauses`, or from marks in comments: `<!-- [13485:7.1c,7.2.1] -->`."""
    named = yaml.safe_load(keys["clauses"]) if keys.get("clauses", "").startswith('["') else []
    marked = [clause.strip() for mark in _mark(body) for clause in mark.split(",")]
    return [f"ISO 13485 {clause}" for clause in dict.fromkeys([*named, *marked]) if _number.match(clause)]


def placed(corpus: Path, as_type: str = "") -> list[Source]:
    """The sources with type, id and new path; `as_type` is the type of all, whatever their paths speak of."""
    sources = read(corpus)
    count: dict[str, int] = {}
    for source in sources:
        source.type = as_type or _type(source.path)
        count[source.type] = count.get(source.type, 0) + 1
        prefix, folder = _home(source.type)
        source.id = f"{prefix}-{count[source.type]:03}"
        below = "" if source.type == "record" else _slug(str(Posix(source.path).parent))
        source.home = str(Posix(folder, below, f"{source.id}-{_slug(Posix(source.path).stem)}.md"))
    return sources


def _type(path: str) -> str:
    return next((name for name, words in TYPES if re.search(words, path, re.IGNORECASE)), "reference")


def _home(name: str) -> tuple[str, str]:
    """The prefix of the ids of a type, and its folder."""
    known = registry.builtin().get(name)
    return (known.prefix, known.folder) if known else ("REF", "sops")


def _slug(path: str) -> str:
    return "/".join(
        slug for part in path.split("/") if (slug := re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-"))
    )


def as_they_are(corpus: Path, root: Path) -> list[Source]:
    """Write a corpus as it is, below `sops/`, and settings beside it."""
    (root / "qmsdoc.toml").write_text(SETTINGS, encoding="utf-8")
    for file in corpus.rglob("*.md"):
        _write(root / "sops" / file.relative_to(corpus), file.read_bytes())
    return []


def taken_over(corpus: Path, root: Path, as_type: str = "") -> list[Source]:
    """Write a corpus with front matter, names and folders as the tool asks for, people and a procedure."""
    (root / "qmsdoc.toml").write_text(SETTINGS, encoding="utf-8")
    _write(root / "trust/people.toml", PEOPLE.encode())
    _write(root / "schemas/types/reference.yaml", REFERENCE.encode())
    _write(root / "sops/SOP-999-taking-over.md", PROCEDURE.encode())
    sources = placed(corpus, as_type)
    homes = {source.path: source.home for source in sources}
    ids = {_old_id(source): source.id for source in sources}
    for source in sources:
        front = "".join(f"{key}: {json.dumps(value)}\n" for key, value in _fields(source, ids).items())
        text = f"---\n{front}---\n{_moved(source, homes)}"
        _write(root / source.home, text.encode())
        for image in (link.target for link in read_body(text).links if link.image):
            at = links.resolve(source.home, image)
            if at and not links.is_outside(at.path):  # pictures are no part of the corpora: a stand-in
                _write(root / at.path, b"\x89PNG\r\n\x1a\n")
    return sources


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _old_id(source: Source) -> str:
    """The id that a document had, in the spelling of file names: `CSC PR.001` is `CSC-PR-001`."""
    named = source.keys.get("doc_id") or source.keys.get("template_id") or ""
    found = re.match(r"[A-Z]+(?:-[A-Z]+)?-\d+", Posix(source.path).name)
    return found[0] if found else re.sub(r"[ .]+", "-", named) or source.path


def _fields(source: Source, ids: Mapping[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {"id": source.id, "type": source.type, "title": source.title}
    fields["owner"] = "quality-manager"
    under = re.sub(r"[ .]+", "-", source.keys.get("sop_id", ""))
    if under:
        fields["references"] = [ids.get(under, under)]
    if source.type == "record":
        return {**fields, "opened": "2026-01-15", "procedure": "SOP-999", "kind": "other"}
    fields |= {"revision": 1, "effective_from": "2026-01-15"}
    fields |= {"review_every": int(source.keys.get("review_interval") or 24), "applies_to": ["quality-manager"]}
    fields |= {"training": "read", "change": source.keys.get("change_summary") or "Taken over"}
    if source.satisfies:
        fields["satisfies"] = source.satisfies
    return fields


def _moved(source: Source, homes: Mapping[str, str]) -> str:
    """The body, with links to other documents of the corpus led to their new places."""

    def follow(found: re.Match[str]) -> str:
        target = links.resolve(source.path, found[0])
        home = homes.get(target.path) if target else None
        if not target or not home or found[0].startswith("#"):
            return found[0]
        return links.relative(source.home, home) + (f"#{target.anchor}" if target.anchor else "")

    return _target.sub(follow, source.body)
