"""Signed PDFs: made from a real release PDF, several signers, every level, and what must be caught."""

from __future__ import annotations

import getpass
import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from conftest import run
from pdfs import BODY, catalogue, make, pages
from pki import DAY, NOW, PASSPHRASE, Holder, Pki, issue, shared
from qmsdoc.signing import certificates, pades, pades_check
from qmsdoc.signing.pades import Level, LongTerm, PadesError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from qmsdoc.signing.pades_check import Checked

pytestmark = pytest.mark.pdf
BOTH = ["Signature1", "Signature2"]
REASON = "Ich gebe die Konformitätserklärung frei → in Kraft"
ROLE = "Geschäftsführerin"
ADDED = "something was added to the PDF after it that is not a signature"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("release")
    assert not make(BODY, folder).reasons
    return (folder / "SOP-001-r2.pdf").read_bytes()


@pytest.fixture(scope="module")
def pki() -> Pki:
    return shared()


@pytest.fixture(scope="module")
def signed(built: bytes, pki: Pki) -> bytes:
    """Signed by Anna and by Ben, B-B."""
    return by(pki.ben, by(pki.anna, pades.prepare(built, BOTH), reason=REASON, role=ROLE))


def by(holder: Holder, pdf: bytes, **options: Any) -> bytes:
    return pades.sign(pdf, pades.load(holder.p12(), PASSPHRASE), **options)


def check(pdf: bytes, at: datetime | None = None, **options: Any) -> Checked:
    return pades_check.check(pdf, [shared().ca.pem], at, **options)


def problems(checked: Checked) -> list[str]:
    """Everything that speaks against a PDF."""
    return [*checked.problems, *(f"{each.field}: {p}" for each in checked.signatures for p in each.problems)]


def red_box(pdf: bytes) -> bytes:
    """A red box over the first page, as an update at the end that leaves all signed bytes alone."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    box = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 50 300 400 300 re f Q"))
    writer.add_stream_to_page(0, box)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def red(pdf: bytes) -> int:
    """How many pixels of the first page are red."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=0.5).to_pil().convert("RGB")
    document.close()
    return sum(1 for pixel in picture.get_flattened_data() if pixel == (255, 0, 0))


def test_two_people_sign_and_the_file_says_who_when_why_and_as_what(signed: bytes, pki: Pki) -> None:
    checked = check(signed)
    assert checked.holds
    assert problems(checked) == []
    anna, ben = checked.signatures
    assert (anna.field, anna.name, anna.reason, anna.role) == ("Signature1", "Anna Müßig-Keller", REASON, ROLE)
    assert (ben.field, ben.name, ben.reason, ben.role) == ("Signature2", "Ben Okonkwo", "", "")
    assert "Prüf Medizintechnik GmbH" in anna.subject
    assert anna.fingerprint == pki.anna.fingerprint
    assert anna.level == ben.level == "B-B"
    assert not anna.witnessed
    assert anna.time is not None
    assert abs(anna.time - NOW) < DAY


def test_the_signature_of_the_first_holds_before_and_after_the_second_signs(built: bytes, pki: Pki) -> None:
    first = by(pki.anna, pades.prepare(built, BOTH))
    alone = check(first)
    assert alone.holds
    assert alone.open_fields == ("Signature2",)
    both = check(by(pki.ben, first))
    assert both.holds
    assert both.open_fields == ()
    assert both.signatures[0] == alone.signatures[0]


def test_a_signed_pdf_begins_with_the_bytes_that_were_built(built: bytes, signed: bytes) -> None:
    assert pades.original_bytes_equal(signed, built)
    assert not pades.original_bytes_equal(signed, built[:-1] + b"x")
    assert not pades.original_bytes_equal(signed, b"")


