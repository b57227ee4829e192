"""From the files below `approvals/` to verified acts. Pure: bytes and trust states come in, acts and problems out.

An act is judged by the trust state it names and by the last one before it was witnessed; where nothing has
witnessed it, by the latest: so nobody can date a statement back into a time when a key, a role or a laxer policy
was still valid.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.diagnostics import Location, Problem
from qmsdoc.trust import keys, sshsig, statement
from qmsdoc.trust.act import Act, Form, in_order
from qmsdoc.trust.checkpoint import Checkpoint, read_checkpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from qmsdoc.trust.state import State, Trust

CLOCKS = timedelta(minutes=10)  # by which two clocks may differ
BAD_ACT, LOST_ACT = "QD713", "QD717"
IMPORTED = {Form.SIGNED_PDF, Form.PAPER}


class Refused(ValueError):
    """An act that does not count; the message says why."""


class Verified(NamedTuple):
    """Acts that hold, the trust with what its states and checkpoints witness, checkpoints, and what is wrong."""

    acts: tuple[Act, ...]
    trust: Trust
    checkpoints: tuple[Checkpoint, ...]
    problems: list[Problem]


def verify(files: Mapping[str, bytes], trust: Trust, today: date | None = None) -> Verified:
    """Verify every statement among files given by path.

    today: keys that have ended by then need a witness; None looks at no clock.
    """
    if trust.latest is None:
        return Verified((), trust, (), [])
    checkpoints, problems = read_checkpoints(files, trust)
    trust = replace(trust, witnesses=_witnesses(trust, checkpoints))
    found: list[Act] = []
    for path in sorted(files):
        if not path.endswith(".json") or path.startswith(f"{statement.FOLDER}/checkpoints/") or "/copy/" in path:
            continue
        try:
            found.append(read_act(path, files, trust, today))
        except (Refused, statement.BadStatement, sshsig.BadSignature) as error:
            problems.append(Problem(Location(path), f"this act does not count: {error}", None, BAD_ACT))
    acts, lost = _without_lost(found)
    problems += lost
    problems += _gone(trust, checkpoints, files)
    return Verified(acts, trust, checkpoints, problems)


def read_act(path: str, files: Mapping[str, bytes], trust: Trust, today: date | None = None) -> Act:
    """One verified act; raises Refused, BadStatement or BadSignature."""
    raw = files[path]
    told = statement.read(raw)
    _check_place(path, raw, told)
    state = trust.by_version.get(told.trust.version)
    if state is None or state.sha256 != told.trust.sha256:
        raise Refused(
            f"it was made under trust state {told.trust.version}, which is not the one in this repository"
        )
    if told.project != state.project:
        raise Refused(f"it belongs to another project, `{told.project}`")
    if f"{path}.sig" not in files:
        raise Refused("its signature is missing")
    try:
        signed = sshsig.verify(files[f"{path}.sig"], raw, keys.ACT)
    except sshsig.BadSignature as error:
        raise Refused(f"the signature does not hold: {error}") from None
    act = statement.to_act(told, raw, path)
    act = replace(act, witnessed=trust.witnesses.get(act.digest))
    _check_form(told, act, signed, files, path)
    if act.witnessed and act.time > act.witnessed + CLOCKS:
        raise Refused(f"it says {act.time.isoformat()}, and was witnessed at {act.witnessed.isoformat()} already")
    if act.time < state.time:
        raise Refused(f"it says {act.time.isoformat()}, before trust state {state.version} was made")
    for judge in trust.judging(act):
        _check_signer(told.signer, signed.key, act, judge)
        _check_person(act, judge)
    _check_end(signed.key, act, trust, today)
    return act


def _check_place(path: str, raw: bytes, told: statement.Statement) -> None:
    """The path tells what the statement says: an act that was copied elsewhere does not count."""
    place = statement.place_of(path)
    if place is None:
        raise Refused("the name of the file is not that of a statement")
    if not statement.sha256(raw).startswith(place.digest):
        raise Refused("the statement was changed")
    if (place.id, place.revision) != (told.id, told.revision):
        raise Refused(
            f"it is about {told.id} revision {told.revision}, not about {place.id} revision {place.revision}"
        )
    if (place.meaning, place.person) != (told.meaning, told.person):
        raise Refused(f"it is `{told.meaning}` by `{told.person}`, and its file name says otherwise")


def _check_form(
    told: statement.Statement, act: Act, signed: sshsig.Signed, files: Mapping[str, bytes], path: str
) -> None:
    """What the form claims is true: a security key was used, an imported signature was witnessed and is there."""
    secure = sshsig.key_type(signed.key) in sshsig.SECURITY_KEYS
    if act.form is Form.SECURITY_KEY and not (secure and signed.touched and signed.unlocked):
        raise Refused(
            "it claims a security key that was touched and unlocked, and the signature does not show that"
        )
    if act.form is Form.KEY and secure:
        raise Refused("it was made with a security key and does not say so")
    if act.form not in IMPORTED:
        if told.witness:
            raise Refused("only an imported signature has a witness")
        return
    if told.witness in {"", act.person}:
        raise Refused("an imported signature needs a second person as witness")
    if not told.evidence:
        raise Refused("the imported file is not named")
    folder = path.rpartition("/")[0]
    for name, digest in told.evidence.items():
        if f"{folder}/{name}" not in files or "/" in name:
            raise Refused(f"the imported file `{name}` is missing")
        if statement.sha256(files[f"{folder}/{name}"]) != digest:
            raise Refused(f"the imported file `{name}` was changed")


def _check_signer(person: str, blob: bytes, act: Act, judge: State) -> None:
    key = judge.keys.find(blob)
    if key is None or key.person != person or keys.ACT not in key.purposes:
        raise Refused(f"trust state {judge.version} knows no such key of `{person}`")
    if not key.valid(act.time):
        raise Refused(
            f"the key of `{person}` was not valid at {act.time.isoformat()} (trust state {judge.version})"
        )


def _check_person(act: Act, judge: State) -> None:
    person, day = judge.people.persons.get(act.person), act.time.date()
    if person is None or person.machine:
        raise Refused(f"`{act.person}` is not a person of trust state {judge.version}")
    if not person.holds(act.role, day):
        raise Refused(f"`{act.person}` did not hold the role `{act.role}` on {day} (trust state {judge.version})")


def _check_end(blob: bytes, act: Act, trust: Trust, today: date | None) -> None:
    """Of a key or a role that has ended only what was witnessed in time counts."""
    latest = trust.states[-1]
    since = latest.policies.revoked.get(sshsig.fingerprint(blob))
    if since is not None:
        if act.witnessed is None or act.witnessed > since:
            raise Refused(f"its key is in wrong hands since {since.isoformat()}, and nothing witnessed it before")
        return
    for what, until in (("key", partial(_key_until, blob)), (f"role `{act.role}`", partial(_role_until, act))):
        end, told = _end(trust, until)
        ended = end is not None and (end.date() <= today if today else end <= latest.time)
        if end and ended and (act.witnessed is None or act.witnessed > max(end, told)):
            raise Refused(f"its {what} ended at {end.isoformat()}, and nothing witnessed the act before")


def _key_until(blob: bytes, state: State) -> tuple[bool, datetime | None]:
    """Whether a state knows a key, and when it ends."""
    key = state.keys.find(blob)
    return key is not None, key.until if key else None


def _role_until(act: Act, state: State) -> tuple[bool, datetime | None]:
    """Whether by a state the person held the role on the day of the act, and when that ends."""
    person = state.people.persons.get(act.person)
    held = [h for h in person.roles if h.role == act.role and h.on(act.time.date())] if person else []
    last = [h.until for h in held if h.until]
    if len(last) < len(held) or not held:
        return bool(held), None
    return True, datetime.combine(max(last) + timedelta(days=1), datetime.min.time(), UTC)


def _end(trust: Trust, until: Callable[[State], tuple[bool, datetime | None]]) -> tuple[datetime | None, datetime]:
    """When a key or a role ends, and when a trust state first said so; what is left out ends with that state."""
    end: datetime | None = None
    told, seen = trust.states[0].time, False
    for state in trust.states:
        known, last = until(state)
        if not known and not seen:
            continue
        new = last if known else min(end or state.time, state.time)
        if new != end or not seen:
            end, told, seen = new, state.time, True
    return end, told


def _witnesses(trust: Trust, checkpoints: Sequence[Checkpoint]) -> dict[str, datetime]:
    """The earliest time at which a trust state or a checkpoint named an act.

    A checkpoint by a key in wrong hands witnesses nothing; the next one by another key, which rests on it, does.
    """
    found: dict[str, datetime] = {}
    named = [(s.time, s.acts) for s in trust.states]
    sound: datetime | None = None
    for checkpoint in reversed(checkpoints):
        if checkpoint.key not in trust.states[-1].policies.revoked:
            sound = checkpoint.time
        if sound:
            named.append((sound, checkpoint.acts))
    for moment, digests in sorted(named, key=lambda pair: pair[0]):
        for digest in digests:
            found.setdefault(digest, moment)
    return found


def _without_lost(acts: Sequence[Act]) -> tuple[tuple[Act, ...], list[Problem]]:
    """Acts whose grounds are there; one that relies on an act which is gone does not count, nor those after it."""
    kept, lost = list(acts), []
    while True:
        there = {act.digest for act in kept}
        gone = [act for act in kept if not there.issuperset(act.relies_on)]
        if not gone:
            break
        lost += gone
        kept = [act for act in kept if act not in gone]
    problems = []
    for act in lost:
        missing = next(digest for digest in act.relies_on if digest not in there)
        message = f"this act does not count: it relies on an act that is gone or does not count ({missing[:12]}…)"
        problems.append(Problem(Location(act.file), message, None, BAD_ACT))
    return tuple(in_order(kept)), problems


def _gone(trust: Trust, checkpoints: Sequence[Checkpoint], files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Acts that a trust state or a checkpoint witnessed and that are not there any more."""
    there = {statement.sha256(raw) for path, raw in files.items() if path.endswith(".json")}
    for path, name, digests in [
        *((f"trust/states/{s.version}/state.json", f"trust state {s.version}", s.acts) for s in trust.states),
        *((c.file, f"checkpoint {c.number}", c.acts) for c in checkpoints),
    ]:
        for digest in sorted(digests - there):
            message = f"{name} names an act that is no longer there ({digest[:12]}…)"
            hint = "an act is never removed; restore its file from the history"
            yield Problem(Location(path), message, hint, LOST_ACT)
