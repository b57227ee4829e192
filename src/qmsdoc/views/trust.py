"""Whose key counts for what, from when until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.views.table import Column, Table

if TYPE_CHECKING:
    from datetime import date

    from qmsdoc.trust.state import Trust

COLUMNS = (
    Column("person", "Person"),
    Column("name", "Name"),
    Column("roles", "Roles today"),
    Column("kind", "Kind"),
    Column("since", "From"),
    Column("until", "Until"),
    Column("fingerprint", "Key"),
)


def keys_table(trust: Trust, today: date) -> Table:
    """The keys of the trust state in force; empty where there is none."""
    rows = []
    for key in trust.latest.keys.keys if trust.latest else ():
        person = trust.latest.people.persons[key.person] if trust.latest else None
        if person:
            kind = "machine" if person.machine else key.type.removesuffix("@openssh.com")
            since, until = (moment.date() if moment else None for moment in (key.since, key.until))
            rows.append(
                (key.person, person.name, tuple(person.roles_on(today)), kind, since, until, key.fingerprint)
            )
    return Table("Keys", COLUMNS, rows)
