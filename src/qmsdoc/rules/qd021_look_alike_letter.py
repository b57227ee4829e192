# ruff: noqa: RUF001, RUF002 - letters that look alike are what it is about
"""A letter that looks like another one.

**What.** Greek and Cyrillic letters that look Latin, in a Latin word or in a document without other words of that
script; and an accent written as a character of its own (`a` and U+0308) where one letter has it (`ä`). Signs such
as `Ω`, `µ`, `Δ` and words in Greek or Cyrillic are as they should be.

**Why.** Search and comparison take them for another word, and a name can pass for that of another person
(ISO 13485 4.2.4 e)).

**Wrong.** `Аnna` with a Cyrillic `А`

**Right.** `Anna`
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem, Severity
from qmsdoc.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.diagnostics import Location
    from qmsdoc.project import Document

rule = Rule(__name__, severity=Severity.WARNING, clauses=("ISO 13485 4.2.4 e)",))

_LATIN = dict(
    zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXo", strict=True)
)
_ACCENTS = {"\u0300": "à", "\u0301": "á", "\u0308": "ä", "\u030a": "å", "\u030c": "č", "\u0327": "ç"}
_SUSPECT = _LATIN.keys() | _ACCENTS.keys()
# Letters that no text of the script goes without, and that nobody takes for another or uses as a sign.
_OF_WORDS = {
    "CYRILLIC": re.compile("[бвгджзийклмнптфцчшщъыьэюяБГДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ]"),
    "GREEK": re.compile("[άέήίόύώς]"),
}
_beside_latin = re.compile(rf"(?<=[A-Za-z])[{''.join(_LATIN)}]|[{''.join(_LATIN)}](?=[A-Za-z])").findall


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:  # noqa: ARG001
    """Each such letter once: where it first stands, or in the first word that it is mixed into.

    A value that is refused anyway is passed over.
    """
    if document.characters.keys().isdisjoint(_SUSPECT):
        return
    refused = {document.at(key).line for key in document.invalid if key in document.places}
    mixed = dict(_mixed_in(document))
    all_letters = "".join(document.characters)
    for character, span in document.characters.items():
        if span.line in refused:
            continue
        if character in _ACCENTS:
            message = f"U+{ord(character):04X} is an accent that stands beside its letter"
            hint = f"type the letter again, as in `{_ACCENTS[character]}`"
            yield Problem(document.within(span), message, hint)
        elif character in _LATIN:
            name = unicodedata.name(character)
            foreign = not _OF_WORDS[name.split()[0]].search(all_letters)
            if foreign or character in mixed:
                message = f"this is `{character}` U+{ord(character):04X} ({name.lower()})"
                place = document.within(span) if foreign else mixed[character]
                yield Problem(place, message, f"if you mean the Latin letter, type `{_LATIN[character]}`")


def _mixed_in(document: Document) -> Iterator[tuple[str, Location]]:
    """Letters that stand beside Latin ones in a field, heading or cell, the first place of each last."""
    texts = [(value, document.at(key)) for key, value in document.fields.items() if isinstance(value, str)]
    texts += [(text, document.within(span)) for text, span in document.body.texts]
    for text, place in reversed(texts):
        yield from ((letter, place) for letter in _beside_latin(text))
