"""`qmsdoc init`: a repository that validates, says what remains, and never touches what is there."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import TODAY, Ran, run
from qmsdoc import __version__, config, landing, resources
from qmsdoc.catalog import Clause
from qmsdoc.cli import app, init
from qmsdoc.frameworks import load_catalogs
from qmsdoc.frontmatter import read_front_matter
from qmsdoc.load import load
from qmsdoc.starter import settings
from qmsdoc.starter.model import read_model
from qmsdoc.starter.phrases import ROLE_OF_LAW
from qmsdoc.trust.people import read_people
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qmsdoc.project import Project

NAME = ("--name", "Acme Medical GmbH")
SOFTWARE = (*NAME, "--device", "WoundApp:IIa:rule 11", "--software", "--no-sterile", "--no-implantable")
IMPLANT = (*NAME, "--device", "Hip stem:III:sterile,implantable,not software,not measuring,not reusable,rule 8")
IMPORTER = (*NAME, "--role", "importer")
IVD = (*NAME, "--device", "CRP test:B", "--no-sterile")


@pytest.fixture(autouse=True)
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is there, whether or not the program has it already."""
    registered = app.app.registered_commands
    if not any(found.callback is init.init for found in registered):
        monkeypatch.setattr(app.app, "registered_commands", list(registered))
        init.add_to(app.app)


@pytest.fixture(scope="session")
def software(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The QMS of a software start-up, to be read only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.app, "registered_commands", [*app.app.registered_commands])
        init.add_to(app.app)
        return begun(tmp_path_factory.mktemp("software") / "qms", *SOFTWARE)


def begin(folder: Path, *flags: str) -> Ran:
    """Run `qmsdoc init` as on the test's day."""
    return run("--today", TODAY.isoformat(), "init", folder, *flags)


def begun(folder: Path, *flags: str) -> Path:
    """A repository that was begun."""
    ran = begin(folder, *flags)
    assert (ran.code, ran.err) == (0, "")
    return folder


def errors(root: Path, today: str = TODAY.isoformat()) -> list[str]:
    """The errors that `qmsdoc validate` finds and nobody has accepted."""
    ran = run("--root", root, "--today", today, "validate", "--no-cache", "--output-format", "json")
    return [
        f"{found['path']}: {found['code']} {found['message']}"
        for found in json.loads(ran.out)["diagnostics"]
        if found["severity"] == "error" and not found["waiver"]
    ]


def text_of(root: Path, pattern: str) -> str:
    (found,) = root.glob(pattern)
    return found.read_text(encoding="utf-8")


