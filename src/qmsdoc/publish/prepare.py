"""From a job to what pandoc and Typst need: escaped source, link targets, pictures, and data for the template."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qmsdoc import diagrams, links, svg
from qmsdoc.markdown import escape_html, read_body
from qmsdoc.publish import faults, fonts
from qmsdoc.publish.dialect import for_pandoc
from qmsdoc.publish.job import Fault, Job, Reference
from qmsdoc.publish.structure import Token, footnotes, structure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IMAGE_TYPES = ("png", "jpg", "jpeg", "gif", "webp", "svg")
CONTENTS_FROM = 5  # headings; a shorter document needs no table of contents
_open_scheme = re.compile(r"(https?|mailto):", re.IGNORECASE).match
_language = re.compile(r"([a-z]{2,3})(?:-([A-Za-z]{2}))?").fullmatch


class Refused(Exception):
    """The document can not be made into a PDF; `faults` say where and why."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, found)))


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file as Typst will find it, and the text that stands for it."""

    name: str
    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the next steps need. `pandoc` is the job that the Lua script reads, `data` what the template shows."""

    pandoc: dict[str, Any]
    tokens: Sequence[Token]
    pictures: Sequence[Picture]
    data: dict[str, Any]
    faults: Sequence[Fault]


def prepare(job: Job) -> Prepared | str:
    """Everything that needs no other program; a text says why not (it crosses a process border)."""
    try:
        return _Preparation(job).prepared()
    except Refused as error:
        return str(error)


class _Preparation:
    def __init__(self, job: Job) -> None:
        found = faults.faults(read_body(job.body, job.first_line), job.body, job.first_line)
        found += [Fault(1, fault.message) for fault in faults.glyphs(_said(job))]
        if found and job.archival:
            raise Refused(found)
        self.faults = found
        self.job = drawable(job) if found else job
        self.text = escape_html(self.job.body)
        self.body = read_body(self.text, job.first_line)
        self.tokens = structure(self.text, job.first_line)
        self.pictures: list[Picture] = []

    def prepared(self) -> Prepared:
        job = self.job
        unused = [note for note in footnotes(self.text, job.first_line) if not note.used]
        if unused:
            why = "nothing refers to the footnote `{}`, it would be lost"
            raise Refused([Fault(note.line, why.format(note.label)) for note in unused])
        anchors = [heading.anchor for heading in self.body.headings]
        pandoc = {
            "text": for_pandoc(self.text),
            "title": job.title,
            "anchors": [f"h{number}" for number in range(1, len(anchors) + 1)],
            "links": [self.link(token, anchors) for token in self.marked("link")],
            "images": [
                self.image(*pair) for pair in zip(self.marked("image"), self.marked("end image"), strict=True)
            ],
            "diagrams": [self.diagram(token) for token in self.marked("code") if token.detail],
        }
        return Prepared(pandoc, self.tokens, self.pictures, self.data(), self.faults)

    def marked(self, mark: str) -> list[Token]:
        """Every token with that mark, in reading order."""
        return [token for token in self.tokens if token.mark == mark]

    def link(self, token: Token, anchors: Sequence[str]) -> dict[str, str]:
        """Where a link leads in the PDF, or what is said beside its text where it can lead nowhere."""
        target = token.detail
        if _open_scheme(target):
            return {"uri": target, "note": ""}
        found = links.resolve(self.job.path, target)
        if found is None:
            return {"uri": "", "note": target}
        if found.path == self.job.path:
            place = anchors.index(found.anchor) + 1 if found.anchor in anchors else 0
            return {"uri": f"#h{place}" if place else "", "note": ""}
        document = self.job.documents.get(found.path)
        if document is None:
            return {"uri": "", "note": found.path}
        return {"uri": quote(document.file), "note": document.id}

    def image(self, token: Token, end: Token) -> int:
        """The number of an image file of the repository; `end` holds its alt text."""
        found = links.resolve(self.job.path, token.detail)
        if found is None or links.is_outside(found.path):
            raise Refused([Fault(token.line, f"the image `{token.detail}` is not in this repository")])
        data = self.job.images.get(found.path)
        kind = found.path.rpartition(".")[2].lower()
        if data is None or kind not in IMAGE_TYPES:
            kinds = ", ".join(IMAGE_TYPES)
            raise Refused([Fault(token.line, f"`{found.path}` is not there, or is no image ({kinds})")])
        if kind == "svg" and (why := svg.fault(data.decode(errors="replace"))):
            raise Refused([Fault(token.line, f"the image `{found.path}` is refused: {why}")])
        return self.picture(data, kind, end.detail)

    def diagram(self, token: Token) -> int:
        """The number of a drawn Mermaid diagram."""
        try:
            drawn = diagrams.render(token.detail)
        except diagrams.DiagramError as error:
            raise Refused([Fault(token.line + error.line, f"the diagram can not be drawn: {error}")]) from None
        except diagrams.MissingRenderer as error:
            raise Refused([Fault(token.line, str(error))]) from None
        return self.picture(diagrams.for_print(drawn.svg).encode(), "svg", drawn.alt)

    def picture(self, data: bytes, kind: str, alt: str) -> int:
        name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
        self.pictures.append(Picture(name, data, alt.strip()))
        return len(self.pictures) - 1

    def data(self) -> dict[str, Any]:
        """What the template shows beside the body."""
        job = self.job
        language = _language(job.language)
        return {
            "id": job.id,
            "title": job.title,
            "type": job.type,
            "state": job.state,
            "revision": job.revision,
            "in_force": job.in_force,
            "company": job.company,
            "language": language[1] if language else "en",
            "region": language[2].upper() if language and language[2] else None,
            "as_of": job.as_of,
            "commit": job.commit,
            "watermark": job.watermark,
            "facts": job.facts,
            "references": [{"id": r.id, "title": r.title, "file": quote(r.file)} for r in job.references],
            "history": job.history,
            "signatures": job.signatures,
            "toc": len(self.body.headings) >= CONTENTS_FROM,
            "images": [{"file": f"/{picture.name}", "alt": picture.alt} for picture in self.pictures],
            "source": job.path.rpartition("/")[2],
        }


def drawable(job: Job) -> Job:
    """The same job with each character that no font has written as its code point."""

    def told(text: str) -> str:
        strange = {text[at] for at in fonts.missing(text)}
        return text.translate({ord(character): f"⟨U+{ord(character):04X}⟩" for character in strange})

    return replace(
        job,
        body=told(job.body),
        title=told(job.title),
        company=told(job.company),
        facts=[(told(name), told(value)) for name, value in job.facts],
        references=[Reference(r.id, told(r.title), r.file) for r in job.references],
        history=job.history and [type(row)(*map(told, row)) for row in job.history],
        signatures=[type(row)(*map(told, row)) for row in job.signatures],
    )


def _said(job: Job) -> str:
    """Everything that the template shows beside the body."""
    rows: Iterator[Sequence[str]] = iter([*job.facts, *job.references, *(job.history or ()), *job.signatures])
    return "\n".join([job.title, job.company, *(text for row in rows for text in row)])
