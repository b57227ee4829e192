"""A sheet for a person who signs without git: what is stated of which bytes, as a PDF for ink or a certificate.

The PDF is made from the request alone, which it carries as an attachment, and is the same bytes each time; so what
comes back signed is compared with what was handed out.
"""

from __future__ import annotations

import io
import json
import tempfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from qmsdoc import __version__
from qmsdoc.publish import fonts, typesetter
from qmsdoc.publish.job import ARCHIVAL
from qmsdoc.resources import data
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust import statement
from qmsdoc.trust.act import Form, Meaning
from qmsdoc.trust.statement import Hash, Moment  # noqa: TC001 - pydantic reads them

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.project import Project
    from qmsdoc.signing.sign import Desk, Ready, Wish

SCHEMA = "qmsdoc-request/1"
NAME = "request.json"
FORMS = (Form.SIGNED_PDF, Form.PAPER)
FIELD = "Signature1"
MAX_REQUEST = 64 * 1024  # bytes of the attachment as it is stored in the PDF
MAX_TREE = 32  # nodes of the PDF's tree of attachments


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
    tool: str  # with Typst, whose versions decide about the bytes of the PDF

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
    ready = [desk.prepare(wish) for wish in wishes]
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
        tool=_tool(),
    )


def _tool() -> str:
    return f"qmsdoc {__version__}, Typst {typesetter.version()}"


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
    """The sheet as PDF/A-3a and PDF/UA-1, the same bytes for the same request; raises SigningError."""
    typesetter.version()
    import typst  # noqa: PLC0415 - an extra

    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.folder()])
    inputs = {"request": request.payload.decode(), "shown": json.dumps(_shown(request))}
    with tempfile.TemporaryDirectory(prefix="qmsdoc-") as folder:
        compiler = typst.Compiler(root=folder, font_paths=shipped, package_path=folder, package_cache_path=folder)
        try:
            return bytes(
                compiler.compile(  # type: ignore[arg-type]  # bytes, because no output file is named
                    data("sheet", "sheet.typ").read_bytes(),
                    format="pdf",
                    sys_inputs=inputs,
                    pdf_standards=ARCHIVAL.split("+"),  # type: ignore[arg-type]  # the stub wants literals
                    timestamp=int(datetime.fromisoformat(request.made_at).timestamp()),
                )
            )
        except typst.TypstError as error:
            raise SigningError(f"the sheet cannot be made: {error.message}") from None


def handed_out(request: Request) -> bytes:
    """The sheet; with an empty signature field where the policy accepts one and the extra `pades` can make it."""
    pdf = build(request)
    if Form.SIGNED_PDF.value not in request.forms:
        return pdf
    try:
        from qmsdoc.signing import pades  # noqa: PLC0415 - an extra
    except ImportError:
        return pdf
    return pades.prepare(pdf, [FIELD], visible=False)


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

    The PDF may be hostile; that it is the sheet of this request, only a comparison with `build` tells.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - an extra

    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        raw = _attachment(reader.get_historical_root(0))
        if raw is None:
            return None
        found = statement.read_json(raw)
        return Request(schema_=found.pop("schema", ""), **found)
    except (ValidationError, statement.BadStatement) as error:
        raise SigningError(
            f"the data in this PDF are not those of a sheet: {str(error).splitlines()[0]}"
        ) from None
    except Exception as error:  # noqa: BLE001 - hostile bytes fail in many ways
        raise SigningError(f"the PDF cannot be read: {error or type(error).__name__}") from None


def _attachment(root: Any) -> bytes | None:
    """The attached request, where the tree of attachments names one."""
    names = root.get("/Names", {}).get("/EmbeddedFiles")
    nodes = [names] if names else []
    for _ in range(MAX_TREE):
        if not nodes:
            return None
        node = nodes.pop()
        nodes += [kid.get_object() for kid in node.get("/Kids", ())]
        pairs = [item.get_object() for item in node.get("/Names", ())]
        for name, file in zip(pairs[::2], pairs[1::2], strict=False):
            if str(name) == NAME:
                stream = file["/EF"]["/F"]
                if len(stream.encoded_data) > MAX_REQUEST:
                    raise ValueError(f"{NAME} is too large")
                return bytes(stream.data)
    return None
