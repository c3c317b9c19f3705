"""Identifies browsers with a signed cookie, and the owners of kernel ids."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadData, TimestampSigner

from sundog.ids import KernelId, PageId, SessionId, new_token

COOKIE: Final = "solara-session-id"
DAY: Final = 86400.0

_MAC_BYTES: Final = 16
_MAX_VALUE_LENGTH: Final = 256
_MAX_TOKEN_LENGTH: Final = 256


@dataclass(frozen=True, slots=True)
class CookieAttributes:
    """The attributes of the cookie. `secure` None means: if the page was loaded over https."""

    path: str = "/"
    max_age: float = 30 * DAY
    http_only: bool = True
    same_site: str = "lax"
    secure: bool | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's session, and the seconds since its cookie was signed."""

    id: SessionId
    age: float


class _Signer(TimestampSigner):
    def __init__(self, secret: bytes, now: Callable[[], float]) -> None:
        super().__init__(
            secret,
            salt="sundog.session",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
        self._now = now

    def get_timestamp(self) -> int:
        return int(self._now())


class Sessions:
    """Creates and verifies sessions and kernel ids. `now` is the time of day in seconds."""

    def __init__(
        self,
        secret: bytes,
        attributes: CookieAttributes | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._attributes = attributes or CookieAttributes()
        self._now = now
        self._signer = _Signer(secret, now)
        self._kernel_key = hmac.digest(secret, b"sundog.kernel", "sha256")
        self._page_key = hmac.digest(secret, b"sundog.page", "sha256")

    def new(self, prefix: str = "") -> Session:
        """Return a new session, whose id starts with the prefix."""
        return Session(SessionId(new_token(prefix)), 0.0)

    def read(self, cookie_headers: Iterable[bytes]) -> Session | None:
        """Return the session proven by the request's cookies, or None without a valid one."""
        for value in _values(cookie_headers):
            session = self._verify(value)
            if session is not None:
                return session
        return None

    def needs_renewal(self, session: Session) -> bool:
        """Return whether the cookie is old enough to be sent again."""
        return session.age >= min(DAY, self._attributes.max_age / 2)

    def set_cookie(self, session: Session, *, https: bool) -> str:
        """Return the ``Set-Cookie`` header for a session."""
        attributes = self._attributes
        value = self._signer.sign(session.id).decode("ascii")
        parts = [f"{COOKIE}={value}", f"Path={attributes.path}"]
        parts.append(f"Max-Age={int(attributes.max_age)}")
        if attributes.http_only:
            parts.append("HttpOnly")
        if attributes.same_site == "none":
            parts += ["SameSite=None", "Secure", "Partitioned"]
        else:
            parts.append(f"SameSite={attributes.same_site.capitalize()}")
            if https if attributes.secure is None else attributes.secure:
                parts.append("Secure")
        return "; ".join(parts)

    def mint_kernel_id(self, session_id: SessionId, prefix: str = "") -> KernelId:
        """Return a new kernel id that is valid only for this session and starts with the prefix."""
        token = new_token(prefix)
        return KernelId(f"{token}.{self._mac(token, session_id)}")

    def owns(self, session_id: SessionId, kernel_id: KernelId) -> bool:
        """Return whether the server created this kernel id for this session, in constant time."""
        token, _, mac = kernel_id.partition(".")
        given = mac.encode("utf-8", "surrogateescape")
        return hmac.compare_digest(self._mac(token, session_id).encode(), given)

    def page_token(self, session_id: SessionId, kernel_id: KernelId, page_id: PageId) -> str:
        """Return what proves to this server that a page of a kernel is of a session.

        A page that has lost its cookie, or never got one, goes on by it.
        """
        return f"{session_id}.{page_id}.{self._page_mac(session_id, kernel_id, page_id)}"

    def session_of_token(self, token: str, kernel_id: KernelId) -> SessionId | None:
        """Return the session that a page's token proves for a kernel, None without a valid one."""
        if len(token) > _MAX_TOKEN_LENGTH:
            return None
        session, _, rest = token.partition(".")
        page, _, given = rest.partition(".")
        session_id = SessionId(session)
        expected = self._page_mac(session_id, kernel_id, PageId(page)).encode()
        proves = hmac.compare_digest(expected, given.encode("utf-8", "surrogateescape"))
        return session_id if proves and self.owns(session_id, kernel_id) else None

    def _page_mac(self, session_id: SessionId, kernel_id: KernelId, page_id: PageId) -> str:
        # None of them can hold a line end that would make two texts the same.
        text = "\n".join((session_id, kernel_id, page_id)).encode("utf-8", "surrogateescape")
        return _base64(hmac.digest(self._page_key, text, "sha256")[:_MAC_BYTES])

    def _mac(self, token: str, session_id: SessionId) -> str:
        # Neither part can contain the separator: tokens are URL-safe base64 after a number and "~".
        text = f"{token}\n{session_id}".encode("utf-8", "surrogateescape")
        return _base64(hmac.digest(self._kernel_key, text, "sha256")[:_MAC_BYTES])

    def _verify(self, value: str) -> Session | None:
        try:
            identifier, signed = self._signer.unsign(value, return_timestamp=True)
        except BadData:
            return None
        # Signed in the future: the clock has been set back since.
        age = max(0.0, self._now() - signed.timestamp())
        if age > self._attributes.max_age:
            return None
        return Session(SessionId(identifier.decode("ascii")), age)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _values(cookie_headers: Iterable[bytes]) -> Iterable[str]:
    for header in cookie_headers:
        for pair in header.decode("latin-1").split(";"):
            name, _, value = pair.partition("=")
            if name.strip() == COOKIE and len(value) <= _MAX_VALUE_LENGTH:
                yield value.strip()
