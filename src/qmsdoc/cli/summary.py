"""`qmsdoc summary`: what a change does, for the person who reviews it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import Fatal, OutputFile, Session, TableFormat, open_project, rendered, write
from qmsdoc.cli.validate_against import as_it_was

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.diagnostics import Diagnostic, Findings
    from qmsdoc.project import Project
    from qmsdoc.views.table import Table


class SummaryFormat(Enum):
    """How a summary is shown."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("summary", rich_help_panel="Check")(summary)


def summary(
    context: typer.Context,
    base: Annotated[
        str,
        typer.Option(
            metavar="REV", envvar="QMSDOC_BASE", help="The change since it parted from this branch or commit."
        ),
    ] = "",
    output_format: Annotated[SummaryFormat, typer.Option(help="How to show it.")] = SummaryFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """What a change does: findings, documents, clauses gained and lost, trainings, who must sign.

    For the person who reviews it. It fails by nothing that it finds: the gate is `qmsdoc validate --base`.

    Example:
        qmsdoc summary --base origin/main --output-format markdown
    """
    from qmsdoc.check import check

    if not base:
        raise Fatal("a summary is of a change", "name where it parted from: `--base origin/main`")
    session = open_project(context)
    before = as_it_was(session, base)
    findings = check(session.project, session.problems, session.today, base=before)
    shown, notes = _of_the_change(session, before, findings)
    tables = _tables(session, before, notes)
    if output_format is SummaryFormat.JSON:
        write(_as_json(findings, tables), output_file)
    elif output_format is SummaryFormat.MARKDOWN:
        from qmsdoc.formats import review

        write(review.render(findings, shown, list(tables.values()), notes), output_file)
    else:
        write(_as_text(findings, shown, list(tables.values()), notes), output_file)


def _of_the_change(session: Session, before: Project, findings: Findings) -> tuple[list[Diagnostic], list[str]]:
    """What a reviewer sees, and what is said of the rest: all that is open, but elsewhere no mere information."""
    from qmsdoc.diagnostics import Severity
    from qmsdoc.rule import Context

    touched = Context(session.project, {}, session.today, before).touched | session.project.unread
    shown = [d for d in findings.diagnostics if d.severity is not Severity.INFO or d.location.path in touched]
    left = len(findings.diagnostics) - len(shown)
    note = (
        f"For information only, in documents that this change does not touch: {left}; `qmsdoc validate` shows all."
    )
    return shown, [note] if left else []


def _tables(session: Session, before: Project, notes: list[str]) -> dict[str, Table]:
    """What the change brings about, by the keys of the JSON output; adds a note where nobody can sign."""
    from qmsdoc.lifecycle import statuses
    from qmsdoc.views.changed_claims import changed_claims
    from qmsdoc.views.changed_documents import changed, changed_table
    from qmsdoc.views.signers import signers, stated
    from qmsdoc.views.trainings import trainings

    project, today = session.project, session.today
    found = changed(before, project)
    tables = {
        "documents": changed_table(before, project, found),
        "clauses": changed_claims(before, project),
        "trainings": trainings(found, project.people, today),
    }
    if project.trust.latest:
        tables["signed"] = stated(before, project)
        tables["signers"] = signers(found, statuses(project, today), project.trust.latest, today)
    else:
        notes.append("Nobody can sign yet: no trust state is in force; `qmsdoc trust init` makes one.")
    return tables


def _as_text(
    findings: Findings, shown: Sequence[Diagnostic], tables: Sequence[Table], notes: Sequence[str]
) -> str:
    from dataclasses import replace

    from qmsdoc.formats import render
    from qmsdoc.formats import summary as counts

    parts = [f"{counts.summary(findings)}\n"]
    parts += [render("concise", replace(findings, diagnostics=shown))] if shown else []
    parts += [f"{note.replace('`', '')}\n" for note in notes]
    for table in tables:
        parts.append(
            f"{table.title}\n\n{rendered(table, TableFormat.TABLE)}" if table.rows else f"{table.title}: none\n"
        )
    return "\n".join(parts)


def _as_json(findings: Findings, tables: dict[str, Table]) -> str:
    """All findings as `validate --output-format json` has them, and a list of objects for each table."""
    import json

    from qmsdoc.formats import render
    from qmsdoc.views.render import as_objects

    found = {"findings": json.loads(render("json", findings))}
    brought = {key: as_objects(table) for key, table in tables.items()}
    return json.dumps(found | brought, indent=2, ensure_ascii=False) + "\n"
