"""Which acts a revision needs, by whom, in which order; and whether given acts meet that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.trust.act import Act, Form, Meaning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

OWNER = "owner"  # in a list of roles: the role that owns the document
_DECIDED = {Meaning.ISSUE, Meaning.NO_CHANGE, Meaning.WITHDRAWAL, Meaning.CORRECTION}


class Need(NamedTuple):
    """An act that is needed: its meaning, one of the roles (empty: any), and how many persons."""

    meaning: Meaning
    roles: tuple[str, ...] = ()
    signers: int = 1

    def __str__(self) -> str:
        who = f" as {' or '.join(self.roles)}" if self.roles else ""
        return f"{self.meaning.value}{who}" + (f" by {self.signers} persons" if self.signers > 1 else "")


_ANYBODY = Need(Meaning.APPROVAL)
_APPROVAL = (_ANYBODY,)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a revision or a record of one type needs."""

    needs: tuple[Need, ...] = _APPROVAL
    in_order: bool = False  # each act relies on all that the needs before it ask for
    author_may_approve: bool = True
    forms: frozenset[Form] = frozenset(Form)

    @property
    def issue(self) -> bool:
        """Whether an act of issue sets the first day."""
        return any(need.meaning is Meaning.ISSUE for need in self.needs)

    def roles_for(self, meaning: Meaning, owner: str) -> frozenset[str]:
        """Who may state this; empty for anybody. What no need names is decided by those who approve or close."""
        named = [need for need in self.needs if need.meaning is meaning]
        if not named and meaning in _DECIDED:
            named = [need for need in self.needs if need.meaning in {Meaning.APPROVAL, Meaning.CLOSURE}]
        roles = {role for need in named for role in need.roles}
        if not all(need.roles for need in named):
            return frozenset()
        if roles and meaning in {Meaning.NO_CHANGE, Meaning.CORRECTION}:
            roles.add(OWNER)
        return frozenset(owner if role == OWNER else role for role in roles)


@dataclass(frozen=True)
class Policies:
    """The whole policy of one trust state."""

    default: Policy = field(default_factory=Policy)  # of controlled documents
    by_type: Mapping[str, Policy] = field(default_factory=dict)
    trust: Need = _ANYBODY  # who signs a change of trust/
    takeover_roles: tuple[str, ...] = ()
    takeover_until: date | None = None
    bare_keys: bool = True  # keys without a passphrase are accepted at signing
    revoked: Mapping[str, datetime] = field(default_factory=dict)  # fingerprint -> in wrong hands since

    def of(self, type_name: str, *, controlled: bool = True) -> Policy:
        """The policy of a type; a record needs nothing that its type does not name."""
        return self.by_type.get(type_name) or (self.default if controlled else Policy(needs=()))


class Objection(NamedTuple):
    """An act that does not count, and why."""

    act: Act
    reason: str


class Verdict(NamedTuple):
    """Whether acts meet a policy: since when, what is missing, which acts count, which do not and why."""

    met: datetime | None
    missing: tuple[Need, ...]
    counted: tuple[Act, ...]
    objections: tuple[Objection, ...]


def judge(policies: Policies, policy: Policy, acts: Sequence[Act], owner: str) -> Verdict:
    """Hold acts over one text, oldest first, against a policy. The first day is not looked at."""
    given: dict[int, list[Act]] = {index: [] for index in range(len(policy.needs))}
    counted: list[Act] = []
    objections: list[Objection] = []
    met: datetime | None = None
    for act in acts:
        if reason := _objection(policies, policy, act, owner, given, acts):
            objections.append(Objection(act, reason))
            continue
        counted.append(act)
        heard = {other.person for found in given.values() for other in found if other.meaning is act.meaning}
        for index, need in enumerate(policy.needs):
            if _fits(need, act, owner) and act.person not in heard and len(given[index]) < need.signers:
                given[index].append(act)
                break
        if met is None and (act.meaning is Meaning.TAKEOVER or not _missing(policy, given)):
            met = max(other.time for other in counted)
    taken_over = any(act.meaning is Meaning.TAKEOVER for act in counted)
    missing = () if taken_over else tuple(policy.needs[index] for index in _missing(policy, given))
    return Verdict(met, missing, tuple(counted), tuple(objections))


