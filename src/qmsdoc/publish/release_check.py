"""Checks a release from a plain copy of its folder: every byte against the manifest, the manifest against trust.

Needs neither git nor network nor the programs that made it. What does not hold names its file; what could not be
checked is told as such, and is never taken for good.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qmsdoc.external import git
from qmsdoc.frontmatter import MAX_DOCUMENT
from qmsdoc.publish import manifest
from qmsdoc.publish.manifest import BadManifest, Entry, Manifest
from qmsdoc.publish.release_changes import FOLDER
from qmsdoc.publish.release_signature import Known, Release, Unchecked, chain_of, check_signature
from qmsdoc.signed import Anchors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from qmsdoc.project import Project

_line = re.compile(r"([0-9a-f]{64})  (.+)").fullmatch
_embedded = re.compile(rb"/Type ?/EmbeddedFile").search
_to_stream = re.compile(rb"[^\r\n]*?>>\s*stream\r?\n").match
_length = re.compile(rb"/Length ([0-9]{1,9})\b(?! [0-9]+ R)").search


class Wrong(NamedTuple):
    """Something that does not hold."""

    file: str
    message: str


@dataclass
class Report:
    """What was found."""

    release: Manifest | None = None
    wrong: list[Wrong] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    signer: str = ""

    def blame(self, file: str, message: str) -> None:
        """Note that a file does not hold."""
        self.wrong.append(Wrong(file, message))


def check(folder: Path, known: Known, *, unsigned: bool = False) -> Report:
    """Check a release. Raises BadManifest when the folder holds no release at all.

    unsigned: a release that nobody has signed yet is accepted; only hashes are checked then.
    """
    report = Report()
    raw = _bytes(folder / manifest.FILE)
    if raw is None:
        raise BadManifest(f"there is no {manifest.FILE} in {folder}")
    there = _files(folder, report)
    try:
        release = Release(folder, raw, manifest.read(raw), _bytes(folder / manifest.SIGNATURE))
    except BadManifest as error:
        report.blame(manifest.FILE, f"it cannot be read: {error}")
        return report
    report.release = release.manifest
    _check_signature(report, release, known, unsigned=unsigned)
    _check_files(report, release.manifest, there)
    _check_sums(report, release, there)
    for entry in release.manifest.documents:
        if there.get(entry.file) == entry.sha256:
            _check_source(report, entry, folder)
        _check_acts(report, entry, known)
    return report


def kept(root: Path, project: Project, today: date) -> Iterator[tuple[str, str, bool]]:
    """What of the manifests in `releases/` does not hold: path, why, and whether it just could not be checked."""
    acts = {act.digest: act for act in project.acts}
    for file in sorted((root / FOLDER).glob(f"*/{manifest.FILE}")):
        path, raw = file.relative_to(root).as_posix(), _bytes(file)
        try:
            signature = _bytes(file.parent / manifest.SIGNATURE)
            release = Release(file.parent, raw or b"", manifest.read(raw or b""), signature)
            witnessed = committed(file.parent, root, project)
            known = Known(today, Anchors(), project.trust, project.anchored, acts, witnessed)
            check_signature(release, project.trust, known)
            report = Report()
            for entry in release.manifest.documents:
                _check_acts(report, entry, known)
            yield from ((path, wrong.message, False) for wrong in report.wrong)
        except Unchecked as error:
            yield path, str(error), True
        except ValueError as error:
            yield path, str(error), False


def committed(folder: Path, root: Path, project: Project) -> datetime | None:
    """When a checkpoint witnessed a commit that holds the signature of a release; None without git."""
    try:
        signature = (folder / manifest.SIGNATURE).read_bytes()
        path = f"{FOLDER}/{manifest.read((folder / manifest.FILE).read_bytes()).name}/{manifest.SIGNATURE}"
        for checkpoint in project.checkpoints:
            if checkpoint.commit and git.blob(root, checkpoint.commit, path) == signature:
                return checkpoint.time
    except (OSError, git.GitError, BadManifest):
        return None
    return None


def _check_signature(report: Report, release: Release, known: Known, *, unsigned: bool) -> None:
    trust, wrong = chain_of(release, known)
    report.wrong += [Wrong(*pair) for pair in wrong]
    if release.signature is None:
        if not unsigned:
            report.unchecked.append(
                f"nobody has signed this release ({manifest.SIGNATURE} is missing); --unsigned checks hashes alone"
            )
        return
    try:
        report.signer = check_signature(release, trust, known)
    except Unchecked as error:
        report.unchecked.append(str(error))
    except ValueError as error:
        report.blame(manifest.SIGNATURE, str(error))


def _check_files(report: Report, told: Manifest, there: Mapping[str, str]) -> None:
    """Every file that the manifest names is there as it says, and no other one."""
    for path, digest in told.hashes.items():
        if path not in there:
            report.blame(path, "it is missing")
        elif there[path] != digest:
            report.blame(path, "it was changed; the manifest names another hash")
    for path in there:
        if path not in told.hashes and path not in manifest.UNLISTED | {manifest.FILE}:
            report.blame(path, "it is not part of the release")


def _check_sums(report: Report, release: Release, there: Mapping[str, str]) -> None:
    """The list of sums says what the manifest says; where they differ, a good signature tells which is right."""
    wanted = {**release.manifest.hashes, manifest.FILE: there[manifest.FILE]}
    raw = _bytes(release.folder / manifest.SUMS)
    if raw is None:
        report.blame(manifest.SUMS, "it is missing")
        return
    if raw == manifest.sums(wanted).encode():
        return
    lines = [_line(line) for line in raw.decode("utf-8", "replace").splitlines()]
    listed = {match[2]: match[1] for match in lines if match}
    if listed.get(manifest.FILE) not in {None, wanted[manifest.FILE]} and not report.signer:
        report.blame(manifest.FILE, f"it was changed; {manifest.SUMS} names another hash")
        return
    differing = next((path for path in sorted({*wanted, *listed}) if wanted.get(path) != listed.get(path)), "")
    about = f" of {differing}" if differing else ""
    report.blame(manifest.SUMS, f"it was changed; it does not say what the manifest says{about}")


def _check_source(report: Report, entry: Entry, folder: Path) -> None:
    """The source in the PDF is the one that was approved."""
    found = [hashlib.sha256(data).hexdigest() for data in attachments((folder / entry.file).read_bytes())]
    if entry.source_sha256 not in found:
        what = "is not the one that the manifest names" if found else "is missing"
        report.blame(entry.file, f"the source attached to it {what}")


def _check_acts(report: Report, entry: Entry, known: Known) -> None:
    """With a repository at hand: the acts that the manifest names are there, and are about this source."""
    if known.acts is None:
        return
    for told in entry.acts:
        act = known.acts.get(told.sha256)
        if act is None:
            message = f"it names an act for {entry.id} that does not count in the repository ({told.sha256[:12]}…)"
            report.blame(manifest.FILE, message)
        elif (act.id, act.revision or None, act.sha256) != (entry.id, entry.revision, entry.source_sha256):
            report.blame(
                manifest.FILE, f"it names an act for {entry.id} that is about something else ({act.file})"
            )


def attachments(pdf: bytes) -> Iterator[bytes]:
    """The files attached to a PDF as Typst writes it: streams of the type `EmbeddedFile` (ISO 32000-2, 7.11.4)."""
    at = 0
    while found := _embedded(pdf, at):
        line = max(pdf.rfind(b"\n", at, found.start()), pdf.rfind(b"\r", at, found.start()), at - 1) + 1
        opened, at = pdf.find(b"<<", line, found.start()), found.end()
        end = _to_stream(pdf, at) if opened >= 0 else None
        if not end:
            continue
        about, at = pdf[opened : end.end()], end.end()
        length = _length(about)
        data = pdf[at : at + int(length[1])] if length else b""
        if b"/FlateDecode" in about:
            try:
                yield zlib.decompressobj().decompress(data, MAX_DOCUMENT + 1)
            except zlib.error:
                continue
        else:
            yield data
        at += len(data)


def _files(folder: Path, report: Report) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by path; a link is no file of a release."""
    found: dict[str, str] = {}
    for top, folders, names in os.walk(folder):
        for name in sorted([*folders, *names]):
            file = Path(top, name)
            path = file.relative_to(folder).as_posix()
            if file.is_symlink() or (name in names and not file.is_file()):
                report.blame(path, "it is not a regular file")
            elif name in names:
                with file.open("rb") as stream:
                    found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
            elif not any(file.iterdir()):
                report.blame(path, "it is not part of the release")
    return dict(sorted(found.items()))


def _bytes(file: Path) -> bytes | None:
    try:
        return None if file.is_symlink() else file.read_bytes()
    except OSError:
        return None
