"""The same QMS seen by four kinds of company: what applies, and where documents no longer fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import TODAY
from qmsdoc.views.coverage import Level, Row, ask, coverage

if TYPE_CHECKING:
    from conftest import Model


def reshape(
    model: Model, *, device: dict[str, str] | None = None, roles: str = "manufacturer", frameworks: str = ""
) -> Model:
    """Give the model one device with other properties, or none, and its company other roles."""
    for name in ("DEV-001", "DEV-002"):
        path = model.path_of(name)
        if name == "DEV-001" and device:
            text = model.text_of(name)
            for key, value in device.items():
                text, found = re.subn(rf"(?m)^{key}: .*$", f"{key}: {value}", text)
                if not found:
                    text = text.replace("\nreferences:", f"\n{key}: {value}\nreferences:", 1)
            model.write(path, text.encode())
        else:
            (model.root / path).unlink()
    config = (model.root / "qmsdoc.toml").read_text(encoding="utf-8")
    config = config.replace('roles = ["manufacturer"]', f'roles = ["{roles}"]')
    model.write("qmsdoc.toml", config.replace("[frameworks]\n", f"[frameworks]\n{frameworks}").encode())
    return model


def seen(model: Model, framework: str) -> dict[str, Row]:
    """Rows by reference, drafts counted: the model is not approved."""
    return {row.clause.ref: row for row in coverage(ask(model.load(), TODAY, drafts=True), framework)}


def applying(rows: dict[str, Row]) -> set[str]:
    return {ref for ref, row in rows.items() if row.applies.applies is not False}


def contradicted(model: Model) -> list[str]:
    """The clauses that the manual leaves out against the facts."""
    found = [d for d in model.check().open if d.code == "QD304"]
    return sorted(d.message.partition("not: ")[2].partition(" applies")[0] for d in found)


SOFTWARE: dict[str, str] = {}  # DEV-001 as it is: class IIa software
IMPLANT = {
    "risk_class": "III",
    "rule": "8",
    "implantable": "true",
    "sterile": "true",
    "software": "false",
    "measuring": "false",
    "active": "false",
    "single_use": "true",
}
IVD = {"risk_class": "C", "rule": "3", "software": "false", "measuring": "false", "sterile": "false"}


def test_the_software_of_class_iia(model: Model) -> None:
    reshape(model, device={"software": "true"})
    assert contradicted(model) == []
    iso = seen(model, "ISO 13485")
    assert {ref for ref, row in iso.items() if row.level is Level.NOT_APPLICABLE} == {"7.5.9.2"}
    mdr = applying(seen(model, "MDR"))
    assert {"Article 86(1)", "Annex I 17.1", "Annex I 17.2", "Annex I 17.4", "Annex I 18.8"} <= mdr
    assert (
        not {"Article 85", "Article 18(1)", "Article 32(1)", "Annex I 11.4", "Annex I 11.5", "Article 10(5)"} & mdr
    )


def test_the_sterile_implant_of_class_iii(model: Model) -> None:
    software = applying(seen(reshape(model, device={"software": "true"}), "MDR"))
    reshape_again = {**IMPLANT}
    path = model.path_of("DEV-001")
    text = model.text_of("DEV-001")
    for key, value in reshape_again.items():
        text = re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", text)
    model.write(path, text.encode())
    implant = applying(seen(model, "MDR"))
    gained, lost = implant - software, software - implant
    assert {"Article 18(1)", "Article 32(1)", "Annex I 11.4", "Annex I 11.5", "Annex IX 4.1"} <= gained
    assert {"Annex I 17.1", "Annex I 17.2", "Annex I 17.4"} <= lost
    assert contradicted(model) == [
        "ISO 13485 7.5.9.2",
        "MDR Article 18(1)",
        "MDR Article 32(1)",
    ]
    iso = seen(model, "ISO 13485")
    assert iso["7.5.9.2"].level is Level.NOT_ADDRESSED
    assert {iso[ref].level for ref in ("7.5.5", "7.5.7")} <= {Level.ADDRESSED, Level.NO_EVENT, Level.EVIDENCED}


def test_the_importer_only(model: Model) -> None:
    reshape(model, roles="importer")
    mdr = applying(seen(model, "MDR"))
    assert {f"Article 13({number})" for number in range(1, 11)} <= mdr
    assert "Article 16(3)" not in mdr  # it does not relabel
    assert not {ref for ref in mdr if ref.startswith(("Article 10(", "Annex I ", "Article 14(", "Article 62"))}
    assert len(mdr) < 60
    iso = seen(model, "ISO 13485")
    assert (iso["7.3.4"].applies.applies, iso["7.5.5"].applies.applies) == (None, None)  # no device is stated


def test_the_manufacturer_of_ivds(model: Model) -> None:
    reshape(model, device=IVD, frameworks='IVDR = "2017/746"\n')
    mdr, ivdr = applying(seen(model, "MDR")), applying(seen(model, "IVDR"))
    assert {f"Article 10(8)({letter})" for letter in "abcdefghijklm"} <= ivdr
    assert {"Article 81(1)", "Article 29(1)"} <= ivdr  # class C: PSUR, summary of safety and performance
    assert "Article 80" not in {ref.partition("(")[0] for ref in ivdr}
    assert not {ref for ref in mdr if ref.startswith(("Article 10(9)", "Annex I ", "Annex II "))}
    assert len(ivdr) > 200


@pytest.mark.parametrize("framework", ["ISO 13485", "MDR"])
def test_the_model_as_it_is_answers_what_a_procedure_can_answer(model: Model, framework: str) -> None:
    """General safety and performance requirements are answered by technical documentation, not by procedures."""
    rows = seen(model, framework)
    asked = [ref for ref in applying(rows) if not re.match(r"Annex I (?:1|2)\d|Annex I 9", ref)]
    gaps = [ref for ref in asked if rows[ref].level in {Level.NOT_ADDRESSED, Level.PARTLY}]
    assert gaps == []
