"""Writes a synthetic QMS repository: the same bytes for the same size, and `qmsdoc validate` finds nothing in it.

    python benchmarks/corpus.py 1000 build/corpus

Of twenty documents fourteen are SOPs of about 9 kB: 15 keys, the required sections, tables, lists, twelve links to
other documents, half of them to a heading; every third one holds a code fence and characters beyond ASCII, as
procedures do. The others are one CAPA, complaint, training, device, supplier and risk each, with their tables.
"""

from __future__ import annotations

import random
import sys
from functools import cached_property
from pathlib import Path

import entries

SEED = 20260301
PER_FOLDER = 200  # documents in one folder
TODAY = "2026-12-01"  # the day on which nothing is found
CYCLE = ("SOP",) * 7 + ("CAPA", "CMP", "TRN") + ("SOP",) * 7 + ("DEV", "SUP", "RSK")
FOLDERS = {
    "SOP": "sops",
    "CAPA": "records/capa",
    "CMP": "records/complaint",
    "TRN": "records/training",
    "DEV": "records/devices",
    "SUP": "records/suppliers",
    "RSK": "records/risks",
}
PEOPLE = ("anna-keller", "mira-brandt", "david-novak", "elif-demir")
ROLES = ("quality-manager", "production", "customer-support", "risk-manager", "purchasing")
CLAUSES = ("4.2.4", "4.2.5", "6.2", "7.3.2", "7.4.1", "8.2.1", "8.2.2", "8.3.1", "8.5.2", "8.5.3")
ARTICLES = ("Art. 10(9)", "Art. 83", "Art. 87", "Annex I 3")
STEPS = ("Receipt", "Assessment", "Decision", "Action", "Verification", "Closure")
VOCABULARY = """
device record supplier assessment procedure responsible release evidence deviation requirement approval
complaint risk training lot inspection measurement specification review change notification authority criteria
acceptance traceability the of and is in for with each before after within days by when no a documented effective
verified planned performed stated recorded kept person manufacturer process"""
WORDS = VOCABULARY.split()
SPECIAL = """
### Flow

```text
receipt -> assessment -> decision
# every arrow is a signature
```

Limits are ≤ 5 µm; see § 4, “tolerances”.
"""
SETTINGS = """requires = ">=0.1,<1"

[company]
name = "Example Medical GmbH"
time_zone = "Europe/Berlin"

[frameworks]
"ISO 13485" = "2016"
MDR = "2017/745"

[systems]
crm = "Customer relationship system"
"""


class Corpus:
    """The documents of one size: their ids, their paths, and a supply of words that is always the same."""

    def __init__(self, size: int) -> None:
        self.chance = random.Random(SEED)
        self.counts = dict.fromkeys(FOLDERS, 0)
        self.ids: list[str] = []
        for number in range(size):
            kind = CYCLE[number % len(CYCLE)]
            self.counts[kind] += 1
            self.ids.append(f"{kind}-{self.counts[kind]:06}")

    def any(self, kind: str) -> str:
        """The id of some document of a kind; of an SOP where the corpus has none of that kind."""
        kind = kind if self.counts[kind] else "SOP"
        return f"{kind}-{self.chance.randrange(self.counts[kind]) + 1:06}"

    def several(self, kind: str, count: int) -> str:
        """Ids in the form of a list."""
        return f"[{', '.join(dict.fromkeys(self.any(kind) for _ in range(count)))}]"

    def person(self) -> str:
        """The key of a person."""
        return self.chance.choice(PEOPLE)

    def words(self, count: int) -> str:
        """A few words."""
        return " ".join(self.chance.choices(WORDS, k=count))

    @cached_property
    def _sentences(self) -> list[str]:
        return [self.words(9).capitalize() for _ in range(1009)]

    @cached_property
    def _paragraphs(self) -> list[str]:
        return ["\n".join(f"{self.sentence()}, {self.words(5)}." for _ in range(3)) for _ in range(1009)]

    def sentence(self) -> str:
        """Nine words, without a full stop."""
        return self._sentences[self.chance.randrange(1009)]

    def paragraph(self) -> str:
        """Three lines."""
        return self._paragraphs[self.chance.randrange(1009)]


