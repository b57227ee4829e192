"""Who signs without git: a sheet goes out, comes back signed by certificate or ink, and is witnessed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import time
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

import pki
from conftest import SOP, SOP_PATH, TODAY
from qmsdoc.lifecycle import State, statuses
from qmsdoc.signing import pades
from qmsdoc.signing.certificates import load
from qmsdoc.trust.act import Meaning
from signers import POLICY

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ran
    from signers import Signed

pytestmark = pytest.mark.pdf

FORMS = POLICY + 'forms = ["key", "signed-pdf", "paper"]\n'
NOON = "2026-11-01T12:00:00+01:00"
PNG = b"\x89PNG\r\n\x1a\n" + b"a scan"


@pytest.fixture
def sheets(signed: Signed) -> Signed:
    """A repository whose policy accepts sheets."""
    signed.write("trust/policy.toml", FORMS)
    signed.trust("anna-keller", "mira-brandt")
    return signed


def text_of(file: Path) -> str:
    """All text of a PDF, with single blanks."""
    with contextlib.closing(pypdfium2.PdfDocument(file)) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    return " ".join(" ".join(texts).split())


def ask(sheets: Signed, target: Path, *more: str) -> Ran:
    """A sheet on which Jonas Weber is asked to review SOP-001."""
    asked = ["--request", "SOP-001", "--meaning", "review", "--person", "jonas-weber"]
    return sheets.run_now("sign", *asked, "--pdf", "--output", target, "--reason", "Reviewed on paper", *more)


def take_in(sheets: Signed, file: Path, *more: str | Path, witness: str = "mira-brandt") -> Ran:
    """Mira Brandt takes in what Jonas Weber has signed."""
    key = ["--key", sheets.keys[witness], "--confirm", "SOP-001 r1"]
    return sheets.run_now("sign", "--from-pdf", file, "--person", "jonas-weber", *key, *more)


def certificate(folder: Path) -> tuple[pki.Pki, pki.Holder, Path]:
    """A CA, the certificate of Jonas Weber by it, and the file of its root."""
    shared = pki.shared()
    root = folder / "ca.pem"
    root.write_bytes(shared.ca.pem)
    return shared, pki.issue("Dr. WEBER Jonas", shared.ca), root


def signed_by(holder: pki.Holder, sheet: Path, target: Path) -> Path:
    """The sheet, signed with a certificate."""
    credential = load(holder.p12(pki.shared().ca), pki.PASSPHRASE)
    target.write_bytes(pades.sign(sheet.read_bytes(), credential, reason="Reviewed"))
    return target


def test_a_sheet_shows_what_is_signed_and_carries_it_for_programs(sheets: Signed, tmp_path: Path) -> None:
    title = 'title: "Control #of $documents$"\nattachments: [form.pdf]'
    sheets.sop(SOP.replace("title: Control of documents", title))
    sheets.write("sops/documents/SOP-001/form.pdf", b"%PDF-form")
    target = tmp_path / "sheet.pdf"
    ran = ask(sheets, target)
    assert (ran.code, ran.out) == (0, f"{target}\n")
    assert re.fullmatch(
        r"sheet [0-9a-f]{16} for Jonas Weber, to be signed by a certificate or ink\n"
        r"signed, it is taken in by another person: `qmsdoc sign --from-pdf FILE --person PERSON`\n",
        ran.err,
    )
    document = sheets.project().by_id["SOP-001"]
    text = text_of(target)
    for said in (
        "Jonas Weber: review of SOP-001 revision 1",
        "“I reviewed this revision and found it adequate”",
        "Jonas Weber, Person responsible for regulatory compliance",
        "Reason: Reviewed on paper",
        "Control #of $documents$",
        f"SHA-256 {document.sha256}",
        "form.pdf",
    ):
        assert said in text
    with pikepdf.open(target) as pdf:
        request = json.loads(pdf.attachments["request.json"].get_file().read_bytes())
        assert pdf.open_metadata()["pdfaid:part"] == "3"
    assert request["schema"] == "qmsdoc-request/1"
    assert request["documents"][0]["document"] == document.sha256
    assert list(request["documents"][0]["files"]) == ["form.pdf"]
    assert sheets.files() == []


def test_a_request_alone_is_data(sheets: Signed) -> None:
    ran = sheets.run_now("sign", "--request", "SOP-001", "--meaning", "review", "--person", "jonas-weber")
    assert ran.code == 0
    assert json.loads(ran.out)["forms"] == ["signed-pdf", "paper"]


def test_a_sheet_signed_by_certificate_becomes_an_act_with_the_file_as_evidence(
    sheets: Signed, tmp_path: Path
) -> None:
    sheet, (_, jonas, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    assert ask(sheets, sheet).code == 0
    back = signed_by(jonas, sheet, tmp_path / "back.pdf")
    ran = take_in(sheets, back, "--root", root)
    assert (ran.code, ran.err) == (0, "3 files written; commit them\n")
    assert f"{back}: signed by Dr. WEBER Jonas, B-B, " in ran.out
    assert "Mira Brandt witnesses that this is the signature of the person named below.\n" in ran.out
    (act,) = sheets.project().acts
    assert (act.meaning, act.person, act.role, act.witness) == (
        (Meaning.REVIEW, "jonas-weber", "prrc", "mira-brandt")
    )
    assert (act.form.value, act.reason) == ("signed-pdf", "Reviewed on paper")
    (evidence,) = sheets.files("*.pdf")
    assert evidence.read_bytes() == back.read_bytes()
    assert evidence.name.startswith("review.jonas-weber.")
    assert sheets.codes() == []
    evidence.write_bytes(back.read_bytes() + b" ")
    assert sheets.codes() == [
        f"QD713 {act.file}: this act does not count: the imported file `{evidence.name}` was changed"
    ]


def test_ink_is_scanned_and_witnessed(sheets: Signed, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(PNG)
    what = ["SOP-001", "--meaning", "review", "--reason", "On paper"]
    ran = take_in(sheets, scan, *what)
    assert (ran.code, ran.err) == (0, "3 files written; commit them\n")
    document = sheets.project().by_id["SOP-001"]
    assert ran.lines[:5] == [
        f"{scan}: taken in as paper; compare each number below with the paper",
        f"  {hashlib.sha256(PNG).hexdigest()}  {scan}",
        "Mira Brandt witnesses that this is the signature of the person named below.",
        "SOP-001 r1  Control of documents",
        f"  {document.sha256}  {SOP_PATH}",
    ]
    (act,) = sheets.project().acts
    assert (act.form.value, act.person, act.witness) == ("paper", "jonas-weber", "mira-brandt")
    sheets.now = act.time
    sheets.sign(Meaning.APPROVAL, "anna-keller")
    assert statuses(sheets.project(), max(TODAY, act.time.date()))["SOP-001", 1].state is State.EFFECTIVE


def test_a_sheet_of_another_text_is_refused(sheets: Signed, tmp_path: Path) -> None:
    sheet, (_, jonas, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    back = signed_by(jonas, sheet, tmp_path / "back.pdf")
    sheets.sop(SOP.replace("Write.", "Type."))
    ran = take_in(sheets, back, "--root", root)
    assert ran.code == 1
    assert ran.err == (
        "qmsdoc: SOP-001 is no longer as it was when the sheet was made\n"
        "  help: make a new sheet and have it signed\n"
    )
    assert sheets.files() == []


def test_a_sheet_that_nobody_signed_is_refused(sheets: Signed, tmp_path: Path) -> None:
    ask(sheets, tmp_path / "sheet.pdf")
    ran = take_in(sheets, tmp_path / "sheet.pdf")
    assert (ran.code, ran.err) == (
        (1, "qmsdoc: nobody has signed this PDF; it is the sheet as it was handed out\n")
    )


def test_a_scan_of_a_sheet_as_pdf_is_paper(sheets: Signed, tmp_path: Path) -> None:
    scan = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(scan)
    (tmp_path / "scan.pdf").write_bytes(scan.getvalue())
    ran = take_in(sheets, tmp_path / "scan.pdf", "SOP-001", "--meaning", "review", "--reason", "On paper")
    assert (ran.code, ran.err) == (0, "3 files written; commit them\n")
    assert [act.form.value for act in sheets.project().acts] == ["paper"]


def test_the_signature_of_somebody_else_is_refused(sheets: Signed, tmp_path: Path) -> None:
    sheet, (shared, _, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    ran = take_in(sheets, signed_by(shared.anna, sheet, tmp_path / "back.pdf"), "--root", root)
    assert ran.code == 1
    assert ran.err == (
        "qmsdoc: the PDF is signed by `Anna Müßig-Keller`, not by Jonas Weber\n"
        "  help: the certificate must name the person as trust/people.toml does\n"
    )


def test_a_certificate_of_an_unknown_root_is_refused(sheets: Signed, tmp_path: Path) -> None:
    sheet, (_, _, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    stranger = pki.issue("Jonas Weber", pki.issue("Other CA"))
    ran = take_in(sheets, signed_by(stranger, sheet, tmp_path / "back.pdf"), "--root", root)
    assert ran.code == 1
    assert ran.err == (
        "qmsdoc: the signed PDF does not hold:\n"
        "  Jonas Weber: its certificate leads to none of the given root certificates\n"
    )


def test_a_signed_sheet_needs_a_root(sheets: Signed, tmp_path: Path) -> None:
    sheet, (_, jonas, _) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    ran = take_in(sheets, signed_by(jonas, sheet, tmp_path / "back.pdf"))
    assert ran.code == 1
    assert ran.err.splitlines()[0] == "qmsdoc: there is no root certificate to check the signature against"


def test_a_sheet_that_was_redrawn_before_it_was_signed_is_refused(sheets: Signed, tmp_path: Path) -> None:
    sheet, (_, jonas, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    with pikepdf.open(sheet) as pdf:
        pdf.pages[0].contents_add(b"1 0 0 rg 0 0 300 300 re f")
        pdf.save(tmp_path / "drawn.pdf")
    ran = take_in(sheets, signed_by(jonas, tmp_path / "drawn.pdf", tmp_path / "back.pdf"), "--root", root)
    assert ran.code == 1
    assert ran.err.splitlines()[0] == (
        "qmsdoc: the signed PDF is not the sheet of its data: "
        "it does not begin with the bytes of the PDF that was handed out"
    )


def test_a_sheet_with_other_data_attached_is_refused(sheets: Signed, tmp_path: Path) -> None:
    sheet, (_, jonas, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    with pikepdf.open(sheet) as pdf:
        data = pdf.attachments["request.json"].get_file().read_bytes()
        spec = pikepdf.AttachedFileSpec(pdf, data.replace(b'"review"', b'"approval"'))
        pdf.attachments["request.json"] = spec
        pdf.save(tmp_path / "other.pdf")
    ran = take_in(sheets, signed_by(jonas, tmp_path / "other.pdf", tmp_path / "back.pdf"), "--root", root)
    assert (ran.code, sheets.files()) == (1, [])


def test_a_signed_pdf_that_is_no_sheet_is_refused(sheets: Signed, tmp_path: Path) -> None:
    _, jonas, root = certificate(tmp_path)
    plain = tmp_path / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    what = ["SOP-001", "--meaning", "review", "--reason", "On paper", "--root", root]
    ran = take_in(sheets, signed_by(jonas, plain, tmp_path / "back.pdf"), *what)
    assert ran.code == 1
    assert ran.err.splitlines()[0] == (
        "qmsdoc: the signed PDF is not a sheet of qmsdoc, so its signature does not name what is signed by hash"
    )


def test_nobody_witnesses_their_own_signature(sheets: Signed, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(PNG)
    what = ["SOP-001", "--meaning", "review", "--reason", "On paper"]
    ran = take_in(sheets, scan, *what, witness="jonas-weber")
    assert ran.code == 1
    assert ran.err == (
        "qmsdoc: Jonas Weber cannot witness their own signature\n"
        "  help: another person takes it in, with their own key\n"
    )


def test_a_form_that_the_policy_does_not_accept_is_refused_up_front(signed: Signed, tmp_path: Path) -> None:
    ran = ask(signed, tmp_path / "sheet.pdf")
    assert ran.code == 1
    assert ran.err == (
        "qmsdoc: SOP-001 is not signed on a sheet: for `sop` the policy asks for key or security-key\n"
        "  help: `forms` in trust/policy.toml names what suffices: `signed-pdf`, `paper`\n"
    )
    assert not (tmp_path / "sheet.pdf").exists()
    (tmp_path / "scan.png").write_bytes(PNG)
    ran = take_in(signed, tmp_path / "scan.png", "SOP-001", "--meaning", "review", "--reason", "On paper")
    assert ran.code == 1
    assert ran.err == (
        "qmsdoc: this would not count: it was signed by `paper`, and the policy asks for `key` or `security-key`\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"GIF89a", "the file is not a PDF, PNG or JPEG"),
        (b"%PDF-1.7\nnothing", "the PDF cannot be read: "),
    ],
)
def test_what_cannot_be_read_is_refused(sheets: Signed, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "file").write_bytes(content)
    ran = take_in(sheets, tmp_path / "file", "SOP-001", "--meaning", "review", "--reason", "On paper")
    assert ran.code == 1
    assert ran.err.startswith(f"qmsdoc: {message}")


def test_the_same_request_makes_the_same_bytes(sheets: Signed, tmp_path: Path) -> None:
    from qmsdoc.signing import sheet

    ask(sheets, tmp_path / "sheet.pdf")
    request = sheet.read((tmp_path / "sheet.pdf").read_bytes())
    assert request is not None
    time.sleep(1.1)  # a PDF holds whole seconds
    assert (tmp_path / "sheet.pdf").read_bytes() == sheet.build(request)


def test_one_sheet_is_signed_for_several_documents(sheets: Signed, tmp_path: Path) -> None:
    sheets.sop(SOP.replace("SOP-001", "SOP-002"), "sops/documents/SOP-002-other.md")
    sheet, (_, jonas, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ran = ask(sheets, sheet, "SOP-002")
    assert "Jonas Weber: review of SOP-001 revision 1 and 1 more" in text_of(sheet), ran.err
    back = signed_by(jonas, sheet, tmp_path / "back.pdf")
    ran = take_in(sheets, back, "--root", root)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: SOP-002 r1 is not confirmed; nothing was signed")
    assert sheets.files("*") == []
    ran = take_in(sheets, back, "--root", root, "--confirm", "SOP-002 r1")
    assert (ran.code, ran.err) == (0, "6 files written; commit them\n")
    assert sorted(act.id for act in sheets.project().acts) == ["SOP-001", "SOP-002"]
    assert sheets.codes() == []


def test_the_act_relies_on_what_was_there_when_the_sheet_was_made(sheets: Signed, tmp_path: Path) -> None:
    sheet, (_, jonas, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    sheets.sign(Meaning.AUTHOR, "mira-brandt", at=NOON)
    (author,) = sheets.project().acts
    ask(sheets, sheet)
    assert "Stated before: author by Mira Brandt, " in text_of(sheet)
    sheets.sign(Meaning.REVIEW, "anna-keller", role="prrc")
    take_in(sheets, signed_by(jonas, sheet, tmp_path / "back.pdf"), "--root", root)
    assert [act.relies_on for act in sheets.project().acts if act.person == "jonas-weber"] == [(author.digest,)]
    assert sheets.codes() == []


def test_a_sheet_of_another_person_is_refused(sheets: Signed, tmp_path: Path) -> None:
    sheet, (shared, _, root) = tmp_path / "sheet.pdf", certificate(tmp_path)
    ask(sheets, sheet)
    anna = pki.issue("Anna Keller", shared.ca)
    back = signed_by(anna, sheet, tmp_path / "back.pdf")
    key = ["--key", sheets.keys["mira-brandt"], "--confirm", "SOP-001 r1"]
    ran = sheets.run_now("sign", "--from-pdf", back, "--person", "anna-keller", "--root", root, *key)
    assert (ran.code, ran.err) == (1, "qmsdoc: this is a sheet for jonas-weber, not for anna-keller\n")


def test_the_options_of_sheets_are_refused_elsewhere(sheets: Signed) -> None:
    ran = sheets.run_now("sign", "SOP-001", "--meaning", "review", "--person", "jonas-weber")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: --pdf, --person and --output are about sheets")
