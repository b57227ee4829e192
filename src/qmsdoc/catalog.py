"""Frameworks and their clauses: what a document can be asked to answer.

A catalogue is one framework in one edition. Its source is `data/catalogs/*.yaml`; the package reads the
JSON that `scripts/build_catalogs.py` makes of it, and only when a framework is first asked for. Titles are
spelt as the source spells them; labels of our own (`own`) and all summaries are in own words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from qmsdoc import conditions
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DATA = Path(__file__).parent / "data" / "catalogs"
INDEX = "index.json"

Form = Literal["numbered", "regulation", "part"]
FORMS = frozenset({"numbered", "regulation", "part"})
Open = Literal["", "points", "all"]
Component = Literal["standard", "regulation", "own"]
COMPONENTS = frozenset({"standard", "regulation", "own"})


@dataclass(frozen=True, slots=True)
class Clause:
    """One citable requirement.

    `own` says that the title is a label of our own, where the source has none. `procedure` and `record` say
    whether a documented procedure or a record is required; None where the source does not decide it.
    `open` says what may exist below without being listed: nothing, lettered `points`, or `all`; `points` is the
    last letter of the points that exist but are not listed. `unit` marks what coverage counts. `when` are the
    conditions of which one must hold for it to apply, here and below (see `conditions`). `omit` says what a
    quality manual may declare of it and of what stands below: `excluded`, `not applicable`. `since` is the first
    day of the wording that brought it, where it is not in the first one.
    """

    framework: str
    ref: str
    title: str = ""
    parent: str | None = None
    kind: str = "clause"
    summary: str = ""
    procedure: bool | None = None
    record: bool | None = None
    who: tuple[str, ...] = ()
    confidence: str = "high"
    own: bool = False
    open: Open = ""
    points: str = ""
    unit: bool = False
    when: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    since: str = ""

    @property
    def label(self) -> str:
        """What to show beside the reference: the title, else the summary; empty where there is neither."""
        return self.title or self.summary


@dataclass(frozen=True, slots=True)
class Catalog:
    """The clauses of one framework in one edition, in reading order.

    `form` says how the framework is cited: `numbered` (4.2.4 d), `regulation` (Article 10(9)(k), Annex I
    23.4) or `part` (820.35(a)); `aliases` are other spellings of its name. `classes` are the risk classes of the
    devices it is about, empty where it does not tell devices apart. `wordings` are the first days of its
    consolidated wordings, oldest first; `wording` is the one it shows. `component` is the part of the
    QMS that it speaks for: the standard, the regulation, or the manufacturer's own. `moved` tells where the
    clauses of earlier editions went, `later` when clauses came that this wording does not have.
    """

    framework: str
    name: str
    edition: str
    form: Form
    aliases: tuple[str, ...]
    source: str
    clauses: Mapping[str, Clause] = field(repr=False)
    _children: Mapping[str | None, tuple[Clause, ...]] = field(repr=False)
    classes: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    wording: str = ""
    component: Component = "standard"
    moved: Mapping[str, str] = field(default_factory=dict, repr=False)
    later: Mapping[str, str] = field(default_factory=dict, repr=False)

    def children(self, ref: str | None = None) -> tuple[Clause, ...]:
        """The clauses directly below one, or those at the top."""
        return self._children.get(ref, ())

    def ancestors(self, ref: str) -> tuple[Clause, ...]:
        """What a clause stands under, nearest first; raises KeyError where there is no such clause."""
        found = []
        parent = self.clauses[ref].parent
        while parent is not None:
            found.append(self.clauses[parent])
            parent = self.clauses[parent].parent
        return tuple(found)

    def below(self, ref: str | None = None) -> Iterator[Clause]:
        """Every clause below one, at any depth, in reading order."""
        for clause in self.children(ref):
            yield clause
            yield from self.below(clause.ref)


def read_catalog(data: Mapping[str, Any]) -> Catalog:
    """Make a catalogue of the plain data of one YAML or JSON file; raises ValueError in plain words."""
    key = str(data.get("framework") or "")
    if not key or not data.get("edition"):
        raise ValueError("a catalogue names its `framework` and its `edition`")
    form = data.get("form", "numbered")
    if form not in FORMS:
        raise ValueError(f"`{form}` is not a form of citation; {did_you_mean(str(form), FORMS)}")
    component = data.get("component", "standard" if form == "numbered" else "regulation")
    if component not in COMPONENTS:
        raise ValueError(f"`{component}` is not a component; {did_you_mean(str(component), COMPONENTS)}")
    clauses: dict[str, Clause] = {}
    children: dict[str | None, list[Clause]] = {}
    for entry in data.get("clauses", ()):
        clause = read_clause(key, entry)
        if clause.ref in clauses:
            raise ValueError(f"clause `{clause.ref}` is listed twice")
        if clause.parent is not None and clause.parent not in clauses:
            raise ValueError(f"clause `{clause.ref}`: its parent `{clause.parent}` is not listed before it")
        clauses[clause.ref] = clause
        children.setdefault(clause.parent, []).append(clause)
    return Catalog(
        framework=key,
        name=str(data.get("name") or key),
        edition=str(data["edition"]),
        form=cast("Form", form),
        aliases=tuple(data.get("aliases", ())),
        source=str(data.get("source", "")),
        clauses=clauses,
        _children={parent: tuple(found) for parent, found in children.items()},
        classes=tuple(data.get("classes", ())),
        wordings=tuple(data.get("wordings", ())),
        wording=next(reversed(data.get("wordings", ())), ""),
        component=cast("Component", component),
        moved=dict(data.get("moved", {})),
    )


_LISTS = ("who", "when", "omit")


def read_clause(framework: str, entry: Mapping[str, Any]) -> Clause:
    """Make a clause of the plain data of one entry; raises ValueError in plain words."""
    try:
        lists = [key for key in _LISTS if key in entry]
        if lists:
            entry = {**entry, **{key: tuple(entry[key]) for key in lists}}
        clause = Clause(framework, **entry)
        for condition in clause.when:
            conditions.check(condition)
    except ValueError as error:
        raise ValueError(f"clause `{entry.get('ref', '?')}`: {error}") from None
    except TypeError:
        known = set(Clause.__slots__) - {"framework"}
        strange = next((key for key in entry if key not in known), "")
        where = f"clause `{entry.get('ref', '?')}`"
        if strange:
            hint = did_you_mean(strange, known)
            raise ValueError(f"{where}: `{strange}` is not a key of a clause; {hint}") from None
        raise ValueError(f"{where} has no `ref`, or `who`, `when` or `omit` is not a list") from None
    return clause


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


def known_frameworks() -> tuple[Known, ...]:
    """Every framework and edition that the tool brings along."""
    index = json.loads((DATA / INDEX).read_text(encoding="utf-8"))
    lists = ("aliases", "classes", "wordings")
    return tuple(Known(**entry | {key: tuple(entry.get(key, ())) for key in lists}) for entry in index)


class Catalogs:
    """The active frameworks by key, each read when it is first asked for; equal only to itself.

    `wordings` names the consolidated wording that is worked to, for frameworks whose newest one is not.
    """

    __slots__ = ("_active", "_loaded", "known", "wordings")

    def __init__(
        self,
        active: Mapping[str, Known | Catalog],
        known: tuple[Known, ...] = (),
        wordings: Mapping[str, str] | None = None,
    ) -> None:
        self._active = dict(active)
        self._loaded = {key: item for key, item in active.items() if isinstance(item, Catalog)}
        self.known = known
        self.wordings = dict(wordings or {})

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
        mark = ":" if self.form(framework) == "numbered" else " "
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
    return Catalogs(active, known, wordings)


def find_edition(key: str, edition: str, every: Sequence[Known | Catalog]) -> Known | Catalog:
    """A framework in one edition; raises ValueError in plain words."""
    editions = {item.edition: item for item in reversed(every) if item.framework == key}
    if edition in editions:
        return editions[edition]
    if editions:
        raise ValueError(f"{key} has no edition `{edition}`; {did_you_mean(edition, editions)}")
    keys = {item.framework for item in every}
    raise ValueError(f"`{key}` is not a framework that qmsdoc knows; {did_you_mean(key, keys)}")
