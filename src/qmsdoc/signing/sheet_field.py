"""What pyhanko does for a sheet: an empty signature field, always the same bytes, and reading the attachment."""

from __future__ import annotations

import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, ensure_sig_flags

from qmsdoc.signing.keyfile import SigningError
from qmsdoc.signing.pades_fields import INVISIBLE
from qmsdoc.signing.sheet_pdf import NAME

FIELD = "Signature1"
MAX_REQUEST = 64 * 1024  # bytes of the attachment as it is stored in the PDF
MAX_TREE = 32  # nodes of the PDF's tree of attachments


class _Steady(IncrementalPdfFileWriter):
    """Writes neither the time nor anything drawn by lot, so that a sheet can be made the same again."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        first, _ = super()._handle_id(prev)  # type: ignore[no-untyped-call]  # pyhanko leaves it untyped
        return generic.ArrayObject([first, first])

    def _update_meta(self) -> None:
        return


def add(pdf: bytes) -> bytes:
    """The PDF with an empty signature field, which shows nothing; `pdf` is its beginning."""
    writer = _Steady(io.BytesIO(pdf))
    spec = SigFieldSpec(
        sig_field_name=FIELD,
        on_page=0,
        invis_sig_settings=INVISIBLE,
        empty_field_appearance=True,
        readable_field_name="Signature",
    )
    append_signature_field(writer, spec)
    ensure_sig_flags(writer)  # now, so that a signature changes nothing but its own field
    made = io.BytesIO()
    writer.write(made)  # type: ignore[no-untyped-call]  # pyhanko leaves it untyped
    return made.getvalue()


def attachment(pdf: bytes) -> bytes | None:
    """The attached request in the first revision of a PDF, which may be hostile; raises SigningError."""
    try:
        return _attachment(PdfFileReader(io.BytesIO(pdf)).get_historical_root(0))
    except Exception as error:  # noqa: BLE001 - hostile bytes fail in many ways
        raise SigningError(f"the PDF cannot be read: {error or type(error).__name__}") from None


def _attachment(root: Any) -> bytes | None:
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
