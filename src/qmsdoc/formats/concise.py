"""One line a finding: `path:line:column: severity[CODE name] message`. Stable, for editors and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.formats.text import one_line
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Diagnostic, Findings


def render(findings: Findings) -> str:
    """All findings, waived ones marked as such."""
    return "".join(f"{line(diagnostic)}\n" for diagnostic in findings.diagnostics)


def line(diagnostic: Diagnostic) -> str:
    """One finding on one line."""
    place = diagnostic.location
    severity = f"waived {diagnostic.severity.value}" if diagnostic.waiver else diagnostic.severity.value
    where = f"{visible(place.path)}:{place.line}:{place.column}"
    return f"{where}: {severity}[{diagnostic.code} {diagnostic.name}] {one_line(diagnostic.message)}"
