"""References inside one framework: spellings to the levels of a canonical reference, and what exists of them.

`levels` turns `10.9.k` into `Article 10`, `Article 10(9)`, `Article 10(9)(k)`; the grammar is that of the
framework's form. Everything is matched from left to right by patterns that cannot backtrack far.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qmsdoc.catalog import Catalog

MOST_LEVELS = 8
_NUMBERS = r"[0-9]{1,3}(?:\.[0-9]{1,3})*"
_LETTERS = r"a[a-h]|[ef][a-g]|[ivx]{2,5}|[a-z]"  # points to (ah) and inserted ones; sub-points are Roman
_TOKEN = rf"[0-9]{{1,3}}[a-z]?|{_LETTERS}"
_WORD = r"(?:points?|lit\.|letter|para\.|paragraph|no\.)"
_NEXT = re.compile(
    rf"\s*(?:[.,]\s*)?(?:{_WORD}\s*)?(?:\(\s*(?P<closed>{_TOKEN})\s*\)|(?P<bare>{_TOKEN})(?![a-z0-9])\s*\)?)"
)
_CLAUSE = re.compile(rf"(?:(?:clauses?|sections?|cl\.|sec\.|§§?)\s*)?({_NUMBERS})\.?(?![0-9])")
_ARTICLE = re.compile(r"(?:(?:articles?|arts?\.?)\s*)?([0-9]{1,3}[a-z]?)(?![a-z0-9])")
_CHAPTER = re.compile(r"chapter\s+([ivx]{1,5})(?:,?\s+section\s+([0-9]))?$")
_ANNEX = re.compile(r"annex(?:es)?\s+([ivx]{1,5}|[0-9]{1,2})(?![a-z0-9])")
_DIVISION = re.compile(r",?\s+(part|chapter)\s+([ivx]{1,5}|[a-z])(?![a-z0-9])")
_SECTION = re.compile(rf",?\s+(?:(?:sections?|sec\.|points?|no\.|§§?)\s*)?({_NUMBERS})\.?(?![0-9])")
_RULE = re.compile(r"(?:annex\s+viii,?\s+)?rule\s+([0-9]{1,2})$")
_PART = re.compile(
    r"(?:part\s+(?:[0-9]{1,4},?\s+)?)?(?:(?:sections?|sec\.|§§?)\s*)?([0-9]{1,4}\.[0-9]{1,3})(?![0-9])"
)
_SUBPART = re.compile(r"subpart\s+([a-z])$")
_LAST = re.compile(r"(?P<stem>.*?)(?P<token>[0-9]+[a-z]?|[a-z]{1,4}|[IVX]+|[A-Z])\)?")
_UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def levels(text: str, catalog: Catalog) -> list[str]:
    """A reference and what it stands under, outermost first, in canonical spelling; empty if malformed."""
    if not text.replace("§", "").isascii():
        return []
    read = {"numbered": _numbered, "regulation": _regulation, "part": _part}[catalog.form]
    found = read(text.lower(), catalog)
    return found if len(found) <= MOST_LEVELS else []


def first_missing(refs: list[str], catalog: Catalog) -> int | None:
    """The index of the first level that the catalogue contradicts; None if there is none."""
    for index, ref in enumerate(refs):
        if ref in catalog.clauses:
            continue
        if not index:
            return 0
        above = catalog.clauses[refs[index - 1]]
        opened = above.open
        if above.points and index == len(refs) - 1 and _is_point_of(ref, above.ref, above.points):
            return None
        if opened == "all" or (opened == "points" and all(deeper.endswith(")") for deeper in refs[index:])):
            return None
        return index
    return None


def is_known(refs: list[str], catalog: Catalog) -> bool:
    """Whether the catalogue lists a reference itself, or the clause whose points it leaves open."""
    if not refs or first_missing(refs, catalog) is not None:
        return False
    above = catalog.clauses.get(refs[-2]) if len(refs) > 1 else None
    return refs[-1] in catalog.clauses or (above is not None and (above.open == "points" or bool(above.points)))


def _is_point_of(ref: str, above: str, last: str) -> bool:
    """Whether a reference is one of the unlisted lettered points of a clause, `a` to `last`."""
    letter = ref.removeprefix(above).strip(" ()")
    return len(letter) == 1 and "a" <= letter <= last


def nearest(refs: list[str], missing: int, catalog: Catalog, most: int = 2) -> list[str]:
    """The real references most like one whose level `missing` does not exist."""
    wanted = refs[-1]
    if wanted.startswith("Annex "):  # the part or chapter may be left out, or be the wrong one
        annex, section = " ".join(wanted.split()[:2]), wanted.rpartition(" ")[2]
        same = [ref for ref in catalog.clauses if ref.startswith(f"{annex} ") and ref.endswith(f" {section}")]
        if same:
            return same[:most]
    if missing and refs[missing].endswith(")") and (last := catalog.clauses[refs[missing - 1]].points):
        return [f"{refs[missing - 1]} {last})"]
    match = _LAST.fullmatch(refs[missing])
    siblings = _siblings(refs[missing], catalog)
    if match and siblings:
        siblings.sort(key=lambda ref: _distance(match["token"], ref))
        return siblings[:most]
    return [refs[missing - 1]] if missing else []


def between(first: str, last: str, catalog: Catalog) -> list[str]:
    """The references from one to another of the same level, both included; empty if that is no range.

    The end may be as short as people write it: `7.3.1-7.3.10`, `Art. 87(3)-(5)`, `Annex I 1-9`.
    """
    siblings = _siblings(first, catalog)
    wanted = _tokens(last)
    if first not in siblings or not wanted:
        return []
    start = siblings.index(first)
    for end in range(start + 1, len(siblings)):
        if _tokens(siblings[end])[-len(wanted) :] == wanted:
            return siblings[start : end + 1]
    return []


def _numbered(text: str, _: Catalog) -> list[str]:
    match = _CLAUSE.match(text)
    points = _tail(text, match.end()) if match else None
    if not match or points is None:
        return []
    found = _dotted("", match[1])
    for point in points:
        found.append(f"{found[-1]} {point})")
    return found


def _part(text: str, _: Catalog) -> list[str]:
    if match := _SUBPART.match(text):
        return [f"Subpart {match[1].upper()}"]
    match = _PART.match(text)
    points = _tail(text, match.end()) if match else None
    return _points([match[1]], points) if match and points is not None else []


def _regulation(text: str, catalog: Catalog) -> list[str]:
    if match := _CHAPTER.match(text):
        chapter = f"Chapter {match[1].upper()}"
        return [chapter, f"{chapter} Section {match[2]}"] if match[2] else [chapter]
    if match := _RULE.match(text):
        rules = (clause.ref for clause in catalog.clauses.values() if clause.kind == "rule")
        return [ref for ref in rules if catalog.clauses[ref].title == f"Rule {match[1]}"]
    if text.startswith("annex"):
        return _annex(text, catalog)
    match = _ARTICLE.match(text)
    points = _tail(text, match.end(), numbered=True) if match else None
    return _points([f"Article {match[1]}"], points) if match and points is not None else []


def _annex(text: str, catalog: Catalog) -> list[str]:
    match = _ANNEX.match(text)
    if not match:
        return []
    tens, units = divmod(int(match[1]) if match[1].isdigit() else 0, 10)
    found = [f"Annex {'X' * tens + _UNITS[units] or match[1].upper()}"]
    division = _DIVISION.match(text, match.end())
    end = division.end() if division else match.end()
    if division:
        found.append(f"{found[0]} {division[1].title()} {division[2].upper()}")
    section = _SECTION.match(text, end)
    if not section:
        return found if end == len(text) else []
    points = _tail(text, section.end())
    if points is None:
        return []
    if division and _numbered_through(found, section[1], catalog):
        found.pop()
    return _points([*found, *_dotted(f"{found[-1]} ", section[1])], points)


def _numbered_through(found: list[str], section: str, catalog: Catalog) -> bool:
    """Whether an annex counts its sections through, so that the reference leaves the part or chapter out."""
    annex, division = found
    ref = f"{annex} {section.partition('.')[0]}"
    return ref in catalog.clauses and any(clause.ref == division for clause in catalog.ancestors(ref))


def _dotted(before: str, numbers: str) -> list[str]:
    parts = numbers.split(".")
    return [f"{before}{'.'.join(parts[: count + 1])}" for count in range(len(parts))]


def _points(found: list[str], points: list[str]) -> list[str]:
    for point in points:
        found.append(f"{found[-1]}({point})")
    return found


def _tail(text: str, position: int, *, numbered: bool = False) -> list[str] | None:
    """The points that follow a number up to the end of the text; None if something else follows.

    No level is numbered like the one above it; `numbered` says that the first may be, as paragraphs are.
    """
    found: list[str] = []
    after_number = not numbered
    while position < len(text):
        match = _NEXT.match(text, position)
        point = (match["closed"] or match["bare"]) if match else ""
        if not match or (after_number and point[0].isdigit()):
            return None
        found.append(point)
        after_number = point[0].isdigit()
        position = match.end()
    return found


def _siblings(ref: str, catalog: Catalog) -> list[str]:
    """The references of the same level under the same stem, in reading order."""
    match = _LAST.fullmatch(ref)
    stem = match["stem"] if match else ref
    same = ((other, _LAST.fullmatch(other)) for other in catalog.clauses if other.startswith(stem))
    return [other for other, found in same if found and found["stem"] == stem]


def _tokens(ref: str) -> list[str]:
    words = re.sub(r"\b(?:articles?|arts?|annex|clause|section|part|chapter)\b", " ", ref.lower())
    return re.findall(r"[0-9]+[a-z]?|[a-z]+", words)


def _distance(token: str, ref: str) -> tuple[int, int]:
    match = _LAST.fullmatch(ref)
    other = match["token"] if match else ""
    ours, theirs = (int(re.sub(r"[a-z]", "", word)[:9] or 0) for word in (token.lower(), other.lower()))
    if token.isalpha() and other.isalpha():
        ours, theirs = (sum(ord(letter) for letter in word) for word in (token.lower(), other.lower()))
    return (abs(ours - theirs), len(other))
