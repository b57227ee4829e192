"""JSON for programs; `schema_version` 1, additive. The schema is data/schemas/findings.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qmsdoc import __version__
from qmsdoc.diagnostics import Severity

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Diagnostic, Findings

SCHEMA_VERSION = 1


def render(findings: Findings) -> str:
    """The whole result as one JSON object."""
    opened = {severity.value: findings.count(severity) for severity in Severity}
    data = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "qmsdoc", "version": __version__},
        "summary": {
            "as_of": findings.today.isoformat(),
            "documents": findings.documents,
            "files": findings.files,
            **opened,
            "waived": len(findings.diagnostics) - len(findings.open),
        },
        "rules_off": [{"code": setting.code, "reason": setting.reason} for setting in findings.off],
        "diagnostics": [diagnostic_data(d) for d in findings.diagnostics],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def diagnostic_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One finding as plain data."""
    place, waiver = diagnostic.location, diagnostic.waiver
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_column": place.end_column or None,
        "hint": diagnostic.hint,
        "clauses": list(diagnostic.clauses),
        "waiver": {"reason": waiver.reason, "path": waiver.location.path, "line": waiver.location.line}
        if waiver
        else None,
    }
