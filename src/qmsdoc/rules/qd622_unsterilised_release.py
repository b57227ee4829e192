"""A sterile device that was released without the sterilisation lot in which it was.

**What.** The release of a device with `sterile: true` names no sterilisation lot, names one that does not hold its
lot, or is dated before the parameters of that lot were reviewed.

**Why.** The record of each sterilisation lot is traceable to the production lots in it (ISO 13485 7.5.5), and
product is released when the planned arrangements are fulfilled (ISO 13485 8.2.6).

**Right.** `sterilisation_lot: STL-004`, where the `product_lots` of STL-004 hold the `lot` of the release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 7.5.5", "ISO 13485 8.2.6"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Releases against the sterilisation lot that they name."""
    if document.type.name != "product-release" or not _is_sterile(document, context):
        return
    sterilised = context.project.by_id.get(document.text("sterilisation_lot"))
    if sterilised is None:
        if document.date("released_on") and not document.has("sterilisation_lot"):
            message = "a sterile device is released without its sterilisation lot"
            yield Problem(document.at("released_on"), message, "add `sterilisation_lot: STL-…`")
        return
    place, lots = document.at("sterilisation_lot"), sterilised.items("product_lots")
    if lots and document.text("lot") not in lots:
        message = f"{sterilised.id} does not hold lot {document.text('lot')}, but {', '.join(lots)}"
        yield Problem(place, message, "name the sterilisation lot in which it was")
    released, reviewed = document.date("released_on"), sterilised.date("reviewed_on")
    if released and (reviewed is None or released < reviewed):
        told = f"only on {reviewed}" if reviewed else "not yet"
        message = f"released on {released}; the parameters of {sterilised.id} were reviewed {told}"
        yield Problem(document.at("released_on"), message, "release follows the review")


def _is_sterile(document: Document, context: Context) -> bool:
    devices = (context.project.by_id.get(key) for key in document.items("devices"))
    return any(device and device.fields.get("sterile") is True for device in devices)
