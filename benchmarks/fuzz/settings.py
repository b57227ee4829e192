"""Files beside the documents: settings, persons, policy, keys, a company's types and frameworks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import families

if TYPE_CHECKING:
    from random import Random

CLEAN = Path(__file__).parent.parent.parent
CONFIG, PEOPLE, POLICY = "qmsdoc.toml", "trust/people.toml", "trust/policy.toml"
KEYS, TYPE, FRAMEWORK = "trust/allowed_signers", "schemas/types/hostile.yaml", "schemas/frameworks/hostile.yaml"
COMPANY = '[company]\nname = "x"\n'
HEAD = "name: hostile\ntitle: Hostile\nkind: record\nprefix: HOS\nfolder: records/hostile\nretention: x\n"
OWN = "framework: Own\nedition: '1'\nclauses:\n"

# The file, before, what is repeated, after; a number counts up where the unit asks for it.
UNITS: dict[str, tuple[str, str, str, str]] = {
    "toml-arrays": (CONFIG, "x = ", "[", ""),
    "toml-arrays-closed": (CONFIG, f"{COMPANY}roles = [", "[], ", "]"),
    "toml-tables": (CONFIG, "x = ", "{a = ", ""),
    "toml-dots": (CONFIG, "", "a.", "a = 1\n"),
    "toml-dots-lines": (CONFIG, "", "a{n}.b.c.d = 1\n", ""),
    "toml-header-dots": (CONFIG, "[", "a.", "a]\n"),
    "toml-headers": (CONFIG, COMPANY, "[x{n}]\n", ""),
    "toml-header-same": (CONFIG, "", "[[x]]\n", ""),
    "toml-header-deep": (CONFIG, "", "[[x]]\n[x.y{n}]\n", ""),
    "toml-number": (CONFIG, "x = ", "9", "\n"),
    "toml-number-hex": (CONFIG, "x = 0x", "f", "\n"),
    "toml-float": (CONFIG, "x = 1e", "9", "\n"),
    "toml-text": (CONFIG, 'x = """', "a\\\n", '"""\n'),
    "toml-text-open": (CONFIG, 'x = "', "a", ""),
    "toml-quotes": (CONFIG, "x = ", '"', ""),
    "toml-escapes": (CONFIG, 'x = "', "\\u0041", '"\n'),
    "toml-comments": (CONFIG, COMPANY, "# x\n", ""),
    "toml-comment": (CONFIG, "", "#", ""),
    "toml-blanks": (CONFIG, "", " ", "x"),
    "toml-not-ascii": (CONFIG, 'x = "', "\U0001f600", '"\n'),
    "config-key": (CONFIG, "", "k", " = 1\n"),
    "config-keys": (CONFIG, COMPANY, "k{n} = 1\n", ""),
    "config-zone": (CONFIG, '[company]\nname = "x"\ntime_zone = "', "a", '"\n'),
    "config-zone-folders": (CONFIG, '[company]\nname = "x"\ntime_zone = "Europe', "/x", '"\n'),
    "config-version": (CONFIG, 'requires = ">=', "0", '"\n[company]\nname = "x"\n'),
    "config-version-dots": (CONFIG, 'requires = ">=0', ".0", '"\n[company]\nname = "x"\n'),
    "config-version-parts": (CONFIG, 'requires = "', ">=0,", '"\n[company]\nname = "x"\n'),
    "config-version-blanks": (CONFIG, 'requires = ">=0', " ", '."\n[company]\nname = "x"\n'),
    "config-roles": (CONFIG, f"{COMPANY}roles = [", '"manufacturer", ', "]\n"),
    "config-role": (CONFIG, f'{COMPANY}roles = ["', "a", '"]\n'),
    "config-frameworks": (CONFIG, f"{COMPANY}[frameworks]\n", '"ISO {n}" = "1"\n', ""),
    "config-edition": (CONFIG, f'{COMPANY}[frameworks]\nMDR = "', "2", '"\n'),
    "config-systems": (CONFIG, f"{COMPANY}[systems]\n", 's{n} = "x"\n', ""),
    "config-intervals": (CONFIG, f"{COMPANY}[intervals]\n", "i{n} = 1\n", ""),
    "config-months": (CONFIG, f"{COMPANY}[intervals]\naudit = ", "9", "\n"),
    "config-waivers": (CONFIG, COMPANY, '[[waivers]]\ncode = "QD105"\npath = "sops/{n}"\nreason = "x"\n', ""),
    "config-waivers-wrong": (CONFIG, COMPANY, '[[waivers]]\ncode = "Q{n}"\npath = "sops/"\nreason = "x"\n', ""),
    "config-waivers-far": (
        CONFIG, COMPANY, '[[waivers]]\ncode = "QD101"\npath = "a/"\nreason = "x"\nuntil = 9999-12-31\n', ""),
    "people-roles": (PEOPLE, "[roles]\n", 'r{n} = "x"\n', ""),
    "people-roles-wrong": (PEOPLE, "[roles]\n", "R{n} = 1\n", ""),
    "people-keys": (PEOPLE, "", "k{n} = 1\n", ""),
    "people-persons": (PEOPLE, "[people]\n", 'p{n} = {{ name = "x" }}\n', ""),
    "people-persons-wrong": (PEOPLE, "[people]\n", "p{n} = 1\n", ""),
    "people-holdings": (
        PEOPLE, '[roles]\na = "A"\n[people.x]\nname = "X"\nroles = [', '{ role = "a", from = 2025-01-01 },\n',
        "]\n",
    ),
    "people-holdings-wrong": (
        PEOPLE, '[roles]\na = "A"\n[people.x]\nname = "X"\nroles = [', '{{ role = "b{n}" }},\n', "]\n"),
    "people-name": (PEOPLE, '[people.x]\nname = "', "\\u202e", '"\n'),
    "policy-acts": (POLICY, "[trust]\n[default]\nacts = [", '{ meaning = "author" },\n', "]\n"),
    "policy-types": (POLICY, "[trust]\n[default]\n", "[types.t{n}]\n", ""),
    "policy-keys": (POLICY, "", "k{n} = 1\n", ""),
    "keys-lines": (KEYS, "", "x\n", ""),
    "keys-options": (KEYS, "anna-keller ", "a,", " ssh-ed25519 AAAA\n"),
    "keys-option": (KEYS, "anna-keller ", "a", "\n"),
    "keys-blanks": (KEYS, "anna-keller", " ", "\n"),
    "keys-blob": (KEYS, "anna-keller ssh-ed25519 ", "A", "\n"),
    "type-fields": (TYPE, f"{HEAD}fields:\n", "  f{n}: {{type: text, since: open}}\n", ""),
    "type-fields-after": (TYPE, f"{HEAD}fields:\n", "  d{m}: {{type: date, after: d{n}}}\n", ""),
    "type-fields-equal": (TYPE, f"{HEAD}fields:\n", "  f: {type: text}\n", ""),
    "type-fields-wrong": (TYPE, f"{HEAD}fields:\n", "  f{n}: {{typ: text}}\n", ""),
    "type-choices": (TYPE, f"{HEAD}fields:\n  f:\n    choices: [", "c{n}, ", "]\n"),
    "type-choice": (TYPE, f"{HEAD}fields:\n  f:\n    choices: [", "c", "]\n"),
    "type-sections": (TYPE, f"{HEAD}sections: [", "S{n}, ", "]\n"),
    "type-stages": (TYPE, f"{HEAD}stages: [", "s{n} d, ", "]\nfields: {d: {type: date}}\n"),
    "type-clauses": (TYPE, f"{HEAD}clauses: [", "ISO 13485 {n}, ", "]\n"),
    "type-tables": (TYPE, f"{HEAD}tables:\n", "  t{n}: {{heading: H, columns: {{a: {{type: text}}}}}}\n", ""),
    "type-columns": (
        TYPE, f"{HEAD}tables:\n  t:\n    heading: H\n    columns:\n", "      c{n}: {{type: text}}\n", ""),
    "type-keys": (TYPE, HEAD, "k{n}: v\n", ""),
    "type-prefix": (TYPE, "name: hostile\nprefix: ", "A", "\n"),
    "type-folder": (TYPE, "name: hostile\nfolder: sops", "/a", "!\n"),
    "type-description": (TYPE, f"{HEAD}fields:\n  f: {{description: ", "x ", "}\n"),
    "yaml-lists": (TYPE, "x: ", "[", ""),
    "yaml-lists-flat": (TYPE, "x: [", "[], ", "]\n"),
    "yaml-items": (TYPE, "x:\n", "- ", ""),
    "yaml-aliases": (TYPE, "a: &a [x]\nb: [", "*a, ", "]\n"),
    "yaml-asked": (TYPE, "", "? ", ""),
    "yaml-quotes": (TYPE, 'x: "', "\n", '"\n'),
    "yaml-plain": (TYPE, "x: a", "\n  a", "\n"),
    "yaml-keys-long": (TYPE, "", "k", ": v\n"),
    "yaml-comments": (TYPE, "", "# x\n", ""),
    "yaml-number": (TYPE, f"{HEAD}fields: {{f: {{planned: ", "9", "}}\n"),
    "framework-clauses": (FRAMEWORK, OWN, "  - {{ref: '{n}', title: x}}\n", ""),
    "framework-chain": (FRAMEWORK, f"{OWN}  - {{ref: '0'}}\n", "  - {{ref: '{m}', parent: '{n}'}}\n", ""),
    "framework-equal": (FRAMEWORK, OWN, "  - {ref: '1'}\n", ""),
    "framework-wrong": (FRAMEWORK, OWN, "  - {{ref: '{n}', titel: x}}\n", ""),
    "framework-parents": (FRAMEWORK, OWN, "  - {{ref: '{n}', parent: '0{n}'}}\n", ""),
    "framework-moved": (FRAMEWORK, f"{OWN}  - {{ref: '1'}}\nmoved:\n", "  'x{n}': Own 1\n", ""),
    "framework-when": (FRAMEWORK, f"{OWN}  - {{ref: '1', when: [", "x{n}, ", "]}\n"),
    "framework-condition": (FRAMEWORK, f"{OWN}  - {{ref: '1', when: ['", "class I ", "']}\n"),
    "framework-aliases": (FRAMEWORK, "framework: Own\nedition: '1'\naliases: [", "ISO {n}, ", "]\n"),
    "framework-ref": (FRAMEWORK, f"{OWN}  - {{ref: '", "1", "'}\n"),
}  # fmt: skip
LONGEST = {TYPE: families.DEFINITION, FRAMEWORK: families.DEFINITION, KEYS: families.MIB, POLICY: families.MIB}


def _units(parts: tuple[str, str, str, str], _: Random, size: int) -> families.Files:
    path, before, unit, after = parts
    counts = "{n}" in unit
    pieces, length, number = [before], len(before) + len(after), 0
    while length < size:
        pieces.append(unit.format(n=number, m=number + 1) if counts else unit * 64)
        length += len(pieces[-1].encode())
        number += 1
    pieces.pop()
    return {path: "".join([*pieces, after]).encode()}


# Values of every kind that TOML and YAML have, and some that look like what is expected.
VALUES = (
    '""', '"x"', "0", "1", "-1", "1.5", "inf", "nan", "true", "false", "2026-01-01", "2026-01-01T00:00:00Z",
    "00:00:00", "[]", "[1]", '["x"]', "[[]]", "[{}]", "{}", "{ a = 1 }", "[1, 2]", '"9999-12-31"',
    "9999-12-31", "0001-01-01", '"\\u0000"', '"\\u202e"', '"\\ud7ff"', '"MDR"', '"Europe/Berlin"', '"Europe"',
    '"../../etc/passwd"', '"/"', "1979-05-27T07:32:00", "9223372036854775807", "0x1f", '"' + "x" * 300 + '"',
    '"' + "9" * 5000 + '"', "9" * 5000, '["approval"]', '[{ meaning = "approval" }]', '"approval"',
    "[{ meaning = [] }]", '[{ meaning = "approval", roles = [[]] }]',
    '[{ meaning = "approval", roles = [{}] }]', "[{ role = [] }]",
    '[{ role = "prrc", from = 2026-01-01T00:00:00 }]', '[{ role = "prrc", from = 2026-01-01, until = 1.5 }]',
    "1e400", "+inf",
)  # fmt: skip
TOML_KEYS = {
    CONFIG: (
        "requires", "company", "company.name", "company.language", "company.time_zone", "company.roles",
        "company.facts", "company.facts.servicing", "frameworks", "frameworks.MDR", "systems", "systems.crm",
        "site", "site.drafts", "site.records", "site.url", "intervals", "intervals.audit", "waivers",
    ),
    PEOPLE: (
        "roles", "roles.prrc", "people", "people.x", "people.x.name", "people.x.kind", "people.x.roles",
        "people.anna-keller", '"\\n"', "people.'a.b'", 'people."[x]"', "roles.'^$('",
    ),
    POLICY: (
        "trust", "trust.roles", "trust.signers", "trust.bare_keys", "default", "default.acts", "default.forms",
        "default.in_order", "default.author_may_approve", "types", "types.sop", "types.sop.acts",
        "types.sop.forms", "takeover", "takeover.roles", "takeover.until", "revoked", "revoked.x",
        "revoked.'SHA256:" + "A" * 43 + "'",
    ),
}  # fmt: skip


def _toml_values(path: str, random: Random, _: int) -> families.Files:
    """Every key may hold a value of any kind; the rest is as it should be."""
    chosen = random.sample(TOML_KEYS[path], random.randint(1, 3))
    lines = [f"{key} = {random.choice(VALUES)}" for key in chosen]
    good = (CLEAN / path).read_text(encoding="utf-8")
    if path == CONFIG and "company" not in "".join(chosen):
        lines.append('company.name = "x"')
    if path == POLICY:  # read only beside keys
        rest = good if random.random() < 0.5 else ""
        return {path: ("\n".join(lines) + f"\n{rest}").encode(), KEYS: b""}
    return {path: ("\n".join(lines) + "\n").encode()}


def _yaml_values(path: str, random: Random, _: int) -> families.Files:
    """A definition in which one value is of another kind."""
    head = HEAD if path == TYPE else OWN
    extra = {
        TYPE: "fields:\n  f: {type: text}\ntables:\n  t:\n    heading: H\n    columns:\n      c: {type: date}\n"
        "sections: [A]\nclauses: [MDR Art. 1]\n",
        FRAMEWORK: "  - {ref: '1', title: x, parent: '0', when: [software], who: [manufacturer], open: all}\n"
        "moved: {'3': Own 1}\naliases: [O]\nform: numbered\n",
    }[path]
    lines = f"{head}{extra}".split("\n")
    at = random.randrange(len(lines))
    kept, colon, _rest = lines[at].partition(":")
    lines[at] = f"{kept}{colon or ':'} {random.choice(_YAML_VALUES)}"
    return {path: "\n".join(lines).encode()}


_YAML_VALUES = (
    "", "~", "[]", "{}", "x", "''", "[x]", "{a: b}", "[[x]]", "- x", "|", "&a x", "*a", "!!int 1", "'\\0'",
    '"\\0"', '"\\ud800"', "2026-01-01", "true", "1", "x" * 300, "[{a: b}]", "{a: [b]}", "{type: x}",
    "{type: text, choices: [a]}", "{choices: []}", "{list_of: date, since: open}",
    "{type: date, after: nothing}", "{type: text, when: 'a: b'}", "'\u202e'", "form", "regulation",
    "{model_config: {type: text}}", "{schema: {type: text}}", "{copy: {type: text}}", "{id: {type: text}}",
    "{__x: {type: text}}", "{class: {type: text}}", "{_x: {type: text}}", "{validate: {type: text}}",
    "{dict: {type: text}}", "{a: {type: document}}",
)  # fmt: skip


def register() -> None:
    """Every family of settings."""
    for name, parts in UNITS.items():
        families.add(name, partial(_units, parts), LONGEST.get(parts[0], families.DOCUMENT))
    for path in (CONFIG, PEOPLE, POLICY):
        name = path.rpartition("/")[2].partition(".")[0]
        families.add(f"values-{name}", partial(_toml_values, path), families.KIB)
    for path, name in ((TYPE, "type"), (FRAMEWORK, "framework")):
        families.add(f"values-{name}", partial(_yaml_values, path), families.KIB)
