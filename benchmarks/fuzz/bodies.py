"""Markdown bodies made to be slow or large: units that are repeated, and structures that refer to each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import families
from units import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

SOP = """\
---
id: SOP-666
type: sop
title: Hostile
revision: 1
owner: quality-manager
effective_from: 2026-01-15
review_every: 24
satisfies: [ISO 13485 4.2.4 @procedure]
applies_to: [quality-manager]
training: read
change: First issue
---

# Hostile

## Purpose and scope

## Roles

## Procedure

"""
CAPA = """\
---
id: CAPA-666
type: capa
title: Hostile
owner: quality-manager
opened: 2026-03-02
procedure: SOP-001
action_kind: corrective
source: complaint
cause_on: 2026-03-10
cause_by: anna-keller
planned_on: 2026-03-12
adverse_effect_checked: true
---

# Hostile

## Problem

It leaks.

## Cause

The seal is too hard.

## Actions

"""
SOP_PATH, CAPA_PATH = "sops/SOP-666-hostile.md", "records/capa/CAPA-666-hostile.md"
HEADS = {SOP_PATH: SOP, CAPA_PATH: CAPA}


def document(path: str, text: str, size: int) -> families.Files:
    """A document of the two with that body, cut to the size."""
    return {path: f"{HEADS[path]}{text}".encode(errors="surrogatepass")[:size]}


def repeated(before: str, unit: str, after: str, size: int) -> str:
    """A unit as often as it fits."""
    room = size - len(f"{before}{after}".encode()) - len(CAPA.encode()) - 1
    return f"{before}{unit * (room // len(unit.encode()))}{after}"


def _unit(path: str, parts: tuple[str, str, str], _: Random, size: int) -> families.Files:
    return document(path, repeated(*parts, size), size)


def _numbered(line: str, before: str = "", after: str = "") -> families.Make:
    """Lines that differ by a number, of which some name the line before and some an arbitrary one."""

    def make(random: Random, size: int) -> families.Files:
        lines, length, number = [before], 0, 0
        while length < size - 2 * len(SOP):
            lines.append(line.format(n=number, before=max(0, number - 1), any=random.randrange(number + 1)))
            length += len(lines[-1].encode())
            number += 1
        return document(SOP_PATH, "".join([*lines, after]), size)

    return make


NUMBERED = {
    "definitions": "[a{n}]: /u{n}\n",
    "definitions-used": "[a{n}]: /u{n}\n[x][a{any}]\n\n",
    "definitions-of-labels": "[a{n}][b{n}] [c{n}]\n",
    "footnotes": "[^{n}]: x\n",
    "footnotes-of-each-other": "[^{n}]: see [^{before}] and [^{any}]\n\n",
    "headings": "## Heading {n}\n",
    "headings-and-anchors": "## Heading {n}\n\n[x](#heading-{n}0)\n\n",
    "headings-and-good-anchors": "## Heading {n}\n\n[x](#heading-{any})\n\n",
    "links-to-many-files": "[a](SOP-{n}.md)\n\n",
    "links-almost-right": "[a](../records/capa/CAPA-{n}-lens-of-new-phone.md)\n\n",
    "links-to-images": "![a{n}](SOP-666/pump-{n}.png)\n\n",
    "links-to-folders": "[a](../a{n}/b{any}/../c.md)\n\n",
    "links-percent": "[a](%2e%2e/%{n:02x}.md)\n\n",
    "html-numbered": "<x{n} y='{any}'>\n",
    "placeholders-numbered": "{{{{ word{n} }}}}\n",
}


AUDIT_PATH = "records/audit/AUD-666-hostile.md"
AUDIT = """\
---
id: AUD-666
type: audit
title: Hostile
owner: quality-manager
opened: 2026-03-02
procedure: SOP-001
audit_kind: internal
planned_on: 2026-03-02
performed_on: 2026-03-02
---

# Hostile

## Findings

| Finding | Grade | Clause | Record |
|---|---|---|---|
"""


def _citations(random: Random, size: int) -> families.Files:
    """Rows that each cite another clause, most of which are none."""
    frameworks, pieces, length = (
        ("MDR Art.", "MDR Annex I", "ISO 13485", "MDR Annex XIV Part A", "ISO"),
        [AUDIT],
        0,
    )
    while length < size - len(AUDIT) - 99:
        where = ".".join(str(random.randrange(1000)) for _ in range(random.randint(1, 4)))
        pieces.append(f"| x | minor | {random.choice(frameworks)} {where} @a{length} | FND-{length} |\n")
        length += len(pieces[-1])
    return {AUDIT_PATH: "".join(pieces).encode()}


def _every_character(_: Random, size: int) -> families.Files:
    """Each character of Unicode once, as many as fit."""
    text = "".join(chr(c) for c in range(0xA0, 0x110000) if not 0xD800 <= c < 0xE000)
    return document(SOP_PATH, text, size)


def _ticks_of_all_lengths(_: Random, size: int) -> families.Files:
    pieces, length, count = [], 0, 1
    while length < size:
        pieces.append("`" * count + " ")
        length += count + 1
        count += 1
    return document(SOP_PATH, "".join(pieces), size)


def _wide_table(_: Random, size: int) -> families.Files:
    columns = max(1, (size - 2 * len(CAPA)) // 8)
    return document(CAPA_PATH, f"|{'a|' * columns}\n|{'-|' * columns}\n|{'x|' * columns}\n", size)


def _square_table(_: Random, size: int) -> families.Files:
    """As many columns as rows, all rows but the first two empty: each counts as full."""
    columns = max(1, size // 16)
    return document(CAPA_PATH, f"|{'a|' * columns}\n|{'-|' * columns}\n{'|x|' * 1}\n" + "|\n" * columns, size)


def _indented_list(_: Random, size: int) -> families.Files:
    depth = int(size**0.5)
    return document(SOP_PATH, "".join(f"{' ' * (2 * n)}- x\n" for n in range(depth)), size)


def _heap(random: Random, size: int) -> families.Files:
    """Pieces of all units in any order."""
    units = [part for parts in UNITS.values() for part in parts if part]
    pieces, length = [], 0
    while length < size:
        pieces.append(random.choice(units) * random.choice((1, 1, 2, 50)))
        length += len(pieces[-1].encode())
    return document(random.choice((SOP_PATH, CAPA_PATH)), "".join(pieces), size)


def _random_bytes(random: Random, size: int) -> families.Files:
    """Bytes that are hardly ever UTF-8, after a good front matter."""
    return {SOP_PATH: (SOP.encode() + random.randbytes(size))[:size]}


def _invalid_utf8(random: Random, size: int) -> families.Files:
    broken = random.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80"))
    room = size - len(SOP) - len(broken)
    return {SOP_PATH: SOP.encode() + "é\n".encode() * (room // 3) + broken}


def register() -> None:
    """Every family of bodies."""
    for name, parts in UNITS.items():
        # In records, tables are read and personal data is looked for.
        of_records = name.startswith(("typed", "personal", "table", "pipes", "line", "blank", "nul", "combining"))
        make: Callable[[Random, int], families.Files] = partial(
            _unit, CAPA_PATH if of_records else SOP_PATH, parts
        )
        families.add(name, make)
    for name, line in NUMBERED.items():
        families.add(name, _numbered(line))
    for make in (_every_character, _ticks_of_all_lengths, _wide_table, _square_table, _indented_list, _heap,
                 _random_bytes, _invalid_utf8, _citations):  # fmt: skip
        families.add(make.__name__.strip("_").replace("_", "-"), make)
