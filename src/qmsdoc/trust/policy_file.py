"""Reads `trust/policy.toml`: as a whole or not at all, because half a policy would be a laxer one."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from qmsdoc.plain_toml import NotToml, read_toml
from qmsdoc.suggest import did_you_mean
from qmsdoc.trust.act import Form, Meaning
from qmsdoc.trust.policy import OWNER, Need, Policies, Policy, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FILE = "policy.toml"


class BadPolicy(ValueError):
    """A policy that cannot be read; the message says what is wrong, `key` where."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


def read_policies(text: str, roles: Collection[str]) -> Policies:
    """Read the file, as a whole or not at all, because half a policy would be a laxer one; raises BadPolicy.

    roles: those of people.toml.
    """
    try:
        data = read_toml(text)
    except NotToml as error:
        raise BadPolicy(f"this {error}") from None
    _known(data, {"trust", "default", "types", "takeover", "revoked"}, "this file")
    trust, takeover = _table(data, "trust"), _table(data, "takeover")
    _known(trust, {"roles", "signers", "bare_keys"}, "[trust]")
    _known(takeover, {"roles", "until"}, "[takeover]")
    if "trust" not in data or "default" not in data:
        raise BadPolicy("the file needs [trust] and [default]")
    until = takeover.get("until")
    if until is not None and type(until) is not date:
        raise BadPolicy("[takeover] until is not a date", "until")
    if "takeover" not in data:
        until = date.min  # nothing may be taken over
    bare = trust.get("bare_keys", False)
    if not isinstance(bare, bool):
        raise BadPolicy("[trust] bare_keys is neither true nor false", "bare_keys")
    return Policies(
        default=_policy(_table(data, "default"), roles, "[default]"),
        by_type={name: _policy(table, roles, f"[types.{name}]") for name, table in _table(data, "types").items()},
        trust=Need(Meaning.APPROVAL, _some_roles(trust, roles, "[trust]"), _count(trust, "[trust]")),
        takeover_roles=_some_roles(takeover, roles, "[takeover]") if "takeover" in data else (),
        takeover_until=until,
        bare_keys=bare,
        revoked={key: _since(key, table) for key, table in _table(data, "revoked").items()},
    )


def _policy(table: Any, roles: Collection[str], where: str) -> Policy:
    if not isinstance(table, dict):
        raise BadPolicy(f"{where} is not a table")
    _known(table, {"acts", "in_order", "author_may_approve", "forms"}, where)
    acts = table.get("acts", [])
    if not isinstance(acts, list) or not acts:
        raise BadPolicy(
            f'{where} needs acts, such as `acts = [{{ meaning = "approval", roles = ["owner"] }}]`', "acts"
        )
    needs = tuple(_need(item, roles, where) for item in acts)
    if not any(need.meaning in {Meaning.APPROVAL, Meaning.CLOSURE} for need in needs):
        raise BadPolicy(f"{where} asks for no approval, so anything else would be one", "acts")
    forms = table.get("forms", [form.value for form in (Form.KEY, Form.SECURITY_KEY)])
    if not isinstance(forms, list):
        raise BadPolicy(f"{where} forms is not a list", "forms")
    for name in ("in_order", "author_may_approve"):
        if not isinstance(table.get(name, True), bool):
            raise BadPolicy(f"{where} {name} is neither true nor false", name)
    return Policy(
        needs,
        table.get("in_order", True),
        table.get("author_may_approve", False),
        frozenset(_member(Form, form, f"{where} forms") for form in forms),
    )


def _need(item: Any, roles: Collection[str], where: str) -> Need:
    if not isinstance(item, dict):
        raise BadPolicy(f"{where} an act is not a table", "acts")
    _known(item, {"meaning", "roles", "signers"}, f"{where} acts")
    meaning = _member(Meaning, item.get("meaning"), f"{where} meaning")
    return Need(meaning, _roles(item, roles, where), _count(item, where))


def _roles(table: Mapping[str, Any], known: Collection[str], where: str) -> tuple[str, ...]:
    found = table.get("roles", [])
    if not isinstance(found, list):
        raise BadPolicy(f"{where} roles is not a list", "roles")
    for role in found:
        if not isinstance(role, str) or (role != OWNER and role not in known):
            hint = did_you_mean(str(role), known)
            raise BadPolicy(f"{where} `{role}` is not a role of people.toml. {hint}".strip(), str(role))
    return tuple(found)


def _some_roles(table: Mapping[str, Any], known: Collection[str], where: str) -> tuple[str, ...]:
    found = _roles(table, known, where)
    if not found or OWNER in found:
        raise BadPolicy(f"{where} roles must name roles of people.toml", "roles")
    return found


def _count(table: Mapping[str, Any], where: str) -> int:
    count = table.get("signers", 1)
    if type(count) is not int or count < 1:
        raise BadPolicy(f"{where} signers is not a whole number from 1", "signers")
    return count


def _since(key: str, table: Any) -> datetime:
    since = table.get("since") if isinstance(table, dict) else None
    if not re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", key, re.ASCII):
        raise BadPolicy(f"[revoked] `{key}` is not the fingerprint of a key", key)
    if not isinstance(since, datetime) or since.tzinfo is None:
        raise BadPolicy(f"[revoked] {key} needs `since` as a time with offset: 2026-11-30T12:00:00Z", key)
    return since


def _member(kind: Any, value: Any, where: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise BadPolicy(f"{where}: `{value}` is none of {listed(k.value for k in kind)}", str(value)) from None


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise BadPolicy(f"`{name}` is not a table", name)
    return table


def _known(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise BadPolicy(f"`{key}` is not a key of {where}. {did_you_mean(key, known)}".strip(), key)
