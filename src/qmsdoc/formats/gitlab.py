"""Code Quality report of GitLab: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.

It knows no waivers, so what is waived is `info` and says why.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qmsdoc.diagnostics import Severity
from qmsdoc.formats.fingerprint import fingerprints
from qmsdoc.formats.text import one_line

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Diagnostic, Findings

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(findings: Findings) -> str:
    """All findings as one JSON array."""
    marks = fingerprints(findings.diagnostics)
    issues = [_issue(d, mark) for d, mark in zip(findings.diagnostics, marks, strict=True)]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    place, text = diagnostic.location, diagnostic.message
    if diagnostic.waiver:
        text += f" (waived: {diagnostic.waiver.reason})"
    elif diagnostic.hint:
        text += f". {diagnostic.hint}"
    path = place.path.encode(errors="backslashreplace").decode()  # one that is not UTF-8 must not spoil the report
    return {
        "description": one_line(text),
        "check_name": f"{diagnostic.code} {diagnostic.name}",
        "fingerprint": fingerprint,
        "severity": "info" if diagnostic.waiver else _SEVERITIES[diagnostic.severity],
        "location": {"path": path, "lines": {"begin": place.line}},
    }
