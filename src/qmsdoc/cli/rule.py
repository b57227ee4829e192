"""`qmsdoc rule`: what a finding means and how to mend it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from qmsdoc.diagnostics import RuleInfo


class RuleFormat(Enum):
    """How rules are shown."""

    TEXT = "text"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(rich_help_panel="Check")(rule)


def rule(
    code: Annotated[str | None, typer.Argument(help="A code or a name: QD101, unknown-document.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All rules.")] = False,
    output_format: Annotated[RuleFormat, typer.Option(help="How to show them.")] = RuleFormat.TEXT,
) -> None:
    """Explain a rule: what it finds, why that matters, and how it is done right."""
    from qmsdoc.rule import registry, select

    if (code is None) == (not everything):
        raise Fatal("name one rule, or --all", "`qmsdoc rule QD101`")
    try:
        codes = sorted(select([code], []) if code else registry())
    except ValueError as error:
        raise Fatal(str(error), "`qmsdoc rule --all` lists the rules") from None
    rules = [registry()[found].info for found in codes]
    if output_format is RuleFormat.JSON:
        typer.echo(_as_json(rules))
    elif everything:
        for info in rules:
            typer.echo(f"{info.code}  {info.severity.value:7}  {info.name:24}  {info.summary}{_off(info)}")
    else:
        typer.echo("\n\n".join(_as_text(info) for info in rules))


def _off(info: RuleInfo) -> str:
    return "" if info.standard else " (off by itself)"


def _as_text(info: RuleInfo) -> str:
    head = f"{info.code} {info.name} ({info.severity.value}; depends on {info.depends}){_off(info)}"
    clauses = f"\n\n**Clauses.** {', '.join(info.clauses)}" if info.clauses else ""
    return f"{head}\n{'=' * len(head)}\n\n{info.summary}\n\n{info.explanation}{clauses}"


def _as_json(rules: list[RuleInfo]) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(
        [asdict(info) | {"severity": info.severity.value} for info in rules], indent=2, ensure_ascii=False
    )
