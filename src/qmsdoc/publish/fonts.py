"""The fonts that come with the tool, and the characters that none of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc import glyphs
from qmsdoc.resources import data

if TYPE_CHECKING:
    from pathlib import Path


def folder() -> Path:
    """Where the fonts lie."""
    return data("pdf", "fonts")


def missing(text: str) -> list[int]:
    """The positions of characters that no shipped font can draw."""
    strange = {character for character in set(text) if not glyphs.has(character)}
    return [at for at, character in enumerate(text) if character in strange] if strange else []
