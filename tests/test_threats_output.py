# ruff: noqa: RUF001 - letters that look alike are what is tested
"""What hostile text does to pages, PDFs and new documents: nothing but to be shown.

The numbers TH-… are those of the threat list of the project; test_site.py, test_pdf_text.py and test_hostile.py
have the others.
"""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from conftest import SOP, Repository
from handbooks import Tags, built, with_body
from pdfs import BODY, catalogue, make, pages
from qmsdoc.publish.look import read_look
from test_hostile import limit, posix
from test_site import HOSTILE
from test_site_browser import browser  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from pathlib import Path

    from test_site_browser import Browser

BOMB = "a: &a [x]\n" + "\n".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)
FORM = """\
---
id: FRM-001
type: form
title: Form of an SOP
revision: 1
owner: prrc
makes: sop
---

# {{ title }}

"""


def article(repository: Repository) -> str:
    """What a reader of SOP-001 is shown, as HTML."""
    text = (built(repository) / "documents" / "SOP-001.html").read_text(encoding="utf-8")
    return text[text.index("<article") : text.index("</article>")]


class TestForms:
    @pytest.mark.parametrize(
        "form",
        [
            "{{ lipsum.__globals__['os'].popen('id').read() }}",
            "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
            "{{ '{0.__class__}'.format('') }}",
            "{{ 'x' * 300000000 }}",
            "{{ 'x'.ljust(300000000) }}",
            "{{ 'x' | center(300000000) }}",
            "{{ '%300000000d' % 1 }}",
            "{{ '{:300000000}'.format(1) }}",
            "{{ 10 ** 10 ** 8 }}",
            "{% set ns = namespace(a='x') %}{% for i in range(28) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}",
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "{% for a in sections %}{% for b in sections %}x{% endfor %}{% endfor %}",
            "{% for character in title %}x{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% for section in sections recursive %}{{ loop(sections) }}{% endfor %}",
            "{{ sections | join('" + "x" * 81 + "') }}",
            "{{ sections | batch(2) }}",
            "{{ title.upper() }}",
            "{% if owner %}" * 500 + "{% endif %}" * 500,
            "{% for section in sections %}" + "x" * 2_000_000 + "{% endfor %}",
        ],
        ids=lambda form: f"{form[:40]}…{len(form)}",
    )
    def test_th_41_a_form_is_no_program(self, repository: Repository, form: str) -> None:
        repository.sop()
        repository.write("templates/FRM-001-sop.md", (FORM + form + "\n").encode())
        start = time.monotonic()
        with limit():
            ran = repository.run("new", "sop", "--title", "A")
        assert time.monotonic() - start < 5
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("qmsdoc: the form of sop cannot be filled: ")
        assert not (repository.root / "sops" / "SOP-002-a.md").exists()

    def test_what_a_form_may_hold(self, repository: Repository) -> None:
        form = (
            "{% if owner == 'prrc' and not (id == 'SOP-001') %}{{ id }}{% else %}no{% endif %}: "
            "{{ sections | join(', ') }}{# a remark #}\n"
            "{% for section in sections %}\n## {{ section }}\n{% endfor %}\n{% raw %}{{ as it is }}{% endraw %}\n"
        )
        repository.sop()
        repository.write("templates/FRM-001-sop.md", (FORM + form).encode())
        path = repository.run("new", "sop", "--title", "A").out.strip()
        text = (repository.root / path).read_text(encoding="utf-8")
        assert "\nSOP-002: Purpose and scope, Roles, Procedure, Records\n" in text
        assert "\n## Procedure\n\n## Records\n" in text
        assert text.endswith("\n{{ as it is }}\n")

    def test_what_is_refused_is_told_with_its_line(self, repository: Repository) -> None:
        repository.write("templates/FRM-001-sop.md", (FORM + "{{ title.upper() }}\n").encode())
        assert repository.run("new", "sop", "--title", "A").err == (
            "qmsdoc: the form of sop cannot be filled: line 4 of its body is a program; "
            "a form has values, `{% for section in sections %}` and `{% if … %}`\n"
            "  help: mend the form in templates/\n"
        )


