"""From "I approve SOP-001" to the files that say so: what speaks against it, the statement, the approved copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from qmsdoc import __version__, lifecycle, signed
from qmsdoc.check import check
from qmsdoc.diagnostics import Severity
from qmsdoc.formats.concise import line
from qmsdoc.signing import authority, keyfile, stored
from qmsdoc.signing.keyfile import KeyFile, SigningError
from qmsdoc.suggest import did_you_mean
from qmsdoc.trust import keys, statement
from qmsdoc.trust.act import Act, Form, Meaning
from qmsdoc.trust.statement import Statement, TrustReference
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime
    from pathlib import Path

    from qmsdoc.diagnostics import Diagnostic, Problem
    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Document, Project
    from qmsdoc.trust.people import Person
    from qmsdoc.trust.state import State

_IN_FORCE = {Meaning.NO_CHANGE, Meaning.WITHDRAWAL, Meaning.ACKNOWLEDGEMENT}  # about what people work by
_OF_RECORDS = {Meaning.CLOSURE, Meaning.CORRECTION}
_NEW = {Meaning.AUTHOR, Meaning.REVIEW, Meaning.APPROVAL, Meaning.TAKEOVER}
_OF_TRUST = "QD7"  # the statement is not written yet, nor its copy
_UNCORRECTED = "QD504"
_APPROVED = {lifecycle.State.APPROVED, lifecycle.State.EFFECTIVE}
_OVER = {lifecycle.State.SUPERSEDED, lifecycle.State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to state about a document."""

    id: str
    meaning: Meaning
    reason: str
    role: str = ""  # empty: the one that the policy asks for
    in_force_from: date | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement that nothing speaks against, and the document that it is about."""

    document: Document
    status: Status
    statement: Statement

    @property
    def confirmation(self) -> str:
        """What the person types to confirm: id and revision."""
        return confirmation(self.document)

    @property
    def payload(self) -> bytes:
        """The bytes to sign."""
        return statement.write(self.statement)

    @property
    def act(self) -> Act:
        """The act, once it is signed."""
        raw = self.payload
        return statement.to_act(self.statement, raw, statement.path_of(self.statement, raw))


def confirmation(document: Document) -> str:
    """`SOP-001 r3`, or `CAPA-004` for a record."""
    return f"{document.id} r{document.revision}" if document.type.kind is Kind.CONTROLLED else document.id


@dataclass(frozen=True)
class Desk:
    """Where statements are prepared: the project, its folder, the moment, and who signs with which key."""

    root: Path
    project: Project
    now: datetime
    signer: Person
    form: Form
    protection: str
    commit: str = ""
    witness: str = ""  # of an imported signature: the person whose key signs
    problems: Sequence[Problem] = ()  # of loading

    @property
    def state(self) -> State:
        """The trust state in force."""
        return authority.latest(self.project)

    def prepare(self, wish: Wish, evidence: Mapping[str, str] | None = None) -> Ready:
        """The statement that a wish asks for; raises SigningError with what speaks against it.

        evidence: of an imported signature, the SHA-256 of each file by its name beside the statement.
        """
        (ready,) = self.prepare_all([wish], evidence)
        return ready

    def prepare_all(self, wishes: Iterable[Wish], evidence: Mapping[str, str] | None = None) -> list[Ready]:
        """The statements of a batch, of which either all can be made or none; raises SigningError."""
        ready = [self._ready(wish, dict(evidence or {})) for wish in wishes]
        self._refuse_errors([item for item in ready if Meaning(item.statement.meaning) in _NEW | _OF_RECORDS])
        return ready

    def _ready(self, wish: Wish, evidence: dict[str, str]) -> Ready:
        document = self._text(wish)
        document = replace(document, attached=signed.attached(self.root, document))
        told = self._statement(wish, document, self._role(wish, document), evidence)
        ready = Ready(document, self._status(document), told)
        self._refuse_against_policy(ready)
        return ready

    def _text(self, wish: Wish) -> Document:
        """The document whose bytes the wish is about."""
        project, meaning = self.project, wish.meaning
        working = project.by_id.get(wish.id)
        found = self._statuses
        if working is None and not any(document_id == wish.id for document_id, _ in found):
            raise SigningError(f"`{wish.id}` is not a document in this QMS", did_you_mean(wish.id, project.by_id))
        if meaning in _IN_FORCE or meaning is Meaning.ISSUE:
            wanted = {lifecycle.State.APPROVED} if meaning is Meaning.ISSUE else {lifecycle.State.EFFECTIVE}
            chosen = [s.document for (i, _), s in found.items() if i == wish.id and s.state in wanted]
            if not chosen:
                what = "approved and not yet in force" if meaning is Meaning.ISSUE else "in force"
                raise SigningError(
                    f"no revision of {wish.id} is {what}", f"`qmsdoc show {wish.id}` tells its state"
                )
            return chosen[-1]
        if working is None:
            raise SigningError(f"{wish.id} is no longer in the working tree")
        if meaning not in self._meanings(working):
            raise SigningError(
                f"{wish.id} is a {working.type.title.lower()}; `{meaning.value}` is not stated of it"
            )
        if working.type.kind is Kind.CONTROLLED:
            self._refuse_old_revision(working)
        return working

    def _refuse_old_revision(self, working: Document) -> None:
        for (document_id, revision), status in self._statuses.items():
            if document_id != working.id or revision < working.revision or status.state not in _APPROVED | _OVER:
                continue
            changed = status.changed_since_approval or revision > working.revision
            hint = f"set `revision: {revision + 1}` and say why in `change`" if changed else ""
            raise SigningError(f"{working.id} revision {revision} is {status.state.value} already", hint)

    @cached_property
    def _statuses(self) -> dict[tuple[str, int], Status]:
        return lifecycle.statuses(self.project, self.now.date())

    def _status(self, document: Document) -> Status:
        found = self._statuses.get((document.id, document.revision))
        return found or lifecycle.Status(document, lifecycle.State.DRAFT)

    def _role(self, wish: Wish, document: Document) -> str:
        """The role in which the person states it: as wished, or the one that the policy asks for."""
        person, day = self.signer, self.now.date()
        held = person.roles_on(day)
        if wish.role and wish.role not in held:
            raise SigningError(f"{person.key} does not hold the role `{wish.role}` on {day}", _listed(held))
        controlled = document.type.kind is Kind.CONTROLLED
        policy = self.state.policies.of(document.type.name, controlled=controlled)
        wanted = policy.roles_for(wish.meaning, document.text("owner"))
        if wish.meaning is Meaning.ACKNOWLEDGEMENT:
            wanted = frozenset(document.items("applies_to")) & frozenset(held)
        elif wish.meaning is Meaning.TAKEOVER:
            wanted = frozenset(self.state.policies.takeover_roles)
        if wish.role:
            return wish.role  # whether it may is judged with the whole policy
        fitting = [role for role in held if role in wanted] if wanted else held
        if not fitting:
            who = " or ".join(sorted(wanted))
            raise SigningError(
                f"{person.key} may not state {wish.meaning.value} of {document.id}",
                f"the policy asks for {who}; {person.key} holds {', '.join(held) or 'no role'}",
            )
        return document.text("owner") if document.text("owner") in fitting else fitting[0]

    def _statement(self, wish: Wish, document: Document, role: str, evidence: dict[str, str]) -> Statement:
        acts = self.project.acts_by_id.get(document.id, ())
        same = [a for a in acts if a.revision == document.revision]
        return Statement(
            project=self.state.project,
            id=document.id,
            revision=document.revision,
            document=document.sha256,
            files=dict(document.attached),
            names=lifecycle.named(document, self.project, self._statuses),
            meaning=wish.meaning.value,
            says=wish.meaning.sentence,
            person=self.signer.key,
            name=self.signer.name,
            role=role,
            reason=wish.reason,
            signed_at=self.now.isoformat(timespec="seconds"),
            trust=TrustReference(version=self.state.version, sha256=self.state.sha256),
            relies_on=sorted(a.digest for a in same if a.covers(document.sha256, document.attached)),
            form=self.form.value,
            tool=f"qmsdoc {__version__}",
            witness=self.witness,
            evidence=evidence,
            protection=self.protection,
            previous=self._previous(document, acts) if wish.meaning is Meaning.CORRECTION else "",
            in_force_from=wish.in_force_from.isoformat() if wish.in_force_from else "",
            path=document.path,
            base_commit=self.commit,
        )

    def _previous(self, document: Document, acts: Sequence[Act]) -> str:
        closing = [a for a in acts if a.meaning in _OF_RECORDS]
        if not closing:
            raise SigningError(f"{document.id} was never closed, so there is nothing to correct")
        if closing[-1].sha256 != document.sha256:
            return closing[-1].sha256
        if not self._status(document).changed_since_approval:
            raise SigningError(f"{document.id} is as it was closed; there is nothing to correct")
        return closing[-1].previous  # others have signed this correction, and the policy asks for more

    def _meanings(self, document: Document) -> AbstractSet[Meaning]:
        """What is stated of a text that is being worked on: of a record also what its policy asks for."""
        if document.type.kind is Kind.CONTROLLED:
            return frozenset(Meaning) - _OF_RECORDS
        if document.type.kind is Kind.ENTRY:
            return frozenset()
        needs = self.state.policies.of(document.type.name, controlled=False).needs
        return _OF_RECORDS | {need.meaning for need in needs}

    def _refuse_against_policy(self, ready: Ready) -> None:
        """Refuse what would not count, and what the person has stated already."""
        act, document = ready.act, ready.document
        acts = [a for a in self.project.acts_by_id.get(act.id, ()) if a.covers(act.sha256, act.files)]
        mine = [a for a in acts if (a.revision, a.meaning, a.person) == (act.revision, act.meaning, act.person)]
        if any(a.role == act.role for a in mine) and act.meaning is not Meaning.NO_CHANGE:
            raise SigningError(f"{act.person} has stated {act.meaning.value} of this text already")
        if act.time < self.state.time:
            raise SigningError(
                f"it is {act.time.isoformat()}, and trust state {self.state.version} was made after that",
                "set the clock of this machine",
            )
        found = lifecycle.verdict(document, [*acts, act], self.project)
        for objection in found.objections:
            if objection.act == act:
                raise SigningError(f"this would not count: {objection.reason}")

    def _refuse_errors(self, ready: Sequence[Ready]) -> None:
        """Refuse documents with errors, judged as they will be once somebody has signed them."""
        if not ready:
            return
        changed = {item.document.path: item.document for item in ready}
        project = replace(
            self.project,
            acts=(*self.project.acts, *(item.act for item in ready)),
            documents=tuple(changed.get(d.path, d) for d in self.project.documents),
        )
        places = [place for d in changed.values() for place in (d.path, d.folder)]
        findings = check(project, self.problems, self.now.date(), paths=places)
        # A record whose correction is being signed is still uncorrected where the policy asks for more signatures.
        corrected = {i.document.path for i in ready if i.statement.meaning == Meaning.CORRECTION.value}
        found = [d for d in findings.open if d.code != _UNCORRECTED or d.location.path not in corrected]
        errors = [d for d in found if d.severity is Severity.ERROR and not d.code.startswith(_OF_TRUST)]
        if errors:
            ids = ", ".join(dict.fromkeys(item.document.id for item in ready if _concerns(item.document, errors)))
            told = "\n  ".join(map(line, errors))
            raise SigningError(f"{ids} has errors:\n  {told}", "mend them before you sign")


def _concerns(document: Document, errors: Iterable[Diagnostic]) -> bool:
    places = [error.location.path for error in errors]
    return any(path == document.path or path.startswith(f"{document.folder}/") for path in places)


def sign(desk: Desk, key: KeyFile, ready: Sequence[Ready], passphrase: str | None = None) -> dict[str, bytes]:
    """Sign statements, the passphrase asked for once; the files to write, by path. Raises SigningError.

    Where an act completes the policy, the approved copy is among them.
    """
    signatures = keyfile.sign(key, keys.ACT, [item.payload for item in ready], passphrase)
    files: dict[str, bytes] = {}
    for item, signature in zip(ready, signatures, strict=True):
        path = item.act.file
        files |= {path: item.payload, f"{path}.sig": signature}
    project = replace(desk.project, acts=(*desk.project.acts, *(item.act for item in ready)))
    return files | stored.copies(desk.root, project, {item.document.id for item in ready})


def _listed(roles: Sequence[str]) -> str:
    return f"held on that day: {', '.join(roles)}" if roles else "no role is held on that day"
