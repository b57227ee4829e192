"""Real documents, mutated: bytes flipped, lines doubled, lost and shuffled, two documents spliced."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import families
from units import UNITS

if TYPE_CHECKING:
    from random import Random

CLEAN = Path(__file__).parent.parent.parent
AT_ONCE = 40  # documents of one input


@cache
def _documents() -> dict[str, bytes]:
    """The documents of the model QMS by path."""
    found = sorted(file for folder in ("records", "sops", "templates") for file in (CLEAN / folder).rglob("*.md"))
    return {file.relative_to(CLEAN).as_posix(): file.read_bytes() for file in found}


def mutated(random: Random, data: bytes, others: list[bytes]) -> bytes:
    """A few changes of one text."""
    for _ in range(random.choice((1, 1, 1, 2, 5, 20))):
        data = random.choice(_CHANGES)(random, data, others)
    return data[: families.DOCUMENT]


def _flip(random: Random, data: bytes, _: list[bytes]) -> bytes:
    changed = bytearray(data or b"x")
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _insert(random: Random, data: bytes, _: list[bytes]) -> bytes:
    at, unit = random.randrange(len(data) + 1), random.choice(random.choice(list(UNITS.values())))
    return data[:at] + unit.encode() * random.choice((1, 1, 3, 100)) + data[at:]


def _cut(random: Random, data: bytes, _: list[bytes]) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.choice((1, 5, 50, 500)) :]


def _lines(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """One line doubled, lost, moved, or all shuffled behind it."""
    found = data.split(b"\n")
    at = random.randrange(len(found))
    match random.randrange(4):
        case 0:
            found.insert(at, found[at])
        case 1:
            del found[at]
        case 2:
            found.insert(random.randrange(len(found)), found.pop(at))
        case _:
            rest = found[at:]
            random.shuffle(rest)
            found[at:] = rest
    return b"\n".join(found)


def _splice(random: Random, data: bytes, others: list[bytes]) -> bytes:
    other = random.choice(others)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _swap_line(random: Random, data: bytes, others: list[bytes]) -> bytes:
    """A line of another document in the place of one, as where somebody pasted it."""
    found, other = data.split(b"\n"), random.choice(others).split(b"\n")
    found[random.randrange(len(found))] = random.choice(other)
    return b"\n".join(found)


def _number(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """A digit changed: other days, other ids, other clauses."""
    places = [at for at, byte in enumerate(data[:4000]) if 48 <= byte < 58]
    if not places:
        return data
    at = random.choice(places)
    return data[:at] + str(random.randrange(10)).encode() + data[at + 1 :]


def _line_ends(random: Random, data: bytes, _: list[bytes]) -> bytes:
    return data.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\n ")))


def _again(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """A part of it many times."""
    start = random.randrange(len(data) + 1)
    part = data[start : start + random.choice((3, 40, 400))]
    return data[:start] + part * random.choice((2, 10, 200)) + data[start:]


_CHANGES = (_flip, _insert, _cut, _lines, _splice, _swap_line, _swap_line, _number, _number, _line_ends, _again)


def _documents_mutated(random: Random, _: int) -> families.Files:
    documents = _documents()
    texts = list(documents.values())
    return {path: mutated(random, documents[path], texts) for path in random.sample(list(documents), AT_ONCE)}


def _documents_grown(random: Random, size: int) -> families.Files:
    """A few real documents that were made as large as a document may be."""
    documents = _documents()
    path, *others = random.sample(list(documents), 4)
    data = mutated(random, documents[path], [documents[other] for other in others])
    body = data.partition(b"\n---\n")[2] or b"x"
    return {path: (data + body * (size // len(body)))[:size]}


def _settings_mutated(random: Random, _: int) -> families.Files:
    """One of the files that are not Markdown."""
    path = random.choice(
        ("qmsdoc.toml", "trust/people.toml", "trust/policy.toml", "schemas/frameworks/company.yaml")
    )
    data = (CLEAN / path).read_bytes()
    return {path: mutated(random, data, [data])}


def register() -> None:
    """Every family of mutants."""
    families.add("mutants", _documents_mutated, families.FRONT_MATTER)
    families.add("mutants-grown", _documents_grown)
    families.add("mutants-of-settings", _settings_mutated, families.FRONT_MATTER)