def test_a_signed_pdf_is_still_what_an_archive_takes(built: bytes, signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "built.pdf").write_bytes(built)
    (tmp_path / "signed.pdf").write_bytes(signed)
    before, after = catalogue(tmp_path / "built.pdf"), catalogue(tmp_path / "signed.pdf")
    fonts: Any = after.pop("fonts")
    assert fonts
    assert all(fonts.values())
    assert {**before, "fonts": None} == {**after, "fonts": None}
    assert after["pdfaid:part"] == "3"
    assert after["pdfuaid:part"] == "1"
    assert list(after["attached"]) == ["SOP-001-control.md"]  # type: ignore[call-overload]
    shown = pages(tmp_path / "signed.pdf")
    assert len(shown) == len(pages(tmp_path / "built.pdf")) + 1


def test_what_was_signed_can_be_read_on_the_last_page(signed: bytes) -> None:
    document = pypdfium2.PdfDocument(signed)
    document.init_forms()
    page = document[len(document) - 1]
    flat = pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
    assert flat == pypdfium2.raw.FLATTEN_SUCCESS
    text = " ".join(document[len(document) - 1].get_textpage().get_text_range().split())
    document.close()
    for said in (
        "Anna Müßig-Keller",
        f"Role: {ROLE}",
        f"Reason: {REASON}",
        "Ben Okonkwo",
        f"Signed: {NOW:%Y-%m-%d}",
    ):
        assert said in text


def test_each_visible_field_has_its_place_in_the_structure(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        page = pdf.pages[-1]
        assert page.Tabs == "/S"
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        entries = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        for number, widget in enumerate(page.Annots, 1):
            element = entries[int(widget.StructParent)]
            assert element.S == "/Form"
            assert element.Alt == widget.TU == f"Signature {number} of 2"
            assert element.K.Obj.objgen == widget.objgen
            assert element.P.objgen == pdf.Root.StructTreeRoot.K[0].objgen
            assert element.objgen in [
                child.objgen for child in element.P.K if isinstance(child, pikepdf.Dictionary)
            ]
            assert int(widget.F) & 0b100  # printed, as PDF/A wants
        assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) == max(entries) + 1


def test_invisible_signatures_add_no_page(built: bytes, pki: Pki) -> None:
    made = by(pki.anna, pades.prepare(built, visible=False))
    assert check(made).holds
    with pikepdf.open(io.BytesIO(made)) as pdf, pikepdf.open(io.BytesIO(built)) as before:
        assert len(pdf.pages) == len(before.pages)
        (widget,) = (a for a in pdf.pages[0].Annots if a.Subtype == "/Widget")
        assert all(float(edge) < 0 for edge in widget.Rect)


def test_a_box_laid_over_the_page_afterwards_is_caught_although_intact_and_valid(signed: bytes, pki: Pki) -> None:
    forged = red_box(signed)
    assert red(signed) == 0
    assert red(forged) > 10_000
    naive = validate_pdf_signature(
        PdfFileReader(io.BytesIO(forged)).embedded_signatures[1],
        ValidationContext(trust_roots=certificates.read(pki.ca.pem)),
    )
    assert (naive.intact, naive.valid, naive.trusted) == (True, True, True)
    assert problems(check(forged)) == [f"Signature1: {ADDED}", f"Signature2: {ADDED}"]


def test_a_box_between_two_signatures_breaks_the_first(built: bytes, pki: Pki) -> None:
    forged = by(pki.ben, red_box(by(pki.anna, pades.prepare(built, BOTH))))
    assert problems(check(forged)) == [f"Signature1: {ADDED}"]


def test_a_box_laid_over_before_signing_is_told_by_comparing_with_what_was_handed_out(
    built: bytes, pki: Pki
) -> None:
    handed_out = pades.prepare(built)
    assert pades_check.changes(by(pki.anna, handed_out), handed_out) == ""
    forged = by(pki.anna, red_box(handed_out))
    assert check(forged).holds  # whoever signed, signed the box
    assert pades.original_bytes_equal(forged, handed_out)
    assert pades_check.changes(forged, handed_out) == "something was added to it that is not a signature"
    other = "it does not begin with the bytes of the PDF that was handed out"
    assert pades_check.changes(by(pki.anna, pades.prepare(built, BOTH)), handed_out) == other
    with pytest.raises(PadesError, match="the PDF that was handed out has no open signature field"):
        pades_check.changes(forged, built)


