"""Checks a running deployment from outside, through its proxy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

from sundog.doctor.client import Answer, Client, PageFacts, facts_of
from sundog.doctor.findings import Finding, note, ok, problem

RECONNECTS: Final = 6
_STRANGER: Final = "https://stranger.invalid"
_KERNEL_ENDED: Final = 4001

_UPGRADE: Final = (
    "make the proxy forward WebSockets; nginx: proxy_http_version 1.1; proxy_set_header Upgrade"
    ' $http_upgrade; proxy_set_header Connection "upgrade";'
)
_HOST: Final = (
    "make the proxy forward the host and scheme that browsers use; nginx: proxy_set_header Host"
    " $http_host; proxy_set_header X-Forwarded-Proto $scheme; or set SUNDOG_BASE_URL={address}"
)
_PROTO: Final = (
    "make the proxy set X-Forwarded-Proto (nginx: proxy_set_header X-Forwarded-Proto $scheme;). If"
    " it runs on another machine, add its address to SUNDOG_FORWARDED_ALLOW_IPS"
)
_COOKIE: Final = (
    "make the proxy forward Cookie and Set-Cookie unchanged; nginx: remove proxy_hide_header"
    ' Set-Cookie and proxy_set_header Cookie ""'
)
_STICKY: Final = (
    "send all requests of a kernel to one server: route by its id, which is part of the path;"
    " nginx: map $uri $kernel { ~/_sundog/kernel/([^/]+)/ $1; } with hash $kernel consistent; in"
    " upstream, or by the client's address (ip_hash;). Set the same SUNDOG_SESSION_SECRET_KEY on"
    " all servers"
)


@dataclass(slots=True)
class _Visit:
    client: Client
    page: PageFacts


def check_deployment(url: str) -> Iterator[Finding]:
    """Check what browsers get at an address."""
    client = Client(url.rstrip("/"))
    try:
        answer = client.get(client.address + "/")
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        yield problem(
            "reach", f"{url} can't be reached: {reason}", "start the server, or check the address"
        )
        return
    if urlsplit(answer.url)[:2] != client.parts[:2]:
        yield note("reach", f"{url} redirects to {answer.url}")
        client.address = answer.url.rstrip("/")
    page = facts_of(answer)
    if page is None or answer.status != 200:
        yield _no_page(client, answer)
        return
    yield ok("reach", f"{answer.url} is a page of Sundog")
    yield from _check_probes(client)
    yield from _check_cookie(client, answer)
    yield from _check_cache(client, page)
    yield from _check_prefix(client, page)
    yield from _check_files(client, page)
    yield from _check_socket(_Visit(client, page))


def _no_page(client: Client, answer: Answer) -> Finding:
    text = f"{answer.url} returns status {answer.status}"
    if answer.status == 200:
        text += ", but it is not a page of Sundog"
        return problem("reach", text, "make the proxy forward this address to Sundog")
    if answer.status == 403 and b"SUNDOG_ALLOWED_HOSTS" in answer.body:
        fix = f"add {client.parts.hostname} to SUNDOG_ALLOWED_HOSTS"
        return problem("reach", f"{text}: the server does not accept this host name", fix)
    if answer.status in (502, 503, 504):
        fix = "check the server's log, and that the proxy can reach its port"
        return problem("reach", f"{text}: the server is not running, or not ready", fix)
    if answer.status == 404:
        fix = (
            f"if a proxy serves the app below {client.parts.path or '/'}, set SUNDOG_ROOT_PATH to"
            " that path"
        )
        return problem("prefix", text, fix)
    return problem("reach", text, "check the logs of the proxy and the server")


def _check_probes(client: Client) -> Iterator[Finding]:
    for name, meaning in (("livez", "alive"), ("readyz", "ready")):
        try:
            status = client.get(f"{client.address}/{name}").status
        except OSError as error:
            status = 0
            meaning = str(error)
        if status == 200:
            yield ok("probes", f"/{name}: the server is {meaning}")
        else:
            text = f"/{name} returns status {status}"
            yield problem("probes", text, "check the server's log for the reason")


def _check_cookie(client: Client, answer: Answer) -> Iterator[Finding]:
    header = client.keep(answer)
    if header is None:
        yield problem("cookie", "no session cookie arrives: the proxy removes it", _COOKIE)
        return
    attributes = {part.strip().lower() for part in header.split(";")[1:]}
    https = client.parts.scheme == "https"
    path = next((part[5:] for part in attributes if part.startswith("path=")), "/")
    if "httponly" not in attributes:
        yield note(
            "cookie", "scripts in the page can read the cookie", "unset SUNDOG_SESSION_HTTP_ONLY"
        )
    if https and "secure" not in attributes:
        yield problem(
            "scheme",
            "the server does not know that it is served over https: the cookie is not Secure",
            _PROTO,
        )
    elif not https and "secure" in attributes:
        yield problem(
            "scheme",
            "the cookie is for https only, but this address is http: browsers reject the cookie",
            "open the https address, or unset SUNDOG_SESSION_HTTPS_ONLY",
        )
    elif https:
        yield ok("scheme", "the server knows that it is served over https")
    own = (client.parts.path.rstrip("/") + "/").lower()
    if not own.startswith(path.rstrip("/") + "/"):
        yield problem(
            "cookie",
            f"the cookie is for {path}, but the app is at {own}: browsers do not send it",
            "set SUNDOG_ROOT_PATH to the path at which browsers reach the app",
        )
    else:
        yield ok("cookie", f"the session cookie arrives: {'; '.join(sorted(attributes))}")


def _check_cache(client: Client, page: PageFacts) -> Iterator[Finding]:
    """Load the page again: it must be a new page of the same session."""
    again = client.get(client.address + "/")
    other = facts_of(again)
    had_cookie = bool(client.cookies)
    if other is None:
        text = f"at the second request, the page returns status {again.status}"
        yield problem("cache", text, "check the server's log")
        return
    if other.kernel == page.kernel:
        yield problem(
            "cache",
            "everyone gets the same page: a cache in between stores it",
            "make the proxy respect Cache-Control: no-store; nginx: proxy_cache off;",
        )
    if had_cookie and client.keep(again) is not None:
        yield problem(
            "cookie", "the server receives no cookie back: each page is a new session", _COOKIE
        )


def _check_prefix(client: Client, page: PageFacts) -> Iterator[Finding]:
    reached = client.parts.path.rstrip("/")
    if reached == page.root:
        yield ok("prefix", f"the app and its proxy use the same path: {page.root or '/'}")
    elif not reached.startswith(page.root):
        yield problem(
            "prefix",
            f"the page is at {reached or '/'}, but requests its files and sockets below"
            f" {page.root}",
            f"set SUNDOG_ROOT_PATH={reached}" if reached else "unset SUNDOG_ROOT_PATH",
        )
    elif facts_of(client.get(f"{client.origin}{page.root}/")) is None:
        yield problem(
            "prefix",
            f"the page is at {reached}, but requests its files and sockets below"
            f" {page.root or '/'}, where the app is not served",
            f"set SUNDOG_ROOT_PATH={reached}",
        )


def _check_files(client: Client, page: PageFacts) -> Iterator[Finding]:
    if page.script is None:
        yield problem("files", "the page has no script", "pip install --force-reinstall sundog")
        return
    url = urljoin(client.origin, page.script)
    answer = client.get(url, **{"Accept-Encoding": "gzip, br"})
    if answer.status != 200 or "javascript" not in answer.header("content-type"):
        yield problem(
            "files",
            f"the page's script {url} returns status {answer.status},"
            f" {answer.header('content-type') or 'no content type'}",
            "make the proxy forward all paths below the app's to Sundog, or set SUNDOG_ROOT_PATH",
        )
        return
    if answer.header("content-encoding"):
        yield ok("compression", f"files are compressed ({answer.header('content-encoding')})")
    else:
        yield problem(
            "compression",
            f"files are not compressed: {len(answer.body) >> 10} KiB instead of a third of that",
            "unset SUNDOG_SERVER_HTTP_GZIP, and make the proxy forward Accept-Encoding",
        )
    if "immutable" in answer.header("cache-control"):
        yield ok("caching", "browsers cache files whose address contains a hash")
    else:
        yield problem(
            "caching",
            "browsers request all files again for each page: Cache-Control is"
            f" {answer.header('cache-control') or 'missing'}",
            "make the proxy forward Cache-Control; nginx: remove expires and proxy_hide_header",
        )


def _check_socket(visit: _Visit) -> Iterator[Finding]:
    client, page = visit.client, visit.page
    finding, seen = _first_socket(client, page)
    yield finding
    if finding.level != "ok":
        return
    yield from _check_strangers(client, page)
    yield from _check_stickiness(client, page, seen)
    try:
        client.close_kernel(page)
    except OSError as error:
        yield note("beacon", f"the page can't report that it is closed: {error}")


def _first_socket(client: Client, page: PageFacts) -> tuple[Finding, int]:
    try:
        with client.socket(page) as socket:
            first = socket.welcome()
            if first.get("type") == "welcome":
                socket.read_until_ready()
                return ok("websocket", "the page's WebSocket opens and the app runs"), socket.seen
            return _refused(first), 0
    except InvalidStatus as error:
        return _not_upgraded(client, error.response.status_code), 0
    except TimeoutError:
        text = "the WebSocket opens, but no messages arrive"
        return problem(
            "websocket", text, "turn off the proxy's buffering; nginx: proxy_buffering off;"
        ), 0
    except (InvalidHandshake, WebSocketException, OSError) as error:
        return problem("websocket", f"the WebSocket does not open: {error}", _UPGRADE), 0


def _refused(first: dict[str, object]) -> Finding:
    if first.get("type") == "refused":
        return problem(
            "websocket",
            f"the server refuses the connection: {first.get('text')}",
            "try again later",
        )
    if first.get("closed") == _KERNEL_ENDED:
        text = "the server can't match the WebSocket to the page's session"
        return problem("cookie", text, f"{_COOKIE}; with several servers: {_STICKY}")
    return problem("websocket", f"the WebSocket closes at once ({first})", "check the server's log")


def _not_upgraded(client: Client, status: int) -> Finding:
    text = f"the WebSocket request returns status {status}"
    if status == 403:
        text += ": the server takes the page for one of another site"
        return problem("origin", text, _HOST.format(address=client.address))
    return problem("websocket", f"{text}: the proxy does not forward it as a WebSocket", _UPGRADE)


def _check_strangers(client: Client, page: PageFacts) -> Iterator[Finding]:
    try:
        with client.socket(page, origin=_STRANGER) as socket:
            accepted = socket.welcome().get("type") == "welcome"
    except (WebSocketException, OSError):
        accepted = False
    if accepted:
        yield problem(
            "origin",
            "pages of other sites can open the app's WebSocket as its users",
            "make the proxy forward Origin, and list only your own sites in SUNDOG_ALLOWED_ORIGINS",
        )
    else:
        yield ok("origin", "only the app's own pages can open its WebSocket")


def _check_stickiness(client: Client, page: PageFacts, seen: int) -> Iterator[Finding]:
    met = 0
    for _ in range(RECONNECTS):
        try:
            with client.socket(page, seen=seen) as socket:
                first = socket.welcome()
                met += first.get("mode") in ("resume", "sync")
        except (WebSocketException, OSError):
            continue
    if met == RECONNECTS:
        yield ok("stickiness", f"a page that reconnects finds its kernel ({met} of {met} times)")
    else:
        text = f"a page that reconnects finds its kernel {met} of {RECONNECTS} times"
        yield problem("stickiness", text, _STICKY)
