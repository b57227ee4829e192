"""Identifiers of devices and actors, verified by their check characters (MDR Art. 26, 27, 31; Annex VI Part C).

Identifiers of GS1 are verified wholly: GTIN by `biip`, Global Model Number by the algorithm of the GS1 General
Specifications 7.9.5 (no Python library does it). Those of the other issuing entities (HIBCC, ICCBBA, IFA) are read
by their first characters, length and character set only.
"""

from __future__ import annotations

import re

SRN = r"[A-Z]{2}-(MF|AR|IM|PR)-[0-9]{9}"
MANUFACTURER_SRN = r"[A-Z]{2}-(MF|PR)-[0-9]{9}"  # PR: who puts systems or procedure packs together
EMDN = r"[A-Z][0-9]{2,12}"
_GMN = 25  # characters at most, the two check characters included
_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_SET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_MODULUS = 1021

_srn = re.compile(SRN, re.ASCII).fullmatch
_emdn = re.compile(EMDN, re.ASCII).fullmatch
_other_basic = re.compile(r"\+\+[A-Z][A-Z0-9]{3}[A-Z0-9$%+./-]{3,19}|PP[A-Z0-9]{8,25}", re.ASCII).fullmatch
_other_di = re.compile(r"\+[A-Z][A-Z0-9$%+./ -]{5,24}|=/[A-Z0-9]{10,18}|PP[A-Z0-9]{8,22}", re.ASCII).fullmatch


def model_number_check(text: str) -> str:
    """The two check characters of a GS1 Global Model Number (GS1 General Specifications 7.9.5).

    text: the number without them: company prefix and model reference, 23 characters at most.
    """
    weights = _PRIMES[: len(text)][::-1]
    total = sum(_SET_82.index(char) * weight for char, weight in zip(text, weights, strict=True)) % _MODULUS
    return _SET_32[total >> 5] + _SET_32[total & 31]


def read_basic_udi_di(text: str) -> str:
    """A Basic UDI-DI: a Global Model Number of GS1, or one of HIBCC (`++`) or IFA (`PP`)."""
    if _other_basic(text):
        return text
    if not re.match(r"[0-9]{5}", text) or len(text) > _GMN or not set(text) <= set(_SET_82):
        raise ValueError(
            f"`{text}` is not a Basic UDI-DI; one of GS1 begins with the digits of the company prefix and has at "
            f"most {_GMN} characters, one of HIBCC begins with `++`"
        )
    wanted = model_number_check(text[:-2])
    if not text.endswith(wanted):
        raise ValueError(
            f"`{text}` is not a Basic UDI-DI: its check characters are `{text[-2:]}`, they must be `{wanted}`"
        )
    return text


def read_udi_di(text: str) -> str:
    """A UDI-DI: a GTIN of 8, 12, 13 or 14 digits, or one of HIBCC (`+`), ICCBBA (`=/`) or IFA (`PP`)."""
    if _other_di(text):
        return text
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", text, re.ASCII):
        raise ValueError(f"`{text}` is not a UDI-DI; write the GTIN without blanks: `09521234543213`")
    from biip.checksums import gs1_standard_check_digit  # noqa: PLC0415 - few documents name devices

    wanted = gs1_standard_check_digit(text[:-1])
    if text[-1] != str(wanted):
        raise ValueError(f"`{text}` is not a UDI-DI: its check digit is `{text[-1]}`, it must be `{wanted}`")
    return text


def read_srn(text: str) -> str:
    """A single registration number: country, role (MF, AR, IM, PR) and nine digits (MDR Art. 31)."""
    if not _srn(text):
        raise ValueError(f"`{text}` is not a single registration number; write it as `DE-MF-000012345`")
    return text


def read_manufacturer_srn(text: str) -> str:
    """The single registration number of a manufacturer, or of who makes systems and procedure packs."""
    if read_srn(text) and text[3:5] not in {"MF", "PR"}:
        raise ValueError(f"`{text}` is the number of another actor; that of a manufacturer is `{text[:3]}MF-…`")
    return text


def read_emdn(text: str) -> str:
    """A code of the European nomenclature: a category letter and two to twelve digits (MDR Art. 26)."""
    if not _emdn(text):
        raise ValueError(f"`{text}` is not an EMDN code; write it as `Z12040115`")
    return text
