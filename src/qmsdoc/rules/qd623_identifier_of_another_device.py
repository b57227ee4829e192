"""A UDI-DI that is not one of the device.

**What.** A record names devices and a UDI-DI, and the entries of these devices hold others.

**Why.** The UDI-DI identifies one model, and is what is looked for in a recall (MDR Art. 27(3), Annex VI Part C).

**Right.** A UDI-DI of `udi_di` in the entry of the device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qmsdoc.diagnostics import Problem
from qmsdoc.rule import Context, Rule
from qmsdoc.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmsdoc.project import Document

rule = Rule(__name__, clauses=("MDR Art. 27(3)", "ISO 13485 7.5.8"))


@rule.document
def check(document: Document, context: Context) -> Iterator[Problem]:
    """What is written against the entries; nothing where these hold none."""
    given = document.text("udi_di")
    if not given:
        return
    devices = [context.project.by_id.get(key) for key in document.items("devices")]
    known = [number for device in devices if device for number in device.items("udi_di")]
    if known and given not in known:
        named = ", ".join(document.items("devices"))
        hint = did_you_mean(given, known, limit=6)
        yield Problem(document.at("udi_di"), f"`{given}` is not a UDI-DI of {named}", hint)
