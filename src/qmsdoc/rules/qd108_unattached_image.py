"""An image that is shown but does not belong to the document.

**What.** Images stand in the folder beside the document that is named by its id. They are hashed and signed with
it, and site and PDF show no others.

**Why.** Whoever changes a picture in a shared folder would change every approved document that shows it
(ISO 13485 4.2.4 c)).

**Wrong.** `![Flow](../../images/flow.png)`

**Right.** `![Flow](SOP-014/flow.png)`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("ISO 13485 4.2.4 c)",))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """Images that are there, but in another place; one that is not there is QD105's."""
    attached = {attachment.path for attachment in document.attachments}
    for link, target in document.links:
        if not link.image:
            continue
        if target is None:
            message = f"the image `{link.target}` is not a file of this repository"
            yield Problem(document.within(link.span), message, f"save it in the folder `{document.id}/`")
        elif target.path not in attached and target.path in context.project.files:
            message = f"the image `{link.target}` does not lie beside {document.id}"
            yield Problem(document.within(link.span), message, f"put it into the folder `{document.id}/`")
