"""The desk's web server: standard library, this machine only, nothing logged, nothing kept by the browser."""

from __future__ import annotations

import re
import time
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from urllib.parse import parse_qs, urlsplit

from qmsdoc.config import ConfigError
from qmsdoc.desk import page
from qmsdoc.desk.gate import HOST, Gate
from qmsdoc.desk.office import Filled
from qmsdoc.external.git import GitError
from qmsdoc.load import SourceChanged
from qmsdoc.resources import data
from qmsdoc.scalars import read_date
from qmsdoc.signing.keyfile import SigningError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qmsdoc.desk.office import Office, Opened, Room

IDLE = 30 * 60  # seconds without a request after which the desk ends
PATIENCE = 30  # seconds for a request to arrive
MAX_BODY = 64 * 1024  # bytes
MAX_FIELDS = 20
MAX_WRONG = 5  # wrong passphrases after which the desk ends (21 CFR 11.300(d))
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STYLES = {"/redline.css": ("redline", "redline.css"), "/desk.css": ("desk", "desk.css")}
_IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_item = re.compile(
    r"/item/(?P<meaning>[a-z-]{1,40})/(?P<id>[A-Z0-9-]{1,80})(?:/file/(?P<file>[0-9]{1,4}))?", re.ASCII
)


class Answer(NamedTuple):
    """What is sent back."""

    status: HTTPStatus
    body: bytes
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = {}


class Desk(ThreadingHTTPServer):
    """Serves one person; requests are answered one after the other."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, office: Office, port: int = 0) -> None:
        """port: 0 for any free one. Raises OSError where it is taken."""
        super().__init__((HOST, port), _Handler)
        self.office = office
        self.gate = Gate(self.server_port)
        self.lock = Lock()
        self.wrong = 0
        self.signed: tuple[Opened, list[str]] | None = None  # the last one, for the page that says so
        self.last = time.monotonic()

    def serve(self, idle: float = IDLE) -> str:
        """Serve until nobody has asked for so many seconds, or too many passphrases were wrong; says which."""
        self.timeout = 1.0
        while self.wrong < MAX_WRONG:
            if time.monotonic() - self.last > idle:
                return f"nobody used the desk for {idle / 60:g} minutes"
            self.handle_request()
        return f"{MAX_WRONG} wrong passphrases"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that goes away is no error, and a traceback could show what was typed."""


