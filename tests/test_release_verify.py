"""A release is verified from a plain copy, signed, made again byte by byte, and never half."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess  # noqa: TID251 - git makes the repository, and a whole process is killed
import sys
import time
from typing import TYPE_CHECKING

import pikepdf
import pytest

from conftest import SOP, SOP_PATH, TODAY, run
from pdfs import pages
from qmsdoc.load import load, source
from qmsdoc.publish import manifest, place
from qmsdoc.publish.origin import read_origin
from qmsdoc.publish.release import build
from qmsdoc.publish.release_check import attachments
from qmsdoc.trust.act import Meaning
from signers import Signed

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ran

pytestmark = pytest.mark.pdf

SECOND = (
    SOP.replace("SOP-001", "SOP-002").replace("Control of documents", "Records").replace("1. Write", "1. Keep")
)
SECOND_PATH = "sops/documents/SOP-002-records.md"
SET = {"SOP-001-r1.pdf", "SOP-002-r1.pdf"}
TRUST = {
    f"trust/states/1/{name}"
    for name in (
        "allowed_signers", "anna-keller.sig", "mira-brandt.sig", "people.toml", "policy.toml", "state.json",
    )
}  # fmt: skip


def git(root: Path, *arguments: str, moment: str = "2026-01-10T09:00:00+01:00") -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    return subprocess.run(
        ["git", *arguments], cwd=root, env=env, check=True, capture_output=True, text=True
    ).stdout


def commit(root: Path, subject: str = "First issue", moment: str = "2026-01-10T09:00:00+01:00") -> None:
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
        git(root, "config", "user.name", "Anna Keller")
        git(root, "config", "user.email", "anna@example.org")
    git(root, "add", "--all", moment=moment)
    git(root, "commit", "--quiet", "--message", subject, moment=moment)


def make(signed: Signed, name: str = "2026-12", output: Path | None = None) -> Path:
    project, _ = load(signed.root, today=TODAY, anchors=signed.anchors())
    folder = output or signed.root / "build" / "release" / name
    build(
        project, signed.root, name, folder, today=TODAY, origin=read_origin(signed.root), source=source, workers=1
    )
    return folder


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A committed repository with two approved procedures and a release of them; keys; the anchor."""
    folder = tmp_path_factory.mktemp("company")
    signed = Signed(folder / "qms", folder / "keys")
    signed.write(".gitignore", "/build/\n")
    signed.sop(SECOND, SECOND_PATH)
    signed.approve("SOP-001", "SOP-002")
    commit(signed.root)
    make(signed)
    return signed.root, folder / "keys", signed.first


