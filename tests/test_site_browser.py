"""The built handbook in Chromium: it asks nobody for anything, runs no foreign script, and can be searched."""

from __future__ import annotations

import fcntl
import functools
import http.server
import itertools
import json
import os
import select
import shutil
import subprocess  # noqa: TID251 - a browser is talked to while it runs
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import SOP, TODAY, Repository
from qmsdoc.load import source
from qmsdoc.publish import site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
# Chromium speaks over the file descriptors 3 and 4; this puts our pipe there and becomes Chromium.
SHIM = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
DEVICE = """\
---
id: DEV-001
type: device
title: Pump
owner: quality-manager
from: 2026-01-01
risk_class: IIa
rule: 11
---

# Pump
"""
COVERAGE = ("index", "iso-13485", "mdr", "gspr-DEV-001", "documents", "crosswalk-mdr", "changes")
LIMIT = 20.0
STOPPED = 2  # a script and an image
HOSTILE = """
<script>window.ran = 1</script> <img src="x" onerror="window.ran = 2">

![pixel](https://evil.example/pixel.png) [script](javascript:window.ran=3)

## Time limits {onclick=window.ran=4}

[Elsewhere](SOP-002-other.md#procedure)
"""


class Browser:
    """One Chromium, driven by the DevTools protocol over a pipe."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM
        reads, self._out = os.pipe()
        self._in, writes = os.pipe()
        argv = [
            sys.executable,
            "-c",
            SHIM,
            str(reads),
            str(writes),
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
        ]
        self.process = subprocess.Popen(
            argv, pass_fds=(reads, writes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(reads)
        os.close(writes)
        fcntl.fcntl(self._in, fcntl.F_SETFL, os.O_NONBLOCK)
        self._numbers = itertools.count(1)
        self._rest = b""
        self.session = ""
        self.loaded: set[str] = set()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and wait for its answer; events that come meanwhile are kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            for answer in self._messages():
                if answer.get("id") == number:
                    assert "error" not in answer, answer
                    return answer["result"]
        raise TimeoutError(method)

    def _messages(self) -> list[dict[str, Any]]:
        select.select([self._in], [], [], 0.1)
        try:
            self._rest += os.read(self._in, 1 << 20)
        except BlockingIOError:
            return []
        *whole, self._rest = self._rest.split(b"\0")
        messages = [json.loads(each) for each in whole]
        for message in messages:
            parameters = message.get("params", {})
            if message.get("method") == "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            elif message.get("method") == "Page.lifecycleEvent" and parameters["name"] == "load":
                self.loaded.add(parameters["loaderId"])
            elif message.get("method") == "Log.entryAdded":
                self.complaints.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")
            elif message.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]["text"]))
        return messages

    def open(self, url: str) -> None:
        """Load a page and wait until it is complete."""
        self.requests.clear()
        self.complaints.clear()
        loader = self.call("Page.navigate", url=url)["loaderId"]
        end = time.monotonic() + LIMIT
        while loader not in self.loaded:
            assert time.monotonic() < end, f"never loaded: {url}"
            self._messages()

    def see(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + LIMIT
        while not self.see(expression):
            assert time.monotonic() < end, f"never true: {expression}; {self.complaints}"
            time.sleep(0.02)

    def close(self) -> None:
        """End Chromium."""
        self.process.terminate()
        self.process.wait(LIMIT)
        os.close(self._in)
        os.close(self._out)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "Chromium is not installed (apt-get install chromium), so nobody looked at the built site"
        if os.environ.get("QMSDOC_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        started = Browser(Path(profile))
        yield started
        started.close()


def built(repository: Repository) -> Path:
    """The site of a repository with its drafts."""
    output = repository.root / "site"
    site.build(
        repository.load(),
        repository.root,
        output,
        today=TODAY,
        commit="abc1234",
        source=functools.partial(source, repository.root),
        drafts=True,
    )
    return output


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site with a hostile document in it."""
    repository = Repository(tmp_path_factory.mktemp("qms"))
    repository.sop(SOP + HOSTILE)
    repository.sop(SOP.replace("SOP-001", "SOP-002"), "sops/documents/SOP-002-other.md")
    return built(repository)


