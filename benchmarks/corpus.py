"""Writes a synthetic QMS repository: the same bytes for the same size, and `qmsdoc validate` finds nothing in it.

    python benchmarks/corpus.py 1000 /tmp/corpus

Of ten documents eight are SOPs of about 9 kB, one is a record (CAPA) and one an entry (risk). Every SOP has 15 keys,
tables, lists and 10 to 15 links to documents and headings; every third one holds a code fence and characters beyond
ASCII, as procedures do.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

SEED = 20260301
PER_FOLDER = 200  # documents in one folder
PEOPLE = ("anna-keller", "mira-brandt", "david-novak", "elif-demir")
ROLES = ("quality-manager", "production", "customer-support", "risk-manager")
CLAUSES = ("4.2.4", "4.2.5", "6.2", "7.3.2", "7.4.1", "8.2.1", "8.2.2", "8.3.1", "8.5.2", "8.5.3")
STEPS = ("Receipt", "Assessment", "Decision", "Action", "Verification", "Closure")
WORDS = tuple(
    "device record supplier assessment procedure responsible release evidence deviation requirement approval "
    "complaint risk training lot inspection measurement specification review change notification authority "
    "criteria acceptance traceability the of and is in for with each before after within days by when no "
    "a documented effective verified planned performed stated recorded kept person manufacturer process".split()
)
DIAGRAM = """```text
receipt -> assessment -> decision
# every arrow is a signature
```
"""


def write(folder: Path, size: int) -> None:
    """Write a repository of `size` documents into an empty folder."""
    chance = random.Random(SEED)
    _write(folder / "qmsdoc.toml", SETTINGS)
    _write(folder / "trust/people.toml", _people())
    kinds = [("RSK" if n % 10 == 8 else "CAPA" if n % 10 == 9 else "SOP") for n in range(size)]
    numbers = {kind: 0 for kind in ("SOP", "CAPA", "RSK")}
    paths = {}
    for kind in kinds:
        numbers[kind] += 1
        paths[f"{kind}-{numbers[kind]:06}"] = _path(kind, numbers[kind])
    sops = [document for document in paths if document.startswith("SOP")]
    writers = {"SOP": _sop, "CAPA": _capa, "RSK": _risk}
    for document, path in paths.items():
        _write(folder / path, writers[document.partition("-")[0]](document, sops, chance))


def _path(kind: str, number: int) -> str:
    folder = {"SOP": "sops", "CAPA": "records/capa", "RSK": "records/risks"}[kind]
    return f"{folder}/p{(number - 1) // PER_FOLDER:03}/{kind}-{number:06}-document.md"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _sop(document: str, sops: list[str], chance: random.Random) -> str:
    number = int(document[4:])
    others = [chance.choice(sops) for _ in range(4)]
    clauses = ", ".join(f"ISO 13485 {clause}" for clause in chance.sample(CLAUSES, 3))
    roles = ", ".join(chance.sample(ROLES, 3))
    front = f"""---