def files(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def project(root: Path) -> Project:
    return load(root)[0]


@pytest.mark.parametrize("flags", [SOFTWARE, IMPLANT, IMPORTER, IVD, NAME], ids=lambda flags: " ".join(flags[2:4]))
def test_a_new_qms_has_no_error(tmp_path: Path, flags: tuple[str, ...]) -> None:
    root = begun(tmp_path / "qms", *flags)
    assert errors(root) == []
    assert errors(root, "2027-05-01") == []
    accepted = run(
        "--root", root, "--today", TODAY.isoformat(), "validate", "--no-cache", "--output-format", "concise"
    )
    assert set(re.findall(r"waived error\[(\w+)", accepted.out)) <= {"QD007"}
    ran = run("--root", root, "--today", TODAY.isoformat(), "validate", "--no-cache")
    assert ran.code == 0


def test_everything_is_a_draft_of_its_first_revision(software: Path) -> None:
    root = software
    ran = run("--root", root, "--today", TODAY.isoformat(), "list", "--output-format", "json")
    rows = json.loads(ran.out)
    controlled = [document for document in project(root).documents if document.revision]
    assert len(rows) >= len(controlled) > 40
    assert {document.revision for document in controlled} == {1}
    dates = {str(document.fields["effective_from"]) for document in controlled if document.has("effective_from")}
    assert dates == {"2026-12-21"}
    assert {row["state"] for row in rows if row["revision"]} == {"draft"}
    assert {"manual", "policy", "sop", "form", "plan"} <= {document.type.name for document in controlled}
    assert not (root / "approvals").exists()
    assert sorted(path.name for path in (root / "trust").iterdir()) == ["people.toml", "policy.toml"]


def test_nothing_of_the_example_is_left(software: Path) -> None:
    """Neither its people nor its records, devices and suppliers, in any file."""
    root = software
    model = read_model().project
    people = "|".join(
        [*model.people.persons, *(re.escape(person.name) for person in model.people.persons.values())]
    )
    titles = "|".join(
        re.escape(document.title.split()[0]) for name in ("device", "supplier") for document in model.by_type[name]
    )
    company = re.escape(model.config.company.name)
    for path, data in files(root).items():
        if not path.startswith("schemas/"):
            assert re.findall(rf"\b(?:{people}|{titles}|{company})\b", data.decode()) == [], path
    assert not (root / "sops/devices").exists()
    assert [document.id for document in project(root).documents if not document.revision] == ["DEV-001"]
    ours = {document.id for document in project(root).documents}
    events = {document.id for document in model.documents if document.type.kind is not Kind.CONTROLLED}
    assert {i for d in project(root).documents for i in d.items("references")} & (events - ours) == set()


def test_a_manufacturer_of_software_gets_every_procedure_and_form(software: Path) -> None:
    root = software
    theirs = {document.id for document in read_model().project.by_type["sop"]}
    assert {document.id for document in project(root).by_type["sop"]} == theirs
    forms = {document.id for document in read_model().project.by_type["form"]}
    assert {document.id for document in project(root).by_type["form"]} == forms


def test_objectives_are_of_the_year_to_come_and_of_roles(tmp_path: Path) -> None:
    ran = run("--today", "2027-02-01", "init", tmp_path / "qms", *SOFTWARE)
    assert ran.code == 0, ran.err
    (plan,) = (
        d for d in project(tmp_path / "qms").documents if "ISO 13485 5.4.1 @activities" in d.items("satisfies")
    )
    text = (tmp_path / "qms" / plan.path).read_text(encoding="utf-8")
    assert (plan.title, plan.path.rpartition("-")[2]) == ("Quality objectives 2028", "2028.md")
    assert str(plan.fields["effective_from"]) == "2027-03-01"
    rows = re.findall(r"^\| .* \| ([\w-]+) \| ([\d-]+) \|$", text, re.MULTILINE)
    assert {due for _, due in rows} == {"2028-12-31"}
    assert {role for role, _ in rows} <= project(tmp_path / "qms").people.roles.keys()
    assert "2027-12" not in text
    (procedure,) = (tmp_path / "qms/sops/management").glob("SOP-003-*.md")
    assert "| Top management | Policy, objectives" in procedure.read_text(encoding="utf-8")
    assert errors(tmp_path / "qms", "2027-02-01") == []


def test_an_importer_gets_no_procedure_for_design(tmp_path: Path) -> None:
    root = begun(tmp_path / "qms", *IMPORTER)
    claims = {claim for document in project(root).documents for claim in document.items("satisfies")}
    assert not [claim for claim in claims if claim.startswith("ISO 13485 7.3.4")]
    kept = {document.id for document in project(root).documents}
    left_out = [document for document in read_model().project.by_type["sop"] if document.id not in kept]
    assert all(any(c.startswith("ISO 13485 7.3") for c in d.items("satisfies")) for d in left_out)
    assert [claim for claim in claims if claim.startswith("ISO 13485 8.2.2")]
    assert not list((root / "sops/design").glob("*.md"))
    manual = text_of(root, "sops/management/MAN-*.md")
    reason = "The company neither designs nor develops devices; their manufacturers do"
    assert f"| ISO 13485 7.3 | not applicable | {reason} |" in manual
    gone = {d.id for d in read_model().project.documents if d.revision} - {d.id for d in project(root).documents}
    (diagram,) = re.findall(r"```mermaid\n(flowchart TD.*?)```", manual, re.DOTALL)
    assert [name for name in gone if name in diagram] == []


def test_the_manual_says_what_was_answered(tmp_path: Path) -> None:
    facts = ("--fact", "installation=no", "--fact", "servicing", "--fact", "outside_union=no")
    manual = text_of(begun(tmp_path / "qms", *SOFTWARE, *facts), "sops/management/MAN-*.md")
    scope = manual.partition("## Scope\n\n")[2].partition("\n## Organisation")[0]
    points, _, rest = scope.partition("\n\n## Exclusions and non-applications\n\n")
    who, devices, activities, _ = points.splitlines()
    assert who.endswith(
        " Acme Medical GmbH acts as manufacturer (MDR Art. 2(30)). It is established in the Union."
    )
    assert devices.endswith(" WoundApp (class IIa, software). The register of devices is in `records/devices/`.")
    assert activities.endswith(" *Processes and their interaction*. The company also services devices.")
    assert [line for line in rest.splitlines() if line.startswith("| ISO")] == [
        "| ISO 13485 7.5.3 | not applicable | The company installs no devices |",
        "| ISO 13485 7.5.5 | not applicable | No device is placed on the market sterile |",
        "| ISO 13485 7.5.7 | not applicable | No device is placed on the market sterile |",
        "| ISO 13485 7.5.9.2 | not applicable | No device is implantable |",
    ]
    assert "| MDR Art. 11 | not applicable | The manufacturer is established in the Union |" in rest
    assert "| MDR Art. 22 | not applicable | No system or procedure pack is made |" in rest


def test_a_sterile_implant_leaves_out_nothing_about_sterile_or_implantable_devices(tmp_path: Path) -> None:
    manual = text_of(begun(tmp_path / "qms", *IMPLANT), "sops/management/MAN-*.md")
    rows = re.findall(r"^\| ((?:ISO|MDR)[^|]*) \|", manual, re.MULTILINE)
    assert not {"ISO 13485 7.5.5", "ISO 13485 7.5.7", "ISO 13485 7.5.9.2", "MDR Art. 18", "MDR Art. 32"} & set(
        rows
    )


def test_what_nobody_stated_leaves_out_nothing(tmp_path: Path) -> None:
    """Without a device or a fact, everything is possible."""
    manual = text_of(begun(tmp_path / "qms", *NAME, "--framework", "ISO 13485"), "sops/management/MAN-*.md")
    table = manual.partition("## Exclusions and non-applications\n\n")[2].splitlines()[:4]
    assert table == ["| Clause | Status | Justification |", "|---|---|---|", "| None. | | |", ""]


def test_a_device_states_what_is_known_and_what_is_open(tmp_path: Path) -> None:
    root = begun(
        tmp_path / "qms", *NAME, "--device", "Pump:IIb:sterile, not software", "--device", "Set: 2:Is:rule 1"
    )
    front, problems = read_front_matter(text_of(root, "records/devices/DEV-001-pump.md"), "x.md")
    assert problems == []
    assert front.data == {
        "id": "DEV-001",
        "type": "device",
        "title": "Pump",
        "owner": "regulatory-affairs",
        "from": "2026-11-23",
        "risk_class": "IIb",
        "sterile": "true",
        "software": "false",
        "waive": [f"QD007: rule, implantable, measuring, reusable {settings.OPEN_FACT}"],
    }
    front, _ = read_front_matter(text_of(root, "records/devices/DEV-002-set-2.md"), "x.md")
    assert (front.data["title"], front.data["risk_class"], front.data["sterile"]) == ("Set: 2", "Is", "true")
    found = [d for d in project(root).by_type["device"] if not d.has("rule")]
    assert [document.id for document in found] == ["DEV-001"]


def test_a_device_of_which_all_is_known_waives_nothing(tmp_path: Path) -> None:
    text = text_of(begun(tmp_path / "qms", *IMPLANT), "records/devices/*.md")
    assert "waive" not in text
    assert "rule: 8\n" in text


def test_the_settings_are_those_given(tmp_path: Path) -> None:
    flags = (
        "--time-zone",
        "Europe/Vienna",
        "--language",
        "de",
        "--fact",
        "clean_rooms=no",
        "--role",
        "manufacturer",
    )
    root = begun(tmp_path / "qms", *SOFTWARE, *flags, "--role", "importer")
    data = tomllib.loads((root / "qmsdoc.toml").read_text(encoding="utf-8"))
    assert data["company"] == {
        "name": "Acme Medical GmbH",
        "language": "de",
        "time_zone": "Europe/Vienna",
        "roles": ["manufacturer", "importer"],
        "facts": {"clean_rooms": False},
    }
    assert data["site"]["drafts"] is True
    assert list(data["frameworks"])[:2] == ["ISO 13485", "MDR"]
    assert {document.text("language") for document in project(root).documents if document.revision} == {"en"}


@pytest.mark.parametrize(
    ("flags", "frameworks"),
    [
        ((), ["ISO 13485", "MDR", "company"]),
        (("--device", "Test:C"), ["ISO 13485", "IVDR", "company"]),
        (("--device", "Test:C", "--device", "Reader:I"), ["ISO 13485", "MDR", "IVDR", "company"]),
        (("--framework", "MDR", "--framework", "QMSR"), ["MDR", "21 CFR 820"]),
    ],
)
def test_the_frameworks_follow_the_devices(tmp_path: Path, flags: tuple[str, ...], frameworks: list[str]) -> None:
    root = begun(tmp_path / "qms", *NAME, *flags)
    found = config.read_config((root / "qmsdoc.toml").read_text(encoding="utf-8")).frameworks
    assert list(found) == frameworks
    assert (root / "schemas/frameworks/company.yaml").exists() == ("company" in frameworks)
    assert errors(root) == []


def test_people_have_the_roles_they_were_given(tmp_path: Path) -> None:
    holders = ("quality-manager=Anna Keller", "prrc=Anna Keller", "top-management=Özge Çelik", "production=李雷")
    root = begun(tmp_path / "qms", *SOFTWARE, *(word for holder in holders for word in ("--holder", holder)))
    people, problems = read_people((root / "trust/people.toml").read_text(encoding="utf-8"))
    assert problems == []
    assert people.roles == read_model().project.people.roles
    assert {key: (person.name, person.roles_on(TODAY)) for key, person in people.persons.items()} == {
        "anna-keller": ("Anna Keller", ["quality-manager", "prrc", "employee"]),
        "oezge-celik": ("Özge Çelik", ["top-management", "employee"]),
        "person-3": ("李雷", ["production", "employee"]),
    }


def test_a_role_without_a_holder_is_said_and_never_an_error_of_a_draft(tmp_path: Path) -> None:
    ran = begin(tmp_path / "qms", *SOFTWARE, "--holder", "quality-manager=Anna Keller")
    (line,) = (line for line in ran.lines if line.startswith("remains for top management"))
    assert "prrc" in line
    assert "quality-manager" not in line
    assert errors(tmp_path / "qms") == []


def test_when_all_roles_are_held_nothing_is_accepted(tmp_path: Path) -> None:
    roles = read_model().project.people.roles
    holders = [word for role in roles for word in ("--holder", f"{role}=Anna Keller")]
    ran = begin(tmp_path / "qms", *IMPLANT, *holders)
    assert "remains for top management" not in ran.out
    assert "waivers" not in (tmp_path / "qms/qmsdoc.toml").read_text(encoding="utf-8")
    assert errors(tmp_path / "qms") == []
    found = run("--root", tmp_path / "qms", "--today", TODAY.isoformat(), "validate", "--no-cache")
    assert found.err == f"no findings in {len(project(tmp_path / 'qms').documents)} documents, as of 2026-11-23\n"


def test_the_closing_text_has_five_steps_with_commands_that_exist(tmp_path: Path) -> None:
    root = tmp_path / "my qms"
    ran = begin(root, *SOFTWARE, "--holder", "quality-manager=Anna Keller")
    steps = [line for line in ran.lines if re.match(r"[1-5]\. ", line)]
    assert [step[:23].strip() for step in steps] == [
        "1. preview",
        "2. name your people",
        "3. make your key",
        "4. approve the manual",
        "5. add CI",
    ]
    assert f"cd '{root}' && qmsdoc build " in steps[0]
    assert steps[2].endswith("qmsdoc trust init --admin anna-keller=KEY.pub --admin PERSON=KEY.pub")
    for words in re.findall(r"qmsdoc ((?:[a-z]+ ?)+)", " ".join(steps)):
        first = words.split()[:2] if words.startswith("trust") else words.split()[:1]
        assert run(*first, "--help").code == 0, words


def test_ci_installs_this_version_and_passes(software: Path) -> None:
    """What else the pipelines do is run in `test_pipelines.py`."""
    for path, count in ((".github/workflows/qms.yml", 2), (".gitlab-ci.yml", 2)):
        text = (software / path).read_text(encoding="utf-8")
        assert re.findall(r'pip install "qmsdoc(?:\[site\])?==(.+)"', text) == [__version__] * count
    assert run("--root", software, "validate", "--no-cache", "--output-format", "github").code == 0


def test_the_handbook_of_a_new_qms_can_be_built(tmp_path: Path) -> None:
    root = begun(tmp_path / "qms", *SOFTWARE)
    ran = run("--root", root, "--today", TODAY.isoformat(), "build")
    assert ran.code == 0, ran.err
    page = (root / "build/site/index.html").read_text(encoding="utf-8")
    assert "Acme Medical GmbH" in page
    assert next((root / "build/site").rglob("SOP-001.html")).is_file()


def test_codeowners_has_the_documents_of_those_who_have_an_account(tmp_path: Path) -> None:
    root = begun(tmp_path / "qms", *SOFTWARE, "--account", "quality-manager=@anna", "--account", "prrc=@acme/prrc")
    lines = (root / "CODEOWNERS").read_text(encoding="utf-8").splitlines()[1:]
    named = dict(line.split(" ") for line in lines)
    owned = {d.path: d.text("owner") for d in project(root).documents if d.revision}
    accounts = {"quality-manager": "@anna", "prrc": "@acme/prrc"}
    expected = {f"/{path}": accounts[owner] for path, owner in owned.items() if owner in accounts}
    assert {path: account for path, account in named.items() if path.endswith(".md")} == expected
    assert named["/trust/"] == "@anna"


def test_without_an_account_there_are_no_codeowners_and_it_says_so(tmp_path: Path) -> None:
    ran = begin(tmp_path / "qms", *SOFTWARE)
    assert not (tmp_path / "qms/CODEOWNERS").exists()
    assert "no CODEOWNERS yet: no role has an account; `--account quality-manager=@handle` writes it" in ran.lines


HOSTILE = [
    "Quote \" and \\ backslash: O'Neill & Söhne # x; rm -rf ~",
    "*stars* [a](b) <b>x</b> | cell &amp; `x` {{ 7 * 7 }} ${x} %s",
    "- dash",
    "true",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_letter_by_letter(tmp_path: Path, name: str) -> None:
    flags = ("--name", name, "--device", f"{name}:IIa", "--no-sterile", "--holder", f"prrc={name}")
    root = begun(tmp_path / "qms", *flags)
    assert errors(root) == []
    read = project(root)
    assert read.config.company.name == name
    (device,) = read.by_type["device"]
    assert (device.title, device.body.headings[0].text) == (name, name)
    assert [person.name for person in read.people.persons.values()] == [name]
    look = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    assert look["site_description"] == f"The quality management system of {name}"


@pytest.mark.parametrize(
    ("flags", "message", "hint"),
    [
        ((), "the name of the company is missing", 'give it as --name "My Medical GmbH"'),
        (("--name", " "), "the name of the company is empty", ""),
        (("--name", "A\nB"), "the name of the company holds a character that nobody sees", "write it as one line"),
        (("--name", "n/a"), "the name of the company cannot be `n/a`", ""),
        ((*NAME, "--device", "Pump"), "`Pump` is not NAME:CLASS", 'write it as --device "WoundTrace:IIa"'),
        ((*NAME, "--device", "Pump:IIc"), "`IIc` is not a risk class", "did you mean `IIb`?"),
        (
            (*NAME, "--device", "Pump:IIa:steril"),
            "`steril` is not a property of a device",
            "did you mean `sterile`?",
        ),
        ((*NAME, "--device", "Pump:IIa:rule 23"), "MDR Annex VIII has no rule 23", "it has 1 to 22"),
        ((*NAME, "--device", "Test:B:rule 8"), "IVDR Annex VIII has no rule 8", "it has 1 to 7"),
        ((*NAME, "--device", "Set:Is:not sterile"), "`Set` is of class Is and cannot be not sterile", ""),
        ((*NAME, "--device", "A:I", "--device", "A:I"), "device `A` is named twice", ""),
        ((*NAME, "--role", "maker"), "`maker` is not a role of a company under the MDR or the IVDR", "known: "),
        ((*NAME, "--role", "manufactuer"), "`manufactuer` is not a role of a", "did you mean `manufacturer`?"),
        ((*NAME, "--framework", "MRD"), "`MRD` is not a framework that qmsdoc knows", "did you mean `MDR`?"),
        (
            (*NAME, "--framework", "MDR", "--device", "Test:C"),
            "`Test` is of class C, which the IVDR knows",
            "add `--framework IVDR`",
        ),
        ((*NAME, "--fact", "instalation"), "`instalation` is not a fact of a", "did you mean `installation`?"),
        (
            (*NAME, "--fact", "servicing=maybe"),
            "`maybe` is neither yes nor no",
            "write it as `--fact servicing=no`",
        ),
        ((*NAME, "--holder", "prcc=Anna"), "`prcc` is not a role of the QMS", "did you mean `prrc`?"),
        ((*NAME, "--holder", "Anna"), "`Anna` is not ROLE=Person Name", "write ROLE=Person Name, as"),
        ((*NAME, "--holder", "prrc="), "the name of the holder of `prrc` is empty", ""),
        ((*NAME, "--account", "prrc=mira"), "`mira` is not an account", "write it as `@anna` or `@company/team`"),
        ((*NAME, "--account", "prrc=@a b"), "`@a b` is not an account", "write it as"),
        ((*NAME, "--time-zone", "Berlin"), "`Berlin` is not a time zone", "write it as `Europe/Berlin`"),
        ((*NAME, "--language", "German"), "`German` is not a language", "write it as `en` or `de`"),
        (
            (*NAME, "--example"),
            "--example is a company of its own",
            "give it without answers about another company",
        ),
    ],
)
def test_a_wrong_answer_is_refused_in_plain_words(
    tmp_path: Path, flags: tuple[str, ...], message: str, hint: str
) -> None:
    ran = begin(tmp_path / "qms", *flags)
    first, *rest = ran.err.splitlines()
    assert (ran.code, ran.out) == (2, "")
    assert first.startswith(f"qmsdoc: {message}")
    assert rest == [] if not hint else rest[0].startswith(f"  help: {hint}")
    assert not (tmp_path / "qms").exists()


def test_a_place_that_cannot_be_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    ran = begin(file, *NAME)
    assert ran.err.splitlines() == [
        f"qmsdoc: {file} is a file",
        "  help: name a folder; it is made where there is none",
    ]
    root = begun(tmp_path / "qms", *NAME)
    inside = root / "sops" / "other"
    assert begin(inside, *NAME).err.splitlines() == [
        f"qmsdoc: {inside} lies inside the QMS {root}",
        "  help: choose a folder outside it",
    ]
    assert not inside.exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_written_through_what_is_no_folder(tmp_path: Path, kind: str) -> None:
    root, outside = tmp_path / "qms", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    if kind == "file":
        (root / "templates").write_text("mine", encoding="utf-8")
    else:
        (root / "templates").symlink_to(outside)
    ran = begin(root, *NAME)
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"qmsdoc: {root / 'templates'} is not a folder")
    assert [path.name for path in root.iterdir()] == ["templates"]
    assert list(outside.iterdir()) == []


def test_a_dry_run_lists_what_is_then_written(tmp_path: Path) -> None:
    ran = begin(tmp_path / "qms", *SOFTWARE, "--dry-run")
    assert (ran.code, ran.err, list(tmp_path.iterdir())) == (0, "", [])
    root = begun(tmp_path / "qms", *SOFTWARE)
    assert sorted(ran.lines[:-1]) == [f"write {path}" for path in sorted(files(root))]
    assert ran.lines[-1] == f"{len(files(root))} files to write, 0 to keep"


def test_it_can_be_run_again_and_again(tmp_path: Path) -> None:
    root = begun(tmp_path / "qms", *SOFTWARE)
    before = files(root)
    ran = begin(root, *SOFTWARE)
    assert ran.code == 0
    assert ran.lines[0] == f"wrote nothing into {root}"
    assert ran.lines[1].startswith(f"kept {len(before)} files (")
    assert files(root) == before


def test_what_was_changed_stays_and_what_is_missing_is_written(tmp_path: Path) -> None:
    """Settings of the repository count; a document is known by its id, a device by its name."""
    root = begun(tmp_path / "qms", *SOFTWARE)
    (root / "README.md").write_text("ours", encoding="utf-8")
    (root / "mkdocs.yml").unlink()
    (moved,) = root.glob("sops/documents/SOP-001-*.md")
    moved.rename(root / "sops/documents/SOP-001-other.md")
    (root / "CODEOWNERS").write_text("* @us\n", encoding="utf-8")
    before = files(root)
    ran = begin(root, "--device", "WoundApp:IIa", "--device", "Cuff:I", "--account", "prrc=@mira")
    assert ran.code == 0
    assert ran.lines[0] == f"wrote mkdocs.yml, records/devices/DEV-002-cuff.md into {root}"
    after = files(root)
    assert {path: after[path] for path in before} == before
    assert sorted(after.keys() - before.keys()) == ["mkdocs.yml", "records/devices/DEV-002-cuff.md"]
    assert b"Acme Medical GmbH" in after["mkdocs.yml"]


def test_another_company_is_not_mixed_into_a_qms(tmp_path: Path) -> None:
    root = begun(tmp_path / "qms", *NAME)
    before = files(root)
    assert begin(root, "--name", "Other GmbH").err.splitlines() == [
        "qmsdoc: this is the QMS of `Acme Medical GmbH`",
        "  help: leave --name out, or choose another folder",
    ]
    assert begin(root, "--example").code == 2
    assert files(root) == before


def test_a_folder_with_other_things_in_it_keeps_them(tmp_path: Path) -> None:
    root = tmp_path / "qms"
    root.mkdir()
    (root / "README.md").write_text("ours", encoding="utf-8")
    ran = begin(root, *NAME)
    assert ran.lines[1] == "kept README.md: there already, under this name or with the same id"
    assert (root / "README.md").read_text(encoding="utf-8") == "ours"
    assert [path.name for path in root.iterdir() if path.name.startswith(".qmsdoc")] == []
    assert errors(root) == []


@pytest.mark.parametrize("exists", [False, True])
def test_when_something_breaks_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exists: bool
) -> None:
    """A full disk in the middle: what was placed goes away again."""
    root = tmp_path / "qms"
    if exists:
        root.mkdir()
        (root / "mine.txt").write_text("mine", encoding="utf-8")
    full = OSError(28, "No space left on device", str(root))
    moved = iter([*range(20), full])

    def move(source: Path, target: Path) -> None:
        if isinstance(next(moved), OSError):
            raise full
        source.rename(target)

    def accept(*_: object) -> None:
        raise full

    monkeypatch.setattr(landing, *(("_move", move) if exists else ("_put", accept)))
    ran = begin(root, *NAME)
    assert (ran.code, ran.err) == (2, f"qmsdoc: {root} cannot be written: No space left on device\n")
    assert [path.name for path in tmp_path.rglob("*")] == (["qms", "mine.txt"] if exists else [])