class _Handler(BaseHTTPRequestHandler):
    server: Desk
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    _posts: ClassVar = {"application/x-www-form-urlencoded"}

    def version_string(self) -> str:
        return "qmsdoc"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Keep no log of who asked for what."""

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def _answer(self, make: Callable[[], Answer]) -> None:
        """Answer one request; whatever fails inside is a page, without what was sent."""
        self.close_connection = True
        desk = self.server
        if not desk.gate.is_ours(self.headers):
            self._send(_plain(HTTPStatus.MISDIRECTED_REQUEST, "this is not the address of the desk"))
            return
        try:
            with desk.lock:
                answer = make()
        except (SigningError, ConfigError) as error:
            answer = _page(HTTPStatus.CONFLICT, page.refused(str(error), error.hint))
        except (SourceChanged, GitError) as error:
            answer = _page(HTTPStatus.CONFLICT, page.refused(str(error), "open it again"))
        except Exception as error:  # noqa: BLE001 - the last resort; its message could hold what was typed
            traceback.print_tb(error.__traceback__)
            why = f"this is a bug in qmsdoc ({type(error).__name__})"
            answer = _page(HTTPStatus.INTERNAL_SERVER_ERROR, page.refused(why, "please report it"))
        desk.last = time.monotonic()
        self._send(answer)

    def _get(self) -> Answer:
        desk, url = self.server, urlsplit(self.path)
        if url.path == "/enter" and desk.gate.admit(parse_qs(url.query).get("token", [""])[0]):
            return Answer(HTTPStatus.OK, page.opening().encode(), headers={"Set-Cookie": desk.gate.cookie})
        if url.path == "/favicon.ico":
            return Answer(HTTPStatus.NO_CONTENT, b"")
        if url.path in _STYLES:
            return Answer(HTTPStatus.OK, data(*_STYLES[url.path]).read_bytes(), "text/css; charset=utf-8")
        if not desk.gate.knows(self.headers):
            return _page(HTTPStatus.FORBIDDEN, page.closed())
        if url.path == "/enter":  # loaded again
            return Answer(HTTPStatus.SEE_OTHER, b"", headers={"Location": "/"})
        return self._read(desk.office.enter(), url.path)

    def _read(self, room: Room, path: str) -> Answer:
        """The page at a path, for the person."""
        desk = self.server
        if path == "/":
            return _page(HTTPStatus.OK, page.inbox(room))
        if path == "/signed" and desk.signed:
            return _page(HTTPStatus.OK, page.signed(room, *desk.signed))
        if (match := _item.fullmatch(path)) and (opened := room.open(match["meaning"], match["id"])):
            if match["file"] is None:
                return _page(HTTPStatus.OK, page.item(room, opened, desk.gate.form))
            return _file(room, opened, int(match["file"]))
        return _page(HTTPStatus.NOT_FOUND, page.missing(room))

    def _post(self) -> Answer:
        desk = self.server
        if not desk.gate.knows(self.headers):
            return _page(HTTPStatus.FORBIDDEN, page.closed())
        form = self._form()
        if isinstance(form, Answer):
            return form
        if not desk.gate.may_change(self.headers, form.get("form", "")):
            return _page(HTTPStatus.FORBIDDEN, page.closed())
        room, match = desk.office.enter(), _item.fullmatch(urlsplit(self.path).path)
        opened = room.open(match["meaning"], match["id"]) if match and match["file"] is None else None
        if opened is None:
            return _page(HTTPStatus.NOT_FOUND, page.missing(room))
        return self._sign(room, opened, form)

    def _form(self) -> dict[str, str] | Answer:
        """The fields that were sent, or why they are not read."""
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,6}", length, re.ASCII) or "Transfer-Encoding" in self.headers:
            return _plain(HTTPStatus.LENGTH_REQUIRED, "how long is it?")
        if int(length) > MAX_BODY:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "this is too much")
        if self.headers.get_content_type() not in self._posts:
            return _plain(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "this is not a form")
        body = self.rfile.read(int(length)).decode("utf-8", errors="replace")
        try:
            found = parse_qs(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError:
            return _plain(HTTPStatus.BAD_REQUEST, "this is not one of our forms")
        return {name: values[0] for name, values in found.items()}

    def _sign(self, room: Room, opened: Opened, form: Mapping[str, str]) -> Answer:
        """Sign and lead on to a page that can be loaded again; else the same form with what speaks against it."""
        desk = self.server
        try:
            desk.signed = opened, room.sign(opened, _filled(form))
        except SigningError as error:
            desk.wrong += "the passphrase is wrong" in str(error)
            again = page.item(room, opened, desk.gate.form, error=error, reason=form.get("reason", ""))
            return _page(HTTPStatus.UNPROCESSABLE_ENTITY, again)
        desk.wrong = 0
        return Answer(HTTPStatus.SEE_OTHER, b"", headers={"Location": "/signed"})

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**_HEADERS, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)


def _filled(form: Mapping[str, str]) -> Filled:
    day = form.get("in_force_from", "")
    try:
        first = read_date(day) if day else None
    except ValueError:
        raise SigningError(f"`{day}` is not a day", "write it as 2026-11-30") from None
    confirmation, reason, passphrase, shown = (
        form.get(name, "") for name in ("confirmation", "reason", "passphrase", "shown")
    )
    return Filled(confirmation, reason, passphrase, shown, first)


def _file(room: Room, opened: Opened, number: int) -> Answer:
    """An attached file: a picture is shown, everything else is only saved."""
    found = room.attachment(opened, number)
    if found is None:
        return _page(HTTPStatus.NOT_FOUND, page.missing(room))
    attachment, content = found
    kind = _IMAGES.get(attachment.path.rpartition(".")[2].lower(), "")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    if not kind:
        ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", attachment.path.rpartition("/")[2])
        headers["Content-Disposition"] = f'attachment; filename="{ascii_name}"'
    return Answer(HTTPStatus.OK, content, kind or "application/octet-stream", headers)


def _page(status: HTTPStatus, html: str) -> Answer:
    return Answer(status, html.encode())


def _plain(status: HTTPStatus, text: str) -> Answer:
    return Answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8")
