"""Who may ask the desk: the browser that was given the address, and no other page in it.

The desk listens on 127.0.0.1 only. Its address holds a token that works once and becomes a cookie that pages of
other sites do not send; what changes something also needs a token from the form and the right origin. The name of
the host is compared, so that a foreign name that leads here (DNS rebinding) is turned away.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

HOST = "127.0.0.1"


def _token() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Gate:
    """The secrets of one desk on one port."""

    port: int
    entry: str = field(default_factory=_token, repr=False)
    session: str = field(default_factory=_token, repr=False)
    form: str = field(default_factory=_token, repr=False)  # against forged requests (CSRF)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the desk."""
        return f"http://{HOST}:{self.port}"

    @property
    def address(self) -> str:
        """The address that opens the desk, once."""
        return f"{self.origin}/enter?token={self.entry}"

    @property
    def cookie(self) -> str:
        """The header that gives the browser its cookie; browsers do not keep ports apart, so the name does."""
        return f"{self._name}={self.session}; HttpOnly; SameSite=Strict; Path=/"

    @property
    def _name(self) -> str:
        return f"qmsdoc-desk-{self.port}"

    def admit(self, token: str) -> bool:
        """Whether the token is the one of the address, and was not used before."""
        good = bool(self.entry) and _same(token, self.entry)
        if good:
            self.entry = ""
        return good

    def is_ours(self, headers: Message) -> bool:
        """Whether a request was made to this very host name and port."""
        return headers.get_all("Host", []) == [f"{HOST}:{self.port}"]

    def knows(self, headers: Message) -> bool:
        """Whether a request comes from the browser that was admitted, and from no other site."""
        if headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            return False
        try:
            found = SimpleCookie(headers.get("Cookie", "")).get(self._name)
        except CookieError:
            return False
        return found is not None and _same(found.value, self.session)

    def may_change(self, headers: Message, form: str) -> bool:
        """Whether a request that changes something was sent by a form of the desk."""
        return headers.get_all("Origin", []) == [self.origin] and _same(form, self.form)


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode(errors="replace"), wanted.encode())
