"""`qmsdoc coverage`: which clauses apply, who answers them, and where the holes are."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import (
    Fatal,
    OutputFile,
    TableFormat,
    open_project,
    refuse_together,
    show,
    warn_unread,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qmsdoc.cli.session import Session
    from qmsdoc.views.coverage import Question, Row
    from qmsdoc.views.table import Table


class CoverageFormat(Enum):
    """How coverage is shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    MARKDOWN = "markdown"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("coverage", rich_help_panel="Read")(coverage)


def coverage(
    context: typer.Context,
    framework: Annotated[str | None, typer.Argument(help="MDR, ISO 13485, … Default: all active ones.")] = None,
    device: Annotated[
        str | None, typer.Option(metavar="ID", help="Answer for this device alone: DEV-001.")
    ] = None,
    gaps: Annotated[bool, typer.Option("--gaps", help="Only clauses at which something is left to do.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Count what drafts claim as if in force.")] = False,
    months: Annotated[
        int | None,
        typer.Option(min=1, max=120, show_default="12", help="Period in which events count as evidence."),
    ] = None,
    applicability: Annotated[
        bool, typer.Option("--applicability", help="Instead: which clauses apply, and on which facts.")
    ] = False,
    crosswalk: Annotated[
        bool, typer.Option("--crosswalk", help="Instead: what regulation adds to ISO 13485, and who answers it.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Instead: so many claims beside the passages they point to.")
    ] = None,
    seed: Annotated[int | None, typer.Option(show_default="0", help="Draws the same sample again.")] = None,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=100, help="Exit 1 where less than this percentage is answered.")
    ] = None,
    output_format: Annotated[CoverageFormat, typer.Option(help="How to show it.")] = CoverageFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """Which clauses apply, which document in force answers each, whether records show it, and what is missing.

    It reports what documents claim and what records there are; whether that is enough, a person judges.
    """
    instead = {"--sample": sample is not None, "--applicability": applicability, "--crosswalk": crosswalk}
    for name, given in {
        "--gaps": gaps,
        "--fail-under": fail_under is not None,
        "--months": months is not None,
    }.items():
        refuse_together({**instead, name: given})
    refuse_together({"--applicability": applicability, "--drafts": drafts})
    if seed is not None and sample is None:
        raise Fatal("--seed is of a sample", "add --sample 10")
    session = open_project(context)
    question = _question(session, device, months, drafts=drafts)
    frameworks = _frameworks(framework, session)
    failed = False
    if sample is not None:
        if output_format is not CoverageFormat.TABLE:
            raise Fatal("a sample is text for a person to read", "leave out --output-format")
        write(_sample(question, frameworks, sample, seed or 0, session), output_file)
    elif applicability or crosswalk:
        tables = _instead(question, frameworks, applicability=applicability)
        _show(tables, question, output_format, output_file)
    else:
        failed = _cover(question, frameworks, output_format, output_file, gaps=gaps, fail_under=fail_under)
    if warn_unread(session) or failed:
        raise typer.Exit(1)


def _question(session: Session, device: str | None, months: int | None, *, drafts: bool) -> Question:
    from qmsdoc.suggest import did_you_mean
    from qmsdoc.views.coverage import PERIOD, ask

    if device == "":
        raise Fatal("--device names no device", "write it as `--device DEV-001`")
    try:
        return ask(session.project, session.today, months=months or PERIOD, drafts=drafts, device=device or "")
    except KeyError:
        known = ask(session.project, session.today).profile.devices
        raise Fatal(f"`{device}` is not a current device", did_you_mean(str(device), known)) from None


def _frameworks(text: str | None, session: Session) -> list[str]:
    from qmsdoc.cli.frameworks import choose

    catalogs = session.project.catalogs
    if not catalogs:
        raise Fatal("no framework is active", 'name them in qmsdoc.toml: `[frameworks]`, `"ISO 13485" = "2016"`')
    if text is None:
        return list(catalogs)
    chosen = choose(text, catalogs)
    key = next(iter(chosen))
    if key not in catalogs:
        raise Fatal(f"{key} is not active in qmsdoc.toml", "name it there under [frameworks]")
    if (chosen.edition(key), chosen[key].wording) != (catalogs.edition(key), catalogs[key].wording):
        pinned = session.project.config.frameworks[key]
        raise Fatal(f"this QMS works to {key} {pinned}", "coverage is of the edition that qmsdoc.toml names")
    return [key]


