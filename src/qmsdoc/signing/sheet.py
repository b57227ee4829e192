"""A sheet for a person who signs without git: what is stated of which bytes, as a PDF for ink or a certificate.

The PDF is made from the request alone, which it carries as an attachment, and is the same bytes each time; so what
comes back signed is compared with what was handed out.
"""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from qmsdoc import __version__
from qmsdoc.publish import fonts, typesetter
from qmsdoc.signing import sheet_pdf
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust import statement
from qmsdoc.trust.act import Form, Meaning
from qmsdoc.trust.statement import Hash, Moment  # noqa: TC001 - pydantic reads them

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.project import Project
    from qmsdoc.signing.sign import Desk, Ready, Wish

SCHEMA = "qmsdoc-request/1"
FORMS = (Form.SIGNED_PDF, Form.PAPER)


class Asked(BaseModel):
    """One text of which something is to be stated."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    id: str
    revision: int
    title: str
    path: str
    role: str
    document: Hash
    files: dict[str, Hash]
    relies_on: list[Hash]
    acts: list[str]  # those it relies on, in words


class Request(BaseModel):
    """What one person is asked to state: a statement without its time and its signature."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    schema_: Literal["qmsdoc-request/1"] = "qmsdoc-request/1"
    project: str
    company: str
    made_at: Moment
    meaning: str
    says: str
    person: str
    name: str
    role: str  # the titles of the roles
    reason: str  # empty: the person writes it onto the sheet
    in_force_from: str
    forms: list[str]
    documents: list[Asked]
    tool: str

    @property
    def payload(self) -> bytes:
        """The request for programs: one line of JSON (RFC 8785)."""
        found = self.model_dump()
        return statement.canonical({"schema": found.pop("schema_"), **found})

    @property
    def number(self) -> str:
        """What stands on the sheet to tell it from others."""
        return statement.sha256(self.payload)[:16]


def accepted(desk: Desk, ids: Sequence[str], meaning: Meaning) -> list[Form]:
    """The forms of an imported signature that the policy accepts for all of these; raises SigningError."""
    forms = list(FORMS)
    for document in filter(None, map(desk.project.by_id.get, ids)):
        policy = desk.state.policies.of(document.type.name, controlled=bool(document.revision))
        here = [form for form in FORMS if form in policy.forms or meaning is Meaning.ACKNOWLEDGEMENT]
        if not here:
            wanted = " or ".join(sorted(form.value for form in policy.forms))
            raise SigningError(
                f"{document.id} is not signed on a sheet: for `{document.type.name}` the policy asks for {wanted}",
                "`forms` in trust/policy.toml names what suffices: `signed-pdf`, `paper`",
            )
        forms = [form for form in forms if form in here]
    if not forms:
        raise SigningError("the policy accepts no form for all of these documents", "make a sheet for each type")
    return forms


def compose(desk: Desk, wishes: Sequence[Wish], forms: Sequence[Form]) -> Request:
    """What the desk's signer is asked to state; raises SigningError with what speaks against it."""
    ready = desk.prepare_all(wishes)
    first = ready[0].statement
    roles = desk.state.people.roles
    return Request(
        project=first.project,
        company=desk.project.config.company.name,
        made_at=first.signed_at,
        meaning=first.meaning,
        says=first.says,
        person=first.person,
        name=first.name,
        role=", ".join(dict.fromkeys(roles.get(item.statement.role, item.statement.role) for item in ready)),
        reason=first.reason,
        in_force_from=first.in_force_from,
        forms=[form.value for form in forms],
        documents=[_asked(item, desk.project) for item in ready],
        tool=_tool(forms),
    )


def _tool(forms: Sequence[Form]) -> str:
    """The programs whose versions decide about the bytes of the PDF."""
    made_by = f"qmsdoc {__version__}, Typst {typesetter.version()}"
    return f"{made_by}, pyhanko {version('pyhanko')}" if Form.SIGNED_PDF in forms else made_by


def _asked(item: Ready, project: Project) -> Asked:
    told = item.statement
    acts = [act for act in project.acts_by_id.get(told.id, ()) if act.digest in told.relies_on]
    return Asked(
        id=told.id,
        revision=told.revision,
        title=item.document.title,
        path=told.path,
        role=told.role,
        document=told.document,
        files=told.files,
        relies_on=told.relies_on,
        acts=[f"{act.meaning.value} by {act.name or act.person}, {act.time:%Y-%m-%d}" for act in acts],
    )


def build(request: Request) -> bytes:
    """The sheet as it is handed out, the same bytes for the same request; raises SigningError.

    Where the policy accepts a certificate, it has an empty signature field: a later one could hide changes.
    """
    moment = datetime.fromisoformat(request.made_at)
    pdf = sheet_pdf.typeset(_shown(request), request.payload, int(moment.timestamp()))
    if Form.SIGNED_PDF.value not in request.forms:
        return pdf
    from qmsdoc.signing import sheet_field  # noqa: PLC0415 - an extra

    return sheet_field.add(pdf)


def _shown(request: Request) -> dict[str, Any]:
    """What stands on the sheet; characters that no font has are named by their number."""
    shown = {
        "number": request.number,
        "heading": f"{request.name}: {request.meaning} of {_listed(request)}",
        "company": request.company,
        "project": request.project,
        "made": request.made_at,
        "says": request.says,
        "name": request.name,
        "role": request.role,
        "reason": request.reason,
        "how": _how(request),
        "documents": [
            {
                "label": label(asked),
                "title": asked.title,
                "path": asked.path,
                "sha256": asked.document,
                "files": sorted(asked.files.items()),
                "acts": asked.acts,
            }
            for asked in request.documents
        ],
    }
    return _drawable(shown)  # type: ignore[no-any-return]  # a dictionary stays one


def label(asked: Asked) -> str:
    """`SOP-001 revision 3`, or `CAPA-004` for a record."""
    return f"{asked.id} revision {asked.revision}" if asked.revision else asked.id


def _listed(request: Request) -> str:
    first = label(request.documents[0])
    more = len(request.documents) - 1
    return f"{first} and {more} more" if more else first


def _how(request: Request) -> list[str]:
    """What the person does, by the forms that the policy accepts."""
    how = {
        Form.SIGNED_PDF: "With a certificate: sign this PDF file as it is, with a signature that covers the whole "
        "document, and send the file back. Do not print it, and change nothing else in it.",
        Form.PAPER: "With ink: print it, write down place, date and time, sign, and give the paper back. "
        "It is scanned, and kept with the scan.",
    }
    kept = [text for form, text in how.items() if form.value in request.forms]
    last = "A second person takes it in, compares the numbers, and witnesses with their own key that it is yours."
    return [*kept, last]


def _drawable(value: Any) -> Any:
    """The same data with what cannot be drawn written as code points."""
    if isinstance(value, dict):
        return {key: _drawable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(item) for item in value]
    strange = {value[at] for at in fonts.missing(value)}
    return value.translate({ord(character): f"⟨U+{ord(character):04X}⟩" for character in strange})


def read(pdf: bytes) -> Request | None:
    """The request in the first revision of a PDF; None where it holds none. Raises SigningError.

    That the PDF is the sheet of this request, only a comparison with `build` tells.
    """
    from qmsdoc.signing import sheet_field  # noqa: PLC0415 - an extra

    raw = sheet_field.attachment(pdf)
    if raw is None:
        return None
    try:
        found = statement.read_json(raw)
        return Request(schema_=found.pop("schema", ""), **found)
    except (ValueError, TypeError) as error:
        raise SigningError(
            f"the data in this PDF are not those of a sheet: {str(error).splitlines()[0]}"
        ) from None
