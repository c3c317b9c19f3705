"""Nobody gets at another's kernel, nor chooses what the server takes for a session."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sundog.ids import SessionId
from sundog.server import Server
from sundog.web.access.sessions import COOKIE, CookieAttributes, Session, Sessions
from tests.integration.security.conftest import SECRET
from tests.servers import Browser, Page, RawSocket

MakeBrowser = Callable[[], Browser]
YEAR = 365 * 86400.0


def cookie_of(session: Session, secret: str = SECRET, age: float = 0.0) -> str:
    """Return a cookie as a server with this secret made it, so many seconds ago."""
    sessions = Sessions(secret.encode(), CookieAttributes(), lambda: time.time() - age)
    return sessions.set_cookie(session, https=False).partition(";")[0]


def session_of(browser: Browser) -> Session:
    session = Sessions(SECRET.encode()).read([browser.cookie.encode()])
    assert session is not None
    return session


class TestHijack:
    def test_the_right_id_is_of_no_use_to_others(
        self, browser: Browser, make_browser: MakeBrowser
    ) -> None:
        page = browser.open()
        thief = make_browser()
        thief.open()
        owner = session_of(browser)
        body, _, signature = browser.cookie.rpartition(".")
        tampered = f"{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
        cookies = {
            "another session": thief.cookie,
            "none": None,
            "empty": f"{COOKIE}=",
            "the id without a signature": f"{COOKIE}={owner.id}",
            "expired": cookie_of(owner, age=YEAR),
            "tampered": tampered,
            "of another server": cookie_of(owner, secret="another secret" * 5),
            "under another name": f"x{browser.cookie}",
        }
        with browser.attach(page) as own:
            for what, cookie in cookies.items():
                with thief.connect(page, Cookie=cookie) as stolen:
                    assert stolen.status == 101, what
                    assert stolen.close_code() == 4001, what
            own.send([own.seen, 1, [["msg", "no such comm"]]])
            own.wait_for_ack(1)

    def test_an_unknown_kernel_gets_the_same_answer(
        self, browser: Browser, make_browser: MakeBrowser
    ) -> None:
        page = browser.open()
        thief = make_browser()
        thief.open()
        with browser.attach(page), thief.connect(page) as stolen:
            head, frame = stolen.head, stolen.read_frame()
        made_up = page.socket_path().replace(page.kernel, "A" * 22 + "." + "B" * 22)
        with thief.connect(page, made_up) as unknown:
            assert unknown.read_frame() == frame
            assert without_key(unknown.head) == without_key(head)

    @pytest.mark.parametrize("change", ["{0}x", "{0}.", "x{0}", "{1}.", ".{2}", "{1}", "{1}.{1}"])
    def test_a_kernel_id_can_not_be_varied(self, browser: Browser, change: str) -> None:
        page = browser.open()
        token, _, mac = page.kernel.partition(".")
        path = page.socket_path().replace(page.kernel, change.format(page.kernel, token, mac))
        with browser.connect(page, path) as varied:
            assert varied.close_code() == 4001

    def test_a_race_at_the_creation(self, browser: Browser, make_browser: MakeBrowser) -> None:
        thieves = [make_browser() for _ in range(4)]
        for thief in thieves:
            thief.open()
        for _ in range(5):
            page = browser.open()

            def grab(thief: Browser, page: object = page) -> int | None:
                with thief.connect(page) as stolen:  # type: ignore[arg-type]
                    return stolen.close_code()

            with ThreadPoolExecutor(len(thieves)) as pool:
                taken = [pool.submit(grab, thief) for thief in thieves]
                with browser.attach(page):
                    assert {each.result() for each in taken} == {4001}

    def test_one_page_that_comes_twice_at_once_has_one_kernel(self, browser: Browser) -> None:
        page = browser.open()
        with browser.connect(page) as first, browser.connect(page) as second:
            assert first.close_code() == 4002
            assert '"mode":"new"' not in second.until('["ready"]')


class TestSecondPage:
    def test_it_shares_the_kernel(self, browser: Browser) -> None:
        page = browser.open()
        other = browser.open()
        with (
            browser.attach(page) as one,
            browser.connect(page, page.socket_path(page=other.id)) as two,
        ):
            two.until('["ready"]')
            two.send([two.seen, 1, [update(two.comm("IntSliderModel"), value=7)]])
            assert "value 7" in one.until("value 7")
            assert "value 7" in two.until("value 7")

    def test_closing_it_keeps_the_first(self, browser: Browser) -> None:
        page = browser.open()
        other = browser.open()
        with (
            browser.attach(page) as one,
            browser.connect(page, page.socket_path(page=other.id)) as two,
        ):
            two.until('["ready"]')
            path = page.close_path.replace(page.id, other.id)
            browser.http.post(path, headers={"Origin": browser.origin})
            assert two.close_code() in (4001, 4002)
            one.send([one.seen, 1, [["msg", "no such comm"]]])
            one.wait_for_ack(1)

    @pytest.mark.parametrize(
        "page_id", ["", "x" * 65, "a b", "a/b", "a%00", "%0d%0a", "<script>", "%C3%A9"]
    )
    def test_its_id_is_a_plain_word(self, browser: Browser, page_id: str) -> None:
        page = browser.open()
        path = page.socket_path().replace(f"page={page.id}", f"page={page_id}")
        with browser.connect(page, path) as refused:
            assert refused.status in (400, 403)


class TestFixation:
    @pytest.mark.parametrize(
        "value",
        [
            "chosen",
            "chosen.AAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "",
            ".",
            "..",
            "x" * 5000,
            "%00",
            '"quoted"',
        ],
    )
    def test_the_server_chooses(self, server: Server, value: str) -> None:
        with Browser(server, Cookie=f"{COOKIE}={value}") as victim:
            answer = victim.http.get("/")
            assert answer.status_code == 200
            minted = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
            assert minted
            assert minted.partition(".")[0] != value.partition(".")[0]

    def test_signed_by_another_server(self, server: Server) -> None:
        foreign = cookie_of(Session(SessionId("chosen"), 0.0), secret="another secret" * 5)
        with Browser(server, Cookie=foreign) as victim:
            assert "chosen" not in victim.http.get("/").headers["set-cookie"]

    def test_of_several_cookies_the_servers_own_counts(self, browser: Browser) -> None:
        browser.open()
        with with_cookie(browser, f"{COOKIE}=planted; {browser.cookie}") as both:
            assert "set-cookie" not in both.http.get("/").headers

    def test_an_expired_one_is_replaced_by_a_new_session(self, server: Server) -> None:
        old = Session(SessionId("A" * 22), 0.0)
        with Browser(server, Cookie=cookie_of(old, age=YEAR)) as late:
            assert "A" * 22 not in late.http.get("/").headers["set-cookie"]


class TestBeacon:
    def test_only_the_page_itself_can_end_its_kernel(
        self, browser: Browser, make_browser: MakeBrowser
    ) -> None:
        page = browser.open()
        thief = make_browser()
        thief.open()
        own = {"Origin": browser.origin}
        with browser.attach(page) as connection:
            posts = [
                (thief, own),
                (thief, {**own, "Cookie": ""}),
                (browser, {}),
                (browser, {"Origin": "null"}),
                (browser, {"Origin": "http://evil.example"}),
                (browser, {"Origin": f"http://localhost:{browser.port}"}),
                (browser, {**own, "Cookie": f"{COOKIE}={session_of(browser).id}"}),
            ]
            for sender, headers in posts:
                answer = sender.http.post(page.close_path, headers=headers)
                assert (answer.status_code, answer.content) == (204, b"")
            assert browser.http.get(page.close_path).status_code in (404, 405)
            connection.send([connection.seen, 1, [["msg", "no such comm"]]])
            connection.wait_for_ack(1)
            browser.http.post(page.close_path, headers=own)
            assert connection.close_code() == 4001


def update(comm: str, **state: object) -> list[object]:
    return ["msg", comm, {"method": "update", "state": state, "buffer_paths": []}]


def without_key(head: bytes) -> list[bytes]:
    """Return the lines of a handshake's answer but those that always differ."""
    varying = (b"sec-websocket-accept", b"date")
    return [line for line in head.split(b"\r\n") if not line.lower().startswith(varying)]