@pytest.mark.parametrize("where", ["page", "attachment", "metadata", "reason", "signature"])
def test_one_changed_byte_is_caught(built: bytes, signed: bytes, where: str) -> None:
    at = {
        "page": built.index(b"stream\n") + 40,
        "attachment": built.rindex(b"/EmbeddedFile") + 14,
        "metadata": built.index(b"<dc:title") + 40,
        "reason": signed.index(b"/Reason") + 14,
        "signature": signed.index(b"/Contents <") + 1500,
    }[where]
    forged = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    checked = check(forged)
    changed = ("the signed bytes were changed after signing", "it was not made with the key of its certificate")
    assert not checked.holds
    assert checked.problems or set(changed) & set(checked.signatures[0].problems)


def test_nothing_can_hide_in_the_room_of_a_signature(signed: bytes) -> None:
    end = signed.rindex(b"00000000>")
    forged = signed[:end] + b"000000ff" + signed[end + 8 :]
    assert problems(check(forged)) == ["Signature2: the room for it holds bytes that do not belong to it"]


def test_a_pdf_that_was_saved_anew_is_caught(signed: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.save(out)
    assert not check(out.getvalue()).holds


def test_bytes_after_the_last_signature_are_caught(signed: bytes) -> None:
    for added in (b"x", b"\n", b"\n%%EOF\n", b"\x00" * 2000):
        assert not check(signed + added).holds, added


def test_a_certificate_under_another_root_is_not_trusted(signed: bytes) -> None:
    checked = pades_check.check(signed, [issue("Prüf-CA").pem])
    assert problems(checked) == [
        "Signature1: its certificate leads to none of the given root certificates",
        "Signature2: its certificate leads to none of the given root certificates",
    ]
    with pytest.raises(PadesError, match="no certificate can be read"):
        pades_check.check(signed, [b"no PEM"])
    with pytest.raises(PadesError, match="there is no root certificate to check against"):
        pades_check.check(signed, [])


def test_a_certificate_that_has_ended_is_refused_unless_a_time_stamp_was_earlier(built: bytes, pki: Pki) -> None:
    later = pki.anna.certificate.not_valid_after_utc + DAY
    plain = check(by(pki.anna, built), later)
    ended = f"{pki.anna.certificate.not_valid_after_utc:%Y-%m-%d}"
    assert problems(plain) == [
        f"Signature1: its certificate ended on {ended}, and no time stamp proves that it was used before"
    ]
    stamped = check(by(pki.anna, built, long_term=LongTerm(pki.tsa)), later)
    assert stamped.holds
    assert stamped.signatures[0].level == "B-T"
    assert stamped.signatures[0].witnessed
    late = by(pki.anna, built, long_term=LongTerm(lambda query: pki.tsa(query, at=later)))
    assert "its certificate ended" in problems(check(late, later + DAY))[0]


def test_nobody_can_sign_with_an_ended_certificate_or_one_for_another_use(built: bytes, pki: Pki) -> None:
    ended = issue("Alt", pki.ca, begins=NOW - 9 * DAY, ends=NOW - DAY)
    with pytest.raises(PadesError, match=rf"the certificate is valid only from .* to {NOW - DAY:%Y-%m-%d}"):
        by(ended, built)
    for wrong in (
        issue("Verschlüsselung", pki.ca, usage=("key_encipherment",)),
        issue("www.example.com", pki.ca, usage=("digital_signature",), extended=ExtendedKeyUsageOID.SERVER_AUTH),
    ):
        with pytest.raises(PadesError, match="the certificate is not for signatures"):
            by(wrong, built)


@pytest.mark.parametrize("extended", [None, ExtendedKeyUsageOID.SERVER_AUTH])
def test_a_signature_with_a_certificate_for_another_use_is_refused(
    built: bytes, pki: Pki, monkeypatch: pytest.MonkeyPatch, extended: Any
) -> None:
    usage = ("digital_signature",) if extended else ("key_encipherment",)
    wrong = issue("Fremd", pki.ca, usage=usage, extended=extended)
    monkeypatch.setattr(certificates, "usage", lambda *_: {"digital_signature"})
    made = by(wrong, built)
    monkeypatch.undo()
    assert problems(check(made)) == ["Signature1: its certificate is not for this use"]


def test_a_revoked_certificate_is_refused(built: bytes, pki: Pki) -> None:
    made = by(pki.anna, built)
    assert check(made, crls=[pki.crl(pki.ben)]).holds
    assert problems(check(made, crls=[pki.crl(pki.anna)])) == ["Signature1: its certificate was revoked"]
    long_ago = pki.crl(pki.anna, at=NOW - 100 * DAY)  # the list has ended, what it says has not
    assert problems(check(made, crls=[long_ago])) == ["Signature1: its certificate was revoked"]
    before = by(pki.anna, built, long_term=LongTerm(pki.tsa))
    after = pki.crl(pki.anna, at=NOW + 10 * DAY)
    assert check(before, NOW + 12 * DAY, crls=[after]).holds
    with pytest.raises(PadesError, match=r"^the PDF cannot be signed: CRL indicates .* was revoked"):
        by(pki.anna, built, long_term=LongTerm(pki.tsa, [pki.ca.pem], [pki.crl(pki.anna)]))


@pytest.mark.parametrize("level", [Level.T, Level.LT, Level.LTA])
def test_the_long_term_levels_are_made_and_checked_offline_by_two_signers(
    built: bytes, pki: Pki, level: Level
) -> None:
    long_term = LongTerm(pki.tsa, [pki.ca.pem], [pki.crl()])
    made = by(pki.anna, pades.prepare(built, BOTH), long_term=long_term, level=level)
    made = by(pki.ben, made, long_term=long_term, level=level)
    for at in (None, NOW + 2000 * DAY):  # today, and long after the certificates of both have ended
        checked = check(made, at)
        assert problems(checked) == []
        assert [each.level for each in checked.signatures] == [level.value, level.value]
        assert all(each.witnessed for each in checked.signatures)
    gone = problems(check(made, NOW + 3500 * DAY))  # the certificate of the time-stamp service has ended too
    assert any("its time stamp does not hold: its certificate ended on" in problem for problem in gone)
    assert not check(red_box(made)).holds


def test_an_untrusted_time_stamp_breaks_the_signature(built: bytes, pki: Pki) -> None:
    stranger = Pki()
    made = by(pki.anna, built, long_term=LongTerm(stranger.tsa))
    assert problems(check(made)) == [
        "Signature1: its time stamp does not hold: its certificate leads to none of the given root certificates"
    ]
    assert not check(made).signatures[0].witnessed
    assert pades_check.check(made, [pki.ca.pem, stranger.ca.pem]).holds


def test_a_level_needs_what_it_rests_on(built: bytes, pki: Pki) -> None:
    with pytest.raises(PadesError, match="B-T needs a time-stamp service"):
        by(pki.anna, built, level=Level.T)
    with pytest.raises(PadesError, match="B-LTA needs certificates to trust in"):
        by(pki.anna, built, long_term=LongTerm(pki.tsa), level=Level.LTA)
    refused = bytes.fromhex("3015 3013 020102 300e 0c0c") + b"out of quota"
    with pytest.raises(PadesError, match="the time-stamp service refused: out of quota"):
        by(pki.anna, built, long_term=LongTerm(lambda _: refused))
    with pytest.raises(PadesError, match="this is not an answer of a time-stamp service"):
        by(pki.anna, built, long_term=LongTerm(lambda _: b"<html>"))


def test_fields_are_made_before_the_first_signature(built: bytes, pki: Pki) -> None:
    one = by(pki.anna, built)
    with pytest.raises(
        PadesError, match="the PDF is signed already, and a new field could break those signatures"
    ):
        pades.prepare(one, ["Late"])
    with pytest.raises(PadesError, match="all signature fields of the PDF are signed"):
        by(pki.ben, one)
    two = pades.prepare(built, BOTH)
    with pytest.raises(PadesError, match="the PDF has a signature field `Signature1` already"):
        pades.prepare(two, BOTH)
    with pytest.raises(PadesError, match="the PDF has no open signature field `Third`"):
        by(pki.anna, two, field="Third")
    with pytest.raises(PadesError, match="13 signers are too many"):
        pades.prepare(built, [str(number) for number in range(13)])
    second = check(by(pki.ben, two, field="Signature2"))
    assert second.holds
    assert second.open_fields == ("Signature1",)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"hello", b"%PDF-1.7\n%%EOF\n" * 3])
