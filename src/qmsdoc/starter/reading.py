"""From what was typed to answers; what was begun before keeps what it says of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.frameworks import load_catalogs
from qmsdoc.starter import answers as read
from qmsdoc.starter.answers import AnswerError, Answers, Device, Given

if TYPE_CHECKING:
    from qmsdoc.config import Config
    from qmsdoc.starter.model import Model


def answers(given: Given, model: Model, before: Config | None) -> Answers:
    """The answers to all questions; raises AnswerError.

    before: the settings of the repository, where there is one: they count instead of what was given.
    """
    people = model.project.people.roles
    devices = tuple(read.read_device(text, given.properties) for text in given.devices)
    _refuse_twice([device.name for device in devices])
    holders = tuple(read.read_holder(text, people) for text in given.holders)
    if before:
        return _begun(given, model, before, devices, holders)
    if not given.name:
        raise AnswerError("the name of the company is missing", 'give it as --name "My Medical GmbH"')
    usual, own = model.project.config.frameworks, [item.framework for item in model.project.catalogs.own]
    return Answers(
        name=read.read_name(given.name, "the company"),
        roles=tuple(dict.fromkeys(map(read.read_company_role, given.roles))) or ("manufacturer",),
        frameworks=read.choose_frameworks(given.frameworks, devices, usual, own),
        devices=devices,
        facts=read.read_facts(given.facts),
        holders=holders,
        accounts=accounts(given, model),
        time_zone=read.read_time_zone(given.time_zone or "UTC"),
        language=read.read_language(given.language or "en"),
    )


def _begun(
    given: Given, model: Model, before: Config, devices: tuple[Device, ...], holders: tuple[tuple[str, str], ...]
) -> Answers:
    """What the settings of a repository say of the company, with what was given beside them."""
    company = before.company
    if given.name and given.name.strip() != company.name:
        raise AnswerError(f"this is the QMS of `{company.name}`", "leave --name out, or choose another folder")
    return Answers(
        name=company.name,
        roles=company.roles,
        frameworks={
            name: edition for name, edition in before.frameworks.items() if _is_known(name, edition, model)
        },
        devices=devices,
        facts=company.facts,
        holders=holders,
        accounts=accounts(given, model),
        time_zone=company.time_zone,
        language=company.language,
    )


def _is_known(name: str, edition: str, model: Model) -> bool:
    """Whether the tool or the model has a framework; a company's own one is not asked about the model."""
    try:
        load_catalogs({name: edition}, model.project.catalogs.own)
    except ValueError:
        return False
    return True


def accounts(given: Given, model: Model) -> dict[str, str]:
    """The account of each role that was named with one; raises AnswerError."""
    return dict(read.read_account(text, model.project.people.roles) for text in given.accounts)


def refuse_answers(given: Given, model: Model, before: Config | None) -> None:
    """Raise AnswerError where answers, or another company, stand against the example manufacturer."""
    if before and before.company.name != model.project.config.company.name:
        raise AnswerError(f"this is the QMS of `{before.company.name}`", "choose another folder for the example")
    if given != Given(accounts=given.accounts):
        raise AnswerError("--example is a company of its own", "give it without answers about another company")


def _refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise AnswerError(f"device `{name}` is named twice")