@pytest.fixture
def qms(company: tuple[Path, Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signed:
    """A copy of it in which a test may break things."""
    root, keys, first = company
    shutil.copytree(root, tmp_path / "qms", symlinks=True)
    signed = Signed.__new__(Signed)
    signed.root, signed.first = tmp_path / "qms", first
    signed.keys = {file.stem: file.with_suffix("") for file in keys.glob("*.pub")}
    from datetime import datetime

    signed.now = datetime.fromisoformat("2026-01-11T09:00:00+01:00")
    monkeypatch.setenv("QMSDOC_ANCHOR", f"sha256:{first}")
    return signed


def release(qms: Signed, name: str = "2026-12") -> Path:
    return qms.root / "build" / "release" / name


def sign(qms: Signed, person: str = "mira-brandt", *options: str | Path) -> Ran:
    return qms.run(
        "release", "sign", "2026-12", "--key", qms.keys[person], "--confirm", "release 2026-12", *options
    )


def stranger(folder: Path, tmp_path: Path, *options: str) -> Ran:
    """Somebody who has the folder of the release and nothing else."""
    away = tmp_path / "away"
    away.mkdir(exist_ok=True)
    return run("--today", TODAY.isoformat(), "release", "verify", folder, *options, cwd=away)


def test_a_release_holds_pdfs_sums_changes_and_trust_states(qms: Signed) -> None:
    folder = release(qms)
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert there == SET | TRUST | {"CHANGES.md", "SHA256SUMS", "manifest.json"}
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, check=True
    )
    assert done.stdout.count(b": OK\n") == len(there) - 1
    told = json.loads((folder / "manifest.json").read_text())
    assert told["trust"] == {"version": 1, "sha256": qms.first}
    assert told["files"].keys() == TRUST | {"CHANGES.md"}
    statements = {hashlib.sha256(file.read_bytes()).hexdigest() for file in qms.files()}
    assert {act["sha256"] for item in told["documents"] for act in item["acts"]} == statements
    assert [act["person"] for act in told["documents"][0]["acts"]] == ["jonas-weber", "anna-keller"]


def test_the_signature_page_tells_each_act_and_stays_archival(qms: Signed) -> None:
    told = json.loads((release(qms) / "manifest.json").read_text())["documents"][0]
    assert told["standard"] == "a-3a+ua-1"
    first, second = pages(release(qms) / "SOP-001-r1.pdf")
    review, approval = told["acts"]
    key = subprocess.run(
        ["ssh-keygen", "-lf", f"{qms.keys['jonas-weber']}.pub"], capture_output=True, check=True, text=True
    ).stdout.split()[1]
    assert review["key"] == key
    assert (
        "Electronic signatures I reviewed this revision and found it adequate "
        "Jonas Weber, Person responsible for regulatory compliance "
        "Signed at 2026-01-05 09:02:00 +01:00 Witnessed not yet Reason As planned Form SSH key "
        f"Statement {review['sha256'][:16]} Key {key}"
    ) in second
    assert "Revision history" in first
    assert "Electronic signatures" not in first  # they stay together on one page
    assert "I approve this revision for use Anna Keller, Quality manager Signed at 2026-01-05 09:03:00" in second
    assert f"Statement {approval['sha256'][:16]}" in second


def test_the_attached_source_is_found_without_a_pdf_library(qms: Signed) -> None:
    file = release(qms) / "SOP-001-r1.pdf"
    (found,) = attachments(file.read_bytes())
    assert found == (qms.root / SOP_PATH).read_bytes()
    with pikepdf.open(file) as pdf:
        (spec,) = pdf.attachments.values()
        assert spec.get_file().read_bytes() == found


def test_an_unsigned_release_is_not_taken_for_verified(qms: Signed, tmp_path: Path) -> None:
    ran = stranger(release(qms), tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "not checked: nobody has signed this release (manifest.json.sig is missing); "
        "--unsigned checks hashes alone\n"
    )
    ran = stranger(release(qms), tmp_path, "--unsigned")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "release 2026-12, 2 documents: its hashes hold, and nobody has signed it\n"


def test_a_signed_release_is_verified_from_a_copy_without_git(qms: Signed, tmp_path: Path) -> None:
    ran = sign(qms)
    assert (ran.code, ran.out.splitlines()[-2:]) == (
        0, ["releases/2026-12/manifest.json", "releases/2026-12/manifest.json.sig"],
    )  # fmt: skip
    for name in ("manifest.json", "manifest.json.sig"):
        assert (qms.root / "releases/2026-12" / name).read_bytes() == (release(qms) / name).read_bytes()
    copy = shutil.copytree(release(qms), tmp_path / "copy")
    shutil.rmtree(qms.root)
    ran = stranger(copy, tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("signed by Mira Brandt (mira-brandt), key SHA256:")
    assert ran.err.endswith("release 2026-12, 2 documents: all of it holds\n")


def test_without_an_anchor_it_is_not_verified(
    qms: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(qms)
    monkeypatch.delenv("QMSDOC_ANCHOR")
    ran = stranger(release(qms), tmp_path)
    assert ran.code == 2
    assert ran.err == (
        "not checked: nothing outside this folder confirms its trust states; ask a trust administrator for the "
        f"digest of state 1, compare, and give it: --anchor sha256:{qms.first}\n"
    )
    assert stranger(release(qms), tmp_path, "--anchor", f"sha256:{qms.first}").code == 0
    ran = stranger(release(qms), tmp_path, "--anchor", f"sha256:{'0' * 64}")
    assert ran.code == 1
    assert ran.out == (
        "manifest.json.sig: the anchor sha256:0000000000000… is none of the trust states by which it would count\n"
    )


@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_every_changed_byte_names_its_file(qms: Signed, tmp_path: Path, where: str) -> None:
    sign(qms)
    folder = release(qms)
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        data = file.read_bytes()
        at = {"start": 0, "middle": len(data) // 2, "end": len(data) - 1}[where]
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        ran = stranger(folder, tmp_path)
        name = file.relative_to(folder).as_posix()
        assert (ran.code, name) == (1, name)
        assert f"{name}: " in ran.out
        file.write_bytes(data)
    assert stranger(folder, tmp_path).code == 0


def test_what_is_missing_or_too_much_is_named(qms: Signed, tmp_path: Path) -> None:
    sign(qms)
    folder = release(qms)
    (folder / "SOP-002-r1.pdf").unlink()
    (folder / "notes.txt").write_text("mine")
    (folder / "link.pdf").symlink_to("/etc/passwd")
    ran = stranger(folder, tmp_path)
    assert ran.code == 1
    assert ran.lines == [
        "link.pdf: it is not a regular file",
        "SOP-002-r1.pdf: it is missing",
        "notes.txt: it is not part of the release",
    ]


def test_a_pdf_swapped_with_its_hashes_is_not_covered_by_the_signature(qms: Signed, tmp_path: Path) -> None:
    sign(qms)
    folder = release(qms)
    old = hashlib.sha256((folder / "SOP-002-r1.pdf").read_bytes()).hexdigest()
    shutil.copy(folder / "SOP-001-r1.pdf", folder / "SOP-002-r1.pdf")
    new = hashlib.sha256((folder / "SOP-002-r1.pdf").read_bytes()).hexdigest()
    for name in ("manifest.json", "SHA256SUMS"):
        (folder / name).write_text((folder / name).read_text().replace(old, new))
    text = manifest.sums(manifest.hashes(folder))
    (folder / "SHA256SUMS").write_text(text)
    ran = stranger(folder, tmp_path)
    assert ran.code == 1
    assert ran.lines == [
        "manifest.json.sig: the signature does not hold: it does not belong to this text",
        "SOP-002-r1.pdf: the source attached to it is not the one that the manifest names",
    ]


def test_only_who_may_change_trust_signs_a_release(qms: Signed) -> None:
    ran = sign(qms, "jonas-weber")
    assert ran.code == 1
    assert "jonas-weber holds none of the roles that sign releases: quality-manager" in ran.err
    ran = sign(qms, "release-ci")
    assert ran.code == 1
    assert not (release(qms) / "manifest.json.sig").exists()
    assert not (qms.root / "releases").exists()


def test_a_signature_needs_its_confirmation_and_is_given_once(qms: Signed) -> None:
    ran = qms.run("release", "sign", "2026-12", "--key", qms.keys["mira-brandt"], "--confirm", "yes")
    assert ran.code == 2
    assert "release 2026-12 is not confirmed; nothing was signed" in ran.err
    assert sign(qms).code == 0
    ran = sign(qms, "anna-keller")
    assert ran.code == 1
    assert "release 2026-12 is signed" in ran.err


def test_a_time_stamp_of_the_signature_is_kept_and_checked(qms: Signed, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client")
    from pki import shared
    from qmsdoc.signing import timestamp

    sign(qms)
    pki, folder, token = shared(), release(qms), tmp_path / "answer.tsr"
    (tmp_path / "root.pem").write_bytes(pki.ca.pem)
    signature = (folder / "manifest.json.sig").read_bytes()
    token.write_bytes(pki.tsa(timestamp.request(hashlib.sha256(b"something else").digest())))
    given = ("--timestamp", token, "--tsa-root", tmp_path / "root.pem")
    ran = sign(qms, "mira-brandt", *given)
    assert ran.code == 1
    assert "nothing was written: the time stamp was made for other bytes" in ran.err
    token.write_bytes(pki.tsa(timestamp.request(hashlib.sha256(signature).digest())))
    ran = sign(qms, "mira-brandt", *given)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "releases/2026-12/manifest.json.sig.tsr")
    ran = stranger(folder, tmp_path)
    assert ran.code == 2
    assert "manifest.json.sig.tsr: name the root certificate of its service with --tsa-root" in ran.err
    assert stranger(folder, tmp_path, "--tsa-root", str(tmp_path / "root.pem")).code == 0
    data = token.read_bytes()
    (folder / "manifest.json.sig.tsr").write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    ran = stranger(folder, tmp_path, "--tsa-root", str(tmp_path / "root.pem"))
    assert ran.code == 1
    assert ran.out.startswith("manifest.json.sig.tsr: ")


def test_a_damaged_release_is_not_signed(qms: Signed) -> None:
    (release(qms) / "CHANGES.md").write_text("nothing new")
    ran = sign(qms)
    assert ran.code == 1
    assert "CHANGES.md: it was changed; the manifest names another hash" in ran.err
    assert not (release(qms) / "manifest.json.sig").exists()


def test_a_key_in_wrong_hands_signs_no_release(qms: Signed) -> None:
    sign(qms)
    from qmsdoc.signing import trust_edit
    from qmsdoc.trust.keys import read_keys

    text = (qms.root / "trust/allowed_signers").read_text()
    chosen = read_keys(text)[0].of("mira-brandt")
    policy = (qms.root / "trust/policy.toml").read_text()
    qms.write("trust/policy.toml", trust_edit.revoked(policy, chosen, qms.now, "stolen"))
    qms.trust("anna-keller", "mira-brandt", reason="A key was stolen", at="2026-01-12T09:00:00+01:00")
    ran = qms.run("release", "verify", "2026-12")
    assert ran.code == 1
    assert ran.out.startswith("manifest.json.sig: its key is in wrong hands since 2026-01-11T08:00:00+00:00")


def test_a_leaver_s_signature_needs_a_witness(qms: Signed) -> None:
    from qmsdoc.signing import keyfile, stored, trust_edit
    from qmsdoc.trust import keys
    from qmsdoc.trust.checkpoint import compose
    from qmsdoc.trust.keys import read_keys

    sign(qms)
    commit(qms.root, "Release", "2026-01-11T10:00:00+01:00")
    head = git(qms.root, "rev-parse", "HEAD").strip()

    def leave() -> None:
        text = (qms.root / "trust/allowed_signers").read_text()
        chosen = read_keys(text)[0].of("mira-brandt")
        moment = qms.tick("2026-02-01T09:00:00+01:00")
        qms.write("trust/allowed_signers", trust_edit.ended(text, chosen, moment))
        qms.trust("anna-keller", "mira-brandt", reason="Mira left", at="2026-01-31T09:00:00+01:00")

    shutil.copytree(qms.root, qms.root.with_name("before"), symlinks=True)
    leave()
    ran = qms.run("release", "verify", "2026-12")
    assert ran.code == 2
    assert "the key of `mira-brandt` ended at 2026-02-01T08:00:00+00:00, and nothing shows" in ran.err
    shutil.rmtree(qms.root)
    qms.root.with_name("before").rename(qms.root)
    project = qms.project()
    assert project.trust.latest
    path, payload = compose(
        project.trust.latest, None, head, [act.digest for act in project.acts], "2026-01-12T09:00:00+01:00"
    )
    (signature,) = keyfile.sign(keyfile.find_key(qms.keys["release-ci"]), keys.CHECKPOINT, [payload])
    stored.write(qms.root, {path: payload, f"{path}.sig": signature})
    leave()
    ran = qms.run("release", "verify", "2026-12")
    assert (ran.code, ran.out) == (0, "")


def test_with_a_repository_the_acts_must_be_there(qms: Signed) -> None:
    sign(qms)
    for file in qms.files():
        if ".json" in file.name and "approval.anna-keller" in file.name and "SOP-001" in str(file):
            file.unlink()
    ran = qms.run("release", "verify", "2026-12")
    assert ran.code == 1
    assert ran.out.startswith("manifest.json: it names an act for SOP-001 that does not count in the repository (")


def test_a_release_is_made_again_byte_by_byte(qms: Signed) -> None:
    sign(qms)
    qms.sop(SOP.replace("revision: 1", "revision: 2").replace("Write", "Type"))
    commit(qms.root, "Revision 2 is written", "2026-02-01T09:00:00+01:00")
    ran = qms.run("release", "rebuild", "2026-12")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.endswith("every byte is the same\n")
    with (release(qms) / "SOP-001-r1.pdf").open("ab") as file:
        file.write(b" ")
    (release(qms) / "SOP-002-r1.pdf").unlink()
    (release(qms) / "more.txt").write_text("")
    ran = qms.run("release", "rebuild", "2026-12")
    assert ran.code == 1
    assert ran.lines == [
        "SOP-001-r1.pdf differs",
        "SOP-002-r1.pdf is not in the release",
        "more.txt was not made again",
    ]


def test_other_tools_are_named_instead_of_differences(qms: Signed) -> None:
    file = release(qms) / "manifest.json"
    told = json.loads(file.read_text())
    told["tools"] |= {"pandoc": "3.1", "fonts_sha256": "0" * 64}
    now = manifest.tools()
    file.write_text(json.dumps(told))
    ran = qms.run("release", "rebuild", "2026-12")
    assert ran.code == 2
    fonts = str(now["fonts_sha256"])[:12]
    assert ran.err.startswith(
        f"qmsdoc: other tools made release 2026-12: fonts: 000000000000 then, {fonts} here; "
        f"pandoc: 3.1 then, {now['pandoc']} here\n"
    )


def test_changes_since_the_last_signed_release_are_told(qms: Signed) -> None:
    assert sign(qms).code == 0
    commit(qms.root, "Release 2026-12", "2026-01-11T10:00:00+01:00")
    third = SOP.replace("SOP-001", "SOP-003").replace("Control of documents", "Purchasing | *odd*")
    qms.sop(third, "sops/documents/SOP-003-purchasing.md")
    qms.sop(SOP.replace("revision: 1", "revision: 2").replace("First issue", "Typed, not written"))
    qms.approve("SOP-001", "SOP-003", at="2026-02-01T09:00:00+01:00")
    qms.sign(Meaning.WITHDRAWAL, "anna-keller", "SOP-002")
    commit(qms.root, "News", "2026-02-02T09:00:00+01:00")
    folder = make(qms, "2027-01")
    assert (
        (folder / "CHANGES.md").read_text()
        == """\
# Test Medical GmbH: release 2027-01, as of 2026-11-23

Compared with release 2026-12, as of 2026-11-23.

## New (1)

| Document | Revision | In force from | Change |
| --- | --- | --- | --- |
| SOP-003 Purchasing \\| \\*odd\\* | 1 | 2026-02-01 | First issue |

## Changed (1)

| Document | From revision | To revision | In force from | Change |
| --- | --- | --- | --- | --- |
| SOP-001 Control of documents | 1 | 2 | 2026-02-01 | Typed, not written |

## No longer in force (1)

| Document | Last revision | Why |
| --- | --- | --- |
| SOP-002 Records | 1 | withdrawn on 2026-02-01 |

## Unchanged

0 documents.
"""
    )
    told = json.loads((folder / "manifest.json").read_text())
    kept = (qms.root / "releases/2026-12/manifest.json").read_bytes()
    assert told["previous"] == {"name": "2026-12", "sha256": hashlib.sha256(kept).hexdigest()}
    ran = qms.run("release", "build", "2026-12")
    assert ran.code == 2
    assert "release 2026-12 was signed: releases/2026-12/manifest.json" in ran.err


BUILD = """
import sys
from datetime import date
from pathlib import Path
from qmsdoc.load import load, source
from qmsdoc.publish.origin import read_origin
from qmsdoc.publish.release import build
if __name__ == "__main__":
    root, output = Path(sys.argv[1]), Path(sys.argv[2])
    today = date.fromisoformat(sys.argv[3])
    project, _ = load(root, today=today)
    build(project, root, "2026-12", output, today=today, origin=read_origin(root), source=source, workers=1)
"""


def test_a_kill_at_any_of_fifty_moments_leaves_the_old_or_the_new_release(qms: Signed, tmp_path: Path) -> None:
    old, output = release(qms), tmp_path / "out" / "2026-12"
    qms.sop(SOP.replace("revision: 1", "revision: 2").replace("Write", "Type"))
    qms.approve("SOP-001", at="2026-02-01T09:00:00+01:00")
    commit(qms.root, "Revision 2", "2026-02-02T09:00:00+01:00")
    program = tmp_path / "build.py"
    program.write_text(BUILD)
    argv = [sys.executable, str(program), str(qms.root), str(output), TODAY.isoformat()]
    shutil.copytree(old, output)
    begin = time.monotonic()
    subprocess.run(argv, check=True)
    duration = time.monotonic() - begin
    both = {tuple(manifest.hashes(folder).items()) for folder in (old, output)}
    assert len(both) == 2
    killed = tried = 0
    while killed < 50:
        tried += 1
        shutil.rmtree(output)
        shutil.copytree(old, output)
        begin = time.monotonic()
        process = subprocess.Popen(argv, start_new_session=True, stderr=subprocess.DEVNULL)
        try:
            process.wait(duration * (tried * 0.618034 % 1))  # spread evenly, however many there will be
            duration = min(duration, time.monotonic() - begin)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
        assert tuple(manifest.hashes(output).items()) in both
    subprocess.run(argv, check=True)
    assert [file.name for file in output.parent.iterdir()] == ["2026-12"]


def test_two_builds_of_one_release_do_not_mix(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with place.made_whole(output) as folder:
        (folder / "a").write_text("first")
        with pytest.raises(place.InUse), place.made_whole(output):
            pass
        place.put(folder, output)
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    assert (output / "a").read_text() == "first"


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exchange: bool
) -> None:
    output = tmp_path / "out"
    output.mkdir()
    (output / "old").write_text("")
    if not exchange:
        monkeypatch.setattr(place, "_exchange", lambda *_: False)
    with place.made_whole(output) as folder:
        (folder / "new").write_text("")
        place.put(folder, output)
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
    assert [file.name for file in output.iterdir()] == ["new"]


def test_what_was_moved_aside_when_the_process_was_killed_comes_back(tmp_path: Path) -> None:
    left = tmp_path / ".out.part-x"
    (left / "old").mkdir(parents=True)
    (left / "old" / "release").write_text("whole")
    (left / "lock").write_text("")
    with place.made_whole(tmp_path / "out"):
        assert (tmp_path / "out" / "release").read_text() == "whole"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("file", ["manifest.json", "manifest.json.sig"])
def test_the_manifests_kept_in_the_repository_are_verified_with_all_that_is_signed(qms: Signed, file: str) -> None:
    assert sign(qms).code == 0
    assert qms.run("verify").code == 0
    kept = qms.root / "releases/2026-12" / file
    kept.write_bytes(kept.read_bytes().replace(b"1", b"2", 1) if file.endswith("json") else b"")
    ran = qms.run("verify", "--output-format", "concise")
    assert ran.code == 1
    assert (
        "releases/2026-12/manifest.json:1:1: error[QD722 broken-release] this release does not hold: " in ran.out
    )
