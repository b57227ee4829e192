"""Views: tables computed from the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import SOP, TODAY
from qmsdoc.lifecycle import statuses
from qmsdoc.trust.act import Meaning
from qmsdoc.views.clause_index import clause_index, in_order, not_applied
from qmsdoc.views.register import register
from qmsdoc.views.roles import documents_of, of_everyone, owned_by

if TYPE_CHECKING:
    from conftest import Repository


def test_register_shows_state_owner_and_dates(repository: Repository) -> None:
    repository.sop()
    project = repository.load([repository.act(Meaning.APPROVAL, "2026-02-01")])
    table = register(project, statuses(project, TODAY))
    assert [column.heading for column in table.columns] == (
        ["Id", "Title", "Type", "Revision", "State", "Owner", "In force from", "Next review"]
    )
    (row,) = table.rows
    assert [str(cell) for cell in row] == [
        "SOP-001",
        "Control of documents",
        "Standard operating procedure",
        "1",
        "effective",
        "Quality manager",
        "2026-02-01",
        "2028-02-01",
    ]


def test_clause_index_leads_to_sections_in_the_order_of_the_framework(repository: Repository) -> None:
    cited = "[ISO 13485 8.5.2, ISO 13485 4.2.4 @procedure, nonsense, MDR Art. 10(9)]"
    repository.sop(SOP.replace("[ISO 13485 4.2.4 @procedure]", cited))
    project = repository.load()
    table = clause_index(project, "ISO 13485", statuses(project, TODAY).values())
    assert table.title == "ISO 13485:2016"
    assert [(row[0], row[2], row[4]) for row in table.rows] == [
        ("4.2.4", "SOP-001", "procedure"),
        ("8.5.2", "SOP-001", ""),
    ]


def test_all_points_cover_what_stands_below(repository: Repository) -> None:
    repository.sop(SOP.replace("ISO 13485 4.2.4 @procedure", "MDR Art. 10(9).*"))
    project = repository.load()
    refs = [row[0] for row in clause_index(project, "MDR", statuses(project, TODAY).values()).rows]
    assert refs[:2] == ["Article 10(9)", "Article 10(9)(a)"]
    assert refs[-1] == "Article 10(9)(m)"


def test_an_open_point_stands_after_its_clause(repository: Repository) -> None:
    catalog = repository.load().catalogs["ISO 13485"]
    assert in_order(catalog, ["8.5.2", "4.2.4 z)", "4.2.4", "4.2.5"]) == ["4.2.4", "4.2.4 z)", "4.2.5", "8.5.2"]


def test_exclusions_of_the_manual_are_known_by_clause(repository: Repository) -> None:
    repository.write(
        "sops/management/MAN-001-quality-manual.md",
        """\
        ---
        id: MAN-001
        type: manual
        title: Quality manual
        revision: 1
        owner: quality-manager
        ---

        ## Exclusions and non-applications

        | Clause | Status | Justification |
        |---|---|---|
        | ISO 13485 7.5.5 | not applicable | Nothing is sterile |
        """,
    )
    project = repository.load()
    found = not_applied(project, "ISO 13485", statuses(project, TODAY).values())
    ((ref, (said,)),) = found.items()
    assert (ref, said.status.document.id, said.which, said.why) == (
        "7.5.5",
        "MAN-001",
        "not applicable",
        "Nothing is sterile",
    )


def test_roles_name_their_documents(repository: Repository) -> None:
    repository.sop()
    project = repository.load()
    found = list(statuses(project, TODAY).values())
    table = documents_of(project, "quality-manager", found)
    assert (table.title, [row[0] for row in table.rows]) == ("Quality manager", ["SOP-001"])
    assert documents_of(project, "prrc", found).rows == []
    assert [row[0] for row in owned_by(project, "quality-manager", found).rows] == ["SOP-001"]
    assert of_everyone(project, TODAY) == {"quality-manager", "prrc"}
