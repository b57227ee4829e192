"""What somebody who begins a QMS answers: who the company is, what it makes, who holds which role."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qmsdoc.conditions import CLASSES, COMPANY_FACTS, DEVICE_FACTS, ROLES
from qmsdoc.frameworks import known_frameworks
from qmsdoc.scalars import read_integer, read_text
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ISO, MDR, IVDR = "ISO 13485", "MDR", "IVDR"
HIGHEST_RULE = {MDR: 22, IVDR: 7}  # Annex VIII of each
_BY_CLASS = {
    "Is": "sterile",
    "As": "sterile",
    "Im": "measuring",
    "Ir": "reusable",
}  # MDR Art. 52(7); IVDR Art. 48(10)
_rule = re.compile(r"rule[ =]?(?P<number>.*)").fullmatch
_account = re.compile(r"@[A-Za-z0-9][A-Za-z0-9._/-]*").fullmatch
_language = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*").fullmatch
_YES = {"yes": True, "true": True, "no": False, "false": False}


class AnswerError(Exception):
    """An answer that cannot be taken; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Given:
    """Answers as they were typed; what is empty was not given."""

    name: str = ""
    roles: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    properties: Mapping[str, bool] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    time_zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A device by name and class; `facts` are those of `conditions.DEVICE_FACTS` that somebody stated."""

    name: str
    risk_class: str
    facts: Mapping[str, bool] = field(default_factory=dict)
    rule: int | None = None

    @property
    def regulation(self) -> str:
        """The regulation whose class it has."""
        return next(name for name, classes in CLASSES.items() if self.risk_class in classes)


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that is known of the company; what is not here was not stated.

    frameworks: edition by framework. holders: pairs of a role and the name of its holder.
    accounts: the account on the forge by role.
    """

    name: str
    roles: tuple[str, ...] = ("manufacturer",)
    frameworks: Mapping[str, str] = field(default_factory=dict)
    devices: tuple[Device, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    holders: tuple[tuple[str, str], ...] = ()
    accounts: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = "UTC"
    language: str = "en"


def read_name(text: str, what: str) -> str:
    """A name on one line of characters that can be seen."""
    if any(not character.isprintable() for character in text):
        raise AnswerError(f"the name of {what} holds a character that nobody sees", "write it as one line")
    if re.match(r"\s*n/a\b", text):
        raise AnswerError(f"the name of {what} cannot be `n/a`")
    try:
        return read_text(text)
    except ValueError:
        raise AnswerError(f"the name of {what} is empty") from None


def read_company_role(text: str) -> str:
    """A role of an economic operator under the MDR or the IVDR."""
    return _known(text.strip(), ROLES, "a role of a company under the MDR or the IVDR")


def read_device(text: str, given: Mapping[str, bool]) -> Device:
    """A device from `NAME:CLASS` or `NAME:CLASS:PROPERTY,PROPERTY`; `given` are facts of devices that say nothing.

    A property is a fact of a device, `not` and such a fact, or `rule 11`.
    """
    name, risk_class, properties = _parts(text)
    facts: dict[str, bool] = {_BY_CLASS[risk_class]: True} if risk_class in _BY_CLASS else {}
    rule = None
    for word in filter(None, (part.strip() for part in properties.split(","))):
        if match := _rule(word):
            rule = _rule_number(match["number"].strip(), MDR if risk_class in CLASSES[MDR] else IVDR)
            continue
        plain = word.removeprefix("not ")
        facts[_known(plain.replace(" ", "_"), DEVICE_FACTS, "a property of a device")] = plain == word
    if risk_class in _BY_CLASS and not facts[_BY_CLASS[risk_class]]:
        raise AnswerError(f"`{name}` is of class {risk_class} and cannot be not {_BY_CLASS[risk_class]}")
    return Device(read_name(name, "a device"), risk_class, {**given, **facts}, rule)


def _parts(text: str) -> tuple[str, str, str]:
    """Name, class and properties; a name may hold colons too."""
    parts = text.split(":")
    classes = [name for names in CLASSES.values() for name in names]
    for at in range(len(parts) - 1, max(len(parts) - 3, 0), -1):
        if parts[at].strip() in classes:
            return ":".join(parts[:at]), parts[at].strip(), ":".join(parts[at + 1 :])
    if len(parts) == 1:
        raise AnswerError(f"`{text}` is not NAME:CLASS", 'write it as --device "WoundTrace:IIa"')
    words = [part.strip() for part in parts[1:]]
    wrong = next((word for word in words if did_you_mean(word, classes, limit=0)), words[0])
    raise AnswerError(
        f"`{wrong}` is not a risk class", did_you_mean(wrong, classes) or f"known: {', '.join(classes)}"
    )


def _rule_number(text: str, regulation: str) -> int:
    try:
        number = read_integer(text)
    except ValueError as error:
        raise AnswerError(f"rule: {error}") from None
    if not 1 <= number <= HIGHEST_RULE[regulation]:
        raise AnswerError(
            f"{regulation} Annex VIII has no rule {number}", f"it has 1 to {HIGHEST_RULE[regulation]}"
        )
    return number


def read_facts(texts: Iterable[str]) -> dict[str, bool]:
    """Facts of the company from `FACT` or `FACT=no`."""
    facts = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if equals and value.lower() not in _YES:
            raise AnswerError(f"`{value}` is neither yes nor no", f"write it as `--fact {name}=no`")
        known = _known(name.replace(" ", "_"), COMPANY_FACTS, "a fact of a company")
        facts[known] = _YES[value.lower()] if equals else True
    return facts


def read_holder(text: str, roles: Iterable[str]) -> tuple[str, str]:
    """A role of the QMS and the name of the person who holds it, from `ROLE=Person Name`."""
    role, name = _pair(text, 'ROLE=Person Name, as `--holder "prrc=Mira Brandt"`', roles)
    return role, read_name(name, f"the holder of `{role}`")


def read_account(text: str, roles: Iterable[str]) -> tuple[str, str]:
    """A role of the QMS and an account on the forge, from `ROLE=@handle`."""
    role, account = _pair(text, "ROLE=@handle, as `--account quality-manager=@anna`", roles)
    if not _account(account):
        raise AnswerError(f"`{account}` is not an account", "write it as `@anna` or `@company/team`")
    return role, account


def _pair(text: str, form: str, roles: Iterable[str]) -> tuple[str, str]:
    role, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise AnswerError(f"`{text}` is not {form.partition(',')[0]}", f"write {form}")
    return _known(role, roles, "a role of the QMS"), value


def read_time_zone(text: str) -> str:
    """A time zone of the IANA database."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise AnswerError(f"`{text}` is not a time zone", "write it as `Europe/Berlin`") from None
    return text


def read_language(text: str) -> str:
    """The language of the company, as BCP 47 in small letters."""
    if not _language(text):
        raise AnswerError(f"`{text}` is not a language", "write it as `en` or `de`")
    return text


def choose_frameworks(
    names: Iterable[str], devices: Iterable[Device], usual: Mapping[str, str], own: Iterable[str]
) -> dict[str, str]:
    """The frameworks with their editions: those named, else the usual ones with the regulations of the devices.

    usual: editions of the model QMS. own: its frameworks that the tool does not bring.
    """
    known: dict[str, str] = {}
    for item in known_frameworks():
        known[item.framework] = max(item.edition, known.get(item.framework, ""))
    editions = {**known, **usual}
    aliases = {alias.casefold(): item.framework for item in known_frameworks() for alias in item.aliases}
    needed = {device.regulation: device for device in devices}
    wanted = [aliases.get(name.strip().casefold(), name.strip()) for name in names]
    if not wanted:
        regulations = [name for name in (MDR, IVDR) if name in needed] or [MDR]
        wanted = [ISO, *regulations, *own]
    for name in wanted:
        _known(name, [*known, *own], "a framework that qmsdoc knows")
    for regulation, device in needed.items():
        if regulation not in wanted:
            message = f"`{device.name}` is of class {device.risk_class}, which the {regulation} knows"
            raise AnswerError(message, f"add `--framework {regulation}`")
    return {name: editions[name] for name in dict.fromkeys(wanted)}


def _known(word: str, known: Iterable[str], what: str) -> str:
    known = list(known)
    if word not in known:
        raise AnswerError(f"`{word}` is not {what}", did_you_mean(word, known) or f"known: {', '.join(known)}")
    return word
