"""The handbook: what it shows, what it never shows, and what it never asks for."""

from __future__ import annotations

import json
import shutil
import subprocess  # noqa: TID251 - Zensical is run as a reader of the tree would run it
import sys
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import COMPLAINT, COMPLAINT_PATH, CONFIG, SOP, TODAY
from qmsdoc import pages
from qmsdoc.load import source
from qmsdoc.project import Meaning
from qmsdoc.publish import site, site_gate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conftest import Repository
    from qmsdoc.project import Act

HOSTILE = """\
# Control of documents

<script>window.ran = 1</script> <img src=x onerror="window.ran = 2">

[a](JaVaScRiPt:window.ran=3) [b](data:text/html,<script>1</script>) [c](//evil.example/x)

<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input></form>

![d](https://evil.example/pixel.png) ![e](//evil.example/pixel.png "x\\" onload=1")

# Title {onclick=alert(1)} </title><script>1</script>

{onclick=alert(1)}

```html
<script>shown</script>
```
"""


def staged(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True) -> Mapping[str, str]:
    """The staged files by path, text only; problems and notes are not expected."""
    folder = repository.root.parent / f"{repository.root.name}-staged"
    shutil.rmtree(folder, ignore_errors=True)
    result = site.stage(
        repository.load(acts),
        repository.root,
        folder,
        edition=site.Edition(TODAY, "abc1234"),
        source=partial(source, repository.root),
        drafts=drafts,
    )
    assert not result.problems
    found = {}
    for file in folder.rglob("*"):
        if file.suffix in {".md", ".yml", ".svg"}:
            found[file.relative_to(folder).as_posix().removeprefix("pages/")] = file.read_text(encoding="utf-8")
    return found


def built(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True) -> Path:
    """The folder of the built site."""
    output = repository.root / "build" / "site"
    site.build(
        repository.load(acts),
        repository.root,
        output,
        today=TODAY,
        commit="abc1234",
        source=partial(source, repository.root),
        drafts=drafts,
    )
    return output


def page(repository: Repository, acts: Sequence[Act] = (), *, drafts: bool = True, path: str = "SOP-001") -> str:
    return staged(repository, acts, drafts=drafts)[f"documents/{path}.md"]


def with_body(body: str, front: str = "") -> str:
    head, _, _ = SOP.partition("# Control")
    return head.replace("change: First issue\n", f"change: First issue\n{front}") + body


def test_a_page_word_by_word(repository: Repository) -> None:
    repository.sop()
    assert page(repository) == PAGE


PAGE = """\
---
title: "SOP-001 Control of documents"
---

# <span class="qms-id">SOP-001</span> Control of documents {#control-of-documents}

<div>
<div class="qms-banner qms-banner--draft" role="note"><strong>Draft.</strong> \
Not in force: do not work by this text.</div>
<dl class="qms-facts">
<div><dt>Id</dt> <dd>SOP-001</dd></div>
<div><dt>Type</dt> <dd>Standard operating procedure</dd></div>
<div><dt>Revision</dt> <dd>1</dd></div>
<div><dt>State</dt> <dd><span class="qms-state qms-state--draft">draft</span></dd></div>
<div><dt>Owner</dt> <dd>Quality manager</dd></div>
<div><dt>In force from</dt> <dd>not in force</dd></div>
<div><dt>Planned from</dt> <dd>2026-01-15</dd></div>
<div><dt>Review every (months)</dt> <dd>24</dd></div>
<div><dt>Clauses</dt> <dd><span class="qms-nowrap"><a href="../clauses/iso-13485.html#clause-4-2-4">\
ISO 13485 4.2.4</a></span></dd></div>
<div><dt>Applies to</dt> <dd>Quality manager</dd></div>
<div><dt>Training</dt> <dd>read</dd></div>
</dl>
<div class="qms-change"><strong>What changed in revision 1</strong> First issue</div>
</div>


## Purpose and scope {#purpose-and-scope}

<div>
<p>Everybody works from the text in force.</p>
</div>

## Roles {#roles}

<div>
<p>The quality manager keeps the register.</p>
</div>

## Procedure {#procedure}

<div>
<ol>
<li>Write.</li>
<li>Approve.</li>
</ol>
</div>

## Records {#records}

<div>
<p>The register.</p>
</div>
"""


