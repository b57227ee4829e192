"""Answers in words, as a quality manual says them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmsdoc.starter.answers import Device

_markup = re.compile(r"[\\`*<>\[\]|~#]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")


class Activity(NamedTuple):
    """An activity of the company, as something that it does and as something that it does not do."""

    done: str
    not_done: str


NOT_DONE = {
    "installation": Activity("installs devices", "The company installs no devices"),
    "servicing": Activity("services devices", "The company services no devices"),
    "customer_property": Activity("holds property of customers", "The company holds no property of customers"),
    "clean_rooms": Activity(
        "makes product in a controlled environment",
        "No product is made in a controlled environment or contaminates easily",
    ),
    "outside_union": Activity(
        "works through an authorised representative", "The manufacturer is established in the Union"
    ),
    "clinical_investigations": Activity(
        "sponsors clinical investigations or performance studies",
        "The company sponsors no clinical investigations or performance studies",
    ),
    "distance_sales": Activity("offers devices at a distance", "No device is offered at a distance"),
    "own_brand": Activity(
        "sells devices of another manufacturer under its own name",
        "No device of another manufacturer is sold under the company's name",
    ),
    "relabels": Activity(
        "relabels or repackages devices of others", "No device of another manufacturer is relabelled or repackaged"
    ),
}
NO_DEVICE = {
    "implantable": "No device is implantable",
    "sterile": "No device is placed on the market sterile",
    "software": "No device is or contains software",
    "measuring": "No device has a measuring function",
    "reusable": "No device is reprocessed by its user",
    "custom_made": "No device is custom-made",
    "lay_users": "No device is meant to be used by lay persons",
    "biological_material": "No device is made with material of biological origin",
    "medicinal_substance": "No device holds a medicinal substance",
    "radiation": "No device emits radiation",
    "dual_purpose": "No device has a purpose that is not medical",
    "machinery": "No device is machinery",
    "configurable": "No device is configurable",
    "designed_in_house": "The company neither designs nor develops devices",
}
NO_ROLE = {
    "manufacturer": "The company makes no devices under its own name",
    "authorised representative": "The company is no authorised representative",
    "importer": "The company imports no devices",
    "distributor": "The company distributes no devices of others",
    "system or procedure pack producer": "No system or procedure pack is made",
    "reprocessor": "No single-use device is reprocessed",
    "health institution": "The company is no health institution",
}
ROLE_OF_LAW = {
    (role, law): place
    for role, places in {
        "manufacturer": ("MDR Art. 2(30)", "IVDR Art. 2(23)"),
        "authorised representative": ("MDR Art. 2(32)", "IVDR Art. 2(25)"),
        "importer": ("MDR Art. 2(33)", "IVDR Art. 2(26)"),
        "distributor": ("MDR Art. 2(34)", "IVDR Art. 2(27)"),
        "sponsor": ("MDR Art. 2(49)", "IVDR Art. 2(57)"),
        "system or procedure pack producer": ("MDR Art. 22", "MDR Art. 22"),
        "reprocessor": ("MDR Art. 17", "MDR Art. 17"),
        "health institution": ("MDR Art. 2(36)", "IVDR Art. 2(29)"),
    }.items()
    for law, place in zip(("MDR", "IVDR"), places, strict=True)
}
_FRAMEWORKS = {
    "MDR": "Regulation (EU) 2017/745 (MDR)",
    "IVDR": "Regulation (EU) 2017/746 (IVDR)",
    "ISO 13485": "ISO 13485:2016",
    "company": "the goals of the company's own processes",
}


def literal(text: str) -> str:
    """A text of somebody as Markdown that shows it letter by letter."""
    return _markup.sub(r"\\\g<0>", text)


def listed(items: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    *first, last = items or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def framework_in_words(name: str, edition: str) -> str:
    """A framework as the scope names it."""
    return _FRAMEWORKS.get(name, f"{name} ({edition.partition('@')[0]})")


def devices_in_words(devices: Sequence[Device]) -> str:
    """What the company is responsible for."""
    if not devices:
        return "No device is named yet."
    return listed([device_in_words(device) for device in devices]) + "."


def device_in_words(device: Device) -> str:
    """A device with its class and the properties that it was said to have."""
    properties = [name.replace("_", " ") for name, is_so in device.facts.items() if is_so]
    return f"{literal(device.name)} (class {device.risk_class}{''.join(f', {word}' for word in properties)})"