class TestOtherYaml:
    """TH-28 and TH-30 for the files beside documents."""

    @pytest.mark.parametrize(
        "text", [BOMB, "x: " + "[" * 2000, "x: " + "{a: " * 3000, "x: " + "[" * 3000 + "]" * 3000]
    )
    @pytest.mark.parametrize(("folder", "code"), [("types", "QD702"), ("frameworks", "QD303")])
    def test_types_and_frameworks_of_a_company(
        self, repository: Repository, folder: str, code: str, text: str
    ) -> None:
        repository.sop()
        repository.write(f"schemas/{folder}/x.yaml", text.encode())
        with limit():
            (finding,) = repository.findings()
        assert finding.startswith("x.yaml:")
        assert f" {code} " in finding

    @pytest.mark.parametrize(
        "text", [BOMB, "x: " + "[" * 2000, "x: " + "[" * 3000 + "]" * 3000, "<<: *x", "k: !!x y"]
    )
    def test_the_look_of_the_site(self, repository: Repository, text: str) -> None:
        repository.write("mkdocs.yml", f"site_name: A\n{text}\nsite_description: *i\n".encode())
        with limit():
            look = read_look(repository.root)
        assert look.notes
        assert all(len(note) < 200 for note in look.notes)
        assert not isinstance(look.site_description, list)

    def test_nested_toml(self, repository: Repository) -> None:
        repository.sop()
        repository.write("trust/people.toml", b"x = " + b"[" * 5000 + b"]" * 5000)
        with limit():
            ran = repository.run("validate", "--output-format", "concise")
        assert ran.code == 1
        assert "trust/people.toml:" in ran.out
        assert "Traceback" not in ran.err


