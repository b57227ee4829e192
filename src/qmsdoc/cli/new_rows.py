"""`qmsdoc new TYPE --from FILE`: each row of a table becomes a document, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qmsdoc.cli.new_said import as_given, named, read_attachments
from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.cli.new_drafts import Draft, Drafts
    from qmsdoc.diagnostics import Diagnostic, Location
    from qmsdoc.drafting.rows import Cell, Row
    from qmsdoc.drafting.text import Given
    from qmsdoc.project import Document

KEY = "source_key"


def new_rows(drafts: Drafts, table: Path) -> list[Draft]:
    """The documents that the rows ask for and that are not there yet; raises Fatal.

    What is wrong is told with its place in the table, on standard error, and then nothing may be written.
    """
    rows = _read(table)
    _refuse(drafts)
    intake = _Intake(drafts, table)
    begun = [draft for row in rows if (draft := intake.draft(row))]
    intake.find_wrong()
    wrong = [line for _, line in sorted(intake.wrong)]
    for line in wrong:
        typer.echo(line, err=True)
    if wrong:
        raise _Refused(f"nothing was written: {len(wrong)} thing{'s' * (len(wrong) > 1)} wrong in {table.name}")
    for line in intake.notes.values():
        typer.echo(line, err=True)
    typer.echo(f"{len(begun)} new, {intake.known} there already", err=True)
    return begun


class _Refused(Fatal):
    code = 1


def _read(table: Path) -> list[Row]:
    from qmsdoc.drafting.rows import NotATable, read_rows

    try:
        return read_rows(table.read_bytes(), table.name)
    except NotATable as error:
        place = error.problem.location
        where = f"{place.path}:{place.line}:{place.column}"
        raise _Refused(f"{where}: {error}", error.problem.hint or "") from None
    except OSError as error:
        raise Fatal(f"{table} cannot be read: {error.strerror}") from None


def _refuse(drafts: Drafts) -> None:
    """Raise Fatal where no rows can be taken in."""
    if KEY not in drafts.type.names:
        raise Fatal(f"documents of type {drafts.type.name} are not made from rows", "records and entries are")
    folder = drafts.type.folder
    unread = sorted(path for path in drafts.session.project.unread if path.startswith(f"{folder}/"))
    if unread:
        raise Fatal(f"{unread[0]} cannot be read, so nobody knows which rows are there already", "mend it first")


class _Intake:
    """Turns rows into drafts and keeps what is wrong with them, each with its place in the table."""

    def __init__(self, drafts: Drafts, table: Path) -> None:
        self.drafts = drafts
        self.table = table
        self.wrong: list[tuple[Location, str]] = []
        self.notes: dict[str, str] = {}  # by what they say, so that it is said once
        self.known = 0
        self.begun: list[tuple[Draft, Row, dict[str, Cell]]] = []
        self.seen: dict[str, Location] = {}
        here = drafts.session.project.by_type.get(drafts.type.name, ())
        self.there: dict[str, Document] = {document.text(KEY): document for document in here}

    def draft(self, row: Row) -> Draft | None:
        """The document of a row; None for one that is there already or that cannot be."""
        cells = self.cells(row)
        if cells is None:
            return None
        values = {key: cell.value for key, cell in cells.items()}
        source = values.get(KEY)
        if not isinstance(source, str):
            self.report(
                row.place, f"the row has no `{KEY}`", "it tells a second run that the row is there already"
            )
            return None
        if source in self.seen:
            first = self.seen[source]
            self.report(
                cells[KEY].place, f"`{source}` stands already on line {first.line}", "keep one of the rows"
            )
            return None
        self.seen[source] = row.place
        if source in self.there:
            self.known += 1
            self.compare(self.there[source], cells)
            return None
        attached = self.attached(cells.pop("attachments", None))
        values.pop("attachments", None)
        draft = self.drafts.begin(values, attached)
        self.begun.append((draft, row, cells))
        return draft

    def cells(self, row: Row) -> dict[str, Cell] | None:
        """The cells by key or heading, lists and tables as such; None where a column means nothing."""
        found: dict[str, Cell] = {}
        for name, cell in row.cells.items():
            try:
                key = named(self.drafts, name)
                value = self.value(key, cell.value)
            except Fatal as error:
                self.report(cell.place, str(error), error.hint)
                return None
            if key in found:
                self.report(cell.place, f"`{key}` is given twice in this row", "keep one column")
                return None
            found[key] = cell._replace(value=value)
        return found

    def value(self, key: str, value: Given) -> Given:
        from qmsdoc.types.base import heading_of

        if isinstance(value, str):
            return as_given(self.drafts.type, key, value)
        if not any(isinstance(item, dict) for item in value):
            return value
        table = next((table for table in self.drafts.type.tables if table.heading == key), None)
        if table is None:
            raise Fatal(f"`{key}` holds no table")
        names = {heading_of(name): name for name in table.row.model_fields}
        rows = []
        for item in value:
            cells = item.items() if isinstance(item, dict) else ()
            if unknown := next((column for column, _ in cells if column not in {*names, *names.values()}), None):
                raise Fatal(f"`{unknown}` is not a column of the table `{key}`", f"known: {', '.join(names)}")
            rows.append({names.get(column, column): cell for column, cell in cells})
        return rows

    def attached(self, cell: Cell | None) -> Mapping[str, bytes]:
        """The files that a row names, which lie beside the table."""
        if cell is None:
            return {}
        names = [str(name) for name in (cell.value if isinstance(cell.value, list) else [cell.value])]
        if outside := next((name for name in names if Path(name).name != name), None):
            self.report(cell.place, f"`{outside}` is not the name of a file", f"put it beside {self.table.name}")
            return {}
        try:
            return read_attachments([self.table.parent / name for name in names])
        except Fatal as error:
            self.report(cell.place, str(error), error.hint)
            return {}

    def compare(self, document: Document, cells: Mapping[str, Cell]) -> None:
        """Say where a row differs from the document that was made from it: an import changes nothing."""
        for key, cell in cells.items():
            if key not in self.drafts.type.names or key == "attachments":
                continue
            held = document.fields.get(key)
            there = list(held) if isinstance(held, tuple) else _as_written(held)
            if there != cell.value:
                place = _where(cell.place)
                note = f"{place}: `{key}` differs from {document.id}, which stays as it is"
                self.notes[note] = note

    def find_wrong(self) -> None:
        """Keep what a check would find wrong in the new documents, told at the cells that it comes from.

        What it finds in what no row says, such as a role that nobody holds yet, is told once and is no obstacle.
        """
        from qmsdoc.drafting.text import part_at
        from qmsdoc.drafting.trial import is_obstacle

        made = {draft.path: (draft, row, cells) for draft, row, cells in self.begun}
        for found in self.drafts.tried([draft for draft, _, _ in self.begun]):
            draft, row, cells = made[found.location.path]
            part = part_at(draft.text, found.location.line)
            is_missing = part in self.drafts.type.names and part not in draft.values
            if is_obstacle(found) and (part in cells or is_missing):
                place = cells[part].place if part in cells else row.place
                self.wrong.append((place, _told(place, found)))
            else:
                self.notes.setdefault(found.message, _told(row.place, found))

    def report(self, place: Location, message: str, hint: str = "") -> None:
        self.wrong.append((place, f"{_where(place)}: {message}{f' ({hint})' if hint else ''}"))


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(place: Location, found: Diagnostic) -> str:
    from qmsdoc.formats.text import one_line

    return f"{_where(place)}: {found.code} {one_line(found.message)}{f' ({found.hint})' if found.hint else ''}"


def _where(place: Location) -> str:
    return f"{place.path}:{place.line}:{place.column}"