def test_what_is_no_pdf_is_told(junk: bytes, pki: Pki) -> None:
    assert problems(check(junk))[0].startswith("the PDF cannot be read: ")
    with pytest.raises(PadesError, match="this is not a PDF that can be signed"):
        by(pki.anna, junk)


def test_an_unsigned_and_an_encrypted_pdf_do_not_hold(built: bytes, pki: Pki) -> None:
    assert problems(check(built)) == ["nobody has signed the PDF"]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(built)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="", owner="x"))
    assert problems(check(out.getvalue())) == ["the PDF is encrypted"]
    with pytest.raises(PadesError, match="the PDF is encrypted"):
        by(pki.anna, out.getvalue())


def test_text_in_a_signature_is_never_markup(built: bytes, pki: Pki) -> None:
    nasty = '#panic("x") $a$ [b] *c* \\ "q" \u202e 漢 ' + "long " * 200
    made = by(pki.anna, built, reason=nasty, role='#read("/etc/passwd")')
    checked = check(made)
    assert checked.holds
    assert checked.signatures[0].reason == nasty


# ---- the commands ----


@pytest.fixture
def desk(tmp_path: Path, built: bytes, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a PDF, two certificate files and the root; the passphrase is typed right."""
    (tmp_path / "DOC-001.pdf").write_bytes(built)
    (tmp_path / "anna.p12").write_bytes(pki.anna.p12(pki.ca))
    (tmp_path / "ben.p12").write_bytes(pki.ben.p12(pki.ca))
    (tmp_path / "ca.pem").write_bytes(pki.ca.pem)
    monkeypatch.setattr(getpass, "getpass", lambda _: PASSPHRASE)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_two_people_sign_on_the_command_line_and_the_check_says_so(desk: Path, pki: Pki) -> None:
    first = run(
        "pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", "--signers", "2", "--reason", REASON, cwd=desk
    )
    assert (first.code, first.out, first.err) == (0, "DOC-001-signed.pdf\n", "  open: Signature2\n")
    half = run("pdf-check", "DOC-001-signed.pdf", "--root", "ca.pem", cwd=desk)
    assert half.code == 1
    assert half.lines[-1] == "  Signature2: nobody has signed it"
    second = run("pdf-sign", "DOC-001-signed.pdf", "--certificate", "ben.p12", "--role", "PRRC", cwd=desk)
    assert (second.code, second.out, second.err) == (0, "DOC-001-signed-2.pdf\n", "")
    full = run("pdf-check", "DOC-001-signed-2.pdf", "--root", "ca.pem", "--built", "DOC-001.pdf", cwd=desk)
    assert full.code == 0
    assert full.err == ""
    assert full.lines[0] == "DOC-001-signed-2.pdf: 2 of 2 signatures hold"
    assert full.lines[1].startswith("  Signature1: Anna Müßig-Keller, 20")
    assert full.lines[1].endswith(" UTC by the signer's own clock, B-B")
    assert full.lines[2] == f"    reason: {REASON}"
    assert full.lines[4] == f"    SHA-256: {pki.anna.fingerprint}"
    assert full.lines[5].startswith("  Signature2: Ben Okonkwo, PRRC, 20")


def test_a_changed_pdf_fails_the_check_in_plain_words_and_no_log_is_shown(desk: Path) -> None:
    run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", cwd=desk)
    (desk / "forged.pdf").write_bytes(red_box((desk / "DOC-001-signed.pdf").read_bytes()))
    ran = run("pdf-check", "forged.pdf", "--root", "ca.pem", cwd=desk)
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines[0] == "forged.pdf: 0 of 1 signature holds"
    assert ran.lines[-1] == f"    does not hold: {ADDED}"
    other = run("pdf-check", "DOC-001-signed.pdf", "--root", "ca.pem", "--built", "forged.pdf", cwd=desk)
    assert (other.code, other.lines[-1]) == (1, "  it does not begin with the bytes of forged.pdf")


def test_a_wrong_passphrase_writes_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = names(desk)
    monkeypatch.setattr(getpass, "getpass", lambda _: "wrong")
    ran = run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", cwd=desk)
    assert (ran.code, ran.out, ran.err) == (2, "", "qmsdoc: the passphrase does not open the certificate file\n")
    ran = run("pdf-sign", "DOC-001.pdf", "--certificate", "ca.pem", cwd=desk)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: the certificate file is not a PKCS#12 file")

    def no_terminal(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", no_terminal)
    ran = run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", cwd=desk)
    assert ran.err == "qmsdoc: the passphrase of anna.p12 can be asked only at a terminal\n"
    assert names(desk) == before


def test_nothing_is_overwritten_and_all_files_are_written_or_none(desk: Path) -> None:
    (desk / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    ran = run("pdf-sign", "DOC-001.pdf", "broken.pdf", "--certificate", "anna.p12", "-o", "out", cwd=desk)
    assert ran.code == 2
    assert ran.err.startswith("qmsdoc: this is not a PDF that can be signed: ")
    assert not (desk / "out").exists()
    assert run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", "-o", "out", cwd=desk).code == 0
    assert names(desk / "out") == ["DOC-001-signed.pdf"]
    before = (desk / "out/DOC-001-signed.pdf").read_bytes()
    again = run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", "-o", "out", cwd=desk)
    assert again.code == 2
    assert "is there already" in again.err
    assert (desk / "out/DOC-001-signed.pdf").read_bytes() == before


def test_fields_are_prepared_for_other_programs(desk: Path) -> None:
    ran = run("pdf-sign", "DOC-001.pdf", "--signers", "2", "--invisible", cwd=desk)
    assert (ran.code, ran.out) == (0, "DOC-001-to-sign.pdf\n")
    assert ran.err == "  open: Signature1, Signature2\n"
    ran = run("pdf-sign", "DOC-001-to-sign.pdf", "--certificate", "ben.p12", "--field", "Signature2", cwd=desk)
    assert (ran.code, ran.out, ran.err) == (0, "DOC-001-signed.pdf\n", "  open: Signature1\n")


def test_wrong_usage_is_told_before_anything_is_asked(desk: Path) -> None:
    ran = run("pdf-sign", "DOC-001.pdf", cwd=desk)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: there is nothing to sign with")
    ran = run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", "--level", "B-X", cwd=desk)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: `B-X` is not a level")
    ran = run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", "--root", "ca.pem", cwd=desk)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: --root and --crl need a time-stamp service")
    ran = run("pdf-check", "DOC-001.pdf", cwd=desk)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "qmsdoc: there is no root certificate to check against")
    ran = run("pdf-sign", "DOC-001.pdf", "--certificate", "anna.p12", "--tsa", "http://127.0.0.1:1/", cwd=desk)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qmsdoc: the time-stamp service http://127.0.0.1:1/ cannot be reached: ")


def test_without_the_extra_the_commands_say_what_to_install(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith(("qmsdoc.signing.", "pyhanko"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    for arguments in (("pdf-sign", "--certificate", "anna.p12"), ("pdf-check", "--root", "ca.pem")):
        ran = run(*arguments, "DOC-001.pdf", cwd=desk)
        assert ran.code == 2
        assert ran.err.splitlines()[-1] == "  help: pip install 'qmsdoc[pades]'"
