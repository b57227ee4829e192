"""Citations: `MDR Art. 10(9)(k) @time-limits`, in every spelling people use, to one canonical reference.

What a citation covers is decided here, once:

* A citation covers the clause it names and nothing else. Citing a parent does not cover its points
  (`MDR Art. 10` says nothing of `Article 10(9)(k)`), and citing a point does not cover its parent.
* `.*` at the end covers the clause and everything that the catalogue lists below it, on purpose.
* A range covers its first clause, its last, and those between them on the same level, each as if cited alone.

Every level that the catalogue lists must exist. Where the catalogue leaves a level open (`Clause.open`), a
well-formed point is accepted as written, because nothing is known against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from qmsdoc import reference
from qmsdoc.suggest import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qmsdoc.catalog import Catalog
    from qmsdoc.frameworks import Catalogs

LONGEST = 200  # characters; the longest canonical citation has about 60
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_SECTION = re.compile(r"(?:^|\s)@(.*)$")
_SLUG = re.compile(r"[\w-]+")
_EDITION = re.compile(r":([0-9]{4})(?:\s?[+/]\s?(?:A|AC|AMD)[0-9]*:[0-9]{4})*(?=\s|$)")
_NAME_GOES_ON = re.compile(r"[\w./-]")
_RANGE = re.compile(r"\s*[\u2012-\u2014-]\s*|\s+to\s+")  # every dash that people type
_ALL_POINTS = re.compile(r"\s*\.\s*\*$")
_KEYWORD = re.compile(
    r"\b(?:art|arts|article|articles|annex|chapter|clause|gspr|rule|section|subpart)\b|§", re.IGNORECASE
)
_GSPR = re.compile(r"gspr\s*", re.IGNORECASE)


class CitationError(ValueError):
    """A text that cites nothing; `hint` says what would, or is empty. It is looked for when somebody asks."""

    def __init__(self, message: str, hint: str | Callable[[], str] = "") -> None:
        super().__init__(message)
        self.message = message
        self._hint = hint

    @property
    def hint(self) -> str:
        """What would cite something."""
        if callable(self._hint):
            self._hint = self._hint()
        return self._hint

    def again(self) -> CitationError:
        """The same, to be raised once more."""
        return CitationError(self.message, lambda: self.hint)


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause, cited: its framework, its reference in canonical spelling, the section that answers it.

    `section` is an anchor in the citing document, or empty; `all_points` says that `.*` was written.
    """

    framework: str
    ref: str
    section: str = ""
    all_points: bool = False

    def __str__(self) -> str:
        """The canonical short form, which reads back as this citation."""
        section = f" @{self.section}" if self.section else ""
        return f"{_short(self.framework, self.ref)}{'.*' if self.all_points else ''}{section}"


def read_citation(text: str, catalogs: Catalogs) -> Citation:
    """The one clause that a text cites; raises CitationError, also for a range."""
    found = read_citations(text, catalogs)
    if len(found) > 1:
        raise CitationError(
            f"`{_excerpt(text)}` cites {len(found)} clauses where one is expected", "cite each by itself"
        )
    return found[0]


def read_citations(text: str, catalogs: Catalogs) -> tuple[Citation, ...]:
    """The clauses that a text cites, more than one for a range; raises CitationError."""
    if len(text) > LONGEST:
        raise CitationError(f"a citation has at most {LONGEST} characters, and this has {len(text)}")
    found = _remembered(text, catalogs)
    if isinstance(found, CitationError):
        raise found.again()
    return found


def covered(citation: Citation, catalogs: Catalogs) -> tuple[str, ...]:
    """The references that a citation covers: its own, and with `.*` all that the catalogue lists below it."""
    if not citation.all_points:
        return (citation.ref,)
    below = catalogs[citation.framework].below(citation.ref)
    return (citation.ref, *(clause.ref for clause in below))


@lru_cache(maxsize=1 << 16)
def _remembered(text: str, catalogs: Catalogs) -> tuple[Citation, ...] | CitationError:
    try:
        return _read(text, catalogs)
    except CitationError as error:
        return error.with_traceback(None)  # remembered without the frames it came through


