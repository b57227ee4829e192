"""Conditions and applicability: which clauses apply to whom, on which facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import CONFIG, TODAY
from qmsdoc.applicability import applicability, profile
from qmsdoc.conditions import Answer, check, judge

if TYPE_CHECKING:
    from conftest import Repository

FACTS = {"class": "IIb", "rule": 9, "sterile": True, "implantable": False, "legacy": None}


@pytest.mark.parametrize(
    ("conditions", "holds", "because"),
    [
        ([], True, ()),
        (["sterile"], True, ("sterile",)),
        (["implantable"], False, ("not implantable",)),
        (["not implantable"], True, ("not implantable",)),
        (["not sterile"], False, ("sterile",)),
        (["legacy"], None, ("legacy: not stated",)),
        (["not legacy"], None, ("legacy: not stated",)),
        (["unless legacy"], True, ()),
        (["unless sterile"], False, ("sterile",)),
        (["unless implantable"], True, ()),
        (["class IIa IIb"], True, ("class IIb",)),
        (["class III"], False, ("class IIb",)),
        (["not class III"], True, ("class IIb",)),
        (["rule 9 11"], True, ("rule 9",)),
        (["rule 11"], False, ("rule 9",)),
        (["sterile and class IIb"], True, ("sterile", "class IIb")),
        (["sterile and implantable"], False, ("not implantable",)),
        (["sterile and legacy"], None, ("legacy: not stated",)),
        (["implantable and legacy"], False, ("not implantable",)),  # one false is enough
        (["implantable", "class IIb III"], True, ("class IIb",)),
        (["implantable", "legacy"], None, ("legacy: not stated",)),
        (["implantable", "class III"], False, ("not implantable", "class IIb")),
    ],
)
def test_a_condition_holds_does_not_or_is_unknown(
    conditions: list[str],
    holds: bool | None,  # noqa: FBT001 - a case of the table above
    because: tuple[str, ...],
) -> None:
    assert judge(conditions, FACTS) == Answer(holds, because)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("strile", "`strile`: `strile` is not a fact of a device or a company; did you mean `sterile`?"),
        ("class IV", "`class IV`: write the classes as `class IIb III`, the rules as `rule 11`"),
        ("class", "`class`: write the classes as `class IIb III`, the rules as `rule 11`"),
        ("sterile yes", "`sterile yes`: only `class` and `rule` are followed by values"),
        (
            "sterile & implantable",
            "`sterile & implantable` is not a condition; write it as `sterile` or `class IIb III`",
        ),
        ("", "`` is not a condition; write it as `sterile` or `class IIb III`"),
    ],
)
def test_a_condition_that_cannot_be_read(condition: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        check(condition)
    assert str(caught.value) == message


DEVICE = """\
---
id: {id}
type: device
title: A device
owner: quality-manager
from: 2025-01-01
risk_class: {risk_class}
rule: {rule}
implantable: {implantable}
sterile: {sterile}
software: {software}
measuring: false
reusable: false
{more}---

# A device

## Intended purpose