def test_what_is_in_force_says_so_and_names_who_signed(repository: Repository) -> None:
    repository.sop()
    shown = page(repository, [repository.act(Meaning.APPROVAL, "2026-02-01")], drafts=False)
    assert "qms-banner" not in shown
    assert "<dt>In force from</dt> <dd>2026-02-01</dd>" in shown
    assert "<dt>Next review</dt> <dd>2028-02-01</dd>" in shown
    assert "<td>Approval</td> <td>Anna Keller</td> <td>Quality manager</td> <td>2026-02-01</td>" in shown


@pytest.mark.parametrize(
    ("meaning", "banner"),
    [
        (Meaning.AUTHOR, "<strong>In review.</strong> Not in force: do not work by this text."),
        (Meaning.APPROVAL, "<strong>Approved, not yet in force.</strong> In force from 2026-12-24."),
    ],
)
def test_what_is_not_yet_in_force_says_so(repository: Repository, meaning: Meaning, banner: str) -> None:
    repository.sop(SOP.replace("effective_from: 2026-01-15", "effective_from: 2026-12-24"))
    assert banner in page(repository, [repository.act(meaning, "2026-11-01")])


def test_a_withdrawn_document_leaves_a_notice(repository: Repository) -> None:
    repository.sop()
    approval = repository.act(Meaning.APPROVAL, "2026-02-01")
    gone = repository.act(Meaning.WITHDRAWAL, "2026-03-01")
    repository.sop(SOP.replace("SOP-001", "SOP-002\nsupersedes: [SOP-001]"), "sops/documents/SOP-002-new.md")
    acts = [approval, gone, repository.act(Meaning.APPROVAL, "2026-02-20", "SOP-002")]
    shown = page(repository, acts, drafts=False)
    assert "<strong>Withdrawn since 2026-03-01.</strong> SOP-001 is no longer in force." in shown
    assert (
        'It is replaced by <span class="qms-nowrap"><a href="SOP-002.html" title="Control of documents">SOP-002</a></span>.'
        in shown
    )
    assert "Everybody works" not in shown


def test_the_revision_in_force_stays_while_the_next_is_written(repository: Repository) -> None:
    copy = "approvals/SOP-001/r1/copy/SOP-001-control-of-documents.md"
    repository.write(copy, SOP)
    repository.sop(SOP.replace("revision: 1", "revision: 2").replace("text in force", "newer text"))
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01", copy=1)]
    public = staged(repository, acts, drafts=False)
    assert "text in force" in public["documents/SOP-001.md"]
    assert not [path for path in public if path.startswith("drafts/")]
    assert not [text for text in public.values() if "newer text" in text]
    preview = staged(repository, acts, drafts=True)
    assert "text in force" in preview["documents/SOP-001.md"]
    assert (
        'Not in force: do not work by this text. <a href="../documents/SOP-001.html">Revision 1 is in force</a>'
        in (preview["drafts/SOP-001.md"])
    )
    assert "SOP-001 Control of documents (draft)" in preview["mkdocs.yml"]


def test_changed_since_approval_is_told_and_the_approved_text_is_shown(repository: Repository) -> None:
    repository.write("approvals/SOP-001/r1/copy/SOP-001-control-of-documents.md", SOP)
    repository.sop(SOP.replace("text in force", "changed text"))
    shown = page(repository, [repository.act(Meaning.APPROVAL, "2026-02-01", copy=1)], drafts=False)
    assert "<strong>Changed since approval.</strong>" in shown
    assert "This page shows the approved text." in shown
    assert "changed text" not in shown


def test_drafts_and_records_stay_out_unless_asked_for(repository: Repository) -> None:
    repository.sop()
    repository.sop(
        SOP.replace("SOP-001", "SOP-002").replace("text in force", "secret plan"), "sops/x/SOP-002-draft.md"
    )
    repository.write(COMPLAINT_PATH, COMPLAINT)
    output = built(repository, [repository.act(Meaning.APPROVAL, "2026-02-01")], drafts=False)
    everything = "".join(file.read_text(errors="replace") for file in output.rglob("*") if file.is_file())
    assert "text in force" in everything
    for hidden in ("SOP-002", "secret plan", "CMP-001", "Pump alarm"):
        assert hidden not in everything
    repository.write("qmsdoc.toml", f'{CONFIG}[site]\nrecords = ["complaint"]\n')
    found = staged(repository)
    assert "Pump alarm without cause" in found["registers/complaint/index.md"]
    assert "The alarm sounds" in found["records/CMP-001.md"]


def test_nothing_to_publish_is_an_error_that_says_why(repository: Repository) -> None:
    repository.sop()
    with pytest.raises(site.SiteError, match=r"no document is in force on 2026-11-23 \(1 draft\)") as told:
        built(repository, drafts=False)
    assert "--drafts" in told.value.hint
    assert not (repository.root / "build" / "site").exists()