def _read(text: str, catalogs: Catalogs) -> tuple[Citation, ...]:
    if _CONTROL.search(text):
        raise CitationError("a citation stands on one line and holds no control characters")
    body, section = _split_section(" ".join(text.split()))
    if not body:
        raise CitationError("nothing is cited", "write it as `ISO 13485 4.2.4`")
    framework, rest = _split_framework(body, catalogs)
    catalog = catalogs[framework]
    rest = _GSPR.sub("Annex I ", rest, count=1) if _GSPR.match(rest) else rest
    stripped = _ALL_POINTS.sub("", rest)
    refs = _refs(stripped.strip(" ,"), catalog)
    all_points = stripped != rest
    if all_points and not catalog.children(refs[0]):
        shown = _short(framework, refs[0])
        raise CitationError(f"the catalogue lists no points below `{shown}`", f"write it as `{shown}`")
    return tuple(Citation(framework, ref, section, all_points) for ref in refs)


def _split_section(text: str) -> tuple[str, str]:
    match = _SECTION.search(text)
    if not match:
        return text, ""
    if not _SLUG.fullmatch(match[1]):
        raise CitationError(f"`@{match[1]}` is not the anchor of a section", "write it as `@time-limits`")
    return text[: match.start()].strip(), match[1]


def _split_framework(text: str, catalogs: Catalogs) -> tuple[str, str]:
    """The key of the framework that a text begins with, and the rest of the text."""
    for name, key in _names(catalogs):
        rest = text[len(name) :]
        if text[: len(name)].lower() == name and not _NAME_GOES_ON.match(rest):
            if key not in catalogs:
                raise _not_active(key, catalogs)
            return key, _without_edition(rest, key, catalogs).strip(" ,:")
    if _GSPR.match(text):
        return _only_regulation(text, catalogs), text
    raise _no_framework(text, catalogs)


@lru_cache(maxsize=8)
def _names(catalogs: Catalogs) -> tuple[tuple[str, str], ...]:
    """Every spelling of every framework in lower case with its key, longest first, active ones before others."""
    active = catalogs.names()
    others = {item.framework: item.aliases for item in catalogs.known if item.framework not in active}
    spellings: dict[str, str] = {}
    for names in (active, others):
        for key, aliases in names.items():
            for name in (key, *aliases):
                spellings.setdefault(name.lower(), key)
    return tuple(sorted(spellings.items(), key=lambda item: -len(item[0])))


def _without_edition(rest: str, framework: str, catalogs: Catalogs) -> str:
    match = _EDITION.match(rest)
    if not match:
        return rest
    edition = catalogs.edition(framework)
    if match[1] != edition:
        raise CitationError(f"this QMS works to the {edition} edition of {framework}, not to {match[1]}")
    return rest[match.end() :]


def _only_regulation(text: str, catalogs: Catalogs) -> str:
    """`GSPR` means Annex I of the one active regulation."""
    regulations = [key for key in catalogs if catalogs.form(key) == "regulation"]
    if len(regulations) == 1:
        return regulations[0]
    if not regulations:
        raise CitationError(f"`{text}`: no regulation with general requirements is active in qmsdoc.toml")
    choices = " or ".join(f"`{key} {text}`" for key in regulations)
    raise CitationError(
        f"`{text}` names no framework, and more than one has general requirements", f"write {choices}"
    )


def _not_active(framework: str, catalogs: Catalogs) -> CitationError:
    edition = max(item.edition for item in catalogs.known if item.framework == framework)
    key = framework if framework.isalnum() else f'"{framework}"'
    other = f", or cite {_either(list(catalogs))}" if catalogs else ""
    hint = f'add `{key} = "{edition}"` under [frameworks]{other}'
    return CitationError(f"{framework} is not active in qmsdoc.toml", hint)


