"""`validate --fix` and `--diff`: what is mended, what stays byte for byte, and what is never touched."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import COMPLAINT, COMPLAINT_PATH, REPOSITORY, SOP, SOP_PATH, Repository, run
from qmsdoc.fixing import Fixer
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from signers import Signed

OTHER_PATH = "sops/quality/SOP-002-records.md"
OTHER = SOP.replace("SOP-001", "SOP-002").replace("Control of documents", "Registers").replace("control-of-", "")


def fixed(repository: Repository, text: str) -> str:
    """The text of the SOP after `--fix`."""
    repository.sop(OTHER, OTHER_PATH)
    path = repository.sop(text)
    repository.run("validate", "--fix")
    return path.read_bytes().decode()


def test_a_link_to_a_file_that_was_renamed(repository: Repository) -> None:
    links = (
        'See [records](SOP-002-old%20name.md#roles "title"), [it](../records/SOP-002-records.md),\n'
        "[the settings](qmsdoc.toml), ![none](SOP-002.png) and [nobody](SOP-404.md) `[x](SOP-002-old.md)`."
    )
    text = SOP.replace("The register.", links)
    assert fixed(repository, text) == text.replace(
        "SOP-002-old%20name.md", "../quality/SOP-002-records.md"
    ).replace("../records/SOP-002-records.md", "../quality/SOP-002-records.md")


def test_an_attachment_that_was_moved_and_has_one_name(repository: Repository) -> None:
    repository.write("sops/documents/SOP-001/flow chart.png", b"png")
    text = SOP.replace("The register.", "![Flow](flow%20chart.png)")
    assert fixed(repository, text) == SOP.replace("The register.", "![Flow](SOP-001/flow%20chart.png)")


def test_citations_and_lists_with_their_comments(repository: Repository) -> None:
    text = SOP.replace(
        "satisfies: [ISO 13485 4.2.4 @procedure]\n",
        """\
satisfies:
  - MDR Article 10 (9) # quality
  - "ISO 13485:2016 4.2.5"

  - ISO 13485 4.2.4 @procedure   # first
references: [SOP-002,   'SOP-001' ]
interfaces:
  - SOP-002 # second
  - SOP-001
""",
    )
    expected = SOP.replace(
        "satisfies: [ISO 13485 4.2.4 @procedure]\n",
        """\
satisfies:
  - MDR Art. 10(9) # quality
  - "ISO 13485 4.2.5"

  - ISO 13485 4.2.4 @procedure   # first
references: ['SOP-001',   SOP-002 ]
interfaces:
  - SOP-001
  - SOP-002 # second
""",
    )
    assert fixed(repository, text) == expected  # where a comment may belong to what is between, the order stays


def test_line_ends_and_what_cannot_be_seen(repository: Repository) -> None:
    text = "\ufeff" + SOP.replace("training: read", "training: read  ").replace("1. Write.", "1. Write.  ")
    path = repository.sop()
    path.write_bytes(text.replace("\n", "\r\n").rstrip().encode())
    ran = repository.run("validate", "--fix")
    assert path.read_bytes().decode() == SOP.replace("1. Write.", "1. Write.  ")  # two blanks there break the line
    assert ran.err.splitlines()[:2] == [f"{SOP_PATH}: line ends", "1 file changed"]
    assert ran.code == 0


def test_diff_shows_all_and_writes_nothing(repository: Repository) -> None:
    path = repository.sop(SOP.replace("ISO 13485 4.2.4 @procedure", "ISO 13485:2016 clause 4.2.4 @procedure"))
    before = path.read_bytes()
    ran = repository.run("validate", "--diff")
    assert ran.code == 1
    assert (
        ran.out
        == f"""\
--- a/{SOP_PATH}
+++ b/{SOP_PATH}
@@ -6,7 +6,7 @@
 owner: quality-manager
 effective_from: 2026-01-15
 review_every: 24
-satisfies: [ISO 13485:2016 clause 4.2.4 @procedure]
+satisfies: [ISO 13485 4.2.4 @procedure]
 applies_to: [quality-manager]
 training: read
 change: First issue
