"""The statement that is signed: one line of JSON (RFC 8785), readable for ever, and the act that it tells.

It binds the project, the id and revision, the bytes of the document and of every file it pulls in, the meaning,
the role, the reason, the time, the trust state and the acts it relied on. Where the file lay and what was checked
out are told, not bound: moving a file or squashing a branch breaks nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from qmsdoc.scalars import is_sha256
from qmsdoc.trust.act import Act, Form, Meaning

FOLDER = "approvals"
SCHEMA = "qmsdoc-act/1"
_place = re.compile(
    FOLDER + r"/(?P<id>[A-Z][A-Z0-9-]*)/r(?P<revision>0|[1-9][0-9]*)"
    r"/(?P<meaning>[a-z-]+)\.(?P<person>[a-z0-9-]+)\.(?P<digest>[0-9a-f]{12})\.json",
    re.ASCII,
)


_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # between which calculations with dates cannot overflow


class BadStatement(ValueError):
    """Bytes that are not a statement; the message says why."""


def _hash(value: str) -> str:
    if not is_sha256(value):
        raise ValueError("not a SHA-256")
    return value


def moment(text: str) -> datetime:
    """A time with its offset from UTC, as ISO 8601; raises ValueError, also for one that no clock shows."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without its offset from UTC")
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError("a time that no clock shows")
    return found


def _moment(text: str) -> str:
    moment(text)
    return text


Hash = Annotated[str, AfterValidator(_hash)]
Moment = Annotated[str, AfterValidator(_moment)]


class TrustReference(BaseModel):
    """The trust state that a statement was made under."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    version: int
    sha256: Hash


class Statement(BaseModel):
    """What a person signs. Times are ISO 8601 with offset, hashes SHA-256 in hexadecimal digits."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    schema_: Literal["qmsdoc-act/1"] = "qmsdoc-act/1"
    project: str
    id: str
    revision: int
    document: Hash
    files: dict[str, Hash]
    names: dict[str, Hash] = {}  # documents it rests on, such as the devices of a declaration, by id
    meaning: str
    says: str
    person: str
    name: str
    role: str
    reason: str
    signed_at: Moment
    trust: TrustReference
    relies_on: list[Hash]
    form: str
    tool: str
    witness: str = ""
    evidence: dict[str, Hash] = {}  # the imported PDF or scan, by name, beside the statement
    protection: str = ""  # how the key was protected, as the tool saw it
    previous: str = ""
    in_force_from: str = ""
    path: str = ""
    base_commit: str = ""

    @property
    def signer(self) -> str:
        """The person whose key signs: the signatory, or who witnessed ink or an imported PDF."""
        return self.witness or self.person


class Place(NamedTuple):
    """What the path of a statement says of it."""

    id: str
    revision: int
    meaning: str
    person: str
    digest: str


def canonical(data: Any) -> bytes:
    """JSON with sorted keys and without spaces or line ends (RFC 8785, for texts and whole numbers)."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def read_json(raw: bytes) -> dict[str, Any]:
    """An object of JSON in which no key stands twice; raises BadStatement."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BadStatement("a key stands twice")
        return found

    try:
        data = json.loads(raw, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise BadStatement(f"this is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise BadStatement("this is not an object")
    return data


def write(statement: Statement) -> bytes:
    """The bytes that are signed and kept."""
    data = statement.model_dump(exclude_defaults=True)
    return canonical({**data, "schema": SCHEMA})


def read(raw: bytes) -> Statement:
    """The statement in a file; raises BadStatement."""
    data = read_json(raw)
    if data.pop("schema", "") != SCHEMA:
        raise BadStatement(f"the statement is not of the schema `{SCHEMA}`")
    try:
        statement = Statement(**data)
        Meaning(statement.meaning), Form(statement.form)
        if statement.in_force_from:
            date.fromisoformat(statement.in_force_from)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadStatement(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise BadStatement(str(error)) from None
    return statement


def place_of(path: str) -> Place | None:
    """What the path of a file below `approvals/` says; None where it is not the path of a statement."""
    if not (match := _place.fullmatch(path)):
        return None
    return Place(match["id"], int(match["revision"]), match["meaning"], match["person"], match["digest"])


def path_of(statement: Statement, raw: bytes) -> str:
    """Where a statement is kept; the name holds the beginning of its hash, so two people never write one file."""
    name = f"{statement.meaning}.{statement.person}.{sha256(raw)[:12]}.json"
    return f"{FOLDER}/{statement.id}/r{statement.revision}/{name}"


def to_act(statement: Statement, raw: bytes, file: str) -> Act:
    """The act that a statement tells."""
    return Act(
        id=statement.id,
        revision=statement.revision,
        sha256=statement.document,
        meaning=Meaning(statement.meaning),
        person=statement.person,
        role=statement.role,
        time=moment(statement.signed_at),
        in_force_from=date.fromisoformat(statement.in_force_from) if statement.in_force_from else None,
        reason=statement.reason,
        files=tuple(sorted(statement.files.items())),
        relies_on=tuple(statement.relies_on),
        names=tuple(sorted(statement.names.items())),
        form=Form(statement.form),
        witness=statement.witness,
        name=statement.name,
        trust_version=statement.trust.version,
        previous=statement.previous,
        digest=sha256(raw),
        file=file,
        path=statement.path,
        base_commit=statement.base_commit,
    )
