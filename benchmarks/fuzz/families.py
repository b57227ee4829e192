"""What a fuzzing input is: files made from a seed and a size, and where they are put."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

KIB, MIB = 2**10, 2**20
DOCUMENT = 5 * MIB  # bytes; the most that a document may have
FRONT_MATTER = 64 * KIB
DEFINITION = 256 * KIB  # of a company's type or framework

Files = Mapping[str, bytes]  # by the path that they get in the repository
Make = Callable[[Random, int], Files]


@dataclass(frozen=True)
class Family:
    """Inputs of one kind. `most` is the size in bytes beyond which larger ones are no worse or are refused.

    surface: what is done with an input, a name of `surfaces.SURFACES`.
    base: the repository into which the files are put, `model` or `signed`.
    """

    name: str
    make: Make
    most: int = DOCUMENT
    surface: str = "validate"
    base: str = "model"


FAMILIES: dict[str, Family] = {}


def add(name: str, make: Make, most: int = DOCUMENT, *, surface: str = "validate", base: str = "model") -> None:
    """Register a family; raises ValueError for a name that is taken."""
    if name in FAMILIES:
        raise ValueError(f"there is a family `{name}` already")
    FAMILIES[name] = Family(name, make, most, surface, base)


def files(name: str, seed: int, size: int) -> Files:
    """The input of a family: always the same for the same seed and size."""
    return FAMILIES[name].make(Random(f"{name} {seed}"), size)
