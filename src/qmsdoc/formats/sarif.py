"""SARIF 2.1.0 (OASIS), for code scanning: every rule that ran, every finding, waivers as suppressions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qmsdoc import __version__
from qmsdoc.diagnostics import Diagnostic, RuleInfo, Severity
from qmsdoc.formats.fingerprint import fingerprints

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(findings: Findings) -> str:
    """One run with its rules and results."""
    index = {rule.code: position for position, rule in enumerate(findings.rules)}
    marks = fingerprints(findings.diagnostics)
    run = {
        "tool": {
            "driver": {
                "name": "qmsdoc",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in findings.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The root of the QMS repository."}}},
        "results": [_result(d, index, mark) for d, mark in zip(findings.diagnostics, marks, strict=True)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.explanation, "markdown": rule.explanation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": list(rule.clauses), "depends": rule.depends},
    }


def _result(diagnostic: Diagnostic, index: dict[str, int], fingerprint: str) -> dict[str, Any]:
    place = diagnostic.location
    region: dict[str, int] = {"startLine": place.line, "startColumn": place.column}
    if place.end_column:
        region["endColumn"] = place.end_column
    text = f"{diagnostic.message}. {diagnostic.hint}" if diagnostic.hint else diagnostic.message
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.path, errors="backslashreplace"), "uriBaseId": "ROOT"},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {"qmsdoc/v1": fingerprint},
    }
    if diagnostic.code in index:
        result["ruleIndex"] = index[diagnostic.code]
    if diagnostic.waiver:
        kind = "inSource" if diagnostic.waiver.location.path == place.path else "external"
        result["suppressions"] = [{"kind": kind, "justification": diagnostic.waiver.reason}]
    return result
