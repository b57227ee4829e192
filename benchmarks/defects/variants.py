"""Harmless variants of the clean QMS: other ways to write the same, which no validator may complain about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PLAIN = re.compile(r"^(title|harm|reason|conditions|population): ([^\"'\[\n#][^\"\n#]*)$", re.MULTILINE)


def _documents(root: Path) -> Iterator[Path]:
    for folder in ("records", "sops", "templates"):
        yield from sorted((root / folder).rglob("*.md"))


def _rewrite(root: Path, change: Callable[[str], str]) -> None:
    for path in _documents(root):
        text = path.read_bytes().decode()
        path.write_bytes(change(text).encode())


def line_ends(root: Path) -> None:
    """Every file with the line ends of Windows."""
    _rewrite(root, lambda text: text.replace("\n", "\r\n"))


def order_of_keys(root: Path) -> None:
    """Front matter the other way round."""
    _rewrite(root, _reversed)


def _reversed(text: str) -> str:
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    entries = re.split(r"\n(?=\w)", head)
    return "---\n" + "\n".join(reversed(entries)) + "\n---\n" + body


def quotes(root: Path) -> None:
    """Texts in quotes that need none."""
    _rewrite(
        root, lambda text: _PLAIN.sub(lambda m: f"{m[1]}: {json.dumps(m[2].strip(), ensure_ascii=False)}", text)
    )


def long_lines(root: Path) -> None:
    """A paragraph of ten thousand characters."""
    path = next(path for path in _documents(root) if path.name.startswith("SOP-001"))
    path.write_text(
        path.read_text(encoding="utf-8") + "\n" + "A long remark on one line. " * 400 + "\n", encoding="utf-8"
    )


def other_scripts(root: Path) -> None:
    """Titles in Greek, Bulgarian and with letters of the north."""
    for number, title in (
        ("005", "Εσωτερικός έλεγχος"),
        ("008", "Несъответстващ продукт"),
        ("019", "Ærlige kunder på Åland"),
    ):
        path = next(path for path in _documents(root) if path.name.startswith(f"SOP-{number}"))
        text = re.sub(
            r"^title: .*$", f"title: {title}", path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE
        )
        path.write_text(re.sub(r"^# .*$", f"# {title}", text, count=1, flags=re.MULTILINE), encoding="utf-8")


def deep_folders(root: Path) -> None:
    """Records of a type by year and month."""
    for path in sorted((root / "records/complaint").glob("*.md")):
        deep = path.parent / "2026" / "q1"
        deep.mkdir(parents=True, exist_ok=True)
        path.rename(deep / path.name)
        if (beside := path.parent / path.name[:7]).is_dir():
            beside.rename(deep / beside.name)


def spaces_in_names(root: Path) -> None:
    """A record whose file name holds blanks."""
    path = next((root / "records/capa").glob("CAPA-001*.md"))
    path.rename(path.with_name("CAPA-001 holding fixture (old).md"))


def a_complaint_of_today(root: Path) -> None:
    """Opened an hour ago: nothing is known yet."""
    (root / "records/complaint/CMP-900-alarm.md").write_text(
        "---\nid: CMP-900\ntype: complaint\ntitle: Alarm without a cause\nowner: customer-support\n"
        "opened: 2026-11-23\n"
        "procedure: SOP-007\nreceived: 2026-11-23\naware_on: 2026-11-23\naware_by: clara-hoffmann\n---\n\n"
        "# Alarm without a cause\n\n## Description\n\nThe user calls back tomorrow.\n",
        encoding="utf-8",
    )


def a_draft_in_work(root: Path) -> None:
    """A new procedure that nobody has signed, with a part left for later."""
    (root / "sops/design/SOP-090-prototypes.md").write_text(
        "---\nid: SOP-090\ntype: sop\ntitle: Prototypes\nrevision: 1\nowner: development\n---\n\n# Prototypes\n\n"
        "## Purpose and scope\n\nTBD after the meeting.\n\n## Roles\n\n## Procedure\n\n## Records\n\n"
        "## Indicators\n",
        encoding="utf-8",
    )


def comments_and_blanks(root: Path) -> None:
    """Comments and empty lines in front matter, blanks at the ends of lines."""
    _rewrite(
        root,
        lambda text: text.replace("---\nid: ", "---\n# who keeps this?\n\nid: ", 1).replace(
            "\nowner: ", "  \nowner: ", 1
        ),
    )


VARIANTS = {
    change.__name__: change
    for change in (
        line_ends,
        order_of_keys,
        quotes,
        long_lines,
        other_scripts,
        deep_folders,
        spaces_in_names,
        a_complaint_of_today,
        a_draft_in_work,
        comments_and_blanks,
    )
}