def _fits(need: Need, act: Act, owner: str) -> bool:
    return act.meaning is need.meaning and (
        not need.roles or act.role in {owner if role == OWNER else role for role in need.roles}
    )


def _missing(policy: Policy, given: Mapping[int, Collection[Act]]) -> list[int]:
    """Needs that are not met; what is decided later, such as a withdrawal, is not part of the approval."""
    return [
        index
        for index, need in enumerate(policy.needs)
        if len(given[index]) < need.signers and need.meaning not in _DECIDED
    ]


def decision(policy: Policy, meaning: Meaning, counted: Iterable[Act], owner: str) -> Act | None:
    """The act by which a decision such as a withdrawal is complete; one is enough where no need names it."""
    needs = [need for need in policy.needs if need.meaning is meaning]
    given: list[list[str]] = [[] for _ in needs]
    for act in counted:
        if act.meaning is not meaning or any(act.person in persons for persons in given):
            continue
        for need, persons in zip(needs, given, strict=True):
            if _fits(need, act, owner) and len(persons) < need.signers:
                persons.append(act.person)
                break
        if all(len(persons) >= need.signers for need, persons in zip(needs, given, strict=True)):
            return act
    return None


def _objection(
    policies: Policies,
    policy: Policy,
    act: Act,
    owner: str,
    given: Mapping[int, Sequence[Act]],
    acts: Iterable[Act],
) -> str:
    """Why an act does not count; empty when it does."""
    if act.meaning is Meaning.ACKNOWLEDGEMENT:
        return ""
    if act.form not in policy.forms:
        forms = listed(form.value for form in policy.forms)
        return f"it was signed by `{act.form.value}`, and the policy asks for {forms}"
    if act.meaning is Meaning.TAKEOVER:
        return _against_takeover(policies, act)
    roles = policy.roles_for(act.meaning, owner)
    if roles and act.role not in roles:
        return f"`{act.role}` may not state {act.meaning.value}; the policy asks for {listed(roles)}"
    authors = {other.person for other in acts if other.meaning is Meaning.AUTHOR}
    if act.meaning is Meaning.APPROVAL and not policy.author_may_approve and act.person in authors:
        return "the author approves own work"
    return _against_order(policy, act, given) if policy.in_order else ""


def _against_takeover(policies: Policies, act: Act) -> str:
    if policies.takeover_roles and act.role not in policies.takeover_roles:
        return f"`{act.role}` may not take over; the policy asks for {listed(policies.takeover_roles)}"
    if policies.takeover_until == date.min:
        return "the policy has no [takeover], so nothing is taken over"
    if policies.takeover_until and act.time.date() > policies.takeover_until:
        return f"documents could be taken over until {policies.takeover_until}"
    return ""


def _against_order(policy: Policy, act: Act, given: Mapping[int, Sequence[Act]]) -> str:
    """An act relies on what the needs before its own ask for; a later decision rests on what is in force."""
    if act.meaning in _DECIDED - {Meaning.ISSUE}:
        return ""
    position = next((i for i, need in enumerate(policy.needs) if need.meaning is act.meaning), 0)
    for index, need in enumerate(policy.needs[:position]):
        there = [a for a in given[index] if not act.digest or a.digest in act.relies_on]
        if need.meaning is not act.meaning and len(there) < need.signers:
            return f"it was given before the {need.meaning.value} that the policy asks for first"
    return ""


def listed(words: Iterable[str]) -> str:
    """Words as one says a choice of them."""
    return " or ".join(f"`{word}`" for word in sorted(words))
