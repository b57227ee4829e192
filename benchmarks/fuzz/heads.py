"""Front matter, up to the 64 KiB that are read: nesting, aliases, odd scalars, long lists, many mistakes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import families
from bodies import SOP, SOP_PATH

if TYPE_CHECKING:
    from random import Random

NEEDED = "id: SOP-666\ntype: sop\ntitle: Hostile\nrevision: 1\nowner: quality-manager\n"
BODY = SOP.partition("\n---\n")[2]

# Before, what is repeated, after.
UNITS: dict[str, tuple[str, str, str]] = {
    "lists": ("x: ", "[", ""),
    "lists-closed": ("x: ", "[]", ""),
    "maps": ("x: ", "{a: ", ""),
    "maps-in-lists": ("x: ", "[{a: ", ""),
    "keys-asked": ("", "? ", ""),
    "items": ("", "- ", ""),
    "colons": ("", ": ", ""),
    "anchors": ("", "&a ", ""),
    "anchors-in-list": ("references: [", "&a b, ", "]"),
    "aliases": ("a: &a [x]\nb: [", "*a, ", "]"),
    "tags": ("x: [", "!!python/object/apply:os.system [x], ", "]"),
    "merge-keys": ("", "<<: {a: b}\n", ""),
    "quotes-single": ("x: ", "'", ""),
    "quotes-double": ("x: ", '"', ""),
    "backslashes": ('x: "', "\\x41", '"'),
    "escapes-wrong": ('x: "', "\\", ""),
    "block-text": ("change: |\n", "  x\n", ""),
    "block-folded": ("change: >\n", "  x\n\n", ""),
    "long-text": ("change: ", "x", ""),
    "long-words": ("change: ", "word ", ""),
    "long-key": ("", "k", ": x"),
    "long-key-state": ("", "approved", ": x"),
    "comments": ("", "#", ""),
    "comment-lines": ("", "# x\n", ""),
    "documents": ("...\n", "---\na: b\n", ""),
    "directives": ("", "%YAML 1.2\n", ""),
    "blanks": ("x:", " ", "y"),
    "tabs": ("x:", "\t", "y"),
    "equal-keys": ("", "owner: prrc\n", ""),
    "citations-unknown": ("satisfies: [", "MDR Art. 999, ", "]"),
    "citations-good": ("satisfies: [", "MDR Art. 10(9), ", "]"),
    "citations-open": ("satisfies: [", "ISO 13485, ", "]"),
    "citations-ranges": ("satisfies: [", "MDR Art. 1-99, ", "]"),
    "citations-points": ("satisfies: [", '"MDR Annex I.*", ', "]"),
    "citations-sections": ("satisfies: [", "ISO 13485 4.2.4 @nowhere, ", "]"),
    "citation-digits": ("satisfies: [MDR Art. ", "1", "]"),
    "citation-dots": ("satisfies: [ISO 13485 ", "4.", "]"),
    "citation-brackets": ("satisfies: [MDR Art. 10", "(", "]"),
    "citation-blanks": ("satisfies: [MDR Art. 10", "  ", "x]"),
    "citation-sections": ("satisfies: ['ISO 13485 ", "@x ", "']"),
    "references-unknown": ("references: [", "SOP-999, ", "]"),
    "references-wrong": ("references: [", "Sop 1, ", "]"),
    "references-empty": ("references: [", "'', ", "]"),
    "references-long": ("references: [SOP-", "1", "]"),
    "references-nested": ("references: [", "[a], ", "]"),
    "roles-unknown": ("applies_to: [", "quality-manger, ", "]"),
    "roles-long": ("applies_to: [", "a-", "]"),
    "not-applicable": ("applies_to: n/a (", "(", ""),
    "number-long": ("review_every: ", "9", ""),
    "date-long": ("effective_from: 2026-01-", "1", ""),
    "state-keys": ("", "Status: x\nSTATUS: x\n", ""),
    "control": ('x: "', "\\0", '"'),
    "line-separators": ("x: ", "\u2028", ""),
    "astral": ("change: ", "\U0001f600", ""),
    "bidi": ("change: ", "\u202e", ""),
}

SCALARS = (
    "1e999", "-1e999", ".inf", ".nan", "0x7fffffff", "0o17", "1_000", "1:30", "~", "null", "yes", "", "''",
    "n/a", "n/a ()", "n/a (x)", "2026-13-45", "9999-12-31", "0001-01-01", "10000-01-01",
    "2026-01-01T00:00:00Z", "SOP-001", "SOP-666", "MDR Art. 10", "99999999999999999999", "-1", "0", "1", "[]",
    "{}", "[[]]", "[a, b]", "|", ">", "&a x", "*a", "!!int 1", "'\u202e'", "\u00b2", "quality-manager",
    "anna-keller", "crm:1", "true", "false", "x" * 5000, "\u0130" * 50, "\ufb03", "a: b", "- a", "@x", "`x`",
)  # fmt: skip
KEYS = (
    "id", "type", "title", "revision", "owner", "effective_from", "review_every", "satisfies", "applies_to",
    "training", "change", "references", "opened", "closed", "procedure", "devices", "evidence", "waivers",
    "supersedes", "makes", "plan", "severity", "expires_on", "decided_on", "decided_by", "status",
    "approved_by", "held_on", "auditors", "processes", "received", "aware_on", "risk", "due", "clause",
    "audit", "Title", "ID", "x", "", "[a]", "?", "<<", "omits", "party", "about", "notice", "deliverables",
)  # fmt: skip


def _unit(parts: tuple[str, str, str], _: Random, size: int) -> families.Files:
    before, unit, after = parts
    room = min(size, families.FRONT_MATTER) - len(f"{NEEDED}{before}{after}\n".encode())
    text = f"{before}{unit * (room // len(unit.encode()))}{after}"
    return {SOP_PATH: f"---\n{NEEDED}{text}\n---\n{BODY}".encode()}


def _numbered(before: str, line: str, after: str) -> families.Make:
    """A unit with a number that counts up."""

    def make(random: Random, size: int) -> families.Files:
        pieces, length, number = [], len(NEEDED + before + after), 0
        while True:
            piece = line.format(n=number, any=random.randrange(number + 1))
            length += len(piece.encode())
            if length >= min(size, families.FRONT_MATTER) - 1:
                break
            pieces.append(piece)
            number += 1
        return {SOP_PATH: f"---\n{NEEDED}{before}{''.join(pieces)}{after}\n---\n{BODY}".encode()}

    return make


NUMBERED = {
    "keys": ("", "k{n}: v\n", ""),
    "keys-alike": ("", "titl{n}: v\n", ""),
    "keys-without-value": ("", "a{n}:\n", ""),
    "keys-with-maps": ("", "a{n}: {{b: c}}\n", ""),
    "anchors-and-aliases": ("", "a{n}: &a{n} [*a{any}]\n", ""),
    "citations": ("satisfies: [", "ISO 13485 {n}.{any}, ", "]"),
    "citations-frameworks": ("satisfies: [", "ISO {n} 4.2, ", "]"),
    "citations-articles": ("satisfies: [", "MDR Art. {n}({any}), ", "]"),
    "references": ("references: [", "SOP-{n}, ", "]"),
    "references-alike": ("references: [", "CAPA-00{n}, ", "]"),
    "roles": ("applies_to: [", "quality-manager{n}, ", "]"),
}


def _scalars(random: Random, _: int) -> families.Files:
    """Documents of all types, each with keys that exist and values that do not fit them."""
    from qmsdoc.types.registry import builtin  # noqa: PLC0415 - the generator itself needs no product

    found = {}
    for number, document_type in enumerate(random.sample(list(builtin().values()), 20)):
        keys = [*document_type.names, *random.sample(KEYS, 4)]
        chosen = random.sample(keys, random.randint(1, len(keys)))
        identity = f"{document_type.prefix}-{800 + number}"
        lines = [f"{key}: {_value(random)}" for key in chosen if key not in {"id", "type"}]
        tables = "".join(
            f"## {table.heading}\n\n{_table(random, list(table.row.model_fields))}\n"
            for table in document_type.tables
        )
        text = "\n".join([f"id: {identity}", f"type: {document_type.name}", *lines])
        found[f"{document_type.folder}/{identity}-x.md"] = f"---\n{text}\n---\n\n# X\n\n{tables}".encode()
    return found


def _value(random: Random) -> str:
    if random.random() < 0.3:
        return f"[{', '.join(random.choices(SCALARS, k=random.randint(1, 5)))}]"
    return random.choice(SCALARS)


def _table(random: Random, fields: list[str]) -> str:
    headings = [name.replace("_", " ").capitalize() for name in fields]
    random.shuffle(headings)
    cells = (random.choice(SCALARS).replace("|", "\\|") for _ in range(9 * len(headings)))
    rows = [" | ".join(next(cells) for _ in headings) for _ in range(8)]
    return "".join(f"| {row} |\n" for row in (" | ".join(headings), "|".join("-" for _ in headings), *rows))


def register() -> None:
    """Every family of front matter."""
    for name, parts in UNITS.items():
        families.add(f"head-{name}", partial(_unit, parts), families.FRONT_MATTER)
    for name, line in NUMBERED.items():
        families.add(f"head-{name}", _numbered(*line), families.FRONT_MATTER)
    families.add("head-scalars", _scalars, families.FRONT_MATTER)
