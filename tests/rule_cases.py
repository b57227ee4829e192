"""Reads the good and bad documents of `fixtures/rules/`; how they are written stands there in README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from conftest import CAPA, CAPA_PATH, COMPLAINT, COMPLAINT_PATH, CONFIG, PEOPLE, SOP, SOP_PATH
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Repository
    from qmsdoc.trust.act import Act

FOLDER = Path(__file__).parent / "fixtures" / "rules"
BASES = {
    "sop": (SOP_PATH, SOP),
    "complaint": (COMPLAINT_PATH, COMPLAINT),
    "capa": (CAPA_PATH, CAPA),
    "people": ("trust/people.toml", PEOPLE),
    "settings": ("qmsdoc.toml", CONFIG),
}

_mark = re.compile(r"( *)(\^+)((?: QD\d{3})+)").fullmatch
_repeated = re.compile(r"\{(\d+)\*(.+?)\}")
_target = re.compile(
    r"(?P<path>.+?)(?: from (?P<base>\w+))?(?: in (?P<encoding>\w+))?(?: -> (?P<link>\S+))?"
).fullmatch


class Found(NamedTuple):
    """Where a code is found: path, line, column, number of columns (1 where the end is not known)."""

    path: str
    line: int
    column: int
    width: int
    code: str


@dataclass
class File:
    """A file of a case, with marks below the lines in which something is found."""

    path: str
    text: str = ""
    encoding: str = "utf-8"
    link: str = ""
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    def line(self, sign: str, text: str) -> None:
        """Take one line of the case."""
        if sign == "|":
            self.text += f"{text}\n"
        elif sign == "^":
            self.text += f"\n^{text}"
        elif sign == "+":
            self.added.append(text)
        else:
            if self.added:
                self.edit()
            self.removed.append(text)

    def edit(self) -> None:
        """Put the added lines in the place of the removed ones."""
        added = "".join(f"{line}\n" for line in self.added)
        removed = "".join(f"{line}\n" for line in self.removed)
        if removed:
            assert self.text.count(removed) == 1, (
                f"`{removed}` stands {self.text.count(removed)} times in {self.path}"
            )
            self.text = self.text.replace(removed, added)
        else:
            self.text += added
        self.removed, self.added = [], []

    def expected(self) -> Iterator[Found]:
        """What the marks say."""
        number = 0
        for line in self.text.split("\n"):
            if mark := _mark(line):
                spaces, carets, codes = mark.groups()
                yield from (Found(self.path, number, len(spaces) + 1, len(carets), code) for code in codes.split())
            else:
                number += 1

    def write(self, root: Path) -> None:
        """Put it into a repository, without the marks."""
        path = root / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.link:
            path.symlink_to(self.link)
            return
        text = "\n".join(line for line in self.text.split("\n") if not _mark(line))
        text = _repeated.sub(lambda match: match[2] * int(match[1]), text)
        path.write_bytes(text.encode(self.encoding))


@dataclass
class Case:
    """A small repository and what is found in it."""

    code: str
    kind: str
    name: str
    files: list[File] = field(default_factory=list)
    signed: list[list[str]] = field(default_factory=list)

    @property
    def expected(self) -> list[Found]:
        return sorted(found for file in self.files for found in file.expected())

    def write(self, repository: Repository) -> None:
        repository.sop()
        for file in self.files:
            file.write(repository.root)

    def acts(self, repository: Repository) -> list[Act]:
        """The acts of the case, over the SOP as it is written now."""
        found = []
        for meaning, day, *facts in self.signed:
            given: dict[str, object] = dict(fact.split("=") for fact in facts)
            if "revision" in given:
                given["revision"] = int(str(given["revision"]))
            found.append(repository.act(Meaning(meaning), day, **given))
        return found


def read(path: Path) -> list[Case]:
    """The cases of one rule."""
    cases: list[Case] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        sign, text = line[:1], line[2:]
        if line.startswith("== "):
            kind, _, name = line[3:].partition(": ")
            cases.append(Case(path.stem.upper(), kind, name))
        elif sign == "!":
            cases[-1].signed.append(text.split())
        elif sign == "@":
            cases[-1].files.append(_file(text))
        elif sign in {"-", "+", "|", "^"}:
            cases[-1].files[-1].line(sign, text if sign != "^" else line[1:])
        else:
            assert not line, f"{path.name}: {line}"
    for case in cases:
        for file in case.files:
            file.edit()
    return cases


def _file(text: str) -> File:
    target = _target(text)
    assert target, text
    base = target["base"] or (target["path"] if target["path"] in BASES else "")
    path, content = BASES[base] if base else (target["path"], "")
    return File(
        target["path"] if target["base"] else path, content, target["encoding"] or "utf-8", target["link"] or ""
    )


CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read(path)]
