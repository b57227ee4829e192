"""One module an output format, each with `render(findings) -> str`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings

FORMATS = ("full", "concise", "grouped", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown")
_IN_COLOR = ("full", "grouped")


def render(name: str, findings: Findings, *, color: bool = False) -> str:
    """The findings in one of FORMATS, as text that ends with a line feed; colour only where people read it."""
    module = import_module(f"{__name__}.{name}")
    text: str = module.render(findings, color=color) if name in _IN_COLOR else module.render(findings)
    return text