It measures.
"""


def device(repository: Repository, number: int = 1, **facts: str) -> None:
    """Write a device entry: class IIa software unless told otherwise."""
    usual = {"risk_class": "IIa", "rule": "11", "implantable": "false", "sterile": "false", "software": "true"}
    known = {key: facts.pop(key, value) for key, value in usual.items()}
    more = "".join(f"{key}: {value}\n" for key, value in facts.items())
    name = f"DEV-{number:03}"
    repository.write(f"records/devices/{name}-a-device.md", DEVICE.format(id=name, more=more, **known))


def answer(repository: Repository, framework: str, ref: str) -> tuple[bool | None, tuple[str, ...], str]:
    project = repository.load()
    catalog = project.catalogs[framework]
    found = applicability(catalog.clauses[ref], catalog, profile(project, TODAY))
    return found.applies, found.devices, found.because


def test_a_clause_applies_to_the_devices_for_which_its_conditions_hold(repository: Repository) -> None:
    device(repository, 1)
    device(repository, 2, risk_class="III", rule="8", implantable="true", software="false", sterile="true")
    assert answer(repository, "ISO 13485", "7.5.5") == (True, ("DEV-002",), "sterile (DEV-002)")
    assert answer(repository, "ISO 13485", "7.5.9.2") == (True, ("DEV-002",), "implantable (DEV-002)")
    assert answer(repository, "ISO 13485", "8.5.2") == (True, ("DEV-001", "DEV-002"), "always")


def test_without_such_a_device_it_does_not(repository: Repository) -> None:
    device(repository)
    assert answer(repository, "ISO 13485", "7.5.5") == (False, (), "not sterile (DEV-001)")


def test_a_device_that_has_ended_does_not_count(repository: Repository) -> None:
    device(repository, 1)
    device(repository, 2, sterile="true", until="2026-01-01")
    assert answer(repository, "ISO 13485", "7.5.5")[0] is False


def test_what_nobody_stated_counts_as_possible(repository: Repository) -> None:
    assert answer(repository, "ISO 13485", "7.5.5") == (None, (), "sterile: not stated")
    device(repository)
    assert answer(repository, "ISO 13485", "7.5.3") == (None, ("DEV-001",), "installation: not stated (DEV-001)")
    repository.write(
        "qmsdoc.toml", CONFIG.replace("[frameworks]", "[company.facts]\ninstallation = false\n[frameworks]")
    )
    assert answer(repository, "ISO 13485", "7.5.3")[0] is False


def test_only_what_obliges_a_role_of_the_company_applies(repository: Repository) -> None:
    assert answer(repository, "MDR", "Article 13(1)") == (False, (), "obliges the importer")
    assert answer(repository, "MDR", "Article 10(9)(k)")[0] is True
    repository.write("qmsdoc.toml", CONFIG.replace("[frameworks]", 'roles = ["importer"]\n[frameworks]'))
    assert answer(repository, "MDR", "Article 13(1)") == (True, (), "obliges the importer")
    assert answer(repository, "MDR", "Article 10(9)(k)") == (False, (), "obliges the manufacturer")


def test_devices_of_one_regulation_do_not_count_for_the_other(repository: Repository) -> None:
    repository.write("qmsdoc.toml", CONFIG + 'IVDR = "2017/746"\n')
    device(repository, risk_class="C", rule="3")
    assert answer(repository, "IVDR", "Article 10(8)(k)")[:2] == (True, ("DEV-001",))
    assert answer(repository, "MDR", "Article 10(9)(k)") == (False, (), "no device of the MDR")


def test_a_sponsor_is_one_by_what_it_does(repository: Repository) -> None:
    assert answer(repository, "MDR", "Article 62(1)") == (None, (), "clinical investigations: not stated")
    for said, applies in (("true", True), ("false", False)):
        facts = f"[company.facts]\nclinical_investigations = {said}\n[frameworks]"
        repository.write("qmsdoc.toml", CONFIG.replace("[frameworks]", facts))
        assert answer(repository, "MDR", "Article 62(1)")[0] is applies


def test_an_importer_is_not_judged_by_devices_of_its_own(repository: Repository) -> None:
    roles = 'roles = ["manufacturer", "importer"]\n[frameworks]\nIVDR = "2017/746"'
    repository.write("qmsdoc.toml", CONFIG.replace("[frameworks]", roles))
    device(repository, risk_class="C", rule="3")
    assert answer(repository, "MDR", "Article 13(1)")[0] is True
    assert answer(repository, "MDR", "Article 25(2)")[0] is True
    assert answer(repository, "MDR", "Article 10(9)(k)")[0] is False


def test_a_representative_acts_for_somebody_outside_the_union(repository: Repository) -> None:
    text = 'roles = ["authorised representative"]\n[company.facts]\noutside_union = false\n[frameworks]'
    repository.write("qmsdoc.toml", CONFIG.replace("[frameworks]", text))
    assert answer(repository, "MDR", "Article 11(2)")[0] is True


def test_a_sterile_device_of_class_i_is_one_of_class_is(repository: Repository) -> None:
    device(repository, risk_class="I", rule="1", software="false", sterile="true")
    assert profile(repository.load(), TODAY).devices["DEV-001"]["class"] == "Is"
    device(repository, risk_class="A", rule="5", software="false", sterile="true")
    assert profile(repository.load(), TODAY).devices["DEV-001"]["class"] == "As"


def test_a_legacy_device_is_asked_for_surveillance_and_not_for_a_new_declaration(repository: Repository) -> None:
    device(repository, risk_class="IIa", legacy="true", custom_made="false")
    for ref in ("Annex I 1", "Article 19(1)", "Article 27(3)", "Annex IX 2.1"):
        assert answer(repository, "MDR", ref)[0] is False, ref
    for ref in ("Article 83(1)", "Article 87(1)", "Article 10(9)(k)", "Article 29(4)", "Article 120(3)"):
        assert answer(repository, "MDR", ref)[0] is True, ref
    device(repository, risk_class="IIa")
    assert answer(repository, "MDR", "Annex I 1")[::2] == (True, "obliges the manufacturer")


def test_software_is_active_whether_stated_or_not(repository: Repository) -> None:
    device(repository)
    assert profile(repository.load(), TODAY).devices["DEV-001"]["active"] is True
    device(repository, software="false", rule="6")
    assert profile(repository.load(), TODAY).devices["DEV-001"]["active"] is None


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        ('roles = ["importor"]', "[company] roles: `importor` is not a role", "did you mean `importer`?"),
        ("roles = []", "[company] roles is empty", 'write it as `roles = ["manufacturer"]`'),
        (
            "[company.facts]\ninstalation = true",
            "`instalation` is not a setting of [company.facts]",
            "did you mean `installation`?",
        ),
        (
            '[company.facts]\ninstallation = "no"',
            "[company.facts] installation is neither true nor false",
            "write it as `installation = true`",
        ),
        ("[intervals]\naudit = 0", "[intervals] audit is not a number of months", "write it as `audit = 12`"),
    ],
)
def test_mistakes_in_the_settings(repository: Repository, lines: str, message: str, hint: str) -> None:
    repository.sop()
    repository.write("qmsdoc.toml", CONFIG.replace("[frameworks]", f"{lines}\n[frameworks]"))
    ran = repository.run("coverage")
    assert (ran.code, ran.err.splitlines()) == (2, [f"qmsdoc: {message}", f"  help: {hint}"])
