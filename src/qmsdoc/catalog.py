"""Frameworks and their clauses: what a document can be asked to answer.

A catalogue is one framework in one edition. Its source is `data/catalogs/*.yaml`; the package reads the
JSON that `scripts/build_catalogs.py` makes of it, and only when a framework is first asked for. Titles are
spelt as the source spells them; labels of our own (`own`) and all summaries are in own words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from qmsdoc import conditions
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

DATA = Path(__file__).parent / "data" / "catalogs"
INDEX = "index.json"

LONGEST_REF = 100  # characters

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
        waiting = list(reversed(self.children(ref)))
        while waiting:
            clause = waiting.pop()
            yield clause
            waiting += reversed(self.children(clause.ref))


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
        check_place(clause, clauses)
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


def check_place(clause: Clause, before: Collection[str]) -> None:
    """Raise ValueError for a clause that is listed already, or whose parent is not."""
    if clause.ref in before:
        raise ValueError(f"clause `{clause.ref}` is listed twice")
    if clause.parent is not None and clause.parent not in before:
        raise ValueError(f"clause `{clause.ref}`: its parent `{clause.parent}` is not listed before it")


def is_ref(text: str) -> bool:
    """Whether a text can be the reference of a clause: printable, and not too long."""
    return bool(text.strip()) and len(text) <= LONGEST_REF and text.isprintable()


def _check(clause: Clause) -> None:
    """Raise ValueError for a value that means nothing."""
    if not is_ref(clause.ref):
        raise ValueError(f"a `ref` is one line of 1 to {LONGEST_REF} characters")
    for name in clause.who:
        if name not in conditions.WHO:
            raise ValueError(f"`{name}` is nobody who can be obliged; {did_you_mean(name, conditions.WHO)}")
    for choice in clause.omit:
        if choice not in {"excluded", "not applicable"}:
            raise ValueError(f"omit: `{choice}` is neither `excluded` nor `not applicable`")
    if clause.open not in {"", "points", "all"}:
        raise ValueError(f"open: `{clause.open}` is neither `points` nor `all`")
    if clause.points and not (len(clause.points) == 1 and "a" <= clause.points <= "z"):
        raise ValueError(f"points: `{clause.points}` is not the last letter of a list, as `f`")
    if clause.confidence not in {"high", "medium", "low"}:
        raise ValueError(f"confidence: `{clause.confidence}` is none of high, medium, low")
    for condition in clause.when:
        conditions.check(condition)


LISTS = ("who", "when", "omit")


def read_clause(framework: str, entry: Mapping[str, Any]) -> Clause:
    """Make a clause of the plain data of one entry; raises ValueError in plain words."""
    try:
        lists = [key for key in LISTS if key in entry]
        if lists:
            entry = {**entry, **{key: tuple(entry[key]) for key in lists}}
        clause = Clause(framework, **entry)
        _check(clause)
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


def nearest_listed(catalog: Catalog, ref: str) -> str:
    """The clause itself, or for a point that the catalogue leaves open the one it belongs to; else empty."""
    while ref and ref not in catalog.clauses:
        ref = ref[: max(ref.rfind(mark) for mark in "(. ")] if any(mark in ref for mark in "(. ") else ""
    return ref
