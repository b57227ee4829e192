"""An archive that a stranger verifies with a shell, ssh-keygen and sha256sum: no Python, no git, no qmsdoc."""

from __future__ import annotations

import hashlib
import shutil
import subprocess  # noqa: TID251 - the stranger's shell
import zipfile
from typing import TYPE_CHECKING

import pytest

from conftest import SOP
from qmsdoc.signing import keyfile, stored
from qmsdoc.trust import keys
from qmsdoc.trust.act import Meaning
from qmsdoc.trust.checkpoint import compose
from signers import Signed
from test_release_verify import commit, make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

FIGURE = "sops/documents/SOP-001/a flow [1] ü.png"
COPY = "approvals/SOP-001/r1/copy"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """Two procedures in force, one with attachments and a hostile reason; two trust states, one checkpoint."""
    folder = tmp_path_factory.mktemp("company")
    signed = Signed(folder / "qms", folder / "keys")
    signed.write(".gitignore", "/build/\n")
    text = SOP.replace("change:", "attachments: [document.csv]\nchange:")
    signed.sop(text.replace("1. Write", "![Flow](<SOP-001/a flow [1] ü.png>)\n\n1. Write"))
    signed.write(FIGURE, b"\x89PNG\r\n one")
    signed.write("sops/documents/SOP-001/document.csv", "a;b\n")
    hostile = '","document":"' + "0" * 64 + '","person":"nobody","signed_at":"1999-01-01T00:00:00+00:00"'
    signed.sign(Meaning.REVIEW, "jonas-weber", reason=hostile)
    signed.sign(Meaning.APPROVAL, "anna-keller")
    signed.sop(SOP.replace("SOP-001", "SOP-002"), "sops/documents/SOP-002-records.md")
    signed.approve("SOP-002", at="2026-01-06T22:30:00-09:30")
    signed.write("records/notes.txt", "a record\n")
    project = signed.project()
    assert project.trust.latest
    acts = [act.digest for act in project.acts]
    path, payload = compose(project.trust.latest, None, "", acts, "2026-01-08T09:00:00+01:00")
    (signature,) = keyfile.sign(keyfile.find_key(signed.keys["release-ci"]), keys.CHECKPOINT, [payload])
    stored.write(signed.root, {path: payload, f"{path}.sig": signature})
    text = (signed.root / "trust/policy.toml").read_text()
    signed.write("trust/policy.toml", text + "# reviewed\n")
    signed.trust("anna-keller", "mira-brandt", at="2026-01-09T09:00:00+01:00")
    commit(signed.root)
    return signed


