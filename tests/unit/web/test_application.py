"""What leads where, and who gets an answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sundog.config import Mode, Settings
from sundog.errors import KernelLimitError
from sundog.ids import KernelId, SessionId
from sundog.registry.registry import Registry
from sundog.web.access.policy import AccessPolicy, hosts_of, origins_of
from sundog.web.access.proxies import TrustedProxies
from sundog.web.access.refusals import Refusal
from sundog.web.access.sessions import COOKIE, DAY, CookieAttributes, Sessions
from sundog.web.application import Application, create_application, route_path
from sundog.web.endpoints import Endpoints
from sundog.web.page.request import PageRequest
from sundog.web.readiness import Readiness, ServerState
from tests.asgi import Answer, request, websocket

ORIGIN = ("origin", "http://localhost")


class FakeRegistry:
    def __init__(self) -> None:
        self.closed: list[tuple[str, str, str]] = []
        self.full = False
        # Models that a window was opened for.
        self.kept: list[str] = []

    def find(self, kernel_id: KernelId, session_id: SessionId) -> Any:
        kept = SimpleNamespace(keep=self.kept.append)
        return SimpleNamespace(submit=lambda work: work(), full_state=kept)

    def check_capacity(self, session_id: SessionId) -> None:
        if self.full:
            raise KernelLimitError("full")

    def close_page(self, *ids: str) -> None:
        self.closed.append(cast(Any, ids))


class Rig:
    """An application whose surroundings are the test's."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.registry = FakeRegistry()
        self.readiness = Readiness()
        self.readiness.state = ServerState.READY
        self.rendered: list[PageRequest] = []
        self.sockets: list[dict[str, Any]] = []
        self.now = 1_700_000_000.0
        self.sessions = Sessions(
            b"s" * 32, CookieAttributes(path=self.settings.root_path or "/"), lambda: self.now
        )
        self.access_policy = AccessPolicy(
            self.sessions,
            origins_of(self.settings),
            hosts_of(self.settings),
            TrustedProxies(self.settings.forwarded_allow_ips),
        )
        self.application: Application = create_application(
            self.settings,
            endpoints=Endpoints(
                registry=cast(Registry, self.registry),
                access_policy=self.access_policy,
                readiness=self.readiness,
                render=self._render,
                policy="default-src 'self' 'nonce-{nonce}'",
                has_page=lambda place: place.path == "/",
            ),
            socket=self._socket,
            access_policy=self.access_policy,
            readiness=self.readiness,
            files={"/_sundog/static/{path:path}": _file},
        )

    def _render(self, page: PageRequest) -> bytes:
        self.rendered.append(page)
        self.render_thread = threading.current_thread()
        return b"<p>page</p>"

    async def _socket(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]
    ) -> None:
        self.sockets.append(scope)

    def get(self, path: str, *headers: tuple[str, str], **options: Any) -> Answer:
        return request(self.application, path, headers=headers, **options)

    def open_socket(self, path: str, *headers: tuple[str, str], **options: Any) -> list[Any]:
        return websocket(self.application, path, headers=headers, **options)


async def _file(request: Request) -> Response:
    return PlainTextResponse("file " + request.path_params["path"])


@pytest.fixture
def rig() -> Rig:
    return Rig()


def cookie_of(answer: Answer) -> tuple[str, str]:
    return ("cookie", answer.headers["set-cookie"].partition(";")[0])


def test_pages_are_rendered_in_a_thread_as_their_files_may_be_slow(rig: Rig) -> None:
    assert rig.get("/").status == 200
    assert rig.render_thread is not threading.current_thread()


# Probes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("state", "status"),
    [
        (ServerState.STARTING, 503),
        (ServerState.READY, 200),
        (ServerState.FAILED, 503),
        (ServerState.DRAINING, 503),
    ],
)
def test_readiness(rig: Rig, method: str, state: ServerState, status: int) -> None:
    rig.readiness.state = state
    answer = rig.get("/readyz", method=method)
    assert answer.status == status
    assert answer.headers["cache-control"] == "no-store"
    assert ("retry-after" in answer.headers) is (status == 503)
    assert rig.get("/livez", method=method).status == 200
    assert (rig.get("/").status == 200) is (status == 200)