id: {document}
type: sop
title: Procedure {number} for {_words(chance, 3)}
revision: {1 + number % 7}
owner: {chance.choice(ROLES)}
effective_from: 2026-0{1 + number % 9}-15
review_every: 24
satisfies: [{clauses}]
references: [{", ".join(others)}]
applies_to: [{roles}]
training: read
change: {_sentence(chance)}
supersedes: [{others[0]}]
language: en
translation_of: {others[1]}
---
"""
    heading = f"\n# Procedure {number}\n\n## Purpose and scope\n\n{_paragraph(chance)}\n\n{_paragraph(chance)}\n"
    steps = "".join(_step(name, document, sops, chance) for name in STEPS)
    special = f"\n### Flow\n\n{DIAGRAM}\nLimits are ≤ 5 µm; see § 4 – “tolerances”.\n" if number % 3 == 0 else ""
    records = "\n## Records\n\n" + _table(("Record", "Kept by", "For"), 5, chance)
    roles_section = "\n## Roles\n\n" + _table(("Role", "Duty"), 5, chance)
    return front + heading + roles_section + "\n## Procedure\n" + steps + special + records


def _step(name: str, document: str, sops: list[str], chance: random.Random) -> str:
    """One step of a procedure: prose, a numbered list and two links, one of them to a heading."""
    links = [_link(document, chance.choice(sops), anchor) for anchor in ("", f"#{chance.choice(STEPS).lower()}")]
    items = "".join(f"{n}. {_sentence(chance)}.\n" for n in range(1, 5))
    bullets = "".join(f"- **{_words(chance, 2)}**: {_sentence(chance)}\n" for _ in range(3))
    first = f"{_sentence(chance)}, see {links[0]}. {_paragraph(chance)}"
    return f"\n### {name}\n\n{first}\n\n{items}\nThe form `F-{len(first)}` is used by {links[1]}.\n\n{bullets}"


def _link(origin: str, target: str, anchor: str) -> str:
    path = _path("SOP", int(target[4:])).removeprefix("sops/")
    return f"[{target}](../{path}{anchor})" if origin != target or anchor else f"`{origin}`"


def _capa(document: str, sops: list[str], chance: random.Random) -> str:
    rows = "".join(
        f"| {_sentence(chance)} | {chance.choice(PEOPLE)} | 2026-0{n + 2}-11 | 2026-0{n + 2}-09 |\n" for n in range(5)
    )
    return f"""---
id: {document}
type: capa
title: {_sentence(chance)}
owner: quality-manager
opened: 2026-01-07
closed: 2026-08-03
procedure: {chance.choice(sops)}
references: [{chance.choice(sops)}, {chance.choice(sops)}]
action_kind: corrective
source: process
cause_on: 2026-01-12
cause_by: {chance.choice(PEOPLE)}
planned_on: 2026-01-20
adverse_effect_checked: true
implemented_on: 2026-07-01
effective: true
effectiveness_checked_on: 2026-07-30
effectiveness_checked_by: {chance.choice(PEOPLE)}
---

# {document}

## Problem

{_paragraph(chance)}

## Cause

{_paragraph(chance)}

## Actions

| Action | Responsible | Due | Done on |
|---|---|---|---|
{rows}
## Effectiveness check

{_paragraph(chance)}
"""


def _risk(document: str, sops: list[str], chance: random.Random) -> str:
    rows = "".join(f"| {_sentence(chance)} | design | {chance.choice(sops)} | false |\n" for _ in range(3))
    return f"""---
id: {document}
type: risk
title: {_sentence(chance)}
owner: risk-manager
from: 2026-01-07
domain: product
hazard: {_sentence(chance)}
situation: {_sentence(chance)}
harm: {_sentence(chance)}
severity: {1 + chance.randrange(5)}
probability: {1 + chance.randrange(5)}
residual_severity: 2
residual_probability: 1
references: [{chance.choice(sops)}]
---

# {document}

## Controls

| Control | Option | Verified by | Adds risk |
|---|---|---|---|
{rows}
{_paragraph(chance)}
"""


def _table(header: tuple[str, ...], rows: int, chance: random.Random) -> str:
    lines = [header, ("---",) * len(header)]
    lines += [tuple(_words(chance, 4) for _ in header) for _ in range(rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _sentence(chance: random.Random) -> str:
    return _words(chance, 9).capitalize()


def _paragraph(chance: random.Random) -> str:
    return "\n".join(f"{_sentence(chance)}, {_words(chance, 5)}." for _ in range(3))


def _people() -> str:
    roles = "".join(f'{role} = "{role}"\n' for role in ROLES)
    held = ", ".join(f'{{ role = "{role}", from = 2025-01-07 }}' for role in ROLES)
    persons = "".join(f'\n[people.{key}]\nname = "{key}"\nroles = [{held}]\n' for key in PEOPLE)
    return f"[roles]\n{roles}{persons}"


SETTINGS = """[company]
name = "Example Medical GmbH"
time_zone = "UTC"

[frameworks]
"ISO 13485" = "2016"

[site]
drafts = true
"""


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