@pytest.fixture(scope="module")
def good(company: Signed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of it, as a folder."""
    folder = tmp_path_factory.mktemp("archive") / "bundle"
    ran = archived(company, folder)
    assert (ran.code, ran.err.splitlines()[-1]) == (0, f"sha256:{newest(company)}"), ran.err
    return folder


@pytest.fixture
def bundle(good: Path, tmp_path: Path) -> Path:
    """A copy in which a test may break things."""
    return shutil.copytree(good, tmp_path / "bundle")


def newest(company: Signed) -> str:
    return hashlib.sha256((company.root / "trust/states/2/state.json").read_bytes()).hexdigest()


def archived(company: Signed, output: Path, *options: str) -> Ran:
    return company.run("archive", "--output", output, *options)


def verify(bundle: Path, anchor: str, path: str = "/usr/bin:/bin") -> tuple[int, str]:
    argv = ["/bin/sh", str(bundle / "verify.sh"), anchor]
    done = subprocess.run(argv, env={"PATH": path}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def with_new_sums(bundle: Path) -> None:
    """As somebody does who knows what they change."""
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(bundle).as_posix()}\n"
        for file in sorted(bundle.rglob("*"))
        if file.is_file() and file != bundle / "SHA256SUMS"
    ]
    (bundle / "SHA256SUMS").write_text("".join(lines))


def flip(file: Path, at: int | None = None) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 1
    file.write_bytes(bytes(data))


def test_a_stranger_verifies_the_archive_with_a_shell_alone(good: Path, company: Signed) -> None:
    assert verify(good, f"sha256:{newest(company)}") == (
        0,
        "2 trust states, 4 statements: everything that this script checks holds\n",
    )
    assert verify(good, company.first)[0] == 0


def test_the_verifier_stays_short_enough_to_be_read(good: Path) -> None:
    program_text = (good / "verify.sh").read_text()
    assert program_text.count("\n") <= 80
    assert max(map(len, program_text.splitlines())) <= 120
    assert f"it has {program_text.count(chr(10))} lines" in (good / "VERIFY.md").read_text()


def test_what_is_in_the_archive(good: Path) -> None:
    there = {file.relative_to(good).as_posix() for file in good.rglob("*") if file.is_file()}
    assert {path.partition("/")[0] for path in there} == {
        "DOCUMENTS.csv", "SHA256SUMS", "VERIFY.md", "approvals", "trust", "verify.sh",
    }  # fmt: skip
    assert f"{COPY}/{FIGURE}" in there
    assert (good / "DOCUMENTS.csv").read_text() == (
        "id,title,type,revision,in_force_from,text,pdf\n"
        f"SOP-001,Control of documents,sop,1,2026-01-15,{COPY}/sops/documents/SOP-001-control-of-documents.md,\n"
        "SOP-002,Control of documents,sop,1,2026-01-15,"
        "approvals/SOP-002/r1/copy/sops/documents/SOP-002-records.md,\n"
    )
    manual = (good / "VERIFY.md").read_text()
    assert manual.startswith(
        "# How to verify this archive\n\n"
        "Documents of **Test Medical GmbH** that are signed, as of 2026-11-23, commit "
    )
    assert "{" not in manual


@pytest.mark.parametrize(
    "pattern",
    [
        "approvals/SOP-001/r1/copy/**/*.md",
        "approvals/SOP-001/r1/copy/**/*.png",
        "approvals/SOP-001/r1/approval.*.json",
        "approvals/SOP-001/r1/approval.*.sig",
        "approvals/checkpoints/1.json",
        "approvals/checkpoints/1.json.sig",
        "trust/states/1/allowed_signers",
        "trust/states/1/state.json",
        "trust/states/2/policy.toml",
        "trust/states/2/mira-brandt.sig",
        "DOCUMENTS.csv",
    ],
)
def test_a_changed_byte_is_named(bundle: Path, company: Signed, pattern: str) -> None:
    (file,) = bundle.glob(pattern)
    flip(file)
    code, told = verify(bundle, newest(company))
    name = file.relative_to(bundle).as_posix()
    assert (code, f"WRONG {name}: not as in SHA256SUMS\n" in told) == (1, True), told
    if name == "DOCUMENTS.csv":
        return  # a list for readers, which nobody signed
    with_new_sums(bundle)
    code, told = verify(bundle, newest(company))
    named = f"{COPY}:" if "/copy/" in name else name.removesuffix(".sig") if name.startswith("approvals") else name
    named = named.removesuffix("state.json")  # one of the files that it names, or their signatures
    assert (code, f"WRONG {named}" in told) == (1, True), told


def drop_approval(bundle: Path) -> None:
    for file in bundle.glob("approvals/SOP-001/r1/approval.*"):
        file.unlink()


def drop_attachment(bundle: Path) -> None:
    (bundle / COPY / "sops/documents/SOP-001/document.csv").unlink()


def swap_attachments(bundle: Path) -> None:
    folder = bundle / COPY / "sops/documents/SOP-001"
    one, two = folder / "document.csv", folder / FIGURE.rpartition("/")[2]
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)


def move_to_another_document(bundle: Path) -> None:
    for file in bundle.glob("approvals/SOP-001/r1/approval.*"):
        shutil.copy(file, bundle / "approvals/SOP-002/r1")


def drop_first_state(bundle: Path) -> None:
    shutil.rmtree(bundle / "trust/states/1")
    (bundle / "trust/states/2").rename(bundle / "trust/states/1")


def drop_a_signature_of_trust(bundle: Path) -> None:
    (bundle / "trust/states/2/anna-keller.sig").unlink()


def add_a_key(bundle: Path) -> None:
    signers = bundle / "trust/states/1/allowed_signers"
    signers.write_text(signers.read_text() + signers.read_text().replace("anna-keller", "jonas-weber"))


def back_to_the_first_state(bundle: Path) -> None:
    shutil.rmtree(bundle / "trust/states/2")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (drop_approval, "WRONG approvals/checkpoints/1.json: it names a statement that is not here, "),
        (drop_attachment, f"WRONG {COPY}: nobody signed this document together with these files"),
        (swap_attachments, f"WRONG {COPY}: nobody signed this document together with these files"),
        (move_to_another_document, "WRONG approvals/SOP-002/r1/approval.anna-keller."),
        (drop_first_state, "WRONG trust/states/1/state.json: not state 1 of this chain"),
        (drop_a_signature_of_trust, "WRONG trust/states/2/state.json: it has 1 of 2 signatures"),
        (add_a_key, "WRONG trust/states/1/allowed_signers: not as it was signed"),
        (back_to_the_first_state, "WRONG trust/states: no state has the digest that you gave"),
    ],
)
def test_what_somebody_does_who_also_writes_new_sums_is_named(
    bundle: Path, company: Signed, change: Callable[[Path], None], named: str
) -> None:
    change(bundle)
    with_new_sums(bundle)
    code, told = verify(bundle, newest(company))
    assert (code, named in told) == (1, True), told


def test_files_that_are_too_much_or_too_few_are_named(bundle: Path, company: Signed) -> None:
    (bundle / "approvals/new file.txt").write_text("x")
    (bundle / "DOCUMENTS.csv").unlink()
    code, told = verify(bundle, newest(company))
    assert code == 1
    assert "WRONG approvals/new file.txt: SHA256SUMS does not name it\n" in told
    assert "DOCUMENTS.csv" in told


def test_everything_made_anew_fails_by_the_digest_that_was_told(tmp_path: Path, company: Signed) -> None:
    other = Signed(tmp_path / "other", tmp_path / "keys")
    other.approve()
    commit(other.root)
    assert archived(other, tmp_path / "forged").code == 0
    code, told = verify(tmp_path / "forged", newest(company))
    assert code == 1
    assert told == "WRONG trust/states: no state has the digest that you gave, so they prove nothing\n"


def test_without_a_digest_or_a_tool_nothing_is_claimed(good: Path, tmp_path: Path, company: Signed) -> None:
    assert verify(good, "") == (2, "usage: sh verify.sh sha256:DIGEST\n")
    few = tmp_path / "bin"
    few.mkdir()
    for name in ("dirname", "sha256sum"):
        (few / name).symlink_to(f"/usr/bin/{name}")
    assert verify(good, newest(company), str(few)) == (2, "ssh-keygen is missing\n")


def test_the_same_bytes_every_time(company: Signed, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert archived(company, tmp_path / name / "x.zip", "--records").code == 0
    assert (tmp_path / "a/x.zip").read_bytes() == (tmp_path / "b/x.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a/x.zip") as archive:
        assert "x/records/notes.txt" in archive.namelist()
    subprocess.run([shutil.which("unzip") or "bsdtar", "-q", "x.zip"], cwd=tmp_path / "a", check=True)
    assert verify(tmp_path / "a" / "x", company.first)[0] == 0


def test_the_history_can_be_cloned_from_the_archive(company: Signed, tmp_path: Path) -> None:
    assert archived(company, tmp_path / "x", "--history").code == 0
    subprocess.run(
        ["git", "clone", "--quiet", "history.bundle", str(tmp_path / "clone")], cwd=tmp_path / "x", check=True
    )
    assert (tmp_path / "clone" / FIGURE).read_bytes() == b"\x89PNG\r\n one"
    assert verify(tmp_path / "x", company.first)[0] == 0


def test_an_archive_is_not_written_over_something_else(company: Signed, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "thesis.txt").write_text("mine")
    ran = archived(company, tmp_path / "x")
    assert ran.code == 2
    assert "x is there already" in ran.err
    assert [file.name for file in (tmp_path / "x").iterdir()] == ["thesis.txt"]


def test_what_does_not_verify_is_not_archived(company: Signed, tmp_path: Path) -> None:
    root = shutil.copytree(company.root, tmp_path / "qms", symlinks=True)
    other = Signed.__new__(Signed)
    other.root = root
    flip(next(root.glob("approvals/SOP-001/r1/approval.*.sig")))
    ran = archived(other, tmp_path / "x")
    assert ran.code == 1
    assert "approvals/SOP-001/r1/approval.anna-keller." in ran.err
    assert not (tmp_path / "x").exists()


@pytest.mark.pdf
def test_a_release_goes_with_it_and_is_verified_too(
    signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QMSDOC_ANCHOR", f"sha256:{signed.first}")
    signed.write(".gitignore", "/build/\n")
    signed.approve()
    commit(signed.root)
    make(signed)
    ran = signed.run(
        "release", "sign", "2026-12", "--key", signed.keys["mira-brandt"], "--confirm", "release 2026-12"
    )
    assert ran.code == 0, ran.err
    assert archived(signed, tmp_path / "x", "--release", "2026-12").code == 0
    assert verify(tmp_path / "x", signed.first)[0] == 0
    assert (tmp_path / "x/DOCUMENTS.csv").read_text().splitlines()[1].endswith(".md,release/SOP-001-r1.pdf")
    flip(tmp_path / "x/release/SOP-001-r1.pdf")
    with_new_sums(tmp_path / "x")
    code, told = verify(tmp_path / "x", signed.first)
    assert code == 1
    assert told == "WRONG release/SOP-001-r1.pdf: the manifest of the release does not name it\n"
    flip(tmp_path / "x/release/SOP-001-r1.pdf")
    flip(tmp_path / "x/release/manifest.json", 40)
    with_new_sums(tmp_path / "x")
    assert (
        "WRONG release/manifest.json.sig: the signature does not hold\n" in verify(tmp_path / "x", signed.first)[1]
    )
