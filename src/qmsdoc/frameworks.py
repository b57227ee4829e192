"""The frameworks that a repository works to: those that the tool brings, and a company's own, each in one edition.

A framework is read when it is first asked for. An edition may be pinned to one of its consolidated wordings.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from qmsdoc.catalog import DATA, INDEX, Catalog, Form, read_catalog
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Known:
    """A framework that the tool brings along, in one edition: what can be said of it without reading it."""

    framework: str
    edition: str
    name: str
    form: Form
    aliases: tuple[str, ...]
    file: str
    classes: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()


@cache
def known_frameworks() -> tuple[Known, ...]:
    """Every framework and edition that the tool brings along."""
    index = json.loads((DATA / INDEX).read_text(encoding="utf-8"))
    lists = ("aliases", "classes", "wordings")
    return tuple(Known(**entry | {key: tuple(entry.get(key, ())) for key in lists}) for entry in index)


class Catalogs:
    """The active frameworks by key, each read when it is first asked for; equal only to itself.

    `wordings` names the consolidated wording that is worked to, for frameworks whose newest one is not; `own` are
    the catalogues of the company, in every edition that it keeps.
    """

    __slots__ = ("_active", "_loaded", "known", "own", "wordings")

    def __init__(
        self,
        active: Mapping[str, Known | Catalog],
        known: tuple[Known, ...] = (),
        wordings: Mapping[str, str] | None = None,
        own: Sequence[Catalog] = (),
    ) -> None:
        self._active = dict(active)
        self._loaded = {key: item for key, item in active.items() if isinstance(item, Catalog)}
        self.known = known
        self.wordings = dict(wordings or {})
        self.own = tuple(own)

    def __getitem__(self, framework: str) -> Catalog:
        if framework not in self._loaded:
            known = self._active[framework]
            assert isinstance(known, Known)
            whole = read_known(known)
            pinned = self.wordings.get(framework)
            self._loaded[framework] = in_wording(whole, pinned) if pinned else whole
        return self._loaded[framework]

    def __iter__(self) -> Iterator[str]:
        return iter(self._active)

    def __len__(self) -> int:
        return len(self._active)

    def __contains__(self, framework: object) -> bool:
        return framework in self._active

    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Each active framework's key with the other spellings of its name; reads no catalogue."""
        return {key: item.aliases for key, item in self._active.items()}

    def form(self, framework: str) -> Form:
        """How an active framework is cited; reads no catalogue."""
        return self._active[framework].form

    def edition(self, framework: str) -> str:
        """The edition of an active framework; reads no catalogue."""
        return self._active[framework].edition

    def label(self, framework: str) -> str:
        """Framework and edition as people write them: `ISO 13485:2016`, `MDR 2017/745`; reads no catalogue."""
        own = getattr(self._active[framework], "component", "standard") == "own"
        mark = ":" if self.form(framework) == "numbered" and not own else " "
        return f"{framework}{mark}{self.edition(framework)}"


def read_known(known: Known) -> Catalog:
    """Read a framework that the tool brings along, in its newest wording."""
    return read_catalog(json.loads((DATA / known.file).read_text(encoding="utf-8")))


def in_wording(catalog: Catalog, wording: str) -> Catalog:
    """A catalogue without the clauses that later wordings brought; `later` keeps when each of them came."""
    later = {clause.ref: clause.since for clause in catalog.clauses.values() if clause.since > wording}
    clauses = {ref: clause for ref, clause in catalog.clauses.items() if ref not in later}
    children = {
        parent: tuple(clause for clause in found if clause.ref in clauses)
        for parent, found in catalog._children.items()  # noqa: SLF001 - its own parts
    }
    return replace(catalog, clauses=clauses, _children=children, wording=wording, later=later)


def load_catalogs(frameworks: Mapping[str, str], own: Sequence[Catalog] = ()) -> Catalogs:
    """The catalogues that `[frameworks]` of qmsdoc.toml names with their editions.

    An edition may name the consolidated wording that is worked to: `2017/745@2025-01-10`; without it, the newest.
    `own` are catalogues that the company wrote itself. Raises ValueError in plain words, with the nearest
    known framework, edition or wording.
    """
    known = known_frameworks()
    every: list[Known | Catalog] = [*own, *known]
    active: dict[str, Known | Catalog] = {}
    wordings: dict[str, str] = {}
    for key, pinned in frameworks.items():
        edition, _, wording = pinned.partition("@")
        active[key] = find_edition(key, edition, every)
        if wording:
            if wording not in active[key].wordings:
                hint = did_you_mean(wording, active[key].wordings)
                raise ValueError(f"{key} {edition} has no wording of `{wording}`; {hint}".removesuffix("; "))
            wordings[key] = wording
    return Catalogs(active, known, wordings, own)


def find_edition(key: str, edition: str, every: Sequence[Known | Catalog]) -> Known | Catalog:
    """A framework in one edition; raises ValueError in plain words."""
    editions = {item.edition: item for item in reversed(every) if item.framework == key}
    if edition in editions:
        return editions[edition]
    if editions:
        raise ValueError(f"{key} has no edition `{edition}`; {did_you_mean(edition, editions)}")
    keys = {item.framework for item in every}
    raise ValueError(f"`{key}` is not a framework that qmsdoc knows; {did_you_mean(key, keys)}")
