"""The signature block of a document: what a reader of the PDF sees of each verified act, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.load import SourceChanged
from qmsdoc.publish import fonts
from qmsdoc.publish.job import Signature
from qmsdoc.trust import keys, sshsig, statement
from qmsdoc.trust.act import Form
from qmsdoc.views.signatures import counting

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from qmsdoc.lifecycle import Status
    from qmsdoc.project import Project
    from qmsdoc.trust.act import Act

SHORT = 16  # digits of a digest that a page shows
_FORMS = {
    Form.KEY: "SSH key",
    Form.SECURITY_KEY: "security key (FIDO2), touched and unlocked for this signature",
    Form.SIGNED_PDF: "signed PDF, imported and witnessed by {}",
    Form.PAPER: "ink on paper, scanned and witnessed by {}",
}


def signatures(root: Path, status: Status, project: Project) -> list[Signature]:
    """The blocks of a document; printed name, time and meaning as 21 CFR 11.50 asks. Raises SourceChanged."""
    return [_block(root, act, project) for act in counting(status)]


def fingerprint(root: Path, act: Act) -> str:
    """The key that signed an act, as OpenSSH shows it; empty for an act without a file. Raises SourceChanged."""
    if not act.file:
        return ""
    try:
        raw = (root / act.file).read_bytes()
        signed = sshsig.verify((root / f"{act.file}.sig").read_bytes(), raw, keys.ACT)
    except (OSError, sshsig.BadSignature) as error:
        raise SourceChanged(f"{act.file} can no longer be read: {error}") from None
    if statement.sha256(raw) != act.digest:
        raise SourceChanged(f"{act.file} was changed while it was being used")
    return sshsig.fingerprint(signed.key)


def _block(root: Path, act: Act, project: Project) -> Signature:
    state = project.trust.by_version.get(act.trust_version)
    people = state.people if state else project.people
    names = {key: person.name for key, person in people.persons.items()}
    block = Signature(
        meaning=act.meaning.value,
        name=act.name or names.get(act.person, act.person),
        role=people.roles.get(act.role, act.role),
        time=_moment(act.time),
        says=act.meaning.sentence,
        witnessed=_moment(act.witnessed) if act.witnessed else "not yet",
        form=_FORMS[act.form].format(names.get(act.witness, act.witness)),
        reason=act.reason,
        digest=act.digest[:SHORT],
        key=fingerprint(root, act),
    )
    return Signature(*map(_drawable, block))


def _moment(time: datetime) -> str:
    """`2026-01-12 09:00:00 +01:00`."""
    text = time.isoformat(sep=" ", timespec="seconds")
    return f"{text[:19]} {text[19:]}"


def _drawable(text: str) -> str:
    """What is signed cannot be changed any more, so a character that no font has is told by its code point."""
    strange = {text[at] for at in fonts.missing(text)}
    return text.translate({ord(character): f"⟨U+{ord(character):04X}⟩" for character in strange})