def with_cookie(browser: Browser, cookie: str) -> Browser:
    class _Server:
        port = browser.port
        url = str(browser.http.base_url)

    return Browser(_Server(), Cookie=cookie)  # type: ignore[arg-type]


def test_a_socket_needs_its_page_to_be_loaded_first(server: Server) -> None:
    with RawSocket(
        server.port,
        "/_sundog/kernel/x/socket?page=p",
        [("Origin", f"http://127.0.0.1:{server.port}")],
    ) as stranger:
        assert stranger.close_code() == 4001


class TestTokens:
    """Pages whose browser has no cookie for their session, or not any more."""

    def connect(self, browser: Browser, page: Page, cookie: str | None, token: str) -> RawSocket:
        connection = browser.connect(page, page.socket_path(query="&token=1"), Cookie=cookie)
        connection.send({"type": "token", "token": token})
        return connection

    def test_frames_that_are_opened_at_once_all_work(self, make_browser: MakeBrowser) -> None:
        # None of the four requests has a cookie yet, and the last answer's cookie stays.
        browsers = [make_browser() for _ in range(4)]
        pages = [browser.open() for browser in browsers]
        last = browsers[-1].cookie
        for browser, page in zip(browsers, pages, strict=True):
            with self.connect(browser, page, last, page.token) as connection:
                assert connection.read()["type"] == "welcome"

    def test_a_server_on_another_port_may_replace_the_cookie(self, browser: Browser) -> None:
        page = browser.open()
        theirs = cookie_of(Session(SessionId("x" * 22), 0.0), secret="another secret" * 5)
        with self.connect(browser, page, theirs, page.token) as connection:
            connection.until('["ready"]')
            seen = connection.seen
        path = page.socket_path(seen=seen, query="&token=1")
        with browser.connect(page, path, Cookie=theirs) as again:
            again.send({"type": "token", "token": page.token})
            assert again.read()["mode"] == "resume"

    def test_a_browser_without_cookies(self, browser: Browser) -> None:
        page = browser.open()
        with self.connect(browser, page, None, page.token) as connection:
            connection.until('["ready"]')
        answer = httpx.post(
            browser.origin + page.close_path,
            content=page.token,
            headers={"Origin": browser.origin},
        )
        assert answer.status_code == 204
        with self.connect(browser, page, None, page.token) as ended:
            assert ended.close_code() == 4001

    def test_a_token_is_of_no_use_for_other_kernels(
        self, browser: Browser, make_browser: MakeBrowser
    ) -> None:
        page, next_page = browser.open(), browser.open()
        thief = make_browser()
        own = thief.open()
        for what, token in {
            "the thief's own": own.token,
            "of the session's next page": next_page.token,
            "changed": page.token[:-1] + ("A" if page.token[-1] != "A" else "B"),
            "with the thief's session": session_of(thief).id + page.token[22:],
        }.items():
            with self.connect(thief, page, thief.cookie, token) as stolen:
                assert stolen.close_code() == 4001, what

    def test_the_origin_counts_as_with_a_cookie(self, browser: Browser) -> None:
        page = browser.open()
        path = page.socket_path(query="&token=1")
        with browser.connect(page, path, Cookie=None, Origin="http://evil.example") as refused:
            assert refused.status == 403