def test_links_are_resolved_by_id(repository: Repository) -> None:
    repository.sop(SOP.replace("SOP-001", "SOP-002"), "sops/people/SOP-002-control-of-documents.md")
    repository.sop(
        with_body(
            "[there](../people/SOP-002-control-of-documents.md#procedure) [moved](../old/SOP-002-x.md#nowhere) "
            "[gone](SOP-099-gone.md) [file](../../trust/people.toml) "
            "[out](https://example.org/?a=1&b=2) [top](#roles)\n\n## Roles\n\nNone.\n"
        )
    )
    shown = page(repository)
    assert '<a href="SOP-002.html#procedure" title="Control of documents">there</a>' in shown
    assert '<a href="SOP-002.html" title="Control of documents">moved</a>' in shown
    assert '<span class="qms-dead" title="SOP-099 is not part of this handbook">gone</span>' in shown
    assert '<span class="qms-dead" title="trust/people.toml is not part of this handbook">file</span>' in shown
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">out</a>' in shown
    assert '<a href="#roles">top</a>' in shown
    assert '<li><a href="SOP-001.html">SOP-001 Control of documents</a></li>' in page(repository, path="SOP-002")


def test_what_markdown_has_is_shown(repository: Repository) -> None:
    repository.sop(
        with_body(
            "- [x] done\n- [ ] open\n\n> [!WARNING]\n> Mind.\n\n> ## Quoted\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n"
            "Note[^1].\n\n[^1]: Said.\n\n```\n\tcode\n\n# no heading\n```\n\n## *A* `b` & <c> # {#d}\n\nEnd.\n"
        )
    )
    shown = page(repository)
    assert "<li>☒ done</li>\n<li>☐ open</li>" in shown
    assert (
        '<blockquote class="qms-alert qms-alert--warning"><p class="qms-alert__title">Warning</p>\n<p>Mind.</p>'
        in shown
    )
    assert '<h2 id="quoted">Quoted</h2>' in shown
    assert '<td class="qms-right">2</td>' in shown
    assert 'Note<sup><a href="#note-1">1</a></sup>' in shown
    assert '<div class="qms-footnote" id="note-1"><sup>1</sup>' in shown
    assert "<pre><code>&#9;code\n\n# no heading\n</code></pre>" in shown
    assert "## A b &#38; &#60;c&#62; &#35; &#123;&#35;d&#125; {#a-b--c--d}" in shown


def test_attachments_and_images_are_staged_and_listed(repository: Repository) -> None:
    repository.sop(
        with_body("![The flow](SOP-001/flow.png) ![x](SOP-001/bad.svg) ![y](../secret.png) [z](SOP-001/flow.png)")
    )
    repository.write("sops/documents/SOP-001/flow.png", b"\x89PNG")
    repository.write("sops/documents/SOP-001/bad.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>")
    result = site.stage(
        repository.load(),
        repository.root,
        repository.root / "staged",
        edition=site.Edition(TODAY),
        source=partial(source, repository.root),
        drafts=True,
    )
    shown = (repository.root / "staged/pages/documents/SOP-001.md").read_text(encoding="utf-8")
    assert '<img src="../files/documents/SOP-001/flow.png" alt="The flow">' in shown
    assert '<a href="../files/documents/SOP-001/flow.png">flow.png</a> (4 bytes)' in shown
    assert '<span class="qms-dead" title="this image can not be shown">[x]</span>' in shown
    assert "../secret.png is not an image attached to SOP-001" in shown
    assert (repository.root / "staged/pages/files/documents/SOP-001/flow.png").read_bytes() == b"\x89PNG"
    (problem,) = result.problems
    assert problem.location.path == "sops/documents/SOP-001/bad.svg"
    assert "onload" in problem.message


def test_a_diagram_becomes_a_picture_and_a_broken_one_is_told(repository: Repository) -> None:
    good = "```mermaid\nflowchart LR\n    accTitle: Flow\n    accDescr: From a to b.\n    A --> B\n```\n"
    repository.sop(with_body(good))
    found = staged(repository)
    (drawn,) = [path for path in found if path.endswith(".svg")]
    assert (
        f'<img src="../{drawn}" alt="Flow: From a to b."></a><figcaption>Flow</figcaption>'
        in found["documents/SOP-001.md"]
    )
    repository.sop(with_body("```mermaid\nflowchart LR\n    A --> [[[\n```\n"))
    with pytest.raises(AssertionError, match="can not be drawn"):
        staged(repository)


