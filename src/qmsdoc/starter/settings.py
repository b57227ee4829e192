"""The small files of a new repository: settings, people, devices, the look of the site, its README."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from qmsdoc.drafting.naming import file_name
from qmsdoc.starter.phrases import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from qmsdoc.config import Config
    from qmsdoc.starter.answers import Answers, Device
    from qmsdoc.types.base import DocumentType

EVERYONE = "employee"  # the role of the model that everybody has
OWNER = "regulatory-affairs"  # the role of the model that answers for devices
_WRITTEN = frozenset({"id", "type", "title", "owner", "from"})
OPEN_FACT = "not stated when this QMS began; regulatory-affairs states it before design begins"


def toml(value: str) -> str:
    """A text of printable characters as TOML reads it back; JSON writes such a text the same way."""
    return json.dumps(value, ensure_ascii=False)


def config(answers: Answers, model: Config) -> str:
    """`qmsdoc.toml`."""
    company_roles = ", ".join(map(toml, answers.roles))
    facts = "".join(f"{name} = {str(value).lower()}\n" for name, value in answers.facts.items())
    frameworks = _lines(answers.frameworks)
    records = ", ".join(map(toml, model.site.records))
    sections = "".join(f"{name} = [{', '.join(map(toml, own))}]\n" for name, own in model.sections.items())
    limits = "".join(f"{name} = {{ {_pairs(days)} }}\n" for name, days in model.limits.items())
    duties = "".join(f"{name} = {{ {_pairs(roles)} }}\n" for name, roles in model.duties.items())
    systems = _lines(model.systems)
    return f"""\
requires = {toml(model.requires)}

[company]
name = {toml(answers.name)}
language = {toml(answers.language)}
time_zone = {toml(answers.time_zone)}
roles = [{company_roles}]

# What the company does and is. What is not stated here counts as possible.
[company.facts]
{facts}
[frameworks]
{frameworks}
[site]
drafts = true  # until the first documents are in force
records = [{records}]

# Headings that our documents have beside those that their type asks for.
[sections]
{sections}
# Days after the opening of a record in which it reaches a stage, as the procedures say.
[limits]
{limits}
# Who a person named in a document must be: by type and key, the role.
[duties]
{duties}
# Where evidence is held outside git; the keys are used in records as `crm:4711`.
[systems]
{systems}"""


def _pairs(table: Mapping[str, int] | Mapping[str, str]) -> str:
    """The inside of an inline table of numbers or texts."""
    values = ((key, toml(value) if isinstance(value, str) else str(value)) for key, value in table.items())
    return ", ".join(f"{key} = {value}" for key, value in values)


def _lines(table: Mapping[str, str]) -> str:
    """The lines of a table of texts; keys are quoted only where they must be."""
    keys = (key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml(key) for key in table)
    return "".join(f"{key} = {toml(text)}\n" for key, text in zip(keys, table.values(), strict=True))


def people(roles: Mapping[str, str], holders: Iterable[tuple[str, str]], today: date) -> str:
    """`trust/people.toml`: every role of the model, and the persons who were named, from today."""
    held: dict[str, list[str]] = {}
    for role, name in holders:
        held.setdefault(name, []).append(role)
    text = (
        "# Who holds which role, from and until when. A change counts once it is signed: `qmsdoc trust sign`.\n\n"
    )
    text += "[roles]\n" + "".join(f"{role} = {toml(title)}\n" for role, title in roles.items())
    for name, key in zip(held, person_keys(held), strict=True):
        theirs = dict.fromkeys([*held[name], *({EVERYONE} & roles.keys())])
        lines = "".join(f'  {{ role = "{role}", from = {today} }},\n' for role in theirs)
        text += f"\n[people.{key}]\nname = {toml(name)}\nroles = [\n{lines}]\n"
    return text


def person_keys(names: Iterable[str]) -> list[str]:
    """A key for each name, no two alike: `anna-keller`."""
    keys: list[str] = []
    for number, name in enumerate(names, 1):
        plain = file_name("P", name).removesuffix(".md").removeprefix("P").strip("-")
        key = plain if re.match(r"[a-z]", plain) else f"person-{plain or number}"
        keys.append(key if key not in keys else f"{key}-{number}")
    return keys


def device(entry: DocumentType, document_id: str, answer: Device, today: date) -> str:
    """The entry of a device: what is known of it; what it needs and nobody stated is accepted as open."""
    known = {
        "id": document_id,
        "type": entry.name,
        "title": _scalar(answer.name),
        "owner": OWNER,
        "from": today.isoformat(),
        **stated(answer),
    }
    lines = [f"{key}: {value}\n" for key, value in known.items()]
    if names := ", ".join(not_stated(entry, answer)):
        lines.append(f"waive: [{toml(f'QD007: {names} {OPEN_FACT}')}]\n")
    sections = "".join(f"\n## {section.heading}\n\nNot yet written.\n" for section in entry.sections)
    return f"---\n{''.join(lines)}---\n\n# {literal(answer.name)}\n{sections}"


def stated(answer: Device) -> dict[str, str]:
    """What was answered of a device, as front matter."""
    rule = {} if answer.rule is None else {"rule": str(answer.rule)}
    return {"risk_class": answer.risk_class, **rule, **{k: str(v).lower() for k, v in answer.facts.items()}}


def not_stated(entry: DocumentType, answer: Device) -> list[str]:
    """What a device entry needs and nobody stated, without what the tool writes itself."""
    return [key for key in entry.since if key not in stated(answer) and key not in _WRITTEN]


def _scalar(text: str) -> str:
    """A text as YAML reads it back."""
    return text if re.fullmatch(r"[A-Za-z0-9]([\w -]*\w)?", text) else json.dumps(text, ensure_ascii=False)


def look(answers: Answers) -> str:
    """`mkdocs.yml`."""
    return f"""\
# The look of the handbook. Only what stands here can be set: site_name, site_description, extra_css, and of the
# theme its name, logo, favicon and palette (primary, accent). qmsdoc writes the rest of the configuration itself.
site_name: Quality handbook
site_description: {json.dumps(f"The quality management system of {answers.name}", ensure_ascii=False)}
theme:
  name: material
"""


def readme(name: str, version: str) -> str:
    """`README.md`."""
    return f"""\
# Quality management system of {literal(name)}

Documents, records and registers of the quality management system, as text under version control.

| Where | What |
|---|---|
| `sops/` | Quality manual, policy, procedures, plans: controlled documents |
| `templates/` | Forms; `qmsdoc new TYPE --title "…"` begins a document from its form |
| `records/` | Evidence and registers, a folder for each type |
| `trust/` | Who holds which role, and what a revision needs before it is in force |
| `qmsdoc.toml` | The company, what it works to, settings |

```sh
python -m pip install "qmsdoc[site]=={version}"
qmsdoc validate      # what is wrong, and what remains
qmsdoc build         # the handbook: build/site/index.html
qmsdoc coverage      # which requirement is answered where, and what is missing
qmsdoc inbox         # what waits for whom
```

A document is in force when the people whom `trust/policy.toml` names have signed it; until then it is a draft.
GitHub validates each change and once a day by `.github/workflows/qms.yml`, and keeps one issue with what is due.
GitLab does so by `.gitlab-ci.yml`; the daily run is made there under Build, Pipeline schedules.
"""


def trust_roles(policy: bytes) -> list[str]:
    """The roles that sign changes of trust, as a policy names them."""
    found = tomllib.loads(policy.decode()).get("trust", {}).get("roles", [])
    return [role for role in found if isinstance(role, str)]
