"""Pages: what the handbook says of each document, and where its links lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import SOP, TODAY
from handbooks import page, stage, staged, with_body
from qmsdoc import pages
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from conftest import Repository


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
    assert "<td>Anna Keller</td> <td>Quality manager</td> <td>2026-02-01 09:00+00:00</td>" in shown


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
    assert 'It is replaced by <span class="qms-nowrap"><a href="SOP-002.html" title="Control of' in shown
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
    result = stage(repository)
    folder = result.output / "pages"
    shown = (folder / "documents/SOP-001.md").read_text(encoding="utf-8")
    assert '<img src="../files/documents/SOP-001/flow.png" alt="The flow">' in shown
    assert '<a href="../files/documents/SOP-001/flow.png">flow.png</a> (4 bytes)' in shown
    assert '<span class="qms-dead" title="this image can not be shown">[x]</span>' in shown
    assert "../secret.png is not an image attached to SOP-001" in shown
    assert (folder / "files/documents/SOP-001/flow.png").read_bytes() == b"\x89PNG"
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
    (problem,) = stage(repository).problems
    assert problem.location[:2] == ("sops/documents/SOP-001-control-of-documents.md", 17)
    assert "this diagram can not be drawn" in problem.message
    assert "<strong>This diagram can not be drawn.</strong>" in page(repository)


def test_clause_and_role_pages_lead_to_documents(repository: Repository) -> None:
    repository.sop()
    found = staged(repository)
    clauses = found["clauses/iso-13485.md"]
    assert "### 4&#46;2&#46;4 Control of documents {#clause-4-2-4}" in clauses
    assert '<a href="../documents/SOP-001.html#procedure">SOP-001 Control of documents: Procedure</a>' in clauses
    assert '<a href="../documents/SOP-001.html">SOP-001</a>' in found["roles/quality-manager.md"]
    assert "No document of this handbook cites this framework yet." in found["clauses/mdr.md"]


@pytest.mark.parametrize(("number", "folded"), [(20, False), (21, True)])
def test_many_citations_are_folded_and_none_is_lost(repository: Repository, number: int, folded: bool) -> None:  # noqa: FBT001
    letters = "abcdefghijklm"
    cited = [f"MDR Art. 10({n})" for n in range(1, 9)] + [f"MDR Art. 10(9)({letter})" for letter in letters]
    repository.sop(SOP.replace("ISO 13485 4.2.4 @procedure", ", ".join(cited[:number])))
    text = page(repository)
    assert ("<details><summary>21 citations</summary>" in text) is folded
    assert all(f">{citation}</a>" in text for citation in cited[:number])


def test_home_tells_what_changed_lately(repository: Repository) -> None:
    repository.sop()
    home = staged(repository, [repository.act(Meaning.APPROVAL, "2026-02-01")], drafts=False)["index.md"]
    assert (
        '2026-02-01 <a href="documents/SOP-001.html">SOP-001 Control of documents</a>, revision 1: First issue'
        in home
    )
    assert "Preview" not in home


def test_pages_are_made_without_a_disk(repository: Repository) -> None:
    repository.sop()
    book = pages.select(repository.load(), TODAY, drafts=True)
    tools = pages.Tools(lambda _: "Words.\n", lambda _entry, _file: None, lambda _entry, _text, _number: "")
    made = {page.path: page for page in pages.pages(book, tools)}
    assert made["documents/SOP-001.md"].menu == ("Documents", "Documents")
    assert "<p>Words.</p>" in made["documents/SOP-001.md"].markdown
