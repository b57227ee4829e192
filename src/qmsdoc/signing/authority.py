"""Whose key it is, by the trust state in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.signing.keyfile import KeyFile, SigningError
from qmsdoc.trust import keys

if TYPE_CHECKING:
    from qmsdoc.project import Project
    from qmsdoc.trust.people import Person
    from qmsdoc.trust.state import State


def latest(project: Project) -> State:
    """The trust state in force; raises SigningError where there is none."""
    if project.trust.latest is None:
        raise SigningError(
            "no trust state is in force, so no signature would count", "`qmsdoc trust init` makes one"
        )
    return project.trust.latest


def signatory(project: Project, key: KeyFile, wished: str = "") -> Person:
    """The person to whom the present trust state gives a key; raises SigningError."""
    state = latest(project)
    entry = state.keys.find(key.blob)
    if entry is None or keys.ACT not in entry.purposes:
        raise SigningError(
            f"trust state {state.version} does not know this key for statements",
            f"a trust administrator enrols it: `qmsdoc trust add PERSON {key.path}.pub`",
        )
    if wished and wished != entry.person:
        raise SigningError(f"this is the key of {entry.person}, not of {wished}")
    if key.protection == "none" and not state.policies.bare_keys:
        raise SigningError(
            "this key has no passphrase, so whoever copies the file could sign",
            f"`ssh-keygen -p -f {key.path}` sets one; the policy may allow `bare_keys`",
        )
    return state.people.persons[entry.person]
