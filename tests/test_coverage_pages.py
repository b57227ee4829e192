"""Coverage pages: marks and where they lead, what an edition without drafts hides, checklists and changes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from conftest import CONFIG, SOP
from handbooks import Tags, staged
from qmsdoc.changes import Change, Changes, Step
from qmsdoc.pages import changes
from qmsdoc.pages.matrix import matrix_path
from qmsdoc.trust.act import Meaning
from qmsdoc.views import changes as changes_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conftest import Repository

ISO, MDR = "coverage/iso-13485.md", "coverage/mdr.md"
OTHER = "sops/documents/SOP-002-other.md"
DEVICE = """\
---
id: DEV-001
type: device
title: Pump <b>
owner: quality-manager
from: 2026-01-01
risk_class: IIa
rule: 11
sterile: false
measuring: true
---

# Pump

## Intended purpose

It pumps.
"""


def other(**changed: str) -> str:
    """A second SOP, with some texts of the first one replaced."""
    text = SOP.replace("SOP-001", "SOP-002")
    for key, value in changed.items():
        text = re.sub(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.MULTILINE)
    return text


def row(page: str, ref: str) -> str:
    """The row of a clause."""
    (found,) = (
        line for line in page.splitlines() if re.search(rf'class="qms-ref">(?:<a [^>]*>)?{re.escape(ref)}<', line)
    )
    return found


def in_force(repository: Repository) -> Mapping[str, str]:
    """The edition without drafts, in which SOP-001 is approved."""
    return staged(repository, [repository.act(Meaning.APPROVAL, "2026-02-01")], drafts=False)


def test_a_row_word_by_word(repository: Repository) -> None:
    repository.sop()
    assert row(in_force(repository)[ISO], "4.2.4") == (
        '<tr><th scope="row"><div class="qms-unit"><span><span class="qms-ref">'
        '<a href="../clauses/iso-13485.html#clause-4-2-4">4.2.4</a></span> '
        '<span class="qms-asks">Control of documents</span></span> '
        '<span class="qms-state qms-state--addressed">addressed</span></div></th>'
        '<td><a class="qms-mark qms-mark--whole" href="../documents/SOP-001.html#procedure" '
        'title="SOP-001 Control of documents: Procedure (in force)"><span aria-hidden="true">●</span> '
        "<span>SOP-001</span></a></td></tr>"
    )


@pytest.mark.parametrize(
    ("satisfies", "sign", "words"),
    [
        ("[ISO 13485 4.2.5 @procedure]", "●", "SOP-002 Control of documents: Procedure (in force)"),
        ("[ISO 13485 4.2.5]", "◐", "SOP-002 Control of documents (in force, no section named)"),
        ("[ISO 13485 4.2.5 @gone]", "◐", "SOP-002 Control of documents (in force, no section named)"),
        (
            "[ISO 13485 4.2.5 @roles, ISO 13485 4.2.5 @procedure]",
            "●",
            "SOP-002 Control of documents: Roles (in force, and 1 more of its claims)",
        ),
    ],
)
def test_a_mark_says_what_a_claim_is_worth(repository: Repository, satisfies: str, sign: str, words: str) -> None:
    repository.sop()
    repository.sop(other(satisfies=satisfies), OTHER)
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01", each) for each in ("SOP-001", "SOP-002")]
    found = row(staged(repository, acts, drafts=False)[ISO], "4.2.5")
    assert f'title="{words}"><span aria-hidden="true">{sign}</span>' in found
    assert "</th><td></td><td><a " in found


def test_points_of_a_unit_are_part_of_it(repository: Repository) -> None:
    repository.sop(SOP.replace("ISO 13485 4.2.4 @procedure", "ISO 13485 4.2.4 d) @procedure"))
    found = row(in_force(repository)[ISO], "4.2.4")
    assert "◐" in found
    assert "(in force, points of it)" in found
    assert '<span class="qms-why">only points of it are claimed</span>' in found


def test_empty_neighbours_are_one_cell(repository: Repository) -> None:
    repository.sop()
    repository.sop(other(satisfies="[ISO 13485 4.2.5 @procedure]"), OTHER)
    page = staged(repository)[ISO]
    assert row(page, "4.2.3").endswith('</th><td colspan="2"></td></tr>')
    assert '<tr class="qms-group qms-group--1" id="clause-4-2"><th scope="colgroup" colspan="3">' in page
    assert '<th scope="col" class="qms-column"><a href="../documents/SOP-002.html" title="Control of' in page


def test_drafts_are_told_and_stay_out_of_an_edition_without_them(repository: Repository) -> None:
    repository.sop()
    repository.sop(other(satisfies="[ISO 13485 4.2.5 @procedure, MDR Art. 10(9)(c)]"), OTHER)
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01")]
    preview = staged(repository, acts)
    assert "claimed by a draft" in row(preview[ISO], "4.2.5")
    assert "<span>SOP-002</span>" in row(preview[ISO], "4.2.5")
    assert "Procedure (draft, does not count)" in row(preview[ISO], "4.2.5")
    public = staged(repository, acts, drafts=False)
    coverage = {path: text for path, text in public.items() if path.startswith("coverage/")}
    assert len(coverage) == 6
    assert not [path for path, text in coverage.items() if "SOP-002" in text or "○" in text]
    assert "not addressed" in row(public[ISO], "4.2.5")


def test_the_next_revision_leads_to_its_own_page(repository: Repository) -> None:
    repository.write("approvals/SOP-001/r1/copy/SOP-001-control-of-documents.md", SOP)
    newer = SOP.replace("revision: 1", "revision: 2").replace("4.2.4 @procedure", "4.2.5 @procedure")
    repository.sop(newer)
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01", copy=1)]
    preview = staged(repository, acts)
    assert 'href="../documents/SOP-001.html#procedure"' in row(preview[ISO], "4.2.4")
    assert 'href="../drafts/SOP-001.html#procedure"' in row(preview[ISO], "4.2.5")
    assert '<a href="../drafts/SOP-001.html">SOP-001 Control of documents</a>' in preview["coverage/documents.md"]
    assert "4.2.5</a>" not in staged(repository, acts, drafts=False)[ISO]


def test_a_manual_that_omits_a_clause_is_named(repository: Repository) -> None:
    repository.write(
        "sops/documents/MAN-001-manual.md",
        other(id="MAN-001", type="manual").replace(
            "## Purpose",
            "## Exclusions and non-applications\n\n| Clause | Status | Justification |\n|---|---|---|\n"
            "| ISO 13485 7.5.3 | not applicable | <i>None</i> installed |\n\n## Purpose",
        ),
    )
    repository.sop()
    acts = [repository.act(Meaning.APPROVAL, "2026-02-01", each) for each in ("SOP-001", "MAN-001")]
    found = row(staged(repository, acts, drafts=False)[ISO], "7.5.3")
    assert found.startswith('<tr class="qms-off">')
    assert "not applicable: &lt;i&gt;None&lt;/i&gt; installed (MAN-001, revision 1, effective)" in found


def test_hostile_titles_are_shown_as_text(repository: Repository) -> None:
    hostile = "'\"><script>alert(1)</script>'"
    repository.sop(SOP.replace("title: Control of documents", f"title: {hostile}"))
    repository.write("qmsdoc.toml", f'{CONFIG}[site]\nrecords = ["device"]\n')
    repository.write("records/devices/DEV-001-pump.md", DEVICE.replace("Pump <b>", hostile))
    found = {path: text for path, text in staged(repository).items() if path.startswith("coverage/")}
    for path, text in found.items():
        tags = Tags(text)
        assert not tags.names & {"script", "img"}, path
        assert not [name for name, _ in tags.attributes if name.startswith("on") or name == "style"], path
    assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;: Procedure (draft" in found[ISO]
    assert re.search(
        r"^# General .* DEV&#45;001 .*&#60;script&#62;", found["coverage/gspr-DEV-001.md"], re.MULTILINE
    )


def test_a_checklist_tells_what_applies_to_a_device_and_on_which_facts(repository: Repository) -> None:
    claims = "[MDR Annex I 1 @procedure, MDR Annex I 11.7 @roles]"
    repository.sop(SOP.replace("[ISO 13485 4.2.4 @procedure]", claims))
    repository.sop(
        other(satisfies="[MDR Annex I 4 @procedure]").replace("type: sop", "type: plan\ndevices: [DEV-009]"), OTHER
    )
    repository.write("records/devices/DEV-001-pump.md", DEVICE)
    repository.write("qmsdoc.toml", f'{CONFIG}[site]\nrecords = ["device"]\n')
    everything = staged(repository)
    assert "Procedure (draft, for DEV-009, does not count)" in row(everything[MDR], "Annex I 4")
    found = everything["coverage/gspr-DEV-001.md"]
    assert "# General safety and performance requirements&#58; DEV&#45;001 Pump &#60;b&#62; {#gspr}" in found
    assert 'MDR 2017/745 Annex I for <a href="../records/DEV-001.html">DEV-001 Pump &lt;b&gt;</a>.' in found
    sterile = row(found, "Annex I 11.4")
    assert sterile.startswith('<tr class="qms-off">')
    assert (
        '<td data-label="Applies"><strong>no</strong> <span class="qms-why">not sterile</span></td><td></td>'
        in sterile
    )
    assert '<strong>yes</strong> <span class="qms-why">measuring</span>' in row(found, "Annex I 15.1")
    assert '<strong>to be stated</strong> <span class="qms-why">lay users: not stated</span>' in row(
        found, "Annex I 22.1"
    )
    assert "depend on what the entry does not state." in found
    assert "<span>SOP-001: Procedure</span></a></td>" in row(found, "Annex I 1")
    assert "SOP-002" not in found
    assert "Article 10" not in found


def test_a_device_that_is_not_published_is_not_named(repository: Repository) -> None:
    repository.sop()
    repository.write("records/devices/DEV-001-pump.md", DEVICE)
    found = staged(repository)
    assert "requirements&#58; DEV&#45;001 {#gspr}" in found["coverage/gspr-DEV-001.md"]
    assert not [path for path, text in found.items() if "Pump" in text]


def test_a_device_of_the_other_regulation_has_no_checklist_here(repository: Repository) -> None:
    repository.sop()
    repository.write("records/devices/DEV-001-pump.md", DEVICE.replace("IIa\nrule: 11", "B\nrule: 2"))
    assert "coverage/gspr-DEV-001.md" not in staged(repository)
    repository.write("qmsdoc.toml", CONFIG.replace("MDR =", 'IVDR = "2017/746"\nMDR ='))
    assert "IVDR 2017/746 Annex I for DEV-001." in staged(repository)["coverage/gspr-DEV-001.md"]


def test_records_that_are_not_published_are_not_named(repository: Repository) -> None:
    repository.sop(SOP.replace("ISO 13485 4.2.4", "ISO 13485 7.6"))
    repository.write(
        "records/equipment/EQ-001-scale.md",
        "---\nid: EQ-001\ntype: equipment\ntitle: Scale\nowner: quality-manager\nfrom: 2024-01-01\n"
        "calibrated_on: 2024-01-01\ncalibrate_every: 12\n---\n\n# Scale\n\n## Use\n\nWeighing.\n",
    )
    found = row(in_force(repository)[ISO], "7.6")
    assert "evidence overdue" in found
    assert "a record or a renewal was due" in found
    assert "EQ-001" not in found
    repository.write("qmsdoc.toml", f'{CONFIG}[site]\nrecords = ["equipment"]\n')
    assert "EQ-001 was due on 2025-01-01" in row(in_force(repository)[ISO], "7.6")


def test_the_index_counts_and_leads_on(repository: Repository) -> None:
    repository.sop()
    found = in_force(repository)
    index = found["coverage/index.md"]
    assert "drafts do not count" in index
    assert "not a statement of compliance" in index
    assert '<strong><a href="iso-13485.html">ISO 13485:2016</a></strong>' in index
    assert '<li>1 <span class="qms-state qms-state--addressed">addressed</span></li>' in index
    for page in ("documents", "crosswalk-mdr", "changes"):
        assert f'<a class="qms-card" href="{page}.html">' in index
    assert '<a class="qms-card" href="coverage/index.html">' in found["index.md"]
    assert '"coverage/index.md"' in found["mkdocs.yml"]


def test_documents_are_shown_by_component(repository: Repository) -> None:
    repository.sop(SOP.replace("@procedure]", "@procedure, MDR Art. 10(9)(c), MDR Annex III 1]"))
    assert (
        '<tr><th scope="row"><a href="../documents/SOP-001.html">SOP-001 Control of documents</a> '
        '<span class="qms-state qms-state--effective">effective</span></th>'
        '<td data-label="Asked by the standard"><span class="qms-chip">'
        '<a href="../clauses/iso-13485.html#clause-4-2-4">ISO 13485 4.2.4</a></span></td>'
        '<td data-label="Added by regulation"><span class="qms-chip">'
        '<a href="../clauses/mdr.html#clause-article-10-9-c">MDR Article 10(9)(c)</a></span> '
        '<span class="qms-chip"><a href="../clauses/mdr.html#clause-annex-iii-1">MDR Annex III 1</a></span></td>'
        "<td></td></tr>"
    ) in in_force(repository)["coverage/documents.md"]


def test_the_crosswalk_says_whose_analysis_it_is(repository: Repository) -> None:
    repository.sop(SOP.replace("@procedure]", "@procedure, MDR Art. 10(9)(c) @roles]"))
    page = in_force(repository)["coverage/crosswalk-mdr.md"]
    assert page.index("<strong>Not Annex ZA.</strong> Own analysis") < page.index("<table")
    found = row(page, "Article 10(9)(c)")
    assert '<a href="../documents/SOP-001.html#roles" title="Roles">SOP-001</a>' in found
    assert "coverage/crosswalk-ivdr.md" not in staged(repository)
    repository.write("qmsdoc.toml", CONFIG.replace('"ISO 13485" = "2016"\n', ""))
    assert "coverage/crosswalk-mdr.md" not in staged(repository)


def test_changes_to_come_stand_before_past_ones_and_proposals_are_not_law(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (
        Step(date(2026, 5, 1), "begun", "month"),
        Step(date(2026, 11, 1), "this month", "month"),
        Step(date(2026, 11, 23), "today"),
        Step(date(2027, 1, 2), "later"),
    )
    law = Change(
        "A-1", "Law <x>", ("MDR",), "in force", steps, "All", ("MDR Article 10(9)",), do="Act", source=("OJ",)
    )
    idea = Change(
        "B-2", "Idea", ("MDR",), "proposal", (Step(date(2027, 3, 1), "voted"),), "Less", confidence="low"
    )
    known = Changes("Read & compared", date(2026, 11, 20), (law, idea))
    for module in (changes, changes_view):
        monkeypatch.setattr(module, "known_changes", lambda: known)
    repository.sop(SOP.replace("@procedure]", "@procedure, MDR Art. 10(9)(c)]"))
    page = in_force(repository)["coverage/changes.md"]
    assert "Read on 2026-11-20; what was published later is not here. Read &amp; compared" in page
    assert re.findall(r'class="qms-ref">([^<]*)</span>', page) == [
        "2026-11",
        "2026-11-23",
        "2027-01-02",
        "2027-03-01",
        "2026-05",
    ]
    coming, past = page.split("## Past {#past}")
    assert coming.count("<em>What to do:</em> Act") == 1
    assert '<span class="qms-why">see 2026-11</span>' in coming
    assert "<em>What to do:</em> Act" in past
    assert '<span class="qms-chip"><a href="../documents/SOP-001.html">SOP-001</a></span>' in past
    assert "Law &lt;x&gt;" in past
    (proposed,) = (line for line in coming.splitlines() if "Idea" in line)
    assert proposed.startswith('<tr class="qms-proposal">')
    assert '<span class="qms-state qms-state--proposal">proposal</span>' in proposed
    assert "Not law: proposed, it may change or fail." in proposed
    assert "Confidence: low." in proposed
    assert coming.count("Not law") == 1


def test_a_framework_does_not_take_the_place_of_another_page() -> None:
    assert matrix_path("21 CFR 820") == "coverage/21-cfr-820.md"
    assert matrix_path("Changes") == "coverage/framework-changes.md"
    assert matrix_path("GSPR DEV") == "coverage/framework-gspr-dev.md"