class TestNames:
    def test_th_20_names_that_differ_only_in_case(self, repository: Repository) -> None:
        repository.sop()
        repository.sop(SOP.replace("SOP-001", "SOP-003"), "sops/SOP-003.md")
        repository.write("sops/sop-003.md", SOP.replace("SOP-001", "SOP-004").encode())
        repository.write("sops/Documents/notes.txt", b"x")
        if len(list((repository.root / "sops").glob("*.md"))) < 2:
            pytest.skip("the file system takes both for one name")
        same = "QD109 on Windows and macOS `sops/{}` is the same name as `sops/{}`"
        assert [finding for finding in repository.findings() if " QD109 " in finding] == [
            f"SOP-001-control-of-documents.md:1:1 {same.format('documents', 'Documents')}",
            f"sop-003.md:1:1 {same.format('sop-003.md', 'SOP-003.md')}",
        ]

    @posix
    @pytest.mark.parametrize(
        "name",
        ["CON.md", "nul", "Aux.tar.gz", "COM1.txt", "lpt9 .md", "SOP-002.", "SOP-002 /x.txt", "a:b.md", "a\\b"],
    )
    def test_th_20_names_that_windows_cannot_hold(self, repository: Repository, name: str) -> None:
        repository.sop()
        repository.write(f"sops/{name}", SOP.replace("SOP-001", "SOP-002").encode())
        told = [finding.partition(" QD109 ")[2] for finding in repository.findings() if " QD109 " in finding]
        assert told == [f"`{name.partition('/')[0]}` cannot be a name on Windows"]

    @pytest.mark.parametrize("name", ["console.md", "SOP-002-nul.md", "com.txt", "lpt10.md", "x.con"])
    def test_names_that_only_look_so(self, repository: Repository, name: str) -> None:
        repository.sop()
        repository.write(f"sops/{name}", SOP.replace("SOP-001", "SOP-002").encode())
        assert [finding for finding in repository.findings() if " QD109 " in finding] == []

    @pytest.mark.parametrize(
        ("name", "code"),
        [("Al\u202eice", "QD020"), ("Al\u200bice", "QD020"), ("Al\u00adice", "QD020"),
         ("Al\U000e0041ice", "QD803"), ("Аlice", "QD021"), ("A\u0308lice", "QD021"), ("1 kΩ 5 µm Älice", None)],
    )  # fmt: skip
    def test_th_33_a_name_that_looks_the_same(self, repository: Repository, name: str, code: str | None) -> None:
        repository.sop(SOP.replace("First issue", f"Asked for by {name}"))
        told = [(finding.split(":")[1], finding.split()[1]) for finding in repository.findings()]
        assert told == ([("12", code)] if code else [])

    @pytest.mark.parametrize(
        "name",
        [
            "../../etc/cron.d/x",
            "/etc/passwd",
            "..\\..\\x",
            ".git/hooks/pre-commit",
            "a\0b",
            "",
            "--output=x",
            "..",
        ],
    )
    def test_th_34_the_name_of_an_attachment_leads_nowhere(self, repository: Repository, name: str) -> None:
        repository.sop(SOP.replace("change: First", f"attachments: [{json.dumps(name)}]\nchange: First"))
        (finding,) = repository.findings()
        assert finding.split()[1] in {"QD003", "QD006"}

    @pytest.mark.parametrize("name", ["../../x", "/etc/x", "..", ".git", "a\\b", "a/b", "x" * 101, "a\n", "٣"])
    def test_th_34_the_name_of_a_release_leads_nowhere(self, repository: Repository, name: str) -> None:
        repository.sop()
        before = sorted(repository.root.parent.rglob("*"))
        ran = repository.run("release", "build", name, "--drafts")
        assert (ran.code, ran.out) == (2, "")
        assert "cannot be the name of a release" in ran.err
        assert sorted(repository.root.parent.rglob("*")) == before

    @pytest.mark.parametrize("name", ["../../x", "/etc/x", "SOP-001/../../x"])
    def test_th_34_an_id_leads_nowhere(self, repository: Repository, name: str) -> None:
        repository.sop()
        for command in (("pdf", name), ("release", "build", "a", name)):
            ran = repository.run(*command)
            assert (ran.code, ran.out) == (2, "")
            assert f"`{name}` is not a document in this QMS" in ran.err


