"""Clauses as a table: what a framework asks, and which documents answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.catalog import Clause, nearest_listed
from qmsdoc.views.clause_index import cited, in_order
from qmsdoc.views.coverage import Claim
from qmsdoc.views.coverage_table import claim_text
from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qmsdoc.catalog import Catalog
    from qmsdoc.citation import Citation
    from qmsdoc.views.coverage import Question

COLUMNS = (
    Column("framework", "Framework"),
    Column("ref", "Clause"),
    Column("title", "Title"),
    Column("parent", "Parent"),
    Column("kind", "Kind"),
    Column("summary", "What it asks"),
    Column("who", "Who is obliged"),
    Column("unit", "Counted"),
    Column("procedure", "Procedure"),
    Column("record", "Record"),
    Column("when", "Only when"),
    Column("since", "Since"),
    Column("own_title", "Our title"),
    Column("confidence", "Confidence"),
    Column("documents", "Answered by"),
)
_YES_NO = {True: "yes", False: "no", None: None}


def clauses_table(catalogs: Iterable[Catalog], question: Question | None, chosen: Sequence[Clause] = ()) -> Table:
    """One row a clause in reading order: of whole frameworks, or only the chosen clauses.

    Points that the catalogue leaves open have a row where a document cites them.
    """
    rows = []
    titles = []
    for catalog in catalogs:
        answers = answers_by_ref(question, catalog.framework) if question else {}
        answers = {ref: texts for ref, texts in answers.items() if nearest_listed(catalog, ref)}
        titles.append(catalog.name)
        refs = [clause.ref for clause in chosen] or in_order(catalog, {*catalog.clauses, *answers})
        rows += [_row(catalog, ref, answers.get(ref, ())) for ref in refs]
    return Table(", ".join(titles), COLUMNS, rows)


def _row(catalog: Catalog, ref: str, answers: Sequence[str]) -> tuple[str | tuple[str, ...] | None, ...]:
    clause = catalog.clauses.get(ref)
    if clause is None:
        clause = Clause(catalog.framework, ref, parent=nearest_listed(catalog, ref) or None, kind="point")
    return (
        catalog.framework,
        ref,
        clause.title,
        clause.parent,
        clause.kind,
        clause.summary,
        clause.who,
        _YES_NO[clause.unit],
        _YES_NO[clause.procedure],
        _YES_NO[clause.record],
        clause.when,
        clause.since or None,
        _YES_NO[clause.own],
        clause.confidence,
        tuple(answers),
    )


def answers_by_ref(question: Question, framework: str) -> Mapping[str, Sequence[str]]:
    """Who cites each reference exactly: `SOP-011 @assess (draft)`."""
    found: dict[str, dict[str, None]] = {}
    for status, citation in cited(question.living, question.project.catalogs, framework):
        text = claim_text(Claim(status, citation.section)) + _points(citation)
        found.setdefault(citation.ref, {})[text] = None
    return {ref: tuple(sorted(texts)) for ref, texts in found.items()}


def _points(citation: Citation) -> str:
    return " with all points" if citation.all_points else ""


def search(catalog: Catalog, words: str) -> list[Clause]:
    """The clauses whose reference, title or summary hold every word, in any case."""
    wanted = words.casefold().split()
    return [
        clause
        for clause in catalog.clauses.values()
        if all(word in f"{clause.ref} {clause.title} {clause.summary}".casefold() for word in wanted)
    ]


def with_below(catalog: Catalog, refs: Iterable[str]) -> list[Clause]:
    """Clauses with everything that stands below them, in reading order."""
    wanted: dict[str, Clause] = {}
    for ref in refs:
        if ref in catalog.clauses:
            wanted[ref] = catalog.clauses[ref]
            wanted |= {clause.ref: clause for clause in catalog.below(ref)}
    return [clause for ref, clause in catalog.clauses.items() if ref in wanted]


def outline(table: Table, catalogs: Mapping[str, Catalog]) -> Table:
    """The same rows for a terminal: the tree by indentation, and who answers."""
    keys = [column.key for column in table.columns]
    several = len({row[keys.index("framework")] for row in table.rows}) > 1
    rows = []
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        catalog = catalogs[str(cells["framework"])]
        ref = str(cells["ref"])
        depth = len(catalog.ancestors(ref)) if ref in catalog.clauses else 0
        title = str(cells["title"] or cells["summary"])
        framework = (cells["framework"],) if several else ()
        rows.append((*framework, f"{'  ' * depth}{ref}", title, cells["documents"]))
    columns = [Column("ref", "Clause"), Column("title", "Title"), Column("documents", "Answered by")]
    return Table(table.title, ([Column("framework", "Framework")] if several else []) + columns, rows)