def write(folder: Path, size: int) -> None:
    """Write a repository of `size` documents into a new folder."""
    corpus = Corpus(size)
    _write(folder / "qmsdoc.toml", SETTINGS)
    _write(folder / "trust/people.toml", _people())
    for document in corpus.ids:
        _write(folder / path_of(document), text_of(document, corpus))


def text_of(document: str, corpus: Corpus) -> str:
    """The text of a document; call it once for each, in order."""
    kind = document.partition("-")[0]
    return _sop(document, corpus) if kind == "SOP" else entries.WRITERS[kind](document, corpus)


def path_of(document: str) -> str:
    """Where a document lies."""
    kind, _, number = document.partition("-")
    return f"{FOLDERS[kind]}/p{(int(number) - 1) // PER_FOLDER:03}/{document}-document.md"


def extract_front_matter(folder: Path, target: Path, kind: str = "SOP") -> list[Path]:
    """Write the front matter of each document of a kind as a YAML file, for tools that read only that."""
    target.mkdir(parents=True)
    written = []
    for path in sorted((folder / FOLDERS[kind]).rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        written.append(target / f"{path.stem}.yaml")
        _write(written[-1], text[: text.index("\n---\n", 3) + 1])
    return written


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except FileNotFoundError:
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _people() -> str:
    roles = "".join(f'{role} = "{role.replace("-", " ").capitalize()}"\n' for role in ROLES)
    held = ", ".join(f'{{ role = "{role}", from = 2025-01-07 }}' for role in ROLES)
    persons = "".join(
        f'\n[people.{key}]\nname = "{key.replace("-", " ").title()}"\nroles = [{held}]\n'
        for key in (*PEOPLE, entries.CHECKER)
    )
    return f"[roles]\n{roles}{persons}"


def _sop(document: str, corpus: Corpus) -> str:
    number, chance = int(document[4:]), corpus.chance
    iso, other = chance.sample(CLAUSES, 2)
    step, article = chance.choice(STEPS).lower(), chance.choice(ARTICLES)
    front = f"""---
id: {document}
type: sop
title: Procedure {number} for {corpus.words(3)}
revision: {1 + number % 7}
owner: {chance.choice(ROLES)}
effective_from: 2026-0{1 + number % 9}-15
review_every: 24
satisfies: [ISO 13485 {iso} @{step}, ISO 13485 {other}, MDR {article}]
references: {corpus.several("SOP", 4)}
applies_to: [{", ".join(chance.sample(ROLES, 3))}]
training: read
change: {corpus.sentence()}
supersedes: []
language: en
attachments: []
---
"""
    scope = f"\n# Procedure {number}\n\n## Purpose and scope\n\n{corpus.paragraph()}\n\n{corpus.paragraph()}\n"
    roles = "\n## Roles\n\n" + _table(("Role", "Duty"), 5, corpus)
    steps = "".join(_step(name, corpus) for name in STEPS)
    records = "\n## Records\n\n" + _table(("Record", "Kept by", "For"), 5, corpus)
    return f"{front}{scope}{roles}\n## Procedure\n{steps}{SPECIAL if number % 3 == 0 else ''}{records}"


def _step(name: str, corpus: Corpus) -> str:
    """One step of a procedure: prose, a numbered list, bullets and two links, one of them to a heading."""
    plain, heading = _link(corpus.any("SOP")), _link(corpus.any("SOP"), f"#{corpus.chance.choice(STEPS).lower()}")
    items = "".join(f"{n}. {corpus.sentence()}.\n" for n in range(1, 5))
    bullets = "".join(f"- **{corpus.words(2).capitalize()}**: {corpus.sentence()}\n" for _ in range(3))
    first = f"{corpus.sentence()}, see {plain}. {corpus.paragraph()}"
    form = f"The form `F-{len(first)}` is used by {heading}."
    return f"\n### {name}\n\n{first}\n\n{items}\n{form}\n\n{bullets}"


def _link(target: str, anchor: str = "") -> str:
    return f"[{target}](../{path_of(target).removeprefix('sops/')}{anchor})"


def _table(header: tuple[str, ...], rows: int, corpus: Corpus) -> str:
    lines = [header, ("---",) * len(header)]
    lines += [tuple(corpus.words(4) for _ in header) for _ in range(rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