"""
    )
    assert ran.err == f"{SOP_PATH}: citations in their one form\n1 file would be changed; `--fix` does it\n"
    assert path.read_bytes() == before
    assert repository.run("validate", "--fix").code == 0
    ran = repository.run("validate", "--diff")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing to mend\n")


def test_what_is_left_decides_the_exit_code(repository: Repository) -> None:
    repository.sop(OTHER, OTHER_PATH)
    repository.sop(SOP.replace("The register.", "[Records](SOP-002.md) and [none](SOP-404.md)"))
    ran = repository.run("validate", "--fix", "--output-format", "concise")
    assert ran.code == 1
    assert [line.split(" ")[1] for line in ran.lines] == ["error[QD105"]
    assert "SOP-404.md" in ran.out


def test_only_what_was_asked_for(repository: Repository) -> None:
    path = repository.sop(SOP + "\nEnd")
    other = repository.sop(OTHER + "\nEnd", OTHER_PATH)
    repository.run("validate", "--fix", str(other))
    assert (path.read_text()[-3:], other.read_text()[-4:]) == ("End", "End\n")


def test_what_is_signed_is_only_named(signed: Signed) -> None:
    path = signed.sop(SOP + "\nEnd")
    signed.sign(Meaning.AUTHOR, "anna-keller")
    before = path.read_bytes()
    ran = signed.run("validate", "--fix")
    assert path.read_bytes() == before
    assert ran.err.splitlines()[:2] == [
        f"signed or closed, and so left as it is: {SOP_PATH}",
        "nothing to mend",
    ]


def test_a_closed_record_is_only_named(repository: Repository) -> None:
    text = COMPLAINT.replace("aware_by:", "closed: 2026-11-21\naware_by:") + "\nEnd"
    path = repository.write(COMPLAINT_PATH, text)
    ran = repository.run("validate", "--fix")
    assert path.read_text(encoding="utf-8") == text
    assert ran.err.splitlines()[0] == f"signed or closed, and so left as it is: {COMPLAINT_PATH}"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(repository: Repository) -> None:
    path = repository.sop(SOP + "\nEnd")
    path.parent.chmod(0o500)
    try:
        ran = repository.run("validate", "--fix")
    finally:
        path.parent.chmod(0o700)
    assert (ran.code, path.read_text(encoding="utf-8")) == (2, SOP + "\nEnd")


def test_the_mode_of_a_file_stays(repository: Repository) -> None:
    path = repository.sop(SOP + "\nEnd")
    path.chmod(0o640)
    repository.run("validate", "--fix")
    assert (path.stat().st_mode & 0o777, path.read_text(encoding="utf-8")) == (0o640, SOP + "\nEnd\n")


def test_one_thing_at_a_time(repository: Repository) -> None:
    repository.sop()
    ran = repository.run("validate", "--fix", "--diff")
    assert ran.code == 2


WORDS = st.sampled_from(
    [
        "SOP-001",
        "SOP-10",
        '"SOP-2"',
        "'FRM-003'",
        "MDR Art. 10(9)",
        "ISO 13485:2016 4.2.4 d)",
        "MDR Annex I 3 # why",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lists=st.lists(WORDS, max_size=5),
    style=st.sampled_from(["flow", "block"]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_it_never_changes_what_is_said_and_ends(
    repository: Repository, lists: list[str], style: str, ends: str
) -> None:
    items = [item.partition(" #")[0] for item in lists] if style == "flow" else lists
    block = "[" + ", ".join(items) + "]" if style == "flow" else "".join(f"\n- {item}" for item in items)
    text = SOP.replace("satisfies: [ISO 13485 4.2.4 @procedure]", f"references: {block}\nsatisfies: {block}")
    repository.sop(text)
    project = repository.load()
    fixer = Fixer(project)
    once = fixer.fix(SOP_PATH, text.replace("\n", ends).encode())
    assert fixer.fix(SOP_PATH, once.after).after == once.after
    before, path = project.by_path[SOP_PATH], repository.sop(once.after.decode())
    after = repository.load().by_path[SOP_PATH]
    for key in before.fields.keys() - {"references", "satisfies"}:
        assert after.fields[key] == before.fields[key]
    assert sorted(after.items("references")) == sorted(before.items("references"))
    assert len(after.items("satisfies")) == len(before.items("satisfies"))
    assert path.read_text(encoding="utf-8").count("#") == text.count("#")


def test_this_repository_is_as_it_would_be_written() -> None:
    ran = run("--root", REPOSITORY, "--today", "2026-11-23", "validate", "--diff")
    assert (ran.code, ran.out) == (0, "")
