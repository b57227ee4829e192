"""`trust/people.toml`: persons and the roles they hold, from a day until a day."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.plain_toml import NotToml, read_toml
from qmsdoc.scalars import read_key
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FILE = "trust/people.toml"
CODE = "QD701"
MOST_SUGGESTIONS = 100  # each takes milliseconds
_ROLES_HINT = 'write `roles = [{ role = "…", from = 2026-01-01 }]`'
_words = re.compile(r"[^\s\[\]{}.,=\"']+").findall


@dataclass(frozen=True, slots=True)
class Holding:
    """A role held by a person from a day on, as deputy or not."""

    role: str
    since: date
    until: date | None = None
    deputy: bool = False

    def on(self, day: date) -> bool:
        """Whether it is held on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """A person by key; the printed name stands only here."""

    key: str
    name: str
    roles: tuple[Holding, ...] = ()
    machine: bool = False  # it can witness what is there, and states nothing

    def holds(self, role: str, day: date) -> bool:
        """Whether the person holds the role on that day."""
        return any(held.role == role and held.on(day) for held in self.roles)

    def roles_on(self, day: date) -> list[str]:
        """The roles the person holds on that day, in the order of the file."""
        return [held.role for held in self.roles if held.on(day)]


@dataclass(frozen=True)
class People:
    """Roles with their titles, and persons."""

    roles: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Location] = field(default_factory=dict)  # of roles
    persons: Mapping[str, Person] = field(default_factory=dict)

    def holders(self, role: str, day: date) -> list[Person]:
        """Persons who hold the role on that day, deputies last."""
        found = [(h.deputy, p) for p in self.persons.values() for h in p.roles if h.role == role and h.on(day)]
        return [person for _, person in sorted(found, key=lambda pair: (pair[0], pair[1].key))]


def read_people(text: str) -> tuple[People, list[Problem]]:
    """Parse the file; what is wrong is a problem with its line, and what is right is kept."""
    try:
        data = read_toml(text)
    except NotToml as error:
        place = Location(FILE, error.line)
        return People(), [Problem(place, f"this {error}", "see https://toml.io for the syntax", CODE)]
    reader = _Reader(text)
    reader.refuse_unknown(data, {"roles", "people"}, "")
    titles = reader.table(data, "roles")
    roles = {key: title for key, title in titles.items() if reader.role(key, title)}
    persons = {p.key: p for p in reader.persons(reader.table(data, "people"), roles)}
    places = {key: reader.place(key, "roles") for key in roles}
    return People(roles, places, persons), reader.problems


class _Reader:
    """Checks the parsed data; tomllib keeps no places, so lines are found again by key."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.headers: dict[str, int] = {}
        self.words: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines):
            self.headers.setdefault(line.strip(), number)
            for word in set(_words(line)):
                self.words.setdefault(word, []).append(number)
        self.problems: list[Problem] = []

    def report(self, message: str, key: str, section: str = "", hint: str = "") -> None:
        self.problems.append(Problem(self.place(key, section), message, hint or None, CODE))

    def suggest(self, word: str, known: Iterable[str]) -> str:
        return did_you_mean(word, known) if len(self.problems) < MOST_SUGGESTIONS else ""

    def place(self, key: str, section: str) -> Location:
        """The first line after the section's header that names the key."""
        wanted = re.compile(rf"(^|[\s\[.,{{\"'])({re.escape(key)})($|[\s\]=.,\"'])")
        start = self.headers.get(f"[{section}]", 0)
        lines = min((self.words.get(word, []) for word in _words(key)), key=len, default=[])
        for number in lines[bisect_left(lines, start) :]:
            if match := wanted.search(self.lines[number]):
                return Location(FILE, number + 1, match.start(2) + 1, match.end(2) + 1)
        return Location(FILE, start + 1)

    def refuse_unknown(self, table: dict[str, Any], known: set[str], section: str) -> None:
        for key in table:
            if key not in known:
                self.report(f"`{key}` is not a key of this file", key, section, self.suggest(key, known))

    def role(self, key: str, title: Any) -> bool:
        try:
            read_key(key)
        except ValueError as error:
            self.report(str(error), key, "roles")
            return False
        if not isinstance(title, str) or not title.strip():
            self.report(f"the title of role `{key}` is not a text", key, "roles")
            return False
        return True

    def table(self, data: dict[str, Any], name: str) -> dict[str, Any]:
        found = data.get(name, {})
        if isinstance(found, dict):
            return found
        self.report(f"`{name}` is not a table", name, hint=f"write it as `[{name}]`")
        return {}

    def persons(self, table: dict[str, Any], roles: Mapping[str, str]) -> Iterator[Person]:
        for key, data in table.items():
            section = f"people.{key}"
            try:
                read_key(key)
            except ValueError as error:
                self.report(str(error), key, section)
                continue
            name = data.get("name") if isinstance(data, dict) else None
            if not isinstance(name, str) or not name.strip():
                self.report(f"person `{key}` has no name", key, section, 'write `name = "…"`')
                continue
            self.refuse_unknown(data, {"name", "roles", "kind"}, section)
            if (kind := data.get("kind", "person")) not in ("person", "ci"):
                self.report(f"`{kind}` is not a kind of `{key}`", "kind", section, "write `person` or `ci`")
            held = data.get("roles", [])
            if not isinstance(held, list):
                self.report(f"the roles of `{key}` are not a list", "roles", section, _ROLES_HINT)
                held = []
            holdings = (self.holding(item, section, roles) for item in held)
            yield Person(key, name, tuple(h for h in holdings if h), kind == "ci")

    def holding(self, item: Any, section: str, roles: Mapping[str, str]) -> Holding | None:
        if not isinstance(item, dict):
            self.report("a role is not a table", "roles", section, _ROLES_HINT)
            return None
        self.refuse_unknown(item, {"role", "from", "until", "deputy"}, section)
        role, since, until = item.get("role", ""), item.get("from"), item.get("until")
        if not isinstance(role, str) or role not in roles:
            self.report(f"`{role}` is not a role of this file", str(role), section, self.suggest(str(role), roles))
            return None
        if type(since) is not date or (until is not None and type(until) is not date):
            self.report(f"role `{role}` needs `from` (and may have `until`) as a date", role, section)
            return None
        if until is not None and until < since:
            self.report(f"role `{role}` ends before it begins", role, section)
            return None
        deputy = item.get("deputy", False)
        if not isinstance(deputy, bool):
            self.report(f"`deputy` of role `{role}` is neither true nor false", "deputy", section)
            return None
        return Holding(role, since, until, deputy)
