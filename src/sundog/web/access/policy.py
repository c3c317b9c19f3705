"""Decides who may connect to the server: by host, origin and session."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from sundog.config import Settings
from sundog.ids import KernelId, SessionId
from sundog.web.access.origins import Hosts, Origins
from sundog.web.access.proxies import TrustedProxies
from sundog.web.access.refusals import Refusal, Refusals
from sundog.web.access.sessions import Session, Sessions

Scope = MutableMapping[str, Any]


class AccessPolicy:
    """All checks of a request before it gets anything."""

    def __init__(
        self,
        sessions: Sessions,
        origins: Origins,
        hosts: Hosts,
        proxies: TrustedProxies,
        refusals: Refusals | None = None,
    ) -> None:
        self.sessions = sessions
        self.proxies = proxies
        self.refusals = refusals or Refusals()
        self._origins = origins
        self._hosts = hosts

    def origin_allowed(self, scope: Scope) -> bool:
        """Return whether the request's Origin is the served one, or on the allow-list."""
        origins, hosts = header_values(scope, b"origin"), header_values(scope, b"host")
        allowed = self._origins.allows(origins, hosts, scope["scheme"])
        if not allowed:
            self.refusals.note(
                Refusal.ORIGIN,
                "a request from origin %r for %r by %s; if this is your own page, set"
                " SUNDOG_ALLOWED_ORIGINS or SUNDOG_BASE_URL, or have the proxy send"
                " X-Forwarded-Proto and X-Forwarded-Host (see SUNDOG_FORWARDED_ALLOW_IPS)",
                [value.decode("latin-1")[:200] for value in origins],
                b", ".join(hosts).decode("latin-1")[:200],
                scope["scheme"],
            )
        return allowed

    def host_allowed(self, scope: Scope) -> bool:
        """Return whether the request is for a host name of the server."""
        hosts = header_values(scope, b"host")
        allowed = self._hosts.allows(hosts)
        if not allowed:
            given = b", ".join(hosts).decode("latin-1")[:200]
            self.refusals.note(Refusal.HOST, "a request for the host %r", given)
        return allowed

    def session(self, scope: Scope) -> Session | None:
        """Return the session proven by the request's cookie, or None without a valid one."""
        return self.sessions.read(header_values(scope, b"cookie"))

    def session_of(self, scope: Scope) -> SessionId | None:
        """Return the id of that session."""
        session = self.session(scope)
        return None if session is None else session.id

    def session_for(self, scope: Scope, kernel_id: KernelId, token: str = "") -> SessionId | None:
        """Return the session of a request, if it is the one that a kernel belongs to.

        It is proved by the cookie, or by the token of one of the kernel's pages.
        """
        session_id = self.session_of(scope)
        if session_id is not None and self.owns(session_id, kernel_id):
            return session_id
        return self.sessions.session_of_token(token, kernel_id) if token else None

    def owns(self, session_id: SessionId, kernel_id: KernelId) -> bool:
        """Return whether the server created this kernel id for this session, in constant time."""
        return self.sessions.owns(session_id, kernel_id)


def header_values(scope: Scope, name: bytes) -> list[bytes]:
    """Return all values of a header; the name is in lower case."""
    return [value for key, value in scope["headers"] if key == name]


def origins_of(settings: Settings) -> Origins:
    """Return the allow-list: the configured origins, and the public address."""
    texts = list(settings.allowed_origins)
    if settings.base_url is not None:
        parts = urlsplit(settings.base_url)
        texts.append(f"{parts.scheme}://{parts.netloc}")
    return Origins.of(texts)


def hosts_of(settings: Settings) -> Hosts:
    """Return the accepted hosts.

    In development on a local address, nobody else should reach the app. A site whose name points to
    this machine would have the served origin, so only the host shows the difference.
    """
    local = is_loopback(settings.host)
    if not settings.allowed_hosts and not (local and settings.development):
        return Hosts()
    patterns = [*settings.allowed_hosts, settings.host.lower()]
    if settings.base_url is not None:
        patterns.append((urlsplit(settings.base_url).hostname or "").lower())
    return Hosts(tuple(patterns), local=local)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on a host."""
    return host == "localhost" or host.startswith("127.") or host == "::1"