def _cover(
    question: Question,
    frameworks: Sequence[str],
    style: CoverageFormat,
    output_file: OutputFile,
    *,
    gaps: bool,
    fail_under: float | None,
) -> bool:
    """Show coverage; true if a framework is under the percentage that is asked for."""
    from qmsdoc.views.coverage import coverage
    from qmsdoc.views.coverage_table import coverage_table, summary, summary_text

    rows: dict[str, list[Row]] = {key: coverage(question, key) for key in frameworks}
    if empty := [key for key, found in rows.items() if not found]:
        raise Fatal(f"{empty[0]} has no clause that is counted", "mark them with `unit: true` in its file")
    shown = [row for found in rows.values() for row in found if row.level.is_gap or not gaps]
    title = "Gaps" if gaps else "Coverage"
    if style is CoverageFormat.XLSX:
        _write_workbook(coverage_table(shown, title), shown, question, output_file)
    else:
        _show([coverage_table(shown, title)], question, style, output_file)
    low = []
    for key, found in rows.items():
        counted = summary(found)
        typer.echo(summary_text(question.project.catalogs.label(key), counted), err=True)
        if fail_under is not None and counted.percent < fail_under:
            low.append(f"{key} {counted.percent:.1f} %")
    if low:
        typer.echo(f"answered and not overdue: {', '.join(low)}; asked for {fail_under:g} %", err=True)
    return bool(low)


def _instead(question: Question, frameworks: Sequence[str], *, applicability: bool) -> list[Table]:
    from qmsdoc.views.applicability import applicability_table
    from qmsdoc.views.coverage import coverage
    from qmsdoc.views.crosswalk import crosswalk_table

    if applicability:
        return [applicability_table(question, key) for key in frameworks]
    regulations = [key for key in frameworks if key in {"MDR", "IVDR"}]
    if not regulations:
        raise Fatal("the crosswalk compares MDR or IVDR with ISO 13485", "name one of them, if it is active")
    catalogs = question.project.catalogs
    return [crosswalk_table(catalogs[key], coverage(question, key)) for key in regulations]


def _show(tables: Sequence[Table], question: Question, style: CoverageFormat, output_file: OutputFile) -> None:
    from qmsdoc.views import render
    from qmsdoc.views.table import Table

    if style is CoverageFormat.XLSX:
        _write_book(tables, {}, output_file)
    elif style is CoverageFormat.MARKDOWN:
        write("\n".join(render.as_markdown(table) for table in tables), output_file)
    else:
        rows = [row for table in tables for row in table.rows]
        table = Table(tables[0].title, tables[0].columns, rows)
        if style is CoverageFormat.TABLE and len(question.project.catalogs) == 1 and "framework" in _keys(table):
            table = table.only(*(key for key in _keys(table) if key != "framework"))
        show(table, TableFormat(style.value), output_file)


def _keys(table: Table) -> list[str]:
    return [column.key for column in table.columns]


def _write_workbook(table: Table, rows: Sequence[Row], question: Question, output_file: OutputFile) -> None:
    """Coverage, the claims it counts, and the documents, with links between the sheets."""
    from qmsdoc.views.claims import claims_table, documents_table, links

    tables = [table, claims_table(rows), documents_table(question)]
    _write_book(tables, links(tables, question.project.config.site.url), output_file)


def _write_book(
    tables: Sequence[Table], links: Mapping[tuple[str, int, str], str], output_file: OutputFile
) -> None:
    from qmsdoc.views.workbook import as_workbook

    if output_file is None:
        raise Fatal("a workbook is written into a file", "name it with --output-file coverage.xlsx")
    write(as_workbook(tables, links), output_file)


def _sample(question: Question, frameworks: Sequence[str], number: int, seed: int, session: Session) -> str:
    """Claims beside their passages; approved copies are read where they lie."""
    from qmsdoc.load import SourceChanged, source
    from qmsdoc.views.sample import claims, draw
    from qmsdoc.visible import visible

    every = claims(question, frameworks)
    parts = []
    for claim in draw(every, number, seed):
        try:
            lines = source(session.root, claim.document).data.decode().splitlines()
        except SourceChanged as error:
            raise Fatal(str(error)) from None
        numbered = list(enumerate(lines, 1))[claim.first_line - 1 : claim.end_line and claim.end_line - 1]
        passage = [line for at, line in numbered if at not in claim.elsewhere]
        where = f"{claim.document.path}:{claim.first_line}"
        section = f" @{claim.section}" if claim.section else " (no section named)"
        head = f"{claim.document.id}{section} claims {claim.clause}\n  asks: {claim.asks}\n  --> {where}\n"
        parts.append(head + "".join(f"  | {visible(line)}".rstrip() + "\n" for line in passage))
    if not parts:
        raise Fatal("no claim to show", "only documents in force claim; `--drafts` counts drafts too")
    return "\n".join(parts) + f"\n{len(parts)} of {len(every)} claims, seed {seed}\n"