def test_the_example_comes_with_records_and_without_signatures(tmp_path: Path) -> None:
    root = begun(tmp_path / "qms", "--example")
    model = read_model()
    assert {d.id for d in project(root).documents} == {d.id for d in model.project.documents}
    assert list((root / "records/complaint").glob("*.md"))
    assert project(root).config.site.drafts
    assert not (root / "approvals").exists()
    assert sorted(path.name for path in (root / "trust").iterdir()) == ["people.toml", "policy.toml"]
    for path in ("sops", "records", "templates"):
        assert files(root / path) == {
            name.removeprefix(f"{path}/"): data
            for name, data in model.files.items()
            if name.startswith(f"{path}/")
        }


def test_on_a_terminal_it_asks(tmp_path: Path, types: Callable[[list[str]], None]) -> None:
    roles = [role for role in read_model().project.people.roles if role != settings.EVERYONE]
    typed = ["", "Acme GmbH", "maker", "importer, manufacturer"]
    typed += ["Pump: 2", "IIc", "IIb", "no", "y", "perhaps", "n", "", "no", "23", "12", ""]
    typed += ["", "yes", "no", "", "", ""]  # six activities
    typed += ["Anna Keller" if role == "prrc" else "" for role in roles]
    typed += ["Europe/Paris", "y"]
    types(typed)
    ran = begin(tmp_path / "qms")
    assert ran.code == 0, ran.out + ran.err
    assert "`maker` is not a role" in ran.err
    assert "`IIc` is not a risk class; did you mean `IIb`?" in ran.err
    assert "`perhaps` is neither yes nor no" in ran.err
    assert "MDR Annex VIII has no rule 23; it has 1 to 22" in ran.err
    company = project(tmp_path / "qms").config.company
    assert (company.name, company.roles, company.time_zone) == (
        "Acme GmbH",
        ("importer", "manufacturer"),
        "Europe/Paris",
    )
    assert company.facts == {"installation": True, "servicing": False}
    (device,) = project(tmp_path / "qms").by_type["device"]
    facts = {
        key: device.fields.get(key) for key in ("software", "sterile", "implantable", "measuring", "reusable")
    }
    assert (device.title, device.fields["rule"]) == ("Pump: 2", 12)
    assert facts == {
        "software": False,
        "sterile": True,
        "implantable": False,
        "measuring": None,
        "reusable": False,
    }
    assert [person.name for person in project(tmp_path / "qms").people.persons.values()] == ["Anna Keller"]


