"""The desk: a person reads what waits for them and signs it in a browser, and nobody else gets in."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess  # noqa: TID251 - ssh-keygen sets a passphrase
import threading
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from conftest import SOP
from qmsdoc.desk.office import Office
from qmsdoc.desk.server import MAX_BODY, Desk
from qmsdoc.signed import Anchors
from qmsdoc.signing import keyfile
from qmsdoc.trust.act import Meaning
from test_site_browser import browser as browser  # noqa: PLC0414 - the fixture, for one test here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signers import Signed
    from test_site_browser import Browser

PASSPHRASE = "geheim & gültig"
PICTURE = b"\x89PNG\r\n\x1a\n"


class Visitor:
    """What a browser would do, one request after the other, with the headers that it would send."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cookie = ""
        self.status = 0
        self.headers: http.client.HTTPMessage
        self.text = ""

    def get(self, path: str, **headers: str) -> str:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> str:
        sent = {"Origin": self.desk.gate.origin, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields), {**sent, **headers})

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            named.setdefault("Cookie", self.cookie)
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.server_port, timeout=20)
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        self.status, self.headers = answer.status, answer.headers
        self.raw = answer.read()
        self.text = self.raw.decode(errors="replace")
        connection.close()
        return self.text

    def enter(self) -> None:
        address = urlsplit(self.desk.gate.address)
        self.get(f"{address.path}?{address.query}")
        self.cookie = self.headers.get("Set-Cookie", "").partition(";")[0]

    def hidden(self) -> dict[str, str]:
        """The fields of the form that nobody types."""
        return {n: unescape(v) for n, v in re.findall(r'type=hidden name=(\w+) value="([^"]*)"', self.text)}

    def sign(self, path: str = "/item/review/SOP-001", **changes: str) -> str:
        """Open an item and sign it as it asks for, but for changes."""
        self.get(path)
        given = {"reason": "Checked", "confirmation": "SOP-001 r1", "passphrase": PASSPHRASE}
        return self.post(path, {**self.hidden(), **given, **changes})


@pytest.fixture
def repository(signed: Signed) -> Signed:
    """SOP-001 was submitted and waits for review; the keys have passphrases."""
    signed.sop(SOP.replace("training: read", "attachments: [flow.png, form.pdf]\ntraining: read"))
    signed.write("sops/documents/SOP-001/flow.png", PICTURE)
    signed.write("sops/documents/SOP-001/form.pdf", b"%PDF-1.7")
    signed.sign(Meaning.AUTHOR, "mira-brandt")
    for path in signed.keys.values():
        argv = ["ssh-keygen", "-q", "-p", "-P", "", "-N", PASSPHRASE, "-f", str(path)]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return signed


def opened(signed: Signed, person: str, *, key: bool = True) -> Desk:
    """The desk of a person."""
    found = keyfile.find_key(signed.keys[person]) if key else None
    return Desk(Office(signed.root, person, found, found.protection if found else "", Anchors()))


@pytest.fixture
def desk(repository: Signed) -> Iterator[Desk]:
    """The desk of Jonas Weber, served."""
    with opened(repository, "jonas-weber") as desk:
        thread = threading.Thread(target=desk.serve)
        thread.start()
        yield desk
        desk.wrong = 99  # ends it with the next visitor, which is nobody
        socket.create_connection(desk.server_address[:2]).close()  # type: ignore[arg-type]
        thread.join()


@pytest.fixture
def visitor(desk: Desk) -> Visitor:
    """A browser that was given the address."""
    found = Visitor(desk)
    found.enter()
    return found


def test_the_person_sees_what_waits_and_opens_it(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert re.findall(r'<a href="(/item[^"]*)"><b>([^<]*)</b><span>([^<]*)', page) == [
        ("/item/review/SOP-001", "Review SOP-001 revision 1", "Control of documents")
    ]
    page = visitor.get("/item/review/SOP-001")
    assert "“I reviewed this revision and found it adequate”" in page
    assert "Jonas Weber as Person responsible for regulatory compliance" in page
    assert "SOP-001 · what changed" in page
    assert "Everybody works from the text in force." in page
    assert '<a href="/item/review/SOP-001/file/0">flow.png</a>' in page
    assert "Type “SOP-001 r1” to confirm" in page


def test_the_person_signs_and_nothing_is_committed(visitor: Visitor, repository: Signed) -> None:
    visitor.sign()
    assert (visitor.status, visitor.headers["Location"]) == (303, "/signed")
    page = visitor.get("/signed")
    act = repository.project().acts[-1]
    assert (act.meaning, act.person, act.role, act.reason, act.form.value) == (
        (Meaning.REVIEW, "jonas-weber", "prrc", "Checked", "key")
    )
    assert act.file in page
    assert "git add approvals/SOP-001/r1\ngit commit -m &quot;review of SOP-001 revision 1&quot;" in page
    assert repository.codes() == []
    assert "Nothing waits for your signature." in visitor.get("/")
    assert visitor.get("/item/review/SOP-001").count("This does not wait for you")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"confirmation": "SOP-001"}, "not confirmed: type “SOP-001 r1” exactly"),
        ({"reason": " "}, "a signature needs its reason"),
        ({"passphrase": "falsch"}, "nothing was signed: the passphrase is wrong"),
        ({"passphrase": ""}, "nothing was signed: the passphrase is wrong"),
        ({"shown": "0" * 64}, "this text, or what it rests on, has changed since it was shown"),
    ],
)
def test_what_speaks_against_it_is_told_and_nothing_is_written(
    visitor: Visitor, repository: Signed, changes: dict[str, str], message: str
) -> None:
    before = repository.files("*")
    page = unescape(visitor.sign(**changes))
    assert visitor.status == 422
    assert message in page
    assert (PASSPHRASE in page, "falsch" in page) == (False, False)
    assert repository.files("*") == before


