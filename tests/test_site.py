"""The site: what it never shows, what it never asks for, and what it never replaces."""

from __future__ import annotations

import json
import subprocess  # noqa: TID251 - Zensical is run as a reader of the tree would run it
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import COMPLAINT, COMPLAINT_PATH, CONFIG, SOP, TODAY
from handbooks import Tags, built, staged, with_body
from qmsdoc.load import source
from qmsdoc.publish import site, site_gate
from qmsdoc.trust.act import Meaning

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Repository

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


def test_the_address_of_the_site_is_checked_and_its_language_known(repository: Repository) -> None:
    repository.sop()
    for language, shown in (("de-AT", "de"), ("tlh", "en")):
        text = CONFIG.replace("time_zone", f'language = "{language}"\ntime_zone')
        repository.write("qmsdoc.toml", f'{text}[site]\nurl = "https://qms.example.com/book/"\n')
        settings = yaml.safe_load(staged(repository)["mkdocs.yml"])
        assert (settings["theme"]["language"], settings["site_url"]) == (shown, "https://qms.example.com/book/")
    repository.write("qmsdoc.toml", f"{CONFIG}[site]\nurl = 'https://x.example/\"><script>'\n")
    with pytest.raises(site.SiteError, match="is not a web address"):
        staged(repository)


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