def test_who_says_no_in_the_end_gets_nothing(tmp_path: Path, types: Callable[[list[str]], None]) -> None:
    types(["n"])
    holders = ["--holder", "prrc=Anna Keller", "--fact", "servicing", "--device", "A:I", "--role", "importer"]
    ran = begin(tmp_path / "qms", *NAME, *holders, "--time-zone", "UTC")
    assert ran.code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("types")
def test_yes_asks_nothing_on_a_terminal(tmp_path: Path) -> None:
    ran = begin(tmp_path / "qms", *NAME, "--yes")
    assert ran.code == 0
    assert ran.lines[0].startswith("wrote ")


def test_the_definitions_of_roles_are_those_of_the_regulations() -> None:
    catalogs = load_catalogs({"MDR": "2017/745", "IVDR": "2017/746"})
    for (role, _), place_in_law in ROLE_OF_LAW.items():
        framework, _, ref = place_in_law.partition(" Art. ")
        clause = catalogs[framework].clauses[f"Article {ref}"]
        assert isinstance(clause, Clause)
        if "(" in ref:
            assert clause.title == role


def test_the_model_is_found_in_the_source_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (resources.model() / "sops").is_dir()
    packed = tmp_path / "data" / "model"
    packed.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    assert resources.model() == packed


def test_asides_and_lists_name_only_what_is_there(tmp_path: Path) -> None:
    """An importer has no procedure for clinical evaluation: `(SOP-016)` goes, and so does it from a list."""
    root = begun(tmp_path / "qms", *IMPORTER)
    model = read_model()
    (source,) = (text for path, text in model.files.items() if "/SOP-011-" in path)
    assert b"clinical evaluation ([SOP-016]" in source
    text = next((root / "sops").rglob("SOP-011-*.md")).read_text(encoding="utf-8")
    assert "updates of risk file, clinical evaluation, PSUR and instructions" in text
    assert "| [SOP-009](../risk/SOP-009-risk-management.md) | Risk of incident and action" in text
    assert "(not applicable)" not in text