@pytest.mark.parametrize("path", ["SOP-001-control-of-documents.md", "SOP-001/form.pdf"])
def test_only_what_was_shown_is_signed(visitor: Visitor, repository: Signed, path: str) -> None:
    visitor.get("/item/review/SOP-001")
    shown = visitor.hidden()
    file = repository.root / "sops/documents" / path
    file.write_bytes(file.read_bytes() + b"\nOne line more.\n")
    given = {"reason": "Checked", "confirmation": "SOP-001 r1", "passphrase": PASSPHRASE}
    page = visitor.post("/item/review/SOP-001", {**shown, **given})
    assert visitor.status == 422
    assert "has changed since it was shown" in page
    assert [act.meaning for act in repository.project().acts] == [Meaning.AUTHOR]


def test_after_five_wrong_passphrases_the_desk_ends(repository: Signed) -> None:
    with opened(repository, "jonas-weber") as desk:
        ended: list[str] = []
        thread = threading.Thread(target=lambda: ended.append(desk.serve()))
        thread.start()
        visitor = Visitor(desk)
        visitor.enter()
        for _ in range(5):
            visitor.sign(passphrase="falsch")
        thread.join()
    assert ended == ["5 wrong passphrases"]


def test_a_desk_that_nobody_uses_ends(repository: Signed) -> None:
    with opened(repository, "jonas-weber", key=False) as desk:
        assert desk.serve(idle=0) == "nobody used the desk for 0 minutes"


def test_without_a_key_the_desk_shows_and_does_not_sign(repository: Signed) -> None:
    with opened(repository, "jonas-weber", key=False) as desk:
        thread = threading.Thread(target=desk.serve)
        thread.start()
        visitor = Visitor(desk)
        visitor.enter()
        page = visitor.get("/item/review/SOP-001")
        assert "This desk shows and does not sign" in page
        assert "<form" not in page
        visitor.post("/item/review/SOP-001", {"form": desk.gate.form})
        assert visitor.status == 422
        desk.wrong = 99
        thread.join()


def test_the_address_opens_the_desk_once(desk: Desk) -> None:
    address = urlsplit(desk.gate.address)
    first, second = Visitor(desk), Visitor(desk)
    assert first.get(f"{address.path}?{address.query}").count("The desk is open")
    assert first.headers["Set-Cookie"].endswith("; HttpOnly; SameSite=Strict; Path=/")
    assert second.get(f"{address.path}?{address.query}").count("This desk is not open for you")
    assert (second.status, second.headers["Set-Cookie"]) == (403, None)
    assert desk.gate.address.endswith("token=")


@pytest.mark.parametrize(
    "path", ["/", "/item/review/SOP-001", "/item/review/SOP-001/file/0", "/signed", "/enter?token="]
)
def test_who_was_not_admitted_sees_nothing(desk: Desk, path: str) -> None:
    stranger = Visitor(desk)
    page = stranger.get(path, Cookie=f"qmsdoc-desk-{desk.server_port}=guessed")
    assert stranger.status == 403
    assert "SOP-001" not in page


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:{port}.evil.example"]
)
def test_another_host_name_is_turned_away(visitor: Visitor, host: str) -> None:
    page = visitor.get("/", Host=host.format(port=visitor.desk.server_port))
    assert (visitor.status, page) == (421, "this is not the address of the desk\n")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Cookie": ""},
    ],
)
def test_a_form_of_another_site_signs_nothing(
    visitor: Visitor, repository: Signed, headers: dict[str, str]
) -> None:
    visitor.get("/item/review/SOP-001")
    fields = {**visitor.hidden(), "reason": "x", "confirmation": "SOP-001 r1", "passphrase": PASSPHRASE}
    visitor.post("/item/review/SOP-001", fields, **headers)
    assert visitor.status == 403
    assert len(repository.project().acts) == 1


