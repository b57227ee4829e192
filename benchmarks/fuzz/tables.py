"""Files that are not of the repository: rows for new documents, a baseline, what the cache kept."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import families

if TYPE_CHECKING:
    from random import Random

CSV, JSON = "rows.csv", "rows.json"

# The file, before, what is repeated, after.
UNITS: dict[str, tuple[str, str, str, str]] = {
    "rows": (CSV, "title,opened\n", "x,2026-01-01\n", ""),
    "columns": (CSV, "", "a,", "b\n"),
    "columns-numbered": (CSV, "", "a{n},", "b\nx\n"),
    "delimiters": (CSV, "a\n", ",", "\n"),
    "cells": (CSV, "".join(f"a{n}," for n in range(1000)) + "b\n", "x,", "\n"),
    "quotes": (CSV, "a\n", '"', ""),
    "quotes-open": (CSV, "a\n", '"x\n', ""),
    "quotes-behind": (CSV, 'a\n"x"', " ", "x\n"),
    "blank-lines": (CSV, "a\n", "\n", ""),
    "cell": (CSV, "a\n", "x", "\n"),
    "cell-lines": (CSV, 'a\n"', "x\n", '"\n'),
    "not-ascii": (CSV, "a\n", "\U0001f600\n", ""),
    "invalid": (CSV, "a\n", "x\n", "\udcff"),
    "mac": (CSV, "a\r", "x\r", ""),
    "json": (JSON, "[", '{{"title": "x{n}", "opened": "2026-01-01"}},\n', "{}]"),
    "json-keys": (JSON, "[{", '"k{n}": 1,', '"x": 1}]'),
    "json-keys-equal": (JSON, "[{", '"k": 1,', '"x": 1}]'),
    "json-keys-alike": (JSON, "[{", '"k{n}": "\\"k{n}\\": 1",', '"x": 1}]'),
    "json-deep": (JSON, "[", "[", ""),
    "json-deep-objects": (JSON, "[", '{"a":', ""),
    "json-number": (JSON, '[{"a": ', "9", "}]"),
    "json-number-float": (JSON, '[{"a": 1e', "9", "}]"),
    "json-text": (JSON, '[{"a": "', "\\u0041", '"}]'),
    "json-surrogates": (JSON, '[{"a": "', "\\ud800", '"}]'),
    "json-blanks": (JSON, "[", " ", "x"),
    "json-key-blanks": (JSON, '[{"a"', " ", ": 1}]"),
    "json-key-again": (JSON, '[{"b": "', '\\"a\\" ', '", "a": 1}]'),
    "json-tables": (JSON, '[{"t": [', '{"a": "x"},', '{"a": "x"}]}]'),
    "json-behind": (JSON, "[{}]", " x", ""),
    "json-commas": (JSON, "[", ",", "]"),
}  # fmt: skip


def _units(parts: tuple[str, str, str, str], _: Random, size: int) -> families.Files:
    path, before, unit, after = parts
    counts = "{n}" in unit
    pieces, length, number = [before], len(before) + len(after), 0
    while length < size:
        pieces.append(unit.format(n=number) if counts else unit * 64)
        length += len(pieces[-1].encode())
        number += 1
    pieces.pop()
    return {path: "".join([*pieces, after]).encode(errors="surrogateescape")}


VALUES: tuple[object, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", "x", "error", "2026-11-23", [], ["x"], [[]], {}, {"a": 1}, "\ud800",
    "QD105", [1, 2, 3, 4], ["sops/x.md", 1, 1, 0], ["sops/x.md", "1", None, {}],
    {"code": "QD105", "reason": "x", "location": ["a", 1, 1, 0]},
)  # fmt: skip
FOUND = {
    "code": "QD105",
    "name": "broken-link",
    "severity": "error",
    "message": "x",
    "location": ["sops/x.md", 1, 1, 0],
    "hint": None,
    "clauses": ["MDR Art. 1"],
    "waiver": None,
    "excerpt": "",
}


def _cache(random: Random, size: int) -> families.Files:
    """An entry under the right digest in which some values are others, or which is cut off."""
    entry = {"digest": "x", "elsewhere": {}, "today": "2026-11-23", "documents": 1, "files": 1}
    diagnostics = [_changed(random, FOUND) for _ in range(random.choice((1, 3, max(1, size // 300))))]
    text = json.dumps({**_changed(random, entry), "digest": "x", "diagnostics": diagnostics})
    cut = random.randrange(len(text)) if random.random() < 0.2 else len(text)
    return {"entry.json": text[:cut].encode()}


def _changed(random: Random, data: dict[str, object]) -> dict[str, object]:
    if random.random() < 0.5:
        return data
    changed = {**data, random.choice([*data, "other"]): random.choice(VALUES)}
    if random.random() < 0.2:
        del changed[random.choice(list(changed))]
    return changed


def _baseline(random: Random, size: int) -> families.Files:
    kind = random.randrange(4)
    if kind == 0:
        return {"baseline.json": b'{"findings": ' + b"[" * size}
    if kind == 1:
        lines = {f"{number:032x}": "x" for number in range(size // 40)}
        return {"baseline.json": json.dumps({"findings": lines}).encode()}
    if kind == 2:
        return {"baseline.json": json.dumps({"findings": random.choice(VALUES)}).encode()}
    return {"baseline.json": random.randbytes(size)}


def register() -> None:
    """Every family of tables."""
    for name, parts in UNITS.items():
        families.add(f"rows-{name}", partial(_units, parts), surface="rows")
    families.add("cache", _cache, families.MIB, surface="cache")
    families.add("baseline", _baseline, surface="baseline")