def test_probes_answer_under_any_name() -> None:
    rig = Rig(Settings(mode=Mode.DEVELOPMENT))
    assert rig.get("/readyz", host="10.1.2.3").status == 200
    assert rig.get("/livez", host="pod.internal").status == 200
    answer = rig.get("/", host="evil.example")
    assert answer.status == 403
    assert b"SUNDOG_ALLOWED_HOSTS" in answer.body
    assert not rig.rendered


# The page -----------------------------------------------------------------------------------------


def test_a_new_browser_gets_a_session_and_a_kernel_of_its_own(rig: Rig) -> None:
    answer = rig.get("/")
    assert (answer.status, answer.body) == (200, b"<p>page</p>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    [page] = rig.rendered
    policy = answer.headers["content-security-policy"]
    assert policy == f"default-src 'self' 'nonce-{page.nonce}'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    session = rig.sessions.read([cookie_of(answer)[1].encode()])
    assert session is not None
    page = rig.rendered[0]
    assert rig.sessions.owns(session.id, page.kernel_id)
    assert page.root == ""


def test_a_known_browser_keeps_its_session(rig: Rig) -> None:
    first = rig.get("/")
    second = rig.get("/", cookie_of(first))
    assert "set-cookie" not in second.headers
    session = rig.sessions.read([cookie_of(first)[1].encode()])
    assert session is not None
    one, two = rig.rendered
    assert rig.sessions.owns(session.id, two.kernel_id)
    assert len({one.kernel_id, two.kernel_id, one.page_id, two.page_id}) == 4


@pytest.mark.parametrize("path", ["/", "/solara"])
def test_a_window_shows_a_widget_of_its_browsers_kernel(rig: Rig, path: str) -> None:
    mine, strangers = (cookie_of(rig.get("/")) for _ in range(2))
    kernel_id = rig.rendered[0].kernel_id
    rig.rendered.clear()
    window = f"{path}?kernelid={kernel_id}&modelid=0a-b_9"
    answer = rig.get(window, mine)
    [page] = rig.rendered
    assert (answer.status, page.kernel_id, page.widget) == (200, kernel_id, "0a-b_9")
    assert rig.registry.kept == ["0a-b_9"]
    assert f"'nonce-{page.nonce}'" in answer.headers["content-security-policy"]
    unknown = rig.get(f"{path}?kernelid=unknown&modelid=x", mine)
    assert unknown.status == 404
    for cookies in ([strangers], [], [("cookie", f"{COOKIE}=x")]):
        assert rig.get(window, *cookies).body == unknown.body
    assert len(rig.rendered) == 1


def test_an_address_with_an_odd_model_is_one_of_the_app(rig: Rig) -> None:
    rig.get("/?kernelid=x&modelid=%3Cb%3E")
    assert rig.rendered[0].widget == ""


def test_a_session_of_a_browsers_own_making_is_not_adopted(rig: Rig) -> None:
    answer = rig.get("/", ("cookie", f"{COOKIE}=chosen"))
    assert "chosen" not in answer.headers["set-cookie"]


def test_an_old_cookie_is_renewed_for_the_same_session(rig: Rig) -> None:
    first = rig.get("/")
    rig.now += 2 * DAY
    second = rig.get("/", cookie_of(first))
    ids = [rig.sessions.read([cookie_of(answer)[1].encode()]) for answer in (first, second)]
    assert ids[0] is not None
    assert ids[1] is not None
    assert ids[0].id == ids[1].id
    assert ids[1].age == 0


def test_the_cookie_is_secure_where_the_page_came_over_https() -> None:
    rig = Rig(Settings(forwarded_allow_ips=("198.51.100.0/24",)))
    assert "Secure" not in rig.get("/").headers["set-cookie"]
    proxied = rig.get("/", ("x-forwarded-proto", "https"))
    assert proxied.headers["set-cookie"].endswith("Secure")


def test_a_forwarding_header_of_one_request_is_gone_in_the_next() -> None:
    rig = Rig(Settings(forwarded_allow_ips=("198.51.100.0/24",)))
    rig.get("/", ("x-forwarded-prefix", "/apps"), ("x-forwarded-host", "a.example"))
    rig.get("/")
    assert [page.root for page in rig.rendered] == ["/apps", ""]


def test_untrusted_forwarding_headers_change_nothing(rig: Rig) -> None:
    rig.get("/", ("x-forwarded-prefix", "/apps"), ("x-script-name", "/apps"))
    assert rig.rendered[0].root == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods(rig: Rig, method: str) -> None:
    assert rig.get("/", method=method).status == 405


def test_head(rig: Rig) -> None:
    answer = rig.get("/", method="HEAD")
    assert answer.status == 200
    assert answer.headers["content-length"] == "11"


@pytest.mark.parametrize("path", ["/nope", "/a/b", "//", "/_sundog/nope", "/readyz/", "/é"])
def test_an_unknown_route_is_a_page_that_says_so(rig: Rig, path: str) -> None:
    answer = rig.get(path)
    assert answer.status == 404
    assert b"Page not found" in answer.body
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_full_server_says_so(rig: Rig) -> None:
    rig.registry.full = True
    answer = rig.get("/")
    assert (answer.status, answer.headers["retry-after"]) == (503, "10")
    assert b'<meta http-equiv="refresh" content="10">' in answer.body
    assert not rig.rendered


def test_before_the_app_has_run_the_page_waits(rig: Rig) -> None:
    rig.readiness.state = ServerState.STARTING
    answer = rig.get("/")
    assert b'http-equiv="refresh" content="1"' in answer.body
    rig.readiness.state = ServerState.FAILED
    assert b"http-equiv" not in rig.get("/").body


# Root path ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/apps/w"])
def test_a_proxy_may_take_the_root_path_off_or_leave_it(prefix: str) -> None:
    rig = Rig(Settings(root_path="/apps/w"))
    answer = rig.get(prefix + "/")
    assert answer.status == 200
    assert "Path=/apps/w;" in answer.headers["set-cookie"]
    assert rig.rendered[0].root == "/apps/w"
    assert rig.get(prefix + "/readyz").status == 200
    assert rig.get(prefix + "/_sundog/static/a/b.js").body == b"file a/b.js"
    assert rig.get(prefix + "/nope").status == 404
    rig.open_socket(prefix + "/_sundog/kernel/k/socket")
    assert rig.sockets[0]["path_params"] == {"kernel_id": "k"}


def test_the_root_path_without_its_slash() -> None:
    rig = Rig(Settings(root_path="/apps/w"))
    assert rig.get("/apps/w").status == 200
    assert rig.get("/apps/world").status == 404


@pytest.mark.parametrize(
    ("root", "path", "expected"),
    [
        ("", "/x", "/x"),
        ("/a", "/a", "/"),
        ("/a", "/a/", "/"),
        ("/a", "/a/x", "/x"),
        ("/a", "/ab/x", "/ab/x"),
        ("/a", "/x", "/x"),
    ],
)
def test_route_path(root: str, path: str, expected: str) -> None:
    assert route_path({"root_path": root, "path": path}) == expected


# The close beacon ---------------------------------------------------------------------------------


def close(rig: Rig, kernel_id: str, *headers: tuple[str, str], page: str = "p") -> Answer:
    path = f"/_sundog/kernel/{kernel_id}/close?page={page}"
    return rig.get(path, *headers, method="POST")


def test_a_beacon_closes_its_own_page(rig: Rig) -> None:
    cookie = cookie_of(rig.get("/"))
    kernel_id = rig.rendered[0].kernel_id
    session = rig.sessions.read([cookie[1].encode()])
    assert session is not None
    for _ in range(2):
        assert close(rig, kernel_id, cookie, ORIGIN).status == 204
    assert rig.registry.closed == [(kernel_id, session.id, "p")] * 2


def test_a_page_without_its_cookie_is_closed_by_its_token(rig: Rig) -> None:
    cookie = cookie_of(rig.get("/"))
    page = rig.rendered[0]
    session = rig.sessions.read([cookie[1].encode()])
    assert session is not None
    other = cookie_of(rig.get("/"))
    stranger = rig.rendered[1]
    path = f"/_sundog/kernel/{page.kernel_id}/close?page={page.page_id}"

    def post(body: str, *headers: tuple[str, str]) -> int:
        return rig.get(path, ORIGIN, *headers, method="POST", body=body.encode()).status

    for bad in ("", "x", stranger.token, page.token[:-1], page.token + "x" * 5000):
        assert post(bad) == 204
        assert post(bad, other) == 204
    assert rig.registry.closed == []
    assert post(page.token) == post(page.token, other) == 204
    assert rig.registry.closed == [(page.kernel_id, session.id, page.page_id)] * 2


def test_every_other_beacon_is_answered_alike_and_does_nothing(rig: Rig) -> None:
    cookie = cookie_of(rig.get("/"))
    kernel_id = rig.rendered[0].kernel_id
    good = close(rig, kernel_id, cookie, ORIGIN)
    rig.registry.closed.clear()
    stranger = cookie_of(rig.get("/"))
    bad = [
        close(rig, kernel_id, cookie),
        close(rig, kernel_id, cookie, ("origin", "http://evil.example")),
        close(rig, kernel_id, cookie, ("origin", "null")),
        close(rig, kernel_id, ORIGIN),
        close(rig, kernel_id, stranger, ORIGIN),
        close(rig, kernel_id, ("cookie", f"{COOKIE}=x"), ORIGIN),
        close(rig, kernel_id[:-1], cookie, ORIGIN),
        close(rig, "unknown", cookie, ORIGIN),
        close(rig, kernel_id, cookie, ORIGIN, page=""),
        close(rig, kernel_id, cookie, ORIGIN, page="p" * 65),
    ]
    assert all(answer == good for answer in bad)
    assert rig.registry.closed == []
    by_get = rig.get(f"/_sundog/kernel/{kernel_id}/close?page=p", cookie, ORIGIN)
    assert by_get.status == 404
    assert rig.registry.closed == []


# WebSockets ---------------------------------------------------------------------------------------


def test_a_socket_goes_to_its_kernel(rig: Rig) -> None:
    rig.open_socket("/_sundog/kernel/a.b/socket?page=p")
    assert rig.sockets[0]["path_params"] == {"kernel_id": "a.b"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/_sundog/kernel/socket",
        "/_sundog/kernel/a/b/socket",
        "/_sundog/kernel/a/socket/",
        "/x",
    ],
)
def test_other_sockets_are_refused(rig: Rig, path: str) -> None:
    assert status_of(rig.open_socket(path)) == 404
    assert not rig.sockets


