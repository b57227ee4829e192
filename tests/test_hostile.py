# ruff: noqa: RUF001 - letters that look alike are what is tested
"""Files that are odd, broken or made to do harm: nothing raises, nothing hangs, nothing is hidden, all is located.

The numbers TH-… are those of the threat list of the project.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from conftest import COMPLAINT, COMPLAINT_PATH, CONFIG, SOP, SOP_PATH, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs the files of POSIX systems")
BAD = "sops/SOP-666-bad.md"


class Hangs(BaseException):
    """Not an Exception, so that nobody catches it by accident."""


@contextmanager
def limit(seconds: int = 20) -> Iterator[None]:
    """End what does not end by itself."""

    def stop(*_: object) -> None:
        raise Hangs(f"not done after {seconds} s")

    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def others(repository: Repository) -> Repository:
    """A good SOP, and a complaint with one mistake, which must always be found."""
    repository.sop()
    repository.write(COMPLAINT_PATH, COMPLAINT.replace("anna-keller", "anna-kellner"))
    return repository


MISTAKE = "CMP-001-pump-alarm.md:10:11 QD503 `anna-kellner` is not a person of trust/people.toml"


def found(repository: Repository) -> list[str]:
    """All findings but that of the complaint, which is there whatever else is."""
    with limit():
        findings = repository.findings()
        ran = repository.run("validate", "--output-format", "full")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert MISTAKE in findings
    return [finding for finding in findings if finding != MISTAKE]


def front_matter(text: str) -> bytes:
    return f"---\nid: SOP-666\ntype: sop\n{text}\n---\n".encode(errors="surrogatepass")


def sop_with(words: str) -> bytes:
    return SOP.replace("SOP-001", "SOP-666").replace("2. Approve.", f"2. Approve.\n\n{words}").encode()


class TestFrontMatter:
    def test_th_28_a_bomb_of_aliases(self, others: Repository) -> None:
        levels = "\n".join(
            f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
        )
        others.write(BAD, front_matter(f"a: &a [x]\n{levels}"))
        codes = {finding.split()[1] for finding in found(others)}
        assert codes <= {"QD015", "QD005", "QD007", "QD201"}
        assert "QD015" in codes

    def test_th_29_a_key_twice(self, others: Repository) -> None:
        others.sop(SOP.replace("owner: quality-manager", "owner: quality-manager\nowner: prrc"))
        assert found(others) == ["SOP-001-control-of-documents.md:7:1 QD004 `owner` is given twice"]

    @pytest.mark.parametrize(
        "text",
        ["x: " + "[" * 2000, "x: " + "{a: " * 3000, "x: " + "[" * 3000 + "]" * 3000, "? " * 3000, "- " * 3000],
    )
    def test_th_30_nested_without_end(self, others: Repository, text: str) -> None:
        others.write(BAD, front_matter(text))
        findings = found(others)
        assert findings
        assert all(finding.split()[1] in {"QD003", "QD015", "QD005", "QD007", "QD201"} for finding in findings)

    @pytest.mark.parametrize(
        ("key", "value", "said"),
        [
            ("revision", "010", "`010` is not a whole number; write it as `0` or `24`"),
            ("revision", "1.10", "`1.10` is not a whole number; write it as `0` or `24`"),
            ("revision", "0x10", "`0x10` is not a whole number; write it as `0` or `24`"),
            ("revision", "1_0", "`1_0` is not a whole number; write it as `0` or `24`"),
            ("revision", "+1", "`+1` is not a whole number; write it as `0` or `24`"),
            ("revision", "1e3", "`1e3` is not a whole number; write it as `0` or `24`"),
            ("revision", "٣", "`٣` is not a whole number; write it as `0` or `24`"),
            (
                "revision",
                "99999999999999999999",
                "`99999999999999999999` is not a whole number; write it as `0` or `24`",
            ),
            ("effective_from", "2026-02-30", "`2026-02-30` is not a day in the calendar"),
            ("effective_from", "2026-1-5", "`2026-1-5` is not a date; write it as `YYYY-MM-DD`"),
            ("effective_from", "20260105", "`20260105` is not a date; write it as `YYYY-MM-DD`"),
            ("effective_from", "0000-01-01", "`0000-01-01` is not a day in the calendar"),
            ("training", "no", "`no` is not one of none, read, instruct or exam"),
            ("review_every", "12:30", "`12:30` is not a whole number; write it as `0` or `24`"),
            ("owner", "no", "`no` is not a role"),
        ],
    )
    def test_th_31_scalars_keep_their_meaning_or_are_refused(
        self, others: Repository, key: str, value: str, said: str
    ) -> None:
        lines = SOP.split("\n")
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
        lines[at] = f"{key}: {value}"
        others.sop("\n".join(lines))
        (finding,) = found(others)
        assert finding.startswith(f"SOP-001-control-of-documents.md:{at + 1}:{len(key) + 3} ")
        assert finding.endswith(said)

    @pytest.mark.parametrize(
        "value",
        ["SOP-٠٠١", '"SOP-001\\n"', "sop-001", "SОP-001", "SOP-001\u200b", '"SOP-001 "', "SOP_001", "SOP--001",
         "../../etc/cron.d/x", "/etc/passwd", "..\\..\\x", ".git/hooks/pre-commit", "CON-1", "SOP-001/../../x",
         '"SOP-001\\0"', "S-1", f"SOP-{'1' * 300}"],
    )  # fmt: skip
    def test_th_32_34_ids_are_ascii_and_matched_whole(self, others: Repository, value: str) -> None:
        others.write(BAD, f"---\nid: {value}\ntype: sop\ntitle: X\nrevision: 1\nowner: prrc\n---\n")
        (first, *rest) = (finding for finding in found(others) if "QD201" not in finding)
        assert first.startswith("SOP-666-bad.md:2:5 QD006 id: ")
        assert rest == []

    @pytest.mark.parametrize(
        "text",
        [
            "title: \x07bell",
            "title: \x1b[31m",
            'title: "\\ud800"',
            "title: \ud800",
            "title: a\x00b",
            "\x00: x",
            "title: \ufffe",
        ],
    )
    def test_characters_that_yaml_never_allows(self, others: Repository, text: str) -> None:
        others.write(BAD, front_matter(text))
        findings = found(others)
        assert len(findings) == 1
        assert findings[0].startswith("SOP-666-bad.md:")
        assert findings[0].split()[1] in {"QD001", "QD003"}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "#",
            "...",
            "---",
            "? a",
            ": b",
            "!",
            "&",
            "*",
            "|",
            ">",
            "%YAML 9.9",
            "'",
            '"',
            "[",
            "{",
            "a: |\n  b",
            "a: >\n b",
            "<<: {}",
            "a: b\n...\nc: d",
        ],
    )
    def test_the_shortest_oddities(self, others: Repository, text: str) -> None:
        others.write(BAD, front_matter(text))
        assert found(others)

    def test_a_million_keys_do_not_fit(self, others: Repository) -> None:
        others.write(BAD, front_matter("\n".join(f"k{i}: v" for i in range(100_000))))
        assert found(others) == ["SOP-666-bad.md:1:1 QD016 the front matter is longer than 64 KiB"]

    def test_ten_thousand_unknown_keys_end(self, others: Repository) -> None:
        others.write(BAD, front_matter("\n".join(f"k{i}: v" for i in range(5000))))
        assert len([f for f in found(others) if " QD005 " in f]) == 5000

    def test_th_33_letters_that_look_alike_are_shown(self, others: Repository) -> None:
        others.sop(
            SOP.replace("change: First issue", "change: ok\u202egpj.exe\n").replace(
                "training: read", "traіning: read"
            )
        )
        ran = others.run("validate", "sops")
        assert ran.code in {1, 2}
        text = others.run("validate").out
        assert "\u202e" not in text


class TestBody:
    @pytest.mark.parametrize(
        "words",
        [
            "\n".join(f"{'  ' * i}- x" for i in range(3000)),
            "- " * 3000 + "x",
            "> " * 3000 + "x",
            "[" * 20_000,
            "![" * 10_000,
            "[a](" * 5000,
            "*a " * 20_000,
            "`" * 20_000 + " " + "`" * 19_999,
            "<" * 20_000,
            "<a " * 5000,
            "&#" * 20_000,
            "|" * 20_000,
            "| a |\n|---|\n" + "| b |\n" * 5000,
            "#" * 20_000,
            "[^1]: " * 2000,
            "\\" * 20_001,
            "~~" * 10_001,
            "```" * 5000,
            "<!--" * 5000,
            "x\n" * 20_000,
            "a" * 1_000_000,
            "![" + "[" * 22,
            "\n".join(["[a.__b__]"] * 20),
            ":::\n" * 100,
        ],
        ids=lambda words: f"{words[:12]!r}…{len(words)}",
    )  # fmt: skip
    def test_structures_that_make_parsers_slow(self, others: Repository, words: str) -> None:
        others.write(BAD, sop_with(words))
        lines = sop_with(words).decode().count("\n") + 1
        for finding in found(others):
            assert finding.startswith("SOP-666-bad.md:")
            assert 1 <= int(finding.split(":")[1]) <= lines

    def test_the_same_link_a_thousand_times(self, others: Repository) -> None:
        others.write(BAD, sop_with("[a](b.md)\n\n" * 1000))
        assert len(found(others)) == 1000

    @pytest.mark.parametrize(
        "target",
        ["/etc/passwd", "../../../etc/passwd", "..%2f..%2f..%2fetc/passwd", "\\\\server\\share", "a\x01b", "%00",
         "%ff",
         "x" * 5000, "?", "#%zz", "sops", "", "//host/x", "file:///etc/passwd", "javascript:alert(1)"],
    )  # fmt: skip
    def test_targets_of_links(self, others: Repository, target: str) -> None:
        others.write(BAD, sop_with(f"[a](<{target}>)"))
        assert all(finding.split()[1] in {"QD105", "QD106", "QD803"} for finding in found(others))

    def test_nul_bytes(self, others: Repository) -> None:
        others.write(BAD, sop_with("a\0b"))
        assert all(finding.startswith("SOP-666-bad.md:30:") for finding in found(others))

    def test_lone_surrogates_are_not_utf8(self, others: Repository) -> None:
        others.write(BAD, sop_with("x").replace(b"x\n", b"\xed\xa0\x80\n", 1))
        assert found(others) == ["SOP-666-bad.md:30:1 QD001 byte 0xed is not UTF-8"]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
    def test_other_encodings(self, others: Repository, encoding: str) -> None:
        others.write(BAD, SOP.replace("SOP-001", "SOP-666").replace("Write", "Prüfen").encode(encoding))
        (finding,) = found(others)
        assert finding.split()[1] in {"QD001", "QD002"}


class TestLineEnds:
    def test_crlf_changes_nothing_but_the_bytes(self, others: Repository) -> None:
        broken = COMPLAINT.replace("The alarm", "The<br>alarm")
        others.write(COMPLAINT_PATH, broken)
        expected = others.findings()
        for path in (SOP_PATH, "trust/people.toml", "qmsdoc.toml", COMPLAINT_PATH):
            file = others.root / path
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
        assert others.findings() == expected != []
        ran = others.run("validate")
        assert "\r" not in ran.out

    def test_crlf_in_a_typed_table(self, others: Repository) -> None:
        from conftest import CAPA, CAPA_PATH

        text = CAPA.replace("2026-12-01", "soon")
        others.write(CAPA_PATH, text.replace("\n", "\r\n").encode())
        assert found(others) == [
            "CAPA-001-seal-leaks.md:30:36 QD011 Due: `soon` is not a date; write it as `YYYY-MM-DD`"
        ]

    def test_old_mac_line_ends_are_no_lines(self, others: Repository) -> None:
        others.write(BAD, SOP.replace("SOP-001", "SOP-666").replace("\n", "\r").encode())
        (finding,) = found(others)
        assert finding.startswith("SOP-666-bad.md:1:1 QD002 ")

    @pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
    def test_only_line_feeds_count_lines(self, others: Repository, separator: str) -> None:
        """Python's `splitlines` would count these too, and every later finding would be at a wrong line."""
        others.write(BAD, sop_with(f"a{separator}b\n\n<br>"))
        assert any(finding.startswith("SOP-666-bad.md:32:1 QD013 ") for finding in found(others))

    @pytest.mark.parametrize("separator", ["\r", "\x85", "\u2028", "\u2029"])
    def test_other_line_ends_in_front_matter_are_refused(self, others: Repository, separator: str) -> None:
        """YAML counts them, editors do not."""
        others.sop(SOP.replace("First issue", f"First{separator} issue").replace("owner: q", "ownr: q"))
        assert found(others) == ["SOP-001-control-of-documents.md:12:14 QD003 a line end that is no line feed"]

    def test_no_line_feed_at_the_end(self, others: Repository) -> None:
        others.sop(SOP.rstrip("\n"))
        others.write("sops/SOP-002.md", "---\nid: SOP-002\ntype: sopp\n---")
        assert found(others) == ["SOP-002.md:3:7 QD009 `sopp` is not a document type"]