def _no_framework(text: str, catalogs: Catalogs) -> CitationError:
    """Why a text does not begin with a framework: it is left out, or misspelt."""
    found = ((key, reference.levels(text, catalogs[key])) for key in catalogs)
    candidates = [f"`{_short(key, refs[-1])}`" for key, refs in found if reference.is_known(refs, catalogs[key])]
    if candidates:
        return CitationError(f"`{_excerpt(text)}` names no framework", f"did you mean {_either(candidates)}?")
    match = _KEYWORD.search(text)
    name = (text[: match.start()] if match else text.rpartition(" ")[0]).strip() or text
    if name[0].isdigit() or (match and not match.start()):
        hint = (
            f"cite {_either(list(catalogs))}" if catalogs else "name frameworks in qmsdoc.toml under [frameworks]"
        )
        return CitationError(f"`{_excerpt(text)}` names no framework", hint)
    return CitationError(f"`{_excerpt(name)}` is not a framework", partial(_framework_meant, name, catalogs))


def _framework_meant(name: str, catalogs: Catalogs) -> str:
    spelling = nearest(name, (spelling for spelling, _ in _names(catalogs)))
    key = dict(_names(catalogs)).get(spelling)
    return f"did you mean `{key}`?" if key else did_you_mean(name, catalogs)


def _refs(text: str, catalog: Catalog) -> list[str]:
    """The canonical references of what follows the framework; raises CitationError."""
    if text in catalog.clauses:
        return [text]
    first, *last = _RANGE.split(text, maxsplit=1)
    ref = _resolve(first, catalog)
    if not last:
        return [ref]
    between = reference.between(ref, last[0], catalog)
    if not between:
        message = f"`{_excerpt(text)}` is not a range of clauses of {catalog.framework}"
        raise CitationError(message, "name the first and the last of one level, in this order")
    return between


def _resolve(text: str, catalog: Catalog) -> str:
    levels = reference.levels(text, catalog)
    if not levels:
        example = {"regulation": "Art. 10(9)(k)", "part": "820.35(a)"}.get(catalog.form, "4.2.4 d)")
        what = (
            f"`{_excerpt(text)}` is not a clause of {catalog.framework}"
            if text
            else f"{catalog.framework} is cited without a clause"
        )
        raise CitationError(what, f"write it as `{_short(catalog.framework, example)}`")
    missing = reference.first_missing(levels, catalog)
    if missing is None:
        return levels[-1]
    if gone := _gone(levels, catalog):
        raise gone
    first = next(iter(catalog.clauses))
    if not missing and levels[0].isdecimal() and first.isdecimal() and int(levels[0]) < int(first):
        message = f"`{_short(catalog.framework, levels[-1])}` holds no requirement"
        raise CitationError(message, f"requirements begin with `{_short(catalog.framework, first)}`")
    message = f"`{_short(catalog.framework, levels[-1])}` does not exist"
    raise CitationError(message, partial(_near, levels, missing, catalog))


def _near(levels: list[str], missing: int, catalog: Catalog) -> str:
    """The clauses that may be meant by one that does not exist."""
    choices = [f"`{_short(catalog.framework, ref)}`" for ref in reference.nearest(levels, missing, catalog)]
    return f"did you mean {_either(choices)}?" if choices else ""


def _gone(levels: Sequence[str], catalog: Catalog) -> CitationError | None:
    """Why a clause of another edition or wording is not in this one: it went somewhere, or came later."""
    cited = f"`{_short(catalog.framework, levels[-1])}`"
    for ref in reversed(levels):
        if ref in catalog.moved:
            message = f"{cited} is not in the {catalog.edition} edition of {catalog.framework}"
            return CitationError(message, f"what it asked is now in `{catalog.moved[ref]}`")
        if ref in catalog.later:
            message = f"{cited} is not in the wording of {catalog.wording} that qmsdoc.toml pins"
            return CitationError(message, f"it came with the wording of {catalog.later[ref]}")
    return None


def _short(framework: str, ref: str) -> str:
    """A reference with its framework as people write it: `MDR Art. 10(9)`, `21 CFR 820.35(a)`."""
    before, _, last = framework.rpartition(" ")
    if before and ref.startswith(f"{last}."):
        framework = before
    return f"{framework} {'Art. ' + ref[8:] if ref.startswith('Article ') else ref}"


def _either(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _excerpt(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
