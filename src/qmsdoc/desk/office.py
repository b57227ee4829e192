"""What stands behind the desk: the project as it is now, what waits for the person, and signing what was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from qmsdoc import load
from qmsdoc.external import git
from qmsdoc.lifecycle import statuses
from qmsdoc.redline.sides import redline_of
from qmsdoc.signing import authority, stored
from qmsdoc.signing import sign as signing
from qmsdoc.signing.keyfile import SigningError
from qmsdoc.trust import statement
from qmsdoc.trust.act import Form, Meaning
from qmsdoc.views.inbox import inbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qmsdoc.diagnostics import Problem
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Attachment, Project
    from qmsdoc.redline.comparison import Comparison
    from qmsdoc.signed import Anchors
    from qmsdoc.signing.keyfile import KeyFile
    from qmsdoc.signing.sign import Ready
    from qmsdoc.trust.people import Person
    from qmsdoc.views.inbox import Waiting

_REDLINED = {
    Meaning.AUTHOR,
    Meaning.REVIEW,
    Meaning.APPROVAL,
    Meaning.TAKEOVER,
    Meaning.CLOSURE,
    Meaning.CORRECTION,
}


class Filled(NamedTuple):
    """What a person filled in. The passphrase lives as long as the request."""

    confirmation: str
    reason: str
    passphrase: str
    shown: str
    in_force_from: date | None = None

    def __repr__(self) -> str:
        return f"Filled({self.confirmation!r})"  # never the passphrase, in a traceback either


class Opened(NamedTuple):
    """One thing that waits: the statement, what changed, the text; `refusal` says why it cannot be signed now."""

    waiting: Waiting
    ready: Ready | None = None
    comparison: Comparison | None = None
    text: str = ""
    refusal: SigningError | None = None

    @property
    def shown(self) -> str:
        """SHA-256 of all that decides what is shown and what is signed."""
        if self.ready is None:
            return ""
        told, compared = self.ready.statement, self.comparison
        return statement.sha256(
            statement.canonical(
                {
                    "document": told.document,
                    "files": told.files,
                    "relies_on": told.relies_on,
                    "trust": told.trust.sha256,
                    "meaning": told.meaning,
                    "role": told.role,
                    "before": [compared.old.sha256, compared.new.sha256] if compared else [],
                }
            )
        )


@dataclass(frozen=True, slots=True)
class Office:
    """Whose desk it is: the person by key, and the key file; without one, the desk shows and does not sign."""

    root: Path
    person: str
    key: KeyFile | None
    protection: str  # of the key: `passphrase`, `security-key`, `none`
    anchors: Anchors

    def enter(self) -> Room:
        """The project as it is at this moment. Raises ConfigError and SigningError."""
        config = load.load_config(self.root)
        now = datetime.now(ZoneInfo(config.company.time_zone)).replace(microsecond=0)
        project, problems = load.load(self.root, config=config, today=now.date(), anchors=self.anchors)
        persons = authority.latest(project).people.persons
        if self.person not in persons:
            raise SigningError(f"`{self.person}` is not a person of the trust state in force")
        if self.key:
            authority.signatory(project, self.key, self.person)
        return Room(self, project, tuple(problems), now, persons[self.person])


@dataclass(frozen=True)
class Room:
    """One loaded state of the project."""

    office: Office
    project: Project
    problems: Sequence[Problem]
    now: datetime
    person: Person

    @cached_property
    def found(self) -> Mapping[tuple[str, int], Status]:
        """The status of every revision today."""
        return statuses(self.project, self.now.date())

    def title(self, role: str) -> str:
        """The printed title of a role."""
        return authority.latest(self.project).people.roles.get(role, role)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What waits for the person, drafts of theirs included."""
        everything = inbox(self.project, self.found, self.now.date(), drafts=True)
        return [item for item in everything if item.person == self.person.key]

    def open(self, meaning: str, document_id: str) -> Opened | None:
        """One thing that waits for the person; or None. Raises SourceChanged and GitError."""
        waiting = next(
            (w for w in self.waiting if (w.meaning.value, w.document.id) == (meaning, document_id)), None
        )
        if waiting is None:
            return None
        try:
            ready = self._desk().prepare(self._wish(waiting))
        except SigningError as error:
            return Opened(waiting, refusal=error)
        root, compared = self.office.root, None
        if waiting.meaning in _REDLINED:
            compared = redline_of(root, self.project, self.found, document_id)
        return Opened(waiting, ready, compared, load.source(root, ready.document).body)

    def sign(self, opened: Opened, filled: Filled) -> list[str]:
        """Sign what was shown and write it; the paths of the files. Raises SigningError."""
        key = self.office.key
        if opened.refusal:
            raise opened.refusal
        if opened.ready is None or key is None:
            raise SigningError("this desk shows and does not sign", "start it with --key")
        if filled.shown != opened.shown:
            raise SigningError(
                "this text, or what it rests on, has changed since it was shown", "read it again below"
            )
        if filled.confirmation.strip() != opened.ready.confirmation:
            raise SigningError(f"not confirmed: type “{opened.ready.confirmation}” exactly")
        if not filled.reason.strip():
            raise SigningError("a signature needs its reason")
        desk = self._desk()
        ready = desk.prepare(self._wish(opened.waiting, filled))
        files = signing.sign(desk, key, [ready], filled.passphrase)
        stored.write(self.office.root, files)
        return list(files)

    def attachment(self, opened: Opened, number: int) -> tuple[Attachment, bytes] | None:
        """An attached file of what waits, as it is hashed into the statement; None where there is no such file."""
        if opened.ready is None or not 0 <= number < len(opened.ready.document.attachments):
            return None
        document = opened.ready.document
        found = document.attachments[number]
        data = (self.office.root / found.path).read_bytes()
        wanted = dict(document.attached).get(found.path.removeprefix(f"{document.folder}/"))
        return (found, data) if statement.sha256(data) == wanted else None

    def _wish(self, waiting: Waiting, filled: Filled | None = None) -> signing.Wish:
        reason, day = (filled.reason.strip(), filled.in_force_from) if filled else ("", None)
        return signing.Wish(waiting.document.id, waiting.meaning, reason, waiting.role, day)

    def _desk(self) -> signing.Desk:
        office = self.office
        head = git.head(office.root)
        commit = head.id if head else ""
        form = office.key.form if office.key else Form.KEY
        return signing.Desk(
            office.root, self.project, self.now, self.person, form, office.protection, commit, "", self.problems
        )
