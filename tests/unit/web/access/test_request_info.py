"""What an app may know of its page's request."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from sundog.kernel.request import NO_REQUEST, Request
from sundog.kernel.values import MAX_QUERY_LENGTH
from sundog.protocol.address import Address
from sundog.web.access.proxies import TrustedProxies
from sundog.web.access.request_info import RequestInfo
from sundog.web.access.sessions import COOKIE


def read(
    *headers: tuple[str, str],
    query: str = "",
    peer: str = "127.0.0.1",
    user_header: str | None = "X-User",
) -> Request:
    scope: dict[str, Any] = {
        "type": "websocket",
        "scheme": "ws",
        "client": (peer, 1234),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
    }
    TrustedProxies(("127.0.0.1",)).apply(scope)
    return RequestInfo(user_header).read(scope, Address(search=query))


class TestCookies:
    def test_they_are_read_without_the_sessions_own(self) -> None:
        request = read(("Cookie", f'a=1; {COOKIE}=secret; b="two"; c=3=4'), ("Cookie", "d="))
        assert dict(request.cookies) == {"a": "1", "b": "two", "c": "3=4", "d": ""}

    @pytest.mark.parametrize(
        "cookie",
        [
            f"{COOKIE}=secret",
            f" {COOKIE} =secret",
            f"a=1;{COOKIE}=secret; {COOKIE}=secret",
            f"{COOKIE}=secret; {COOKIE}=secret",
        ],
    )
    def test_the_sessions_own_is_nowhere(self, cookie: str) -> None:
        request = read(("Cookie", cookie))
        shown = [*request.cookies.values(), *request.headers.values(), *request.headers]
        assert "secret" not in " ".join(shown)
        assert "cookie" not in request.headers
        assert "secret" not in repr(request)


class TestHeaders:
    def test_names_are_the_same_in_any_case(self) -> None:
        request = read(("Accept-Language", "de"), ("X-Tag", "1"), ("x-tag", "2"))
        assert request.headers["ACCEPT-language"] == "de"
        assert "Accept-Language" in request.headers
        assert request.headers["x-tag"] == "1"
        assert request.headers.all("X-TAG") == ("1", "2")
        assert request.headers.get("missing") is None
        assert request.headers.all("missing") == ()

    def test_those_of_the_socket_itself_are_left_out(self) -> None:
        request = read(("Sec-WebSocket-Key", "x"), ("Upgrade", "websocket"), ("Connection", "x"))
        assert not request.headers

    @pytest.mark.parametrize(
        "name", ["X-Forwarded-For", "Forwarded", "X-Script-Name", "X-Real-IP", "X-User"]
    )
    def test_what_only_proxies_may_say(self, name: str) -> None:
        assert name not in read((name, "for=203.0.113.1"), peer="203.0.113.9").headers
        assert name in read((name, "for=203.0.113.1")).headers


class TestWho:
    def test_the_client_is_whom_a_trusted_proxy_names(self) -> None:
        forwarded = ("X-Forwarded-For", "203.0.113.1")
        assert read(forwarded).client == "203.0.113.1"
        assert read(forwarded, peer="203.0.113.9").client == "203.0.113.9"

    def test_the_user_is_whom_a_trusted_proxy_names(self) -> None:
        assert read(("X-User", "ada")).user == "ada"
        assert read(("X-User", "ada"), peer="203.0.113.9").user is None
        assert read(("X-User", "ada"), user_header=None).user is None
        assert read().user is None
        assert read(("X-User", " ")).user is None

    @pytest.mark.parametrize("user", ["Zoë Ångström", "Łukasz", "王小明", "🐕"])
    def test_names_beyond_ascii(self, user: str) -> None:
        # As the bytes are on the wire: UTF-8, or the older encoding where the name fits.
        assert read(("X-User", user.encode().decode("latin-1"))).user == user
        assert read(("X-User", "Zoë")).user == "Zoë"

    def test_other_headers_and_cookies_beyond_ascii(self) -> None:
        raw = "Zürich".encode().decode("latin-1")
        request = read(("X-City", raw), ("Cookie", f"city={raw}; other=x"))
        assert request.headers["x-city"] == "Zürich"
        assert request.cookies["city"] == "Zürich"

    def test_two_users_are_none(self) -> None:
        assert read(("X-User", "ada"), ("X-User", "eve")).user is None

    def test_scheme_and_host(self) -> None:
        request = read(
            ("Host", "inner"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "example.com")
        )
        assert (request.scheme, request.host) == ("https", "example.com")


class TestQuery:
    def test_it_is_the_pages(self) -> None:
        request = read(query="?name=Ada%20L&tag=a&tag=b&empty=&%C3%A4=%E2%82%AC")
        assert request.query["name"] == "Ada L"
        assert request.query.all("tag") == ("a", "b")
        assert dict(request.query) == {"name": "Ada L", "tag": "a", "empty": "", "ä": "€"}

    @pytest.mark.parametrize("query", ["", "?", "a=" + "x" * MAX_QUERY_LENGTH, "&a=1" * 1000])
    def test_what_is_none_or_too_much_is_empty(self, query: str) -> None:
        assert not read(query=query).query


def test_nothing_can_be_changed() -> None:
    request = read(("Cookie", "a=1"))
    with pytest.raises(FrozenInstanceError):
        request.user = "eve"  # type: ignore[misc]
    for values in (request.cookies, request.headers, request.query):
        with pytest.raises(TypeError):
            values["a"] = "2"  # type: ignore[index]


def test_without_a_request_everything_is_empty() -> None:
    assert not NO_REQUEST.cookies
    assert NO_REQUEST.client is None
