"""A form as a blank sheet to print and fill by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qmsdoc.drafting.paper import paper
from qmsdoc.publish.jobs import file_name, watermark
from qmsdoc.publish.printed import drawable, printed
from qmsdoc.resources import data

if TYPE_CHECKING:
    from datetime import date

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.types.base import DocumentType


def sheet_name(status: Status) -> str:
    """`FRM-011-r1-blank.pdf`, with the state where it is not in force."""
    return file_name(status).replace(".pdf", "-blank.pdf")


def blank_form(status: Status, made: DocumentType, template: str, project: Project, today: date) -> bytes:
    """The PDF; raises printed.NotMade, and ImportError without the `pdf` extra.

    made: the type that the form makes. template: the body of the form.
    """
    form, sheet = status.document, paper(made, template)
    in_force = f"in force from {status.in_force_from}" if status.in_force_from else "not in force"
    known = project.by_id
    procedures = [f"{name} {known[name].title}" for name in form.items("references") if name in known]
    shown: dict[str, Any] = {
        "company": project.config.company.name,
        "id": form.id,
        "title": form.title,
        "makes": made.title,
        "prefix": made.prefix,
        "kind": made.kind.value,
        "revision": str(form.revision),
        "in_force": in_force,
        "state": status.state.value,
        "as_of": today.isoformat(),
        "watermark": watermark(status),
        "procedures": procedures,
        "groups": [
            {"stage": group.stage, "lines": [line._asdict() for line in group.lines]} for group in sheet.groups
        ],
        "parts": [part._asdict() for part in sheet.parts],
    }
    return printed(data("paper", "blank.typ"), _drawable(shown), today)


def _drawable(shown: Any) -> Any:
    """The same data with every text in characters that the fonts have."""
    if isinstance(shown, str):
        return drawable(shown)
    if isinstance(shown, dict):
        return {key: _drawable(value) for key, value in shown.items()}
    return [_drawable(value) for value in shown] if isinstance(shown, (list, tuple)) else shown
