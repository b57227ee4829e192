"""By file, one line a finding, for terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.formats.text import COLORS, one_line, paint
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Diagnostic, Findings


def render(findings: Findings, *, color: bool = False) -> str:
    """All findings below the files in which they are, waived ones with their reason."""
    groups: dict[str, list[Diagnostic]] = {}
    for diagnostic in findings.diagnostics:
        groups.setdefault(diagnostic.location.path, []).append(diagnostic)
    return "\n".join(_group(path, found, color=color) for path, found in groups.items())


def _group(path: str, found: list[Diagnostic], *, color: bool) -> str:
    places = [f"{d.location.line}:{d.location.column}" for d in found]
    names = [f"{d.code} {d.name}" for d in found]
    place_width, name_width = (max(map(len, texts)) for texts in (places, names))
    lines = [paint(visible(path), "1", color=color)]
    for diagnostic, place, name in zip(found, places, names, strict=True):
        severity = "waived" if diagnostic.waiver else diagnostic.severity.value
        style = "2" if diagnostic.waiver else COLORS[diagnostic.severity]
        reason = f" (waived: {one_line(diagnostic.waiver.reason)})" if diagnostic.waiver else ""
        head = paint(f"{severity:7}", style, color=color)
        message = one_line(diagnostic.message)
        lines.append(f"  {place:>{place_width}}  {head}  {name:{name_width}}  {message}{reason}")
    return "".join(f"{line}\n" for line in lines)