class TestSite:
    @posix
    def test_th_23_what_a_link_points_to_is_on_no_page(self, repository: Repository) -> None:
        secret = repository.root.parent / f"{repository.root.name}-secret"
        secret.write_text("TOPSECRET", encoding="utf-8")
        repository.sop(SOP.replace("2. Approve.", "2. [a](SOP-001/link.txt) ![b](SOP-001/link.png)"))
        folder = repository.root / "sops/documents/SOP-001"
        folder.mkdir()
        for name in ("link.txt", "link.png", "more.md"):
            (folder / name).symlink_to(secret)
        assert [f.split()[1] for f in repository.findings() if "link" in f.split(":")[0]] == ["QD017", "QD017"]
        output = built(repository)
        assert not [file for file in output.rglob("*") if file.is_file() and b"TOPSECRET" in file.read_bytes()]
        assert not [file for file in output.rglob("*") if file.is_symlink()]

    def test_th_25_an_image_from_elsewhere_is_not_asked_for(self, repository: Repository) -> None:
        targets = ["/etc/passwd", "http://169.254.169.254/", "//169.254.169.254/x.png", "file:///etc/passwd",
                   "../../../etc/passwd", "data:image/png;base64,AA", "SOP-001/../../../qmsdoc.toml"]  # fmt: skip
        repository.sop(SOP.replace("2. Approve.", "\n\n".join(f"![a]({target})" for target in targets)))
        told = {finding.split()[1] for finding in repository.findings()}
        assert told == {"QD105", "QD108"}
        assert Tags(article(repository)).names.isdisjoint({"img", "image", "iframe", "object", "embed"})

    def test_th_26_inclusions_of_other_notations_are_text(self, repository: Repository) -> None:
        repository.sop(
            SOP.replace(
                "2. Approve.", '.. include:: /etc/passwd\n\n<iframe src=/etc/passwd>\n\n--8<-- "/etc/passwd"'
            )
        )
        text = article(repository)
        assert ".. include:: /etc/passwd" in text
        assert "&lt;iframe src=/etc/passwd&gt;" in text
        assert "root:" not in text

    def test_th_27_inputs_that_hung_a_converter(self, repository: Repository) -> None:
        lines = "\n".join(["[a.__b__]"] * 20)
        headings = "\n\n".join(f"## {'[' * 22} [a.__b__] {n}" for n in range(20))
        text = with_body(f"# {'[' * 22}[a.__b__]\n\n{lines}\n\n{headings}\n\n{':::' * 100}\n\n![{'[' * 22}\n")
        repository.sop(text.replace("title: Control of documents", f"title: '{'[' * 22}[a.__b__]'"))
        start = time.monotonic()
        assert "[a.<strong>b</strong>]" in article(repository)
        assert time.monotonic() - start < 15

    @pytest.mark.browser
    def test_th_35_nothing_runs_in_a_browser(self, repository: Repository, browser: Browser) -> None:  # noqa: F811
        repository.sop(
            with_body(HOSTILE.replace("alert(1)", "window.ran=4").replace("<script>1", "<script>window.ran=5"))
        )
        page = built(repository) / "documents" / "SOP-001.html"
        browser.open(page.as_uri())
        assert browser.see(
            "document.querySelector('article').innerText.includes('<script>window.ran = 1</script>')"
        )
        browser.see("document.querySelectorAll('article *').forEach(each => each.tagName == 'A' || each.click())")
        browser.see(
            "document.querySelectorAll('article a').forEach(each => each.href.startsWith('file:') || each.click())"
        )
        assert browser.see("typeof window.ran") == "undefined"
        assert not [url for url in browser.requests if "evil.example" in url]
        assert browser.see("location.href") == page.as_uri()


