"""GitHub workflow commands, one annotation a finding, errors first; waived findings as notices.

Message and properties are escaped as the runner unescapes them, or a line feed in a title would end the command.
GitHub shows ten errors and ten warnings a step, so a last notice counts what does not show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Diagnostic, Severity
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SHOWN = 10


def render(findings: Findings) -> str:
    """All findings as annotations."""
    lines = [_annotation(d) for d in sorted(findings.open, key=lambda d: d.severity.rank)]
    lines += [_annotation(d) for d in findings.diagnostics if d.waiver]
    hidden = sum(max(0, findings.count(severity) - _SHOWN) for severity in (Severity.ERROR, Severity.WARNING))
    if hidden:
        lines.append(f"::notice title=qmsdoc::{hidden} more findings stand in the log of this step")
    return "".join(f"{line}\n" for line in lines)


def _annotation(diagnostic: Diagnostic) -> str:
    place = diagnostic.location
    command = "notice" if diagnostic.waiver else _COMMANDS[diagnostic.severity]
    properties = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{diagnostic.code} {diagnostic.name}",
    }
    if place.end_column:
        properties["endColumn"] = str(place.end_column)
    message = diagnostic.message
    if diagnostic.waiver:
        message += f" (waived: {diagnostic.waiver.reason})"
    elif diagnostic.hint:
        message += f"\n{diagnostic.hint}"
    joined = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {joined}::{_data(message)}"


def _data(text: str) -> str:
    lines = (visible(line) for line in text.split("\n"))
    return "%0A".join(line.replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