class TestFiles:
    def test_five_mebibytes_are_a_document_and_one_byte_more_is_not(self, repository: Repository) -> None:
        start, size = SOP.encode(), 5 * 2**20
        repository.sop()
        repository.write(SOP_PATH, start + b"a" * (size - len(start)))
        with limit():
            assert repository.findings() == []
        repository.write(SOP_PATH, start + b"a" * (size - len(start) + 1))
        assert repository.findings() == [
            "SOP-001-control-of-documents.md:1:1 QD016 the file has 5.0 MiB; a document has at most 5 MiB"
        ]

    @posix
    def test_symbolic_links_are_never_followed(self, others: Repository) -> None:
        outside = others.root.parent / f"{others.root.name}-outside"
        outside.mkdir()
        (outside / "SOP-900.md").write_bytes(SOP.replace("SOP-001", "SOP-900").encode())
        for name, target in (
            ("a.md", outside / "SOP-900.md"),
            ("b", outside),
            ("c.md", "nowhere"),
            ("d", "."),
            ("e", ".."),
        ):
            (others.root / "sops" / name).symlink_to(target)
        said = "QD017 a symbolic link; what it points to is not under control"
        assert found(others) == [f"{name}:1:1 {said}" for name in ("a.md", "b", "c.md", "d", "e")]
        assert "SOP-900" not in others.load().known_ids

    @posix
    def test_a_folder_that_is_a_link(self, others: Repository) -> None:
        (others.root / "templates").symlink_to("/etc")
        assert found(others) == ["templates:1:1 QD017 a symbolic link; what it points to is not under control"]

    @posix
    def test_pipes_and_sockets_are_not_read(self, others: Repository) -> None:
        os.mkfifo(others.root / "sops" / "SOP-002-pipe.md")
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.getcwd()  # noqa: PTH109 - a socket's path is short, so it is bound from its folder
            os.chdir(others.root / "sops")
            listener.bind("SOP-003-socket.md")
            os.chdir(here)
            findings = found(others)
        assert findings[0] == "SOP-002-pipe.md:1:1 QD001 this is not a regular file"
        assert findings[1].startswith("SOP-003-socket.md:1:1 QD001 ")
        assert len(findings) == 2

    def test_a_folder_named_like_a_document(self, others: Repository) -> None:
        others.write("sops/SOP-002-folder.md/SOP-003-x.md", SOP.replace("SOP-001", "SOP-003"))
        assert found(others) == []
        assert "SOP-003" in others.load().by_id

    @posix
    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read(self, others: Repository) -> None:
        file = others.write(BAD, "x")
        folder = others.write("sops/closed/SOP-667.md", "x").parent
        file.chmod(0)
        folder.chmod(0)
        try:
            assert [finding.split()[1] for finding in found(others)] == ["QD001", "QD001"]
        finally:
            folder.chmod(0o755)

    def test_what_may_not_be_read_by_anybody(self, others: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also where the tests run as root."""
        others.write(BAD, sop_with("x"))
        opened = os.open

        def refuse(path: object, *arguments: int, **options: object) -> int:
            if str(path).endswith(BAD):
                raise PermissionError(13, "Permission denied")
            return opened(path, *arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", refuse)
        assert found(others) == ["SOP-666-bad.md:1:1 QD001 the file cannot be read: Permission denied"]

    @pytest.mark.parametrize(
        "name",
        [
            "SOP-666-with spaces.md",
            "SOP-666-Prüfung.md",
            "SOP-666-日本.md",
            "SOP-666-a'b\"c$(x).md",
            "SOP-666-%41#?.md",
        ],
    )
    def test_names(self, others: Repository, name: str) -> None:
        if sys.platform == "win32" and set(name) & set('"?'):
            pytest.skip("not a name on Windows")
        others.write(f"sops/{name}", sop_with("<br>"))
        *unportable, finding = found(others)
        assert finding == f"{name}:30:1 QD013 `<br>` is raw HTML"
        assert unportable == [f"{name}:1:1 QD109 `{name}` cannot be a name on Windows"] * bool(
            set(name) & set('"?')
        )
        for style in ("full", "concise", "json", "github", "sarif"):
            assert others.run("validate", "--output-format", style).code == 1

    @posix
    @pytest.mark.parametrize("name", [b"SOP-666-\xff.md", b"SOP-666-a\nb.md", b"SOP-666-\x1b[31m.md"])
    def test_names_that_are_no_text(self, others: Repository, name: bytes) -> None:
        folder = os.fsencode(others.root / "sops")
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123 - a name of bytes
            file.write(sop_with("<br>"))
        said = "the name of this file is not UTF-8, or holds a character that nobody sees"
        for style in ("full", "concise", "json", "github", "sarif"):
            ran = others.run("validate", "--output-format", style, "-o", others.root / f"out.{style}")
            assert ran.code == 1, ran.err
            text = (others.root / f"out.{style}").read_text(encoding="utf-8")
            assert said in text
            assert "\x1b" not in text
        assert len(others.run("validate", "--output-format", "concise").lines) == 2
        assert others.run("list").code == 0

    @posix
    def test_what_a_link_points_to_is_not_shown_either(self, others: Repository) -> None:
        """An excerpt of a linked file would print what the author of the link may not read."""
        secret = others.root.parent / f"{others.root.name}-secret"
        secret.write_text("password", encoding="utf-8")
        (others.root / "sops" / "SOP-002.md").symlink_to(secret)
        (others.root / "trust" / "people.toml").unlink()
        (others.root / "trust" / "people.toml").symlink_to(secret)
        ran = others.run("validate")
        assert ran.code == 1
        assert "QD017" in ran.out
        assert "password" not in ran.out

    def test_names_that_differ_only_in_case(self, others: Repository) -> None:
        """TH-20: on Windows and macOS one of the two would be lost."""
        others.write("sops/SOP-002-x.md", SOP.replace("SOP-001", "SOP-002"))
        others.write("sops/sop-002-X.md", SOP.replace("SOP-001", "SOP-002"))
        if len(list((others.root / "sops").glob("*.md"))) < 2:
            pytest.skip("the file system takes both for one name")
        assert [finding.split()[1] for finding in found(others)] == ["QD102"]

    def test_hidden_files_are_passed_over(self, others: Repository) -> None:
        others.write("sops/.draft.md", "x")
        others.write("sops/.obsidian/SOP-002.md", "x")
        assert found(others) == []

    @posix
    def test_a_loop_of_folders_ends(self, others: Repository) -> None:
        deep = "/".join(["a"] * 150)
        others.write(f"sops/{deep}/SOP-002.md", SOP.replace("SOP-001", "SOP-002"))
        assert found(others) == ["SOP-002.md:1:1 QD109 this path has more than 200 characters"]


class TestOtherFiles:
    @pytest.mark.parametrize(
        "text",
        [b"", b"\xff\xfe", b"[roles", b"x = 1", b"roles = 1", b"people = 1", b"[people]\na = 1",
         b"[roles]\nA = 'x'",
         b"[people.a]\nname = 'A'\nroles = 1", b"[people.a]\nname = 'A'\nroles = [1]", b"[people.a]\nname = 1",
         b"[people.a]\nname = 'A'\nroles = [{role = 'x'}]",
         b"[people.a]\nname = 'A'\nroles = [{role = 1, from = 2}]",
         b"[roles]\nx = 1\n", b"a.b.c.d = 1", "roles = 'ü'".encode("latin-1"), b"[[people]]\nname = 'a'",
         b"[[roles]]"],
    )  # fmt: skip
    def test_people(self, repository: Repository, text: bytes) -> None:
        repository.sop()
        repository.write("trust/people.toml", text)
        with limit():
            ran = repository.run("validate", "--output-format", "concise")
        assert ran.code in {0, 1}
        assert "Traceback" not in ran.err
        if text:
            assert "trust/people.toml:" in ran.out

    @pytest.mark.parametrize("kind", ["a folder", "missing"])
    def test_no_people(self, repository: Repository, kind: str) -> None:
        repository.sop()
        (repository.root / "trust/people.toml").unlink()
        if kind == "a folder":
            (repository.root / "trust/people.toml").mkdir()
        (finding,) = repository.findings()
        assert finding.startswith("people.toml:1:1 QD001 " if kind == "a folder" else "people.toml:1:1 QD701 ")

    @pytest.mark.parametrize(
        "text",
        [
            b"\xff",
            b"\0",
            b"x",
            b"[",
            b"company = []",
            b"[[company]]\nname = 'a'",
            b"a = " + b"[" * 5000,
            b"\xef\xbb\xbf[company]\nname='A'",
        ],
    )
    def test_settings(self, repository: Repository, text: bytes) -> None:
        repository.sop()
        repository.write("qmsdoc.toml", text)
        with limit():
            ran = repository.run("validate")
        assert (ran.code, ran.out) == (2, ""), ran.err
        assert ran.err.startswith("qmsdoc: ")
        assert ran.err.count("\n") <= 2

    def test_settings_in_a_folder(self, repository: Repository) -> None:
        (repository.root / "qmsdoc.toml").unlink()
        (repository.root / "qmsdoc.toml").mkdir()
        ran = repository.run("validate")
        assert (ran.code, ran.out) == (2, "")

    def test_a_root_that_is_a_file(self, repository: Repository) -> None:
        from conftest import run

        ran = run("--root", repository.root / "qmsdoc.toml", "validate")
        assert (ran.code, ran.out) == (2, "")
        assert CONFIG.startswith("[company]")

    @pytest.mark.parametrize("folder", ["sops", "records", "templates", "approvals", "schemas"])
    def test_a_file_where_a_folder_belongs(self, repository: Repository, folder: str) -> None:
        repository.write(folder, "x")
        repository.write("templates/FRM-001.md" if folder == "sops" else "sops/SOP-002.md", "# x")
        with limit():
            ran = repository.run("validate", "--output-format", "concise")
        assert ran.code == 1
        assert "Traceback" not in ran.err

    @pytest.mark.parametrize(
        "path", ["approvals/SOP-001/r1/copy/sops/SOP-001.md", "approvals/x.md", "approvals/SOP-001/r1/act.json"]
    )
    def test_broken_copies_and_acts(self, others: Repository, path: str) -> None:
        others.write(path, b"\xff\xff")
        findings = found(others)
        places = (f"{path.rpartition('/')[2]}:1:1 QD001 ", "states:1:1 QD711 there are acts and no trust state")
        assert all(finding.startswith(places) for finding in findings)
