"""What a check of a signature found, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyhanko.sign.ades.report import AdESSubIndic
    from pyhanko.sign.validation import PdfSignatureStatus
    from pyhanko.sign.validation.status import SignatureStatus

REVOKED = "its certificate was revoked"
OTHER_USE = "its certificate is not for this use"
NO_ROOT = "its certificate leads to none of the given root certificates"
_REVOKED: set[AdESSubIndic] = {
    AdESFailure.REVOKED,
    AdESIndeterminate.REVOKED_NO_POE,
    AdESIndeterminate.REVOKED_CA_NO_POE,
}
_ENDED: set[AdESSubIndic] = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}
_EARLY: set[AdESSubIndic] = {AdESFailure.NOT_YET_VALID, AdESIndeterminate.NOT_YET_VALID}
_WEAK: set[AdESSubIndic] = {
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
}
_USES: set[AdESSubIndic] = {AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE, AdESIndeterminate.SIG_CONSTRAINTS_FAILURE}


def signature(status: PdfSignatureStatus) -> Iterator[str]:
    """Why a signature does not hold, the changes after it left out; nothing when it holds."""
    yield from trust(status)
    for stamp in (status.timestamp_validity, status.content_timestamp_validity):
        if stamp is not None:
            yield from (f"its time stamp does not hold: {reason}" for reason in trust(stamp))
    if not status.seed_value_ok:
        yield f"it breaks a rule of its field: {status.seed_value_constraint_error}"


def trust(status: SignatureStatus) -> Iterator[str]:
    """Why the signed bytes or the certificate do not hold."""
    if not status.intact:
        yield "the signed bytes were changed after signing"
    elif not status.valid:
        yield "it was not made with the key of its certificate"
    elif status.trust_problem_indic is not None:
        yield _certificate(status, status.trust_problem_indic)
    elif status.validation_path is None:
        yield NO_ROOT


def role(status: PdfSignatureStatus) -> str:
    """The role that the signer claims inside what is signed, or nothing."""
    if status.cades_signer_attrs is None or "role" not in status.cades_signer_attrs.claimed_attrs:
        return ""
    named = (value["role_name"].native for value in status.cades_signer_attrs.claimed_attrs["role"].attr_values)
    return ", ".join(str(name.get("title", "")) for name in named if isinstance(name, dict))


def _certificate(status: SignatureStatus, why: AdESSubIndic) -> str:
    begins, ends = status.signing_cert.not_valid_before, status.signing_cert.not_valid_after
    said: list[tuple[set[AdESSubIndic], str]] = [
        ({AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND}, NO_ROOT),
        (_REVOKED, REVOKED),
        (_ENDED, f"its certificate ended on {ends:%Y-%m-%d}, and no time stamp proves that it was used before"),
        (_EARLY, f"its certificate is valid only from {begins:%Y-%m-%d}"),
        (_WEAK, "it rests on an algorithm that is no longer safe"),
        (_USES, OTHER_USE),
    ]
    other = f"its certificate cannot be trusted ({why.standard_name})"
    return next((words for reasons, words in said if why in reasons), other)
