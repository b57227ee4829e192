"""A declaration that rests on a certificate which does not carry it.

**What.** `certificates` of a declaration of conformity names a certificate of another kind than those that
notified bodies issue under the regulation, such as one by ISO 13485, or one that covers other devices.

**Why.** The declaration names the certificates that were issued in the conformity assessment of the device
(MDR Art. 56(1), Annex IV 8).

**Right.** The EU certificate by Annex IX, X or XI that lists the device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 56(1)", "MDR Annex IV 8"))

OTHERS = {"iso-13485", "other"}  # what certification bodies issue under no regulation of devices


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Certificates of declarations against their entries."""
    if document.type.name != "declaration":
        return
    for key, place in document.items_with_places("certificates"):
        certificate = context.project.by_id.get(key)
        if certificate is None or certificate.type.name != "certificate":
            continue
        kind, covered = certificate.text("certificate_kind"), certificate.items("devices")
        if kind in OTHERS:
            message = f"{key} is a certificate of kind `{kind}`, on which no declaration of conformity rests"
            yield Problem(place, message, "name the EU certificate of the notified body")
        elif covered and (open_ones := [device for device in document.items("devices") if device not in covered]):
            yield Problem(place, f"{key} does not cover {', '.join(open_ones)}", "name the one that does")
