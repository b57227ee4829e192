"""`qmsdoc clauses`: what a framework asks, who answers it, and how it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qmsdoc.cli.session import (
    AsTable,
    Fatal,
    OutputFile,
    Settings,
    TableFormat,
    open_project,
    refuse_together,
    rendered,
    show,
    warn_unread,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qmsdoc.catalog import Catalog
    from qmsdoc.cli.session import Session
    from qmsdoc.frameworks import Catalogs
    from qmsdoc.views.coverage import Question
    from qmsdoc.views.table import Table


USUAL = {("unit", "no"), ("own_title", "no"), ("confidence", "high")}  # not worth a line


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("clauses", rich_help_panel="Read")(clauses)


def clauses(
    context: typer.Context,
    framework: Annotated[str | None, typer.Argument(help="MDR, ISO 13485, … Default: all active ones.")] = None,
    ref: Annotated[str | None, typer.Argument(help="7.4.1, Article 10(9)(k), Annex I 23, 820.35(a)")] = None,
    search: Annotated[str, typer.Option(metavar="WORDS", help="Only clauses with all these words.")] = "",
    changes: Annotated[
        bool, typer.Option("--changes", help="What changes, and which documents it touches.")
    ] = False,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Only changes from this day on.")] = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="OLD NEW", help="What changes between two editions or wordings of FRAMEWORK."),
    ] = None,
    output_format: AsTable = TableFormat.TABLE,
    output_file: OutputFile = None,
) -> None:
    """What a framework asks: the tree, one clause and who answers it, or what changes.

    An edition is named as in qmsdoc.toml: `2016`, or with its wording `2017/745@2025-01-10`.
    """
    from qmsdoc.cli.frameworks import choose, outside
    from qmsdoc.views import coverage

    refuse_together(
        {"--changes": changes, "--diff": diff is not None, "--search": bool(search), "REF": ref is not None}
    )
    if since and not changes:
        raise Fatal("--since is the first day of changes", "add --changes")
    session = _session(context)
    catalogs = session.project.catalogs if session else outside()
    if not catalogs and not framework:
        raise Fatal("no framework is active", "name one, or activate it in qmsdoc.toml under [frameworks]")
    if framework and not ref and framework not in catalogs:
        framework, ref = _split_citation(framework, catalogs)
    chosen = choose(framework, catalogs) if framework else catalogs
    question = coverage.ask(session.project, session.today) if session else None
    if changes:
        table = _changes(session, since, framework and next(iter(chosen)))
        table = (
            table
            if output_format is not TableFormat.TABLE
            else table.only("on", "what", "title", "documents", "do")
        )
        show(table, output_format, output_file)
    elif diff:
        if not framework or ref:
            raise Fatal(
                "--diff compares two editions of one framework", "write `qmsdoc clauses MDR --diff OLD NEW`"
            )
        show(_difference(next(iter(chosen)), diff, session), output_format, output_file)
    else:
        _show_clauses(chosen, ref, search, question, output_format, output_file)
    if session and warn_unread(session):
        raise typer.Exit(1)


def _session(context: typer.Context) -> Session | None:
    """The repository, or None outside of one: the catalogues can be read anywhere."""
    from pathlib import Path

    from qmsdoc.load import NotARepository, find_root

    settings: Settings = context.obj
    if settings.root is None:
        try:
            find_root(Path.cwd())
        except NotARepository:
            return None
    return open_project(context, may_be_empty=True)


def _split_citation(text: str, catalogs: Catalogs) -> tuple[str, str | None]:
    """A citation in one argument, `MDR Art. 10(9)`, as framework and reference; other texts as they are."""
    from qmsdoc.citation import CitationError, read_citations
    from qmsdoc.cli.frameworks import choose

    try:
        first, *_ = read_citations(text, catalogs)
    except CitationError as error:
        try:
            choose(text, catalogs)
        except Fatal:
            if "@" not in text and any(character.isdigit() for character in text):  # it was meant as a citation
                raise Fatal(error.message, error.hint) from None
        return text, None
    return first.framework, text


def _show_clauses(
    catalogs: Catalogs,
    ref: str | None,
    words: str,
    question: Question | None,
    style: TableFormat,
    output_file: OutputFile,
) -> None:
    from qmsdoc.views import clauses as views

    chosen = []
    every = [catalogs[key] for key in catalogs]
    if ref:
        chosen = views.with_below(every[0], _refs(ref, catalogs))
        if not chosen:  # a point that the catalogue leaves open
            raise Fatal(f"{every[0].framework} {ref} is not listed by itself", "ask for the clause it stands in")
    tables = []
    for catalog in every:
        found = chosen or (views.search(catalog, words) if words else [])
        if not words or found:
            tables.append(views.clauses_table([catalog], question, found))
    if words and not tables:
        raise Fatal(f"no clause has the words `{words}`", "search for fewer words, or in all frameworks")
    table = _joined(tables)
    if style is not TableFormat.TABLE:
        show(table, style, output_file)
        return
    told = _told(every[0], table) if ref else ""
    if ref:
        table = type(table)(table.title, table.columns, table.rows[1:])
    tree = views.outline(table, {catalog.framework: catalog for catalog in every})
    write(told + (rendered(tree, style, output_file) if table.rows else ""), output_file)


def _joined(tables: Sequence[Table]) -> Table:
    from qmsdoc.views.table import Table

    return Table(
        ", ".join(t.title for t in tables), tables[0].columns, [row for table in tables for row in table.rows]
    )


def _refs(text: str, catalogs: Catalogs) -> list[str]:
    from qmsdoc.citation import CitationError, read_citations

    try:
        return [citation.ref for citation in read_citations(f"{next(iter(catalogs))} {text}", catalogs)]
    except CitationError as error:
        said = error
    try:
        return [citation.ref for citation in read_citations(text, catalogs)]  # `GSPR 10.4.1`, `MDR Art. 10`
    except CitationError:
        raise Fatal(said.message, said.hint) from None


def _told(catalog: Catalog, table: Table) -> str:
    """One clause, a line a fact."""
    from qmsdoc.views.table import cell_text

    cells = {column.key: cell for column, cell in zip(table.columns, table.rows[0], strict=True)}
    facts = [("Clause", f"{catalog.framework} {cells['ref']}")]
    facts += [
        (column.heading, "\n".join(cell) if isinstance(cell, tuple) else cell_text(cell))
        for column, cell in zip(table.columns, table.rows[0], strict=True)
        if (column.key, cell) not in USUAL
        and cell not in {None, "", ()}
        and column.key not in {"framework", "ref"}
    ]
    if not cells["documents"]:
        facts.append(("Answered by", "no document"))
    facts.append(("Source", catalog.source))
    width = max(len(label) for label, _ in facts)
    return "".join(_fact(label, text, width) for label, text in facts) + "\n"


def _fact(label: str, text: str, width: int) -> str:
    import textwrap

    lines = [line for part in text.split("\n") for line in textwrap.wrap(part, 100 - width) or [""]]
    return "".join(f"{label if i == 0 else '':{width}}  {line}\n" for i, line in enumerate(lines))


def _changes(session: Session | None, since: str | None, framework: str | None) -> Table:
    from qmsdoc.lifecycle import statuses
    from qmsdoc.views.changes import changes_table

    if session is None:
        raise Fatal("no qmsdoc.toml here or above", "changes are shown for the frameworks that a repository names")
    found = statuses(session.project, session.today)
    return changes_table(session.project, found, _day(since) if since else None, framework or "")


def _day(text: str) -> date:
    from qmsdoc.scalars import read_date

    try:
        return read_date(text)
    except ValueError:
        raise typer.BadParameter(f"`{text}` is not a day; write it as 2026-11-30", param_hint="--since") from None


def _difference(framework: str, editions: tuple[str, str], session: Session | None) -> Table:
    from qmsdoc.cli.frameworks import outside
    from qmsdoc.frameworks import load_catalogs
    from qmsdoc.lifecycle import statuses
    from qmsdoc.views.changes import cited_by, difference

    catalogs = session.project.catalogs if session else outside()
    own = [catalog for catalog in catalogs.own if catalog.framework == framework]
    try:
        old, new = (load_catalogs({framework: edition}, own)[framework] for edition in editions)
    except ValueError as error:
        raise Fatal(str(error)) from None
    cited = cited_by(session.project, statuses(session.project, session.today)) if session else {}
    return difference(old, new, cited)
