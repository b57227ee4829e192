"""Markup of another dialect of Markdown.

**What.** Links of a wiki (`[[Page]]`), attribute lists (`{#anchor}`, `{.class}`), formulas between `$$`, boxes and
tabs (`!!! note`, `::: warning`, `=== "Tab"`), a table of contents (`[TOC]`). They are shown as they are typed.

**Why.** A link that is only text leads nowhere, and what one output shows in another way is not under control
(ISO 13485 4.2.4 d), e)). The dialect is CommonMark with tables, footnotes, task lists, strikethrough and alerts.

**Wrong.** `see [[Control of records]]`

**Right.** `see [SOP-002](../documents/SOP-002-control-of-records.md)`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.WARNING, clauses=("ISO 13485 4.2.4 d)", "ISO 13485 4.2.4 e)"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """What loading saw in the lines."""
    for text, span in document.lines.foreign:
        hint = "link to the file: `[text](path.md)`" if "[[" in text else "write it in Markdown, or leave it out"
        yield Problem(document.within(span), f"`{text}` is markup of another dialect", hint)
