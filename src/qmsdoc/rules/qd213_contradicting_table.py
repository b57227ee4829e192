"""A table that says something else of the document than its front matter, or of the device than its entry.

**What.** Rows of two cells such as `Revision`, `Document number`, `Effective from`; in documents about one device
`Basic UDI-DI`, `Risk class`, `SRN`, `EMDN`; and a history of revisions that ends with another one.

**Why.** A document has one identity and one revision status (ISO 13485 4.2.4 c), e)), and the declaration names
the device as it is registered (MDR Annex IV 2 to 5). What is written twice is changed once.

**Wrong.** `| Revision | 3 |` where the front matter says `revision: 4`

**Right.** Leave the row out: site and PDF print id, revision and dates.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.scalars import DOCUMENT_ID, folded
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qmsdoc.markdown import Cell, Table
    from qmsdoc.project import Document, Value

rule = Rule(__name__, clauses=("ISO 13485 4.2.4", "MDR Annex IV"))

_HINT = "write it once: leave the row out, or correct it"
PAIR = 2  # cells: a label and what it stands for
_REVISIONS = {"revision", "rev", "version"}
_a_revision = re.compile(
    r"(?:rev(?:ision)?\.? ?|v(?:ersion)?\.? ?)?0{0,3}([0-9]{1,4})((?:\.[0-9]{1,4}){0,3})", re.IGNORECASE
).fullmatch
_a_date = re.compile(r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}))").fullmatch
_a_class = re.compile(r"(?:class )?(I{1,3}[abmrs]?|As?|[BCD])(?![\w-])", re.IGNORECASE).match


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Rows whose value can be read and is another one."""
    if document.type.kind is not Kind.CONTROLLED:
        return
    devices = [context.project.by_id.get(key) for key in document.items("devices")]
    device = devices[0] if len(devices) == 1 else None
    for table in document.body.tables:
        if len(table.header) == PAIR:
            for label, value in (row for row in (table.header, *table.rows) if len(row) == PAIR):
                yield from _compared(document, device, folded(label.text).rstrip(".:"), value)
        elif folded(table.header[0].text).rstrip(".") in _REVISIONS:
            yield from _history(document, table)


def _compared(document: Document, device: Document | None, label: str, cell: Cell) -> Iterator[Problem]:
    for source, labels in ((document, DOCUMENT), (device, DEVICE)):
        key, read = labels.get(label, ("", None))
        said = read(cell.text) if read and source else None
        wanted = source.fields.get(key) if source else None
        if said is None or wanted is None or said in (wanted if isinstance(wanted, tuple) else (wanted,)):
            continue
        where = "the front matter" if source is document else f"the entry {source.id}" if source else ""
        shown = ", ".join(wanted) if isinstance(wanted, tuple) else wanted
        yield Problem(document.within(cell.span), f"`{cell.text}`; {where} says `{key}: {shown}`", _HINT)


def _history(document: Document, table: Table) -> Iterator[Problem]:
    """A table with a row a revision, in any order; rows that tell no number are none."""
    told = [(number, row[0]) for row in table.rows if row and isinstance(number := _revision(row[0].text), int)]
    if told and document.revision and (last := max(told, key=lambda pair: pair[0]))[0] != document.revision:
        message = (
            f"the history ends with revision {last[0]}; the front matter says `revision: {document.revision}`"
        )
        yield Problem(
            document.within(last[1].span), message, "say in `change` what is new; releases keep the history"
        )


def _id(text: str) -> str | None:
    return text if re.fullmatch(DOCUMENT_ID, text, re.ASCII) else None


def _revision(text: str) -> int | str | None:
    """A revision; `2.0` is 2, and `2.0.1`, which no revision is here, stays a text."""
    found = _a_revision(text.strip())
    if not found:
        return None
    return text.strip() if found[2].strip(".0") else int(found[1])


def _date(text: str) -> date | None:
    found = _a_date(text.strip())
    if not found:
        return None
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _class(text: str) -> str | None:
    found = _a_class(text.strip())
    return found[1] if found else None


def _code(text: str) -> str | None:
    """The first word of a cell, which is a number that was issued."""
    words = text.split()
    return words[0].rstrip(",;") if words and any(map(str.isdigit, words[0])) else None


# By label: the key, and the reader of the cell; what it cannot read is not compared.
DOCUMENT: Mapping[str, tuple[str, Callable[[str], Value] | None]] = {
    "document id": ("id", _id),
    "document number": ("id", _id),
    "document no": ("id", _id),
    "id": ("id", _id),
    "revision": ("revision", _revision),
    "rev": ("revision", _revision),
    "version": ("revision", _revision),
    "document version": ("revision", _revision),
    "document revision": ("revision", _revision),
    "effective date": ("effective_from", _date),
    "effective from": ("effective_from", _date),
    "valid from": ("effective_from", _date),
    "in force from": ("effective_from", _date),
}
DEVICE: Mapping[str, tuple[str, Callable[[str], Value] | None]] = {
    "basic udi-di": ("basic_udi_di", _code),
    "udi-di": ("udi_di", _code),
    "srn": ("srn", _code),
    "single registration number": ("srn", _code),
    "emdn": ("emdn", _code),
    "emdn code": ("emdn", _code),
    "risk class": ("risk_class", _class),
    "class": ("risk_class", _class),
}
