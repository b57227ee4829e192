"""What a reviewer of a change reads, as Markdown: the verdict, the findings, what the change brings about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.formats.forge import LIMIT, tables, text
from qmsdoc.formats.markdown import found
from qmsdoc.formats.summary import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.diagnostics import Diagnostic, Findings
    from qmsdoc.views.table import Table

_FOR_TABLES = LIMIT // 2  # characters at most, so that findings show beside ever so long tables


def render(findings: Findings, shown: Sequence[Diagnostic], brought: Sequence[Table], notes: Sequence[str]) -> str:
    """Markdown of less than `forge.LIMIT` characters.

    findings: all of them, for the verdict. shown: those that concern a reviewer. notes: a sentence each.
    """
    verdict = f"### This change: {summary(findings)}\n"
    parts = [*(f"{text(note)}\n" for note in notes), *tables(brought, _FOR_TABLES, "qmsdoc summary")]
    room = LIMIT - len(verdict) - sum(len(part) + 1 for part in parts)
    return verdict + found(shown, room) + "".join(f"\n{part}" for part in parts)
