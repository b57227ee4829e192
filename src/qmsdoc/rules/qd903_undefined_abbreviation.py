"""An abbreviation that no document explains.

**What.** Three to six capitals in paragraphs and list items of controlled documents, for which no document has
`words (ABC)`, `ABC (words)`, or a row of a table or a list item that begins with it. Off by itself: `--select
QD903`, or `[rules.QD903]` in `qmsdoc.toml`.

**Why.** Documents are understood by those who work by them (ISO 13485 4.2.4 e)).

**Right.** `field safety corrective action (FSCA)` where it is first used, or a table of abbreviations in the
manual.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.prose import matches
from qmsdoc.rule import Context, Rule
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, Severity.INFO, clauses=("ISO 13485 4.2.4 e)",), standard=False)

# Names and units that every reader knows, and the regulations that the tool itself names.
COMMON = frozenset(
    {"BMP", "CFR", "CSV", "DIN", "EEC", "FDA", "GDPR", "GMT", "III", "IVDR", "ISO", "IEC", "JPEG", "JSON"}
    | {"MDCG", "MDR", "PDF", "PNG", "SHA", "SVG", "USB", "UTC", "VII", "VIII", "XII", "XIII", "XIV", "XVI"}
)
_ABBREVIATION = re.compile(r"(?<![\w.-])[A-Z]{3,6}(?![\w-])")
_explanation = re.compile(r"\(([A-Z]{3,6})[),;]|\b([A-Z]{3,6}) \(|\A([A-Z]{3,6})[:,]").finditer


@rule.project
def check(context: Context) -> Iterator[Problem]:
    """The first use in each document."""
    documents = [d for d in context.project.documents if d.type.kind is Kind.CONTROLLED]
    known = COMMON | {d.type.prefix for d in documents} | {t.prefix for t in context.project.types.values()}
    known = known | {word for document in documents for word in _explained(document)}
    for document in documents:
        told = set(known)
        for sentence in document.sentences:
            for text, span in matches(sentence, _ABBREVIATION):
                if text not in told:
                    told.add(text)
                    message = f"no document explains `{text}`"
                    yield Problem(document.within(span), message, f"write it out: `… ({text})`")


def _explained(document: Document) -> Iterator[str]:
    for sentence in document.sentences:
        yield from (found[1] or found[2] or found[3] for found in _explanation(sentence.text))
    for table in document.body.tables:
        yield from (row[0].text for row in table.rows if row)