def image(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(data, "PNG")
    return data.getvalue()


def svg(attributes: str, size: str = 'width="10" height="10" viewBox="0 0 10 10"') -> bytes:
    drawing = f'<rect x="-9999" y="-9999" width="99999" height="99999" fill="white" {attributes}/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {attributes}>{drawing}</svg>'.encode()


def footers(file: Path) -> list[int]:
    """The dark pixels in the band of each page where the footer stands."""
    document = pypdfium2.PdfDocument(file)
    found = []
    for page in document:
        drawn = page.render(scale=2).to_pil().convert("L")
        width, height = drawn.size
        found.append(sum(drawn.crop((0, int(height * 0.92), width, int(height * 0.97))).histogram()[:160]))
    document.close()
    return found


@pytest.mark.pdf
class TestPdf:
    def test_th_21_a_title_is_no_markup_of_the_template(self, tmp_path: Path) -> None:
        title = 'x `", description: read("/source.md"), author: "` y'
        outcome = make(BODY, tmp_path, title=title)
        assert outcome.error == ""
        assert catalogue(tmp_path / outcome.job.file)["dc:title"] == f"SOP-001 {title}"
        with pikepdf.open(tmp_path / outcome.job.file) as document:
            told = {key: str(value) for key, value in document.docinfo.items()}
        assert told["/Title"] == f"SOP-001 {title}"
        assert (told["/Author"], told["/Subject"]) == (
            "Test Medical GmbH",
            "Standard operating procedure, Revision 2",
        )
        assert title in pages(tmp_path / outcome.job.file)[0]

    @pytest.mark.parametrize(
        ("body", "shown"),
        [
            ('```{=typst}\n#read("/etc/passwd")\n```', '#read("/etc/passwd")'),
            ("A `#sys.version`{=typst} B", "A #sys.version{=typst} B"),
            ('A `#read("/etc/passwd")`{=typst} B', 'A #read("/etc/passwd"){=typst} B'),
            ('#import "@preview/x:0.1.0": *', '#import "@preview/x:0.1.0": *'),
            (".. include:: /etc/passwd", ".. include:: /etc/passwd"),
            ("A <iframe src=/etc/passwd> B", "A <iframe src=/etc/passwd> B"),
            ("header-includes: '`#sys.version`{=typst}'", "header-includes: '#sys.version{=typst}'"),
            ("A {{ 7*7 }} B", "A {{ 7*7 }} B"),
        ],
    )
    def test_th_22_24_26_markup_of_other_languages_is_shown(self, body: str, shown: str, tmp_path: Path) -> None:
        outcome = make(f"{body}\n", tmp_path)
        assert outcome.error == ""
        (text,) = pages(tmp_path / outcome.job.file)
        assert shown in text
        assert "root:" not in text

    def test_th_25_an_image_from_elsewhere_is_refused(self, tmp_path: Path) -> None:
        for target in ("/etc/passwd", "http://169.254.169.254/"):
            outcome = make(f"![a]({target})\n", tmp_path)
            assert outcome.error == f"line 11: the image `{target}` is not in this repository"
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("body", ["[" * 22, "\n".join(["[a.__b__]"] * 20), ":::\n" * 100])
    def test_th_27_inputs_that_hung_a_converter(self, body: str, tmp_path: Path) -> None:
        start = time.monotonic()
        outcome = make(f"{body}\n", tmp_path)
        assert time.monotonic() - start < 10
        assert outcome.error == ""
        assert body[:2] in pages(tmp_path / outcome.job.file)[0]

    @pytest.mark.parametrize(
        ("body", "picture"),
        [
            ("![x](x.svg)", svg("")),
            ("![x](x.svg)", svg('overflow="visible" style="overflow:visible"')),
            ("![x](x.svg)", svg("", 'width="10" height="99999"')),
            ("Text ![x](x.png) text", image(20, 4000)),
            ("| a |\n|---|\n| " + "x ![x](x.png) " * 40 + "|", image(20, 4000)),
            ("```\n" + "y" * 3000 + "\n" + "z\n" * 200 + "```", b""),
            ("footer: none\n\n\\pagestyle{empty}\n\n#set page(footer: none)", b""),
        ],
        ids=["svg", "overflow", "high svg", "high image", "high cell", "long code", "settings"],
    )
    def test_th_36_37_every_page_shows_what_it_is(self, body: str, picture: bytes, tmp_path: Path) -> None:
        """By text, and by what is seen: a white box over the footer would leave its text where it was."""
        outcome = make(
            f"{BODY}\n{body}\n", tmp_path, images={"sops/quality/x.svg": picture, "sops/quality/x.png": picture}
        )
        assert outcome.error == ""
        file = tmp_path / outcome.job.file
        texts = pages(file)
        for number, text in enumerate(texts, 1):
            for part in (
                "SOP-001",
                "Revision 2",
                "State: effective",
                f"Page {number} of {len(texts)}",
                "Uncontrolled",
            ):
                assert part in text
        assert min(footers(file)) > 2000

    def test_th_37_a_white_box_over_the_footer_would_be_seen(self, tmp_path: Path) -> None:
        """What the test above measures does change where only the looks do."""
        outcome = make(BODY, tmp_path)
        with pikepdf.open(tmp_path / outcome.job.file) as document:
            page = document.pages[0]
            page.contents_add(document.make_stream(b"q 1 1 1 rg 0 0 600 80 re f Q"))
            document.save(tmp_path / "painted.pdf")
        assert pages(tmp_path / "painted.pdf") == pages(tmp_path / outcome.job.file)
        assert footers(tmp_path / "painted.pdf") == [0]
