"""Empty signature fields in a PDF: all are made before anybody signs, because a later one would break a signature.

Visible fields stand on a page of their own at the end, so that nothing is drawn over the text, and have their
place in the structure of the document (PDF/UA-1 clause 7.18). The bytes of the given PDF stay at the front.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.rw_common import find_inherited_value_in_tree
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.fields import (
    InvisSigSettings,
    SigFieldSpec,
    append_signature_field,
    ensure_sig_flags,
    enumerate_sig_fields,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyhanko.pdf_utils.rw_common import PdfHandler

MOST = 12  # fields on one page
_MARGIN, _HEIGHT, _GAP = 42.0, 96.0, 14.0  # points
INVISIBLE = InvisSigSettings(box_out_of_bounds=True)  # printable for PDF/A, outside the page for PDF/UA


def names(pdf: PdfHandler, *, filled: bool | None = None) -> list[str]:
    """The names of the signature fields: all, or those that are signed, or those that are not."""
    return [name for name, _, _ in enumerate_sig_fields(pdf, filled_status=filled)]


def add(pdf: bytes, wanted: Sequence[str], *, visible: bool) -> bytes:
    """The PDF with empty signature fields of these names; `pdf` is its beginning."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    boxes: list[tuple[float, float, float, float] | None] = [None] * len(wanted)
    if visible:
        boxes = list(_boxes(_add_page(writer), len(wanted)))
    for number, (name, box) in enumerate(zip(wanted, boxes, strict=True), 1):
        spec = SigFieldSpec(
            sig_field_name=name,
            on_page=-1 if visible else 0,
            box=box,  # type: ignore[arg-type]  # points may have fractions
            invis_sig_settings=INVISIBLE,
            empty_field_appearance=True,
            readable_field_name=f"Signature {number} of {len(wanted)}",
        )
        append_signature_field(writer, spec)
        if visible:
            _give_structure(writer, name, f"Signature {number} of {len(wanted)}")
    ensure_sig_flags(writer)  # now, so that a signature changes nothing but its own field
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _add_page(writer: IncrementalPdfFileWriter) -> tuple[float, float]:
    """An empty page as large as the first one; its width and height in points."""
    first = writer.find_page_for_modification(0)[0].get_object()
    box = [float(edge) for edge in find_inherited_value_in_tree(first, "/MediaBox", "/Parent")]
    width, height = box[2] - box[0], box[3] - box[1]
    empty = writer.add_object(generic.StreamObject(stream_data=b""))
    page = PageObject(empty, (0, 0, width, height))
    page[pdf_name("/Tabs")] = pdf_name("/S")
    writer.insert_page(page)
    return width, height


def _boxes(page: tuple[float, float], count: int) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of each field: two in a row, from the top of the page."""
    width, height = page
    each = (width - 2 * _MARGIN - _GAP) / 2
    return [
        (
            left := round(_MARGIN + (at % 2) * (each + _GAP), 2),
            bottom := round(height - _MARGIN - _HEIGHT - (at // 2) * (_HEIGHT + _GAP), 2),
            round(left + each, 2),
            bottom + _HEIGHT,
        )
        for at in range(count)
    ]


def _give_structure(writer: IncrementalPdfFileWriter, name: str, alt: str) -> None:
    """Give a field its element `Form` in the structure tree; a PDF without such a tree needs none."""
    if "/StructTreeRoot" not in writer.root or "/ParentTree" not in writer.root["/StructTreeRoot"]:
        return
    tree = writer.root["/StructTreeRoot"]
    field = next(ref for found, _, ref in enumerate_sig_fields(writer) if found == name)
    number = int(tree.get("/ParentTreeNextKey", 0))
    reference = {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field}
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/Alt"): generic.TextStringObject(alt),
                pdf_name("/Pg"): field.get_object().raw_get("/P"),
                pdf_name("/K"): generic.DictionaryObject(reference),
            }
        )
    )
    _hang(writer, tree, element)
    _register(writer, tree, number, element)
    field.get_object()[pdf_name("/StructParent")] = generic.NumberObject(number)


def _hang(
    writer: IncrementalPdfFileWriter, tree: generic.DictionaryObject, element: generic.IndirectObject
) -> None:
    """Make it the last child of the document's element, or of the tree itself."""
    top = tree["/K"]
    parent = tree
    raw = tree.raw_get("/K")
    if isinstance(top, generic.ArrayObject) and len(top) == 1:
        raw, top = top.raw_get(0), top[0]
    if isinstance(top, generic.DictionaryObject):
        parent = top
    children = parent["/K"] if "/K" in parent else generic.ArrayObject()
    if not isinstance(children, generic.ArrayObject):
        children = generic.ArrayObject([parent.raw_get("/K")])
        parent[pdf_name("/K")] = children
    children.append(element)
    at = raw if parent is top else writer.root.raw_get("/StructTreeRoot")
    element.get_object()[pdf_name("/P")] = at
    writer.update_container(children)
    writer.update_container(parent)


def _register(
    writer: IncrementalPdfFileWriter, tree: generic.DictionaryObject, number: int, element: generic.IndirectObject
) -> None:
    """Enter it into the parent tree under the next free number."""
    leaf = tree["/ParentTree"]
    while "/Kids" in leaf:
        kids = leaf["/Kids"]
        leaf = kids[len(kids) - 1]
        if "/Limits" in leaf:
            leaf[pdf_name("/Limits")] = generic.ArrayObject([leaf["/Limits"][0], generic.NumberObject(number)])
            writer.update_container(leaf)
    leaf["/Nums"] += [generic.NumberObject(number), element]
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(number + 1)
    writer.update_container(leaf)
    writer.update_container(leaf["/Nums"])
    writer.update_container(tree)
