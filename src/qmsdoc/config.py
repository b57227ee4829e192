"""`qmsdoc.toml`: the company, its frameworks, and settings. Anything wrong in it is exit 2 with a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qmsdoc import __version__
from qmsdoc.conditions import COMPANY_FACTS, ROLES
from qmsdoc.diagnostics import Location, RuleSetting, Severity, Waiver
from qmsdoc.plain_toml import NotToml, read_toml
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "qmsdoc.toml"

OFF = "off"
_TABLES = {
    "requires",
    "company",
    "frameworks",
    "systems",
    "site",
    "intervals",
    "sections",
    "limits",
    "duties",
    "rules",
    "waivers",
}
_MOST_MONTHS = 1200
_LONGEST_RANGE = 60  # characters of `requires`
_zone = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}").fullmatch
_waiver_header = re.compile(r"\s*\[\[\s*waivers\s*\]\]").match
_rule_header = re.compile(r"\s*\[\s*rules\s*\.\s*\"?(\w+)\"?\s*\]").match


class ConfigError(Exception):
    """A mistake in `qmsdoc.toml`; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Company:
    """Who the company is: its roles under the MDR or IVDR, and facts of `conditions.COMPANY_FACTS`."""

    name: str
    language: str = "en"
    time_zone: str = "UTC"
    roles: tuple[str, ...] = ("manufacturer",)
    facts: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """What the handbook shows: drafts, and which record and entry types."""

    drafts: bool = False
    records: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one QMS repository."""

    company: Company
    frameworks: Mapping[str, str] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    site: Site = field(default_factory=Site)
    intervals: Mapping[str, int] = field(default_factory=dict)  # months by record type, where not the type's own
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by type, beside those of the type
    limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # days to a stage, by type and stage
    duties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # the role of a person, by type and key
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)  # by code
    waivers: tuple[Waiver, ...] = ()
    requires: str = ""


def read_config(text: str) -> Config:
    """Parse and check `qmsdoc.toml`; raises ConfigError."""
    try:
        data = read_toml(text)
    except NotToml as error:
        raise ConfigError(f"{FILE} {error}", "see https://toml.io for the syntax") from None
    _refuse_unknown(data, _TABLES, "the file")
    _check_version(_text(data, "requires", default=""))
    return Config(
        company=_company(_table(data, "company")),
        frameworks=_texts(_table(data, "frameworks"), "frameworks"),
        systems=_texts(_table(data, "systems"), "systems"),
        site=_site(_table(data, "site")),
        intervals=_intervals(_table(data, "intervals")),
        sections=_sections(_table(data, "sections")),
        limits=_limits(_table(data, "limits")),
        duties=_duties(_table(data, "duties")),
        rules=_rules(_table(data, "rules"), text),
        waivers=_waivers(data.get("waivers", []), text),
        requires=data.get("requires", ""),
    )


def _company(table: dict[str, Any]) -> Company:
    _refuse_unknown(table, {"name", "language", "time_zone", "roles", "facts"}, "[company]")
    zone = _text(table, "time_zone", default="UTC")
    if not _is_zone(zone):
        raise ConfigError(f"[company] time_zone: `{zone}` is not a time zone", "write it as `Europe/Berlin`")
    language = _text(table, "language", default="en")
    return Company(_text(table, "name"), language, zone, _roles(table), _facts(table.get("facts", {})))


def _is_zone(name: str) -> bool:
    """Whether there is such a time zone; ZoneInfo itself fails in many ways at what is no name of one."""
    try:
        return _zone(name) is not None and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder such as `Europe`
        return False


def _roles(table: dict[str, Any]) -> tuple[str, ...]:
    roles = _list(table, "roles") if "roles" in table else ("manufacturer",)
    for role in roles:
        if role not in ROLES:
            hint = did_you_mean(role, ROLES)
            raise ConfigError(f"[company] roles: `{role}` is not a role", hint)
    if not roles:
        raise ConfigError("[company] roles is empty", 'write it as `roles = ["manufacturer"]`')
    return roles


def _facts(table: Any) -> dict[str, bool]:
    if not isinstance(table, dict):
        raise ConfigError("[company] facts is not a table", "write each fact below `[company.facts]`")
    _refuse_unknown(table, set(COMPANY_FACTS), "[company.facts]")
    for name, value in table.items():
        if not isinstance(value, bool):
            raise ConfigError(f"[company.facts] {name} is neither true nor false", f"write it as `{name} = true`")
    return table


def _site(table: dict[str, Any]) -> Site:
    _refuse_unknown(table, {"drafts", "records", "url"}, "[site]")
    drafts = table.get("drafts", False)
    if not isinstance(drafts, bool):
        raise ConfigError("[site] drafts is neither true nor false")
    return Site(drafts, _list(table, "records"), _text(table, "url", default=""))


def _intervals(table: dict[str, Any]) -> dict[str, int]:
    for name, value in table.items():
        if type(value) is not int or not 1 <= value <= _MOST_MONTHS:
            raise ConfigError(f"[intervals] {name} is not a number of months", f"write it as `{name} = 12`")
    return table


def _sections(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: _list(table, name) for name in table}


def _limits(table: dict[str, Any]) -> dict[str, dict[str, int]]:
    for name, days in table.items():
        if not isinstance(days, dict) or any(type(number) is not int or number < 0 for number in days.values()):
            raise ConfigError(f"[limits] {name} is not a table of days", f"write `{name} = {{ closed = 30 }}`")
    return table


def _duties(table: dict[str, Any]) -> dict[str, dict[str, str]]:
    for name, roles in table.items():
        if not isinstance(roles, dict) or not all(isinstance(role, str) for role in roles.values()):
            hint = f'write `{name} = {{ signatory = "top-management" }}`'
            raise ConfigError(f"[duties] {name} is not a table of keys and roles", hint)
    return table


def _rules(table: dict[str, Any], text: str) -> dict[str, RuleSetting]:
    headers = {
        found[1]: number for number, line in enumerate(text.splitlines(), 1) if (found := _rule_header(line))
    }
    return {code: _rule(code, item, Location(FILE, headers.get(code, 1))) for code, item in table.items()}


def _rule(code: str, item: Any, place: Location) -> RuleSetting:
    where = f"[rules.{code}]"
    if not isinstance(item, dict):
        raise ConfigError(f"rules: {code} is not a table", f"write `{where}`, and below it `severity = …`")
    _refuse_unknown(item, {"severity", "reason"}, where)
    severity, known = _text(item, "severity", where=where), [OFF, *(each.value for each in Severity)]
    if severity not in known:
        raise ConfigError(f"{where}: `{severity}` is not a severity", f"known: {', '.join(known)}")
    reason = _text(item, "reason", default="", where=where)
    if severity == OFF and not reason.strip():
        raise ConfigError(f"{where}: a rule is switched off only with a reason", 'add `reason = "…"`')
    return RuleSetting(code, None if severity == OFF else Severity(severity), reason, place)


def _waivers(items: Any, text: str) -> tuple[Waiver, ...]:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ConfigError("waivers is not a list of tables", "write each as `[[waivers]]` with its keys below")
    headers = (i for i, line in enumerate(text.splitlines(), 1) if _waiver_header(line))  # tomllib keeps no places
    return tuple(
        _waiver(item, f"[[waivers]] number {number}", Location(FILE, next(headers, 1)))
        for number, item in enumerate(items, 1)
    )


def _waiver(item: dict[str, Any], where: str, place: Location) -> Waiver:
    _refuse_unknown(item, {"code", "path", "reason", "until"}, where)
    until = item.get("until")
    if until is not None and type(until) is not date:
        raise ConfigError(f"{where}: until is not a date", "write it as `until = 2027-01-31`")
    reason = _text(item, "reason", where=where)
    return Waiver(_text(item, "code", where=where), reason, place, _text(item, "path", where=where), until)


def _check_version(requires: str) -> None:
    """Refuse to judge a repository that was written for another version of the tool."""
    if len(requires) > _LONGEST_RANGE:
        raise ConfigError("requires is too long for a version range", "write it as `>=0.1,<1`")
    ours = _numbers(__version__)
    for part in filter(None, (piece.strip() for piece in requires.split(","))):
        operator = part.rstrip("0123456789. ")
        wanted = _numbers(part[len(operator) :])
        checks = {
            ">=": ours >= wanted,
            "<": ours < wanted,
            "==": ours == wanted,
            "<=": ours <= wanted,
            ">": ours > wanted,
        }
        if operator not in checks or not wanted:
            raise ConfigError(f"requires: `{part}` is not a version range", "write it as `>=0.1,<1`")
        if not checks[operator]:
            raise ConfigError(
                f"this QMS requires qmsdoc {requires}, and this is {__version__}",
                "install the version it asks for",
            )


def _numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, without trailing zeros so that `0.1` and `0.1.0` are equal."""
    parts = [int(part) for part in version.strip().split(".") if part.isdecimal()]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts) or ((0,) if version.strip() else ())


def _refuse_unknown(table: dict[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"`{key}` is not a setting of {where}", did_you_mean(key, known))


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{name} is not a table", f"write it as `[{name}]`")
    return table


def _text(table: dict[str, Any], key: str, *, default: str | None = None, where: str = "[company]") -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ConfigError(f"{where}: {key} is missing or not a text", f'write it as `{key} = "…"`')
    return value


def _texts(table: dict[str, Any], where: str) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, str):
            raise ConfigError(f"[{where}] {key} is not a text", f'write it as `"{key}" = "{value}"`')
    return table


def _list(table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{key} is not a list of texts", f'write it as `{key} = ["device"]`')
    return tuple(value)
