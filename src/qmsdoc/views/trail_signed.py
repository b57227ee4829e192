"""Entries of the audit trail from what people and machines signed, whether it counts or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from qmsdoc.lifecycle import statuses
from qmsdoc.trust import checkpoint, state, statement
from qmsdoc.trust.verify import BAD_ACT
from qmsdoc.views.signatures import FORMS
from qmsdoc.views.trail import NAME, REASON, REFUSED, SHORT, Entry, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.diagnostics import Problem
    from qmsdoc.project import Project
    from qmsdoc.trust.act import Act

DIGITS = 9  # of the number of a trust state
_NO_REASON = {"QD716"}  # says only that nothing outside the repository confirms it
_KINDS = {"checkpoint": checkpoint.BAD_CHECKPOINT, "trust state": state.UNVERIFIED, "act": BAD_ACT}


@dataclass(frozen=True)
class Signed:
    """Reads entries from verified acts, trust states and checkpoints, and from the files that are none of them."""

    project: Project
    problems: Sequence[Problem]
    today: date
    files: Mapping[str, bytes]
    gone: Collection[str] = ()  # digests of statements that commits still tell

    def entries(self) -> Iterator[Entry]:
        """Acts, trust states and checkpoints; last, what checkpoints and trust states name and no file holds."""
        yield from map(self._act, self.project.acts)
        yield from self._states()
        yield from map(self._checkpoint, self.project.checkpoints)
        known = {a.file for a in self.project.acts} | {c.file for c in self.project.checkpoints}
        for path in sorted(self.files.keys() - known):
            if path.startswith(f"{statement.FOLDER}/") and path.endswith(".json"):
                is_act = not path.startswith(f"{checkpoint.FOLDER}/")
                entry = self.told(path, self.files[path]) if is_act else self._refused_checkpoint(path)
                yield replace(entry, remarks=(REFUSED + self._why(path, "act" if is_act else "checkpoint"),))
        yield from self._lost()

    def _why(self, path: str, kind: str) -> str:
        """What was found wrong with a file, or with what it rests on."""
        found = [p.message for p in self.problems if p.location.path == path and p.code not in _NO_REASON]
        found += [p.message for p in self.problems if p.code in {_KINDS[kind], state.UNVERIFIED}]
        message = next(iter(found), "no trust state holds")
        return shown(message.removeprefix("this act does not count: "), REASON)

    # ---- acts ----

    def _act(self, act: Act) -> Entry:
        remarks = [REFUSED + self._objections[act.digest]] if act.digest in self._objections else []
        if not any(act.covers(*text) for text in self._texts.get((act.id, act.revision), ())):
            remarks.append("about a text that is no longer here")
        return replace(self._of(act), old=self._before(act), remarks=tuple(remarks))

    def _of(self, act: Act) -> Entry:
        witness = f", witnessed by {shown(act.witness, NAME)}" if act.witness else ""
        return Entry(
            what=act.meaning.value,
            claimed=act.time,
            witnessed=act.witnessed,
            id=shown(act.id, NAME),
            revision=act.revision or None,
            person=_person(act.name, act.person),
            role=shown(self.project.people.roles.get(act.role, act.role), NAME),
            reason=shown(act.reason, REASON),
            form=FORMS[act.form] + witness,
            new=act.sha256,
            file=act.file,
            names=frozenset({act.person, act.name.lower(), act.witness} - {""}),
        )

    @cached_property
    def _objections(self) -> Mapping[str, str]:
        found = statuses(self.project, self.today).values()
        return {o.act.digest: shown(o.reason, REASON) for status in found for o in status.objections}

    @cached_property
    def _texts(self) -> Mapping[tuple[str, int], Sequence[tuple[str, tuple[tuple[str, str], ...]]]]:
        found: dict[tuple[str, int], list[tuple[str, tuple[tuple[str, str], ...]]]] = {}
        for document in (*self.project.documents, *self.project.copies.values()):
            found.setdefault((document.id, document.revision), []).append((document.sha256, document.attached))
        return found

    def _before(self, act: Act) -> str:
        """The text before the one that an act is about: as it says, or that of the revision before."""
        earlier = [a for a in self.project.acts_by_id[act.id] if a.revision < act.revision]
        return act.previous or (max(earlier, key=lambda a: a.revision).sha256 if earlier else "")

    def told(self, path: str, raw: bytes | None) -> Entry:
        """What a file says that is no verified act; where it cannot be read, what its name says."""
        place = statement.place_of(path)
        try:
            act = statement.to_act(statement.read(raw or b""), raw or b"", path)
            entry = self._of(replace(act, witnessed=self.project.trust.witnesses.get(act.digest)))
        except statement.BadStatement:
            names = frozenset({place.person} if place else ())
            entry = Entry(
                what=place.meaning if place else "act", person=place.person if place else "", names=names
            )
        if place is None:
            return replace(entry, file=shown(path, REASON))
        return replace(entry, file=path, id=place.id, revision=place.revision)

    def _lost(self) -> Iterator[Entry]:
        """Acts that something witnessed and that are in no file."""
        there = {statement.sha256(raw) for path, raw in self.files.items() if path.endswith(".json")}
        for digest, time in self.project.trust.witnesses.items():
            if digest not in there and digest not in self.gone:
                remark = f"{REFUSED}it was witnessed and is gone"
                yield Entry(what="act", witnessed=time, new=digest, remarks=(remark,))

    # ---- trust states and checkpoints ----

    def _states(self) -> Iterator[Entry]:
        trust = self.project.trust
        verified = {s.version: s for s in (*trust.states, *filter(None, [trust.pending]))}
        for version, folder in sorted(self._folders().items()):
            path, found = f"{state.FOLDER}/{version}/state.json", verified.get(version)
            remarks: tuple[str, ...] = ()
            if found is None:
                remarks = (REFUSED + self._why(path, "trust state"),)
                try:
                    found = state.read_state(version, folder)
                except state.BadState:
                    yield Entry(what=f"trust state {version}", file=path, remarks=remarks)
                    continue
            elif found is trust.pending:
                remarks = (f"{REFUSED}too few have signed it",)
            yield replace(self._state(found, path), remarks=remarks)

    def _folders(self) -> Mapping[int, Mapping[str, bytes]]:
        found: dict[int, dict[str, bytes]] = {}
        for path, raw in self.files.items():
            number, _, name = path.removeprefix(f"{state.FOLDER}/").partition("/")
            if (
                path.startswith(f"{state.FOLDER}/")
                and number.isascii()
                and number.isdecimal()
                and len(number) <= DIGITS
            ):
                found.setdefault(int(number), {})[name] = raw
        return found

    def _state(self, found: state.State, path: str) -> Entry:
        people = found.people.persons
        printed = {key: people[key].name if key in people else "" for key in found.signers}
        return Entry(
            what=f"trust state {found.version}",
            claimed=found.time,
            person=", ".join(_person(name, key) for key, name in printed.items()),
            reason=shown(found.reason, REASON),
            form="key",
            old=found.previous,
            new=found.sha256,
            file=path,
            names=frozenset({*printed, *map(str.lower, printed.values())} - {""}),
        )

    def _checkpoint(self, found: checkpoint.Checkpoint) -> Entry:
        return Entry(
            what=f"checkpoint {found.number}",
            claimed=found.time,
            witnessed=found.time,
            person=found.signer,
            reason=f"witnesses commit {shown(found.commit[:SHORT], SHORT)} and {len(found.acts)} acts",
            form="key",
            new=found.sha256,
            file=found.file,
            names=frozenset({found.signer}),
        )

    def _refused_checkpoint(self, path: str) -> Entry:
        return Entry(what="checkpoint", new=statement.sha256(self.files[path]), file=shown(path, REASON))


def _person(name: str, key: str) -> str:
    return f"{shown(name, NAME)} ({shown(key, NAME)})" if name else shown(key, NAME)
