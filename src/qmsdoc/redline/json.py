"""A redline as JSON, for other programs. Only ASCII is written, so nothing in it can act on a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmsdoc.redline.compare import Block
    from qmsdoc.redline.comparison import Comparison, FileFact, Side

SCHEMA_VERSION = 1


def render(comparison: Comparison) -> str:
    """The whole redline: pieces that stayed and went are the old text, those that stayed and came the new one."""
    told = {
        "schema_version": SCHEMA_VERSION,
        "id": comparison.id,
        "title": comparison.title,
        "same": comparison.is_same,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "files": [
            {"name": file.name, "change": file.word, "old": _fact(file.old), "new": _fact(file.new)}
            for file in comparison.files
        ],
        "fields": _blocks(comparison.redline.fields),
        "body": _blocks(comparison.redline.body),
    }
    return json.dumps(told, indent=2) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {
        "label": side.label,
        "path": side.path or None,
        "sha256": side.sha256 or None,
        "caution": side.caution or None,
    }


def _fact(fact: FileFact | None) -> dict[str, Any] | None:
    return fact and fact._asdict()


def _blocks(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [
        {
            "shape": block.shape.value,
            **({"name": block.name} if block.name else {}),
            "pieces": [{"change": change.value, "text": text} for change, text in block.pieces],
        }
        for block in blocks
    ]
