"""A company's own framework, from `schemas/frameworks/*.yaml`, in the form of the catalogues that the tool brings.

framework: ISO 14971           # the name by which it is cited, and the key under [frameworks] in qmsdoc.toml
edition: '2019'
form: numbered                 # numbered (7.4 a) | regulation (Article 10(9)) | part (820.35(a)); default numbered
aliases: [EN ISO 14971]
component: standard            # standard | regulation | own: which part of the QMS it speaks for
source: who publishes it, and when it was read
clauses:                       # a parent stands before what is below it
  - {ref: '4', title: General requirements, kind: heading}
  - {ref: '4.1', title: Risk management process, parent: '4', unit: true, summary: what it asks in own words}

A wrong entry is a problem at its line; the others can be cited nevertheless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qmsdoc.catalog import LISTS, Catalog, check_place, is_ref, read_catalog, read_clause
from qmsdoc.diagnostics import Location, Problem
from qmsdoc.plain_yaml import NotPlain, line_of, read_plain
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CODE = "QD303"
TEXTS = ("framework", "edition", "name", "form", "component", "source")
KEYS = frozenset({*TEXTS, "aliases", "classes", "moved", "clauses"})
_FLAGS = ("own", "procedure", "record", "unit")
_BOOLEANS = {"true": True, "false": False}


def read_framework(
    raw: bytes, path: str, taken: Collection[tuple[str, str]] = ()
) -> tuple[Catalog | None, list[Problem]]:
    """Read one framework; None where it cannot be told which one it is, or it is `taken` in that edition."""
    lines: dict[tuple[Any, ...], int] = {}
    try:
        data = read_plain(raw, lines)
    except NotPlain as error:
        return None, [Problem(Location(path, error.line), str(error), None, CODE)]
    wrong = [
        Problem(Location(path, lines[key,]), f"`{key}` is not a key here", did_you_mean(key, KEYS) or None, CODE)
        for key in data
        if key not in KEYS
    ]
    head = {key: value for key, value in data.items() if key in KEYS and key != "clauses"}
    entries = data.get("clauses", [])
    try:
        _check_head(head, entries)
        read_catalog(head)
        _check_new(head, taken)
    except _WrongKey as error:
        return None, [*wrong, Problem(Location(path, line_of(lines, (error.key,))), str(error), None, CODE)]
    except ValueError as error:
        return None, wrong or [Problem(Location(path), str(error), None, CODE)]
    sound: dict[str, dict[str, Any]] = {}
    for index, entry in enumerate(entries):
        clause: dict[str, Any] | None
        try:
            clause = _entry(str(head["framework"]), entry, sound)
        except ValueError as error:
            wrong.append(Problem(Location(path, line_of(lines, ("clauses", index))), str(error), None, CODE))
            clause = _rescued(entry, sound)
        if clause:
            sound[clause["ref"]] = clause
    return read_catalog({**head, "clauses": list(sound.values())}), wrong


class _WrongKey(ValueError):
    """A mistake in the value of one key of the head."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def _check_head(head: Mapping[str, Any], entries: object) -> None:
    for key in TEXTS:
        if not isinstance(head.get(key, ""), str):
            raise _WrongKey(key, f"`{key}` is not a text")
    for key in ("aliases", "classes"):
        if not _is_texts(head.get(key, [])):
            raise _WrongKey(key, f"`{key}` is not a list of texts; write it as `{key}: [one, two]`")
    moved = head.get("moved", {})
    if not isinstance(moved, dict) or not all(isinstance(target, str) for target in moved.values()):
        raise _WrongKey("moved", "`moved` is not a map from old references to citations")
    if not isinstance(entries, list):
        raise _WrongKey("clauses", "`clauses` is not a list; begin each with `- {ref: …}`")


def _check_new(head: Mapping[str, Any], taken: Collection[tuple[str, str]]) -> None:
    if (head["framework"], head["edition"]) in taken:
        raise _WrongKey("framework", f"there is a {head['framework']} in edition {head['edition']} already")


def _entry(framework: str, entry: object, before: Mapping[str, Any]) -> dict[str, Any]:
    """The plain data of one clause, typed; raises ValueError."""
    if not isinstance(entry, dict):
        raise ValueError("a clause is a map; write it as `{ref: '4.1', title: …}`")  # noqa: TRY004 - a finding
    name = f"clause `{entry.get('ref', '?')}`"
    typed = dict(entry)
    for key in entry:
        if key in _FLAGS:
            if entry[key] not in _BOOLEANS:
                raise ValueError(f"{name}: `{key}` is neither true nor false")
            typed[key] = _BOOLEANS[entry[key]]
        elif key in LISTS and not _is_texts(entry[key]):
            raise ValueError(f"{name}: `{key}` is not a list of texts")
        elif key not in LISTS and not isinstance(entry[key], str):
            raise ValueError(f"{name}: `{key}` is not a text")
    check_place(read_clause(framework, typed), before)
    return typed


def _rescued(entry: object, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """What of a wrong entry keeps citations of it alive: its reference, where it is sure."""
    ref = entry.get("ref") if isinstance(entry, dict) else None
    if not isinstance(ref, str) or not is_ref(ref) or ref in before:
        return None
    parent = entry.get("parent") if isinstance(entry, dict) else None
    return {"ref": ref} | ({"parent": parent} if isinstance(parent, str) and parent in before else {})


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
