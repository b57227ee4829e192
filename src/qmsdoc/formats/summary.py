"""The last line of a check, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Severity

if TYPE_CHECKING:
    from qmsdoc.diagnostics import Findings


def plural(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(findings: Findings) -> str:
    """`2 errors, 1 warning (3 waived) in 41 documents, as of 2026-11-23`."""
    counts = [(findings.count(severity), severity.value) for severity in Severity]
    text = ", ".join(plural(count, noun) if noun != "info" else f"{count} info" for count, noun in counts if count)
    waived = len(findings.diagnostics) - len(findings.open)
    unread = findings.files - findings.documents
    parts = [
        text or "no findings",
        f" ({waived} waived)" if waived else "",
        f" in {plural(findings.documents, 'document')}",
    ]
    parts += [
        f" and {plural(unread, 'file')} that could not be read" if unread else "",
        f", as of {findings.today}",
        f"; switched off: {', '.join(setting.code for setting in findings.off)}" if findings.off else "",
    ]
    return "".join(parts)