def test_a_form_without_its_token_signs_nothing(visitor: Visitor, repository: Signed) -> None:
    visitor.sign(form="guessed")
    assert visitor.status == 403
    assert len(repository.project().acts) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Length": str(MAX_BODY + 1)}, 413),
        ({"Content_Length": "99999999"}, 411),
        ({"Content_Length": "-1"}, 411),
        ({"Content_Type": "text/plain"}, 415),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_what_is_no_form_of_ours_is_refused(visitor: Visitor, headers: dict[str, str], status: int) -> None:
    visitor.post("/item/review/SOP-001", {}, **headers)
    assert visitor.status == status


@pytest.mark.parametrize(
    "path",
    [
        "/item/review/SOP-001/file/9",
        "/item/review/SOP-001/file/../../../../etc/passwd",
        "/item/review/..%2f..%2fqmsdoc.toml",
        "/../../../../etc/passwd",
        "/item/approval/SOP-001",
        "/item/review/SOP-002",
        "/desk.css/../page.py",
    ],
)
def test_no_other_file_is_reached(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert visitor.status == 404
    assert "This does not wait for you" in page


def test_attached_files_are_shown_or_saved_and_run_nothing(visitor: Visitor) -> None:
    visitor.get("/item/review/SOP-001/file/0")
    assert (visitor.raw, visitor.headers["Content-Type"]) == (PICTURE, "image/png")
    assert visitor.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    visitor.get("/item/review/SOP-001/file/1")
    assert visitor.headers["Content-Type"] == "application/octet-stream"
    assert visitor.headers["Content-Disposition"] == 'attachment; filename="form.pdf"'


def test_every_page_forbids_scripts_framing_and_keeping(visitor: Visitor) -> None:
    for path in ("/", "/item/review/SOP-001", "/nothing", "/desk.css"):
        visitor.get(path)
        assert visitor.headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert visitor.headers["Cache-Control"] == "no-store"
        assert visitor.headers["X-Content-Type-Options"] == "nosniff"
        assert visitor.headers["Server"] == "qmsdoc"
        assert "<script" not in visitor.text
        assert "style=" not in visitor.text


def test_the_desk_listens_on_this_machine_only(desk: Desk) -> None:
    assert desk.server_address[0] == "127.0.0.1"


def test_hostile_text_is_shown_as_text(repository: Signed, visitor: Visitor) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    text = SOP.replace("title: Control of documents", "title: 'A <script>alert(1)</script> \u202e B'")
    repository.sop(
        text.replace("SOP-001", "SOP-002").replace("Everybody", hostile) + "\n[x](javascript:alert(1))\n",
        "sops/documents/SOP-002-x.md",
    )
    before = visitor.get("/")
    assert "SOP-002" not in before  # a draft of the quality manager
    with opened(repository, "anna-keller") as desk:
        thread = threading.Thread(target=desk.serve)
        thread.start()
        anna = Visitor(desk)
        anna.enter()
        for page in (anna.get("/"), anna.get("/item/author/SOP-002")):
            assert "SOP-002" in page
            assert not re.search(r"<script|<img|onerror=alert\(1\)>[^&]*</p>|href=.javascript|\u202e", page)
        desk.wrong = 99
        thread.join()


def test_the_command_refuses_a_person_or_key_that_the_trust_state_does_not_know(signed: Signed) -> None:
    ran = signed.run_now("desk", "--no-browser", "--person", "jonas-webber")
    assert (ran.code, ran.err) == (
        2,
        (
            "qmsdoc: `jonas-webber` is not a person of the trust state in force\n"
            "  help: did you mean `jonas-weber`?\n"
        ),
    )
    ran = signed.run_now("desk", "--no-browser", "--key", signed.root / "none")
    assert ran.code == 1
    assert ran.err.startswith(f"qmsdoc: there is no key {signed.root / 'none'}\n")


@pytest.mark.browser
def test_a_person_signs_in_a_browser(visitor: Visitor, repository: Signed, browser: Browser) -> None:
    desk = visitor.desk
    desk.gate.entry = "again"  # the fixture has used the address
    browser.open(desk.gate.address)
    browser.wait("document.title == 'Inbox'")
    assert [url for url in browser.requests if not url.startswith(desk.gate.origin)] == []
    browser.see("document.querySelector('.cards a').click()")
    browser.wait("document.title == 'Review SOP-001 revision 1' && document.readyState == 'complete'")
    assert browser.complaints == []
    assert browser.see("document.documentElement.scrollWidth <= innerWidth") is True
    for name, typed in {"reason": "Checked", "confirmation": "SOP-001 r1", "passphrase": PASSPHRASE}.items():
        browser.see(f"document.querySelector('#{name}').focus()")
        browser.call("Input.insertText", text=typed)
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", windowsVirtualKeyCode=13, text="\r")
    browser.wait("document.title == 'Signed'")
    assert [act.meaning for act in repository.project().acts] == [Meaning.AUTHOR, Meaning.REVIEW]