@pytest.fixture(scope="module")
def matrices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site with as many documents as a small company has, and a device."""
    repository = Repository(tmp_path_factory.mktemp("matrices"))
    repository.write("records/devices/DEV-001-pump.md", DEVICE)
    cited = ("ISO 13485 4.2.4 @procedure", "MDR Article 10(9)(c) @roles", "MDR Annex I 1 @procedure")
    for number in range(1, 31):
        text = SOP.replace("SOP-001", f"SOP-{number:03}").replace("[ISO 13485 4.2.4 @procedure]", f"{[*cited]}")
        repository.sop(text, f"sops/documents/SOP-{number:03}-control.md")
    return built(repository)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, handbook: Path) -> Iterator[str]:
    """Where the site is read: from a disk, or from a server."""
    if request.param == "file":
        yield handbook.as_uri()
        return
    handler = functools.partial(_Quiet, directory=str(handbook))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_no_page_asks_another_host(browser: Browser, address: str, handbook: Path) -> None:
    ours = (f"{address}/", f"{handbook.as_uri()}/", "data:", "about:")
    for file in sorted(handbook.rglob("*.html")):
        if file.name == "404.html" and address.startswith("file:"):
            continue  # a server shows it under any address, so its links begin at the host
        browser.open(f"{address}/{file.relative_to(handbook).as_posix()}")
        assert [url for url in browser.requests if not url.startswith(ours)] == []
        assert browser.complaints == []


def test_a_request_to_another_host_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><img src="http://127.0.0.2:9/x.png">', encoding="utf-8")
    browser.open(page.as_uri())
    assert "http://127.0.0.2:9/x.png" in browser.requests


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("SOP-002", "documents/SOP-002.html"),
        ("4.2.4", "clauses/iso-13485.html"),
        ("register", "documents/SOP-001.html"),
    ],
)
def test_search_finds_an_id_a_clause_and_a_word(browser: Browser, address: str, query: str, page: str) -> None:
    browser.open(f"{address}/index.html?q={query}")
    links = "[...document.querySelectorAll('.md-search-result__link')].map(link => link.href).join(' ')"
    browser.wait(f"{links}.includes('/{page}')")
    assert browser.complaints == []


def test_a_script_in_a_document_does_not_run(browser: Browser, address: str) -> None:
    browser.open(f"{address}/documents/SOP-001.html")
    assert browser.see("document.querySelector('article').innerText.includes('<script>window.ran = 1</script>')")
    browser.see("document.querySelectorAll('article :not(a)').forEach(each => each.click())")
    assert browser.see("typeof window.ran") == "undefined"


def test_the_policy_stops_what_would_get_through(browser: Browser, address: str) -> None:
    browser.open(f"{address}/documents/SOP-001.html")
    browser.see(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}));"
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"https://cdn.invalid/x.png\">')"
    )
    assert browser.see("typeof window.ran") == "undefined"
    end = time.monotonic() + LIMIT
    while sum("Content Security Policy" in line for line in browser.complaints) < STOPPED:
        assert time.monotonic() < end, browser.complaints
        browser.see("true")


def test_links_work(browser: Browser, address: str) -> None:
    browser.open(f"{address}/roles/quality-manager.html")
    for text in ("SOP-001", "Elsewhere", "ISO 13485 4.2.4"):
        named = f"[...document.querySelectorAll('article a')].find(link => link.textContent == '{text}')"
        browser.open(browser.see(f"{named}.href"))
    assert browser.see("location.href") == f"{address}/clauses/iso-13485.html#clause-4-2-4"
    assert browser.see("document.querySelector(':target').textContent").startswith("4.2.4")


@pytest.fixture
def screen(browser: Browser) -> Iterator[Callable[[int, int], None]]:
    """Show pages as on a screen of a width and a height."""

    def show(width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.call("Emulation.setDeviceMetricsOverride", **size)

    yield show
    browser.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
@pytest.mark.parametrize("page", COVERAGE)
def test_coverage_fits_a_laptop_and_a_phone(
    browser: Browser, screen: Callable[[int, int], None], matrices: Path, page: str, width: int, height: int
) -> None:
    screen(width, height)
    browser.open(f"{matrices.as_uri()}/coverage/{page}.html")
    assert browser.see("innerWidth") == width
    assert browser.see("document.documentElement.scrollWidth <= innerWidth")


def test_thirty_documents_fit_and_the_head_stays_in_sight(
    browser: Browser, screen: Callable[[int, int], None], matrices: Path
) -> None:
    screen(1366, 768)
    browser.open(f"{matrices.as_uri()}/coverage/iso-13485.html")
    browser.see("box = document.querySelector('.qms-scroll'); box.scrollTop = 900; box.scrollIntoView()")
    assert browser.see("box.scrollWidth <= box.clientWidth")
    assert browser.see("document.querySelectorAll('.qms-matrix .qms-column').length") == 30
    top = "box.getBoundingClientRect().top"
    for head in (".qms-matrix thead th:first-child", ".qms-matrix thead th:last-child"):
        assert browser.see(f"Math.abs(document.querySelector('{head}').getBoundingClientRect().top - {top}) < 3")
    assert browser.see("document.querySelector('.qms-matrix tbody tr').getBoundingClientRect().top") < 0
    screen(800, 768)
    browser.see("box.scrollTop = 0; box.scrollLeft = 300")
    first = "document.querySelector('.qms-matrix tbody tr:not(.qms-group) th').getBoundingClientRect().left"
    assert browser.see("box.scrollLeft") == 300
    assert browser.see(f"Math.abs({first} - box.getBoundingClientRect().left) < 3")


def test_a_phone_shows_only_documents_that_claim(
    browser: Browser, screen: Callable[[int, int], None], matrices: Path
) -> None:
    screen(390, 844)
    browser.open(f"{matrices.as_uri()}/coverage/iso-13485.html")
    shown = "[...document.querySelectorAll('{}')].filter(each => each.getClientRects().length).length"
    assert browser.see("document.querySelectorAll('.qms-matrix td:empty').length") > 50
    assert browser.see(shown.format(".qms-matrix td:empty")) == 0
    assert browser.see(shown.format(".qms-matrix thead")) == 0
    assert browser.see(shown.format(".qms-matrix td a")) == 30
    assert browser.see("document.querySelector('.qms-matrix td a').innerText") == "○ SOP-001"