def test_clause_and_role_pages_lead_to_documents(repository: Repository) -> None:
    repository.sop()
    found = staged(repository)
    clauses = found["clauses/iso-13485.md"]
    assert "### 4&#46;2&#46;4 Control of documents {#clause-4-2-4}" in clauses
    assert '<a href="../documents/SOP-001.html#procedure">SOP-001 Control of documents: Procedure</a>' in clauses
    assert '<a href="../documents/SOP-001.html">SOP-001</a>' in found["roles/quality-manager.md"]
    assert "No document of this handbook cites this framework yet." in found["clauses/mdr.md"]


def test_home_tells_what_changed_lately(repository: Repository) -> None:
    repository.sop()
    home = staged(repository, [repository.act(Meaning.APPROVAL, "2026-02-01")], drafts=False)["index.md"]
    assert (
        '2026-02-01 <a href="documents/SOP-001.html">SOP-001 Control of documents</a>, revision 1: First issue'
        in home
    )
    assert "Preview" not in home


class Tags(HTMLParser):
    """The tags of a piece of HTML and their attributes, as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_hostile_text_is_shown_as_text(repository: Repository) -> None:
    repository.sop(
        with_body(HOSTILE).replace("title: Control of documents", 'title: "</title><script>alert(1)</script>"')
    )
    output = built(repository)
    assert site_gate.inspect(output) == []
    text = (output / "documents" / "SOP-001.html").read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    tags = Tags(article)
    assert not tags.names & {"script", "iframe", "form", "input", "img", "object", "style"}
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name == "style"]
    assert not [
        value for name, value in tags.attributes if name == "href" and not value.startswith(("#", "..", "."))
    ]
    assert "&lt;script&gt;window.ran = 1&lt;/script&gt;" in article
    for file in output.rglob("*.html"):
        assert "<script>alert(1)" not in file.read_text(encoding="utf-8")


def test_every_page_is_stamped_and_sealed(repository: Repository) -> None:
    repository.sop()
    output = built(repository)
    files = list(output.rglob("*.html"))
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "State of 2026-11-23 · commit abc1234" in text
        assert (
            "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self' file: 'sha256-"
            in text
        )
    stamp = json.loads((output / site.STAMP).read_text(encoding="utf-8"))
    assert (stamp["as_of"], stamp["commit"], stamp["dirty"]) == ("2026-11-23", "abc1234", False)
    assert stamp["pages"] == len(files) - 1  # and 404.html


def test_equal_input_gives_equal_bytes(repository: Repository) -> None:
    repository.sop()
    first, second = (
        {f.name: f.read_bytes() for f in built(repository).rglob("*") if f.is_file()} for _ in range(2)
    )
    assert first == second


def test_a_hostile_mkdocs_yml_runs_nothing(repository: Repository) -> None:
    repository.sop()
    repository.write(
        "mkdocs.yml",
        """\
        site_name: Our & handbook
        hooks: [evil.py]
        plugins: [search, evil]
        repo_url: !!python/object/apply:os.system ["touch ran"]
        theme:
          name: !!python/object/apply:os.system ["touch ran"]
          custom_dir: evil
          logo: ../../../etc/passwd
          palette: {primary: teal, accent: "red;}"}
        """,
    )
    repository.write("evil.py", "open('ran', 'w')")
    result = site.build(
        repository.load(),
        repository.root,
        repository.root / "out",
        today=TODAY,
        commit="",
        source=partial(source, repository.root),
        drafts=True,
    )
    assert [note.split("`")[1] for note in result.notes] == (
        ["hooks", "plugins", "repo_url", "theme.name", "theme.custom_dir", "theme.logo", "theme.palette.accent"]
    )
    assert not list(repository.root.rglob("ran"))
    home = (repository.root / "out/index.html").read_text(encoding="utf-8")
    assert "Our &amp; handbook" in home
    assert 'data-md-color-primary="teal"' in home


@pytest.mark.parametrize(
    ("text", "why"),
    [("a: [", "it is not YAML"), ("- a", "it is not a mapping"), (f"a: {'x' * 70000}", "it has more than 64 KiB")],
)
def test_an_unreadable_mkdocs_yml_is_noted(repository: Repository, text: str, why: str) -> None:
    repository.write("mkdocs.yml", text)
    from qmsdoc.publish.look import read_look

    (note,) = read_look(repository.root).notes
    assert why in note


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        (
            "a.html",
            '<script src="https://cdn.example/x.js"></script>',
            "<script> asks another host: https://cdn.example/x.js",
        ),
        ("a.html", "<IMG alt='' SRC=//cdn.example/x.png>", "<img> asks another host: //cdn.example/x.png"),
        ("a.html", '<img srcset="a.png 1x, https://cdn.example/x.png 2x">', "<img> asks another host"),
        ("a.html", '<link rel="stylesheet" href="http://fonts.example/x">', "<link> asks another host"),
        ("a.html", '<meta http-equiv="refresh" content="0;url=https://x.example">', "<meta> asks another host"),
        ("a.html", '<p style="background: url(https://x.example/a)">', "a style asks another host"),
        ("a.html", '<div class="a mermaid">', "mermaid"),
        ("a.html", "<article><script>1</script></article>", "active content in the text: <script"),
        ("a.html", '<article><a href="javascript:x"></article>', "active content in the text: <a href="),
        ("a.html", "<article><b onclick=x></article>", "active content in the text: <b onclick="),
        ("a.html", '<img src="&#47;\\cdn.example/x.png">', "<img> asks another host"),
        ("a.html", '<article><img src="a" alt="onset = 1, x onset = 2 data: url(//x)"></article>', ""),
        (
            "a.html",
            '<article><code>href="javascript:x" class="mermaid" url(https://x.example)</code></article>',
            "",
        ),
        ("a.css", '@import "https://x.example/a.css";', "a style asks another host: https://x.example/a.css"),
        ("a.svg", "<svg><script/></svg>", "active content"),
        ("a.html", '<a href="https://x.example">text</a><link rel="canonical" href="https://x.example">', ""),
    ],
)
def test_the_gate(tmp_path: Path, name: str, text: str, what: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = [str(finding) for finding in site_gate.inspect(tmp_path)]
    assert len(found) == bool(what)
    assert all(line.startswith(f"{name}: ") and what in line for line in found)


def test_a_planted_address_fails_the_build(repository: Repository) -> None:
    repository.sop()
    repository.write("mkdocs.yml", "extra_css: [look.css]\n")
    repository.write("look.css", "body { background: url(https://cdn.example/x.png) }\n")
    with pytest.raises(
        site.SiteError, match=r"assets/company/look.css: a style asks another host: https://cdn.example/x.png"
    ):
        built(repository)
    assert not (repository.root / "build" / "site").exists()


def test_a_folder_that_holds_something_else_is_not_replaced(repository: Repository) -> None:
    repository.sop()
    repository.write("build/site/thesis.txt", "years of work")
    with pytest.raises(site.SiteError, match="holds something else"):
        built(repository)
    assert (repository.root / "build/site/thesis.txt").is_file()


def test_a_file_that_changes_meanwhile_stops_the_build(repository: Repository) -> None:
    repository.sop()
    project = repository.load()
    repository.sop(SOP + "\nMore.\n")
    with pytest.raises(site.SiteError, match="was changed while it was being used"):
        site.stage(
            project,
            repository.root,
            repository.root / "staged",
            edition=site.Edition(TODAY),
            source=partial(source, repository.root),
            drafts=True,
        )


def test_zensical_builds_the_same_tree(repository: Repository) -> None:
    repository.sop()
    staged(repository)
    folder = repository.root.parent / f"{repository.root.name}-staged"
    settings = yaml.safe_load((folder / "mkdocs.yml").read_text(encoding="utf-8"))
    argv = [sys.executable, "-m", "zensical", "build", "-f", str(folder / "mkdocs.yml")]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    output = folder / settings.get("site_dir", "site")
    text = (output / "documents" / "SOP-001.html").read_text(encoding="utf-8")
    assert 'id="purpose-and-scope"' in text
    assert "Not in force: do not work by this text." in text
    assert 'href="../clauses/iso-13485.html#clause-4-2-4"' in text
    assert 'id="clause-4-2-4"' in (output / "clauses" / "iso-13485.html").read_text(encoding="utf-8")
    assert "State of 2026-11-23" in text
    assert site_gate.inspect(output) == []


def test_pages_are_made_without_a_disk(repository: Repository) -> None:
    repository.sop()
    book = pages.select(repository.load(), TODAY, drafts=True)
    tools = pages.Tools(lambda _: "Words.\n", lambda _entry, _file: None, lambda _entry, _text, _number: "")
    made = {page.path: page for page in pages.pages(book, tools)}
    assert made["documents/SOP-001.md"].menu == ("Documents", "Documents")
    assert "<p>Words.</p>" in made["documents/SOP-001.md"].markdown