@pytest.mark.parametrize("state", [ServerState.STARTING, ServerState.FAILED, ServerState.DRAINING])
def test_a_page_is_told_why_it_gets_no_socket(rig: Rig, state: ServerState) -> None:
    rig.readiness.state = state
    accept, told, closed = rig.open_socket("/_sundog/kernel/a/socket")
    assert accept["type"] == "websocket.accept"
    message = json.loads(told["text"])
    assert message["type"] == "refused"
    assert message["text"].endswith(".")
    assert message["retry_after"] >= 1
    assert closed == {"type": "websocket.close", "code": 4003}
    assert rig.access_policy.refusals.counts == {Refusal.NOT_READY: 1}
    assert not rig.sockets


def test_no_socket_under_a_foreign_name() -> None:
    rig = Rig(Settings(mode=Mode.DEVELOPMENT))
    assert status_of(rig.open_socket("/_sundog/kernel/a/socket", host="evil.example")) == 403
    assert not rig.sockets


def test_a_server_that_can_not_answer_over_http_closes(rig: Rig) -> None:
    sent = websocket(rig.application, "/nope", extensions={})
    assert sent == [{"type": "websocket.close", "code": 1008}]


def status_of(sent: list[Any]) -> int:
    assert [message["type"] for message in sent] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    status: int = sent[0]["status"]
    return status


# The gate -----------------------------------------------------------------------------------------


def test_the_gate_tells_the_log_what_to_set(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    evil = ("origin", "http://evil.example\r\nforged line")
    close(rig, "k", evil)
    assert "SUNDOG_ALLOWED_ORIGINS" in caplog.text
    assert "\r" not in caplog.messages[0]
    assert "\n" not in caplog.messages[0]


def test_the_socket_gate(rig: Rig) -> None:
    answer = rig.get("/")
    scope: dict[str, Any] = {"headers": [(b"cookie", cookie_of(answer)[1].encode())]}
    session_id = rig.access_policy.session_of(scope)
    assert session_id is not None
    assert rig.access_policy.owns(session_id, rig.rendered[0].kernel_id)
    assert rig.access_policy.session_of({"headers": []}) is None
