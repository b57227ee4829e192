"""The questions of `qmsdoc init`, for whoever sits at a terminal; each answer is the text of a flag."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qmsdoc.starter.answers import Given

DECISIVE = ("software", "sterile", "implantable", "measuring", "reusable")
_ACTIVITIES = (
    "outside_union",
    "installation",
    "servicing",
    "customer_property",
    "clean_rooms",
    "clinical_investigations",
)


def ask(given: Given, model_roles: Mapping[str, str]) -> Given:
    """Ask for what no flag gave; an empty answer leaves it open."""
    from qmsdoc.conditions import COMPANY_FACTS, ROLES
    from qmsdoc.starter import answers
    from qmsdoc.starter.settings import EVERYONE

    if not given.name:
        given = replace(
            given, name=_until_good("Name of the company", lambda text: answers.read_name(text, "the company"))
        )
    if not given.roles:
        typer.echo(f"Roles under the MDR or the IVDR: {', '.join(ROLES)}")
        roles = _until_good(
            "Roles of the company, parted by commas",
            lambda text: [answers.read_company_role(role) for role in text.split(",")],
            default="manufacturer",
        )
        given = replace(given, roles=tuple(role.strip() for role in roles.split(",")))
    if not given.devices:
        given = replace(given, devices=tuple(_devices(given.properties)))
    if not given.facts:
        questions = {name: COMPANY_FACTS[name] for name in _ACTIVITIES}
        facts = [
            f"{name}={answer}" for name, text in questions.items() if (answer := _yes_or_no(f"Is it so: {text}"))
        ]
        given = replace(given, facts=tuple(facts))
    if not given.holders:
        typer.echo("Who holds which role? Empty: decided later.")
        names = {role: _line(f"  {title}") for role, title in model_roles.items() if role != EVERYONE}
        given = replace(given, holders=tuple(f"{role}={name}" for role, name in names.items() if name))
    if not given.time_zone:
        given = replace(given, time_zone=_until_good("Time zone", answers.read_time_zone, default="Europe/Berlin"))
    return given


def _devices(properties: Mapping[str, bool]) -> list[str]:
    """Devices one after the other, until somebody names none."""
    from qmsdoc.conditions import DEVICE_FACTS
    from qmsdoc.starter import answers

    found: list[str] = []
    while name := _line("Name of a device (empty: no more)"):
        risk_class = _until_good(
            "  Class (I, Is, Im, Ir, IIa, IIb, III; IVD: A, As, B, C, D)",
            partial(_read_device, f"{name}:"),
        )
        start = f"{name}:{risk_class}"
        stated = answers.read_device(start, properties).facts
        words = [
            fact if answer == "yes" else f"not {fact}"
            for fact in DECISIVE
            if fact not in stated and (answer := _yes_or_no(f"  {DEVICE_FACTS[fact]}"))
        ]
        rule = _until_good(
            "  Rule of classification in Annex VIII (empty: not known yet)",
            partial(_read_device, f"{start}:rule "),
            default="",
        )
        found.append(f"{start}:{','.join([*words, *([f'rule {rule}'] if rule else [])])}")
    return found


def _read_device(start: str, text: str) -> None:
    """Raise AnswerError for a class or a rule that cannot be; an empty answer states none."""
    from qmsdoc.starter import answers

    if text:
        answers.read_device(start + text, {})


def _line(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False)).strip()


def _until_good(question: str, read: Callable[[str], Any], default: str | None = None) -> str:
    """Ask again until the answer can be taken."""
    from qmsdoc.starter.answers import AnswerError

    while True:
        text = str(typer.prompt(question, default=default, show_default=bool(default))).strip()
        try:
            read(text)
        except AnswerError as error:
            typer.echo(f"{error}{f'; {error.hint}' if error.hint else ''}", err=True)
        else:
            return text


def _yes_or_no(question: str) -> str:
    """`yes`, `no`, or an empty text where it is not known."""
    words = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "": ""}
    while (answer := _line(f"{question}? (yes, no; empty: not known)").lower()) not in words:
        typer.echo(f"`{answer}` is neither yes nor no", err=True)
    return words[answer]
