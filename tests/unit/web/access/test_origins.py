"""Which origins and hosts are the server's own."""

import pytest

from sundog.origins import Origin, parse_authority, parse_origin
from sundog.web.access.origins import Hosts, Origins

ALLOWED = Origins.of(["https://portal.example.com", "http://localhost:8888"])


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://good.com", "good.com", "ws"),
        ("https://good.com", "good.com", "wss"),
        ("http://good.com:8765", "good.com:8765", "http"),
        ("http://good.com", "good.com:80", "ws"),
        ("https://good.com:443", "good.com", "wss"),
        ("http://GOOD.com", "good.com", "ws"),
        ("HTTP://good.com", "Good.Com", "ws"),
        ("http://good.com.", "good.com.", "ws"),
        ("http://127.0.0.1:8765", "127.0.0.1:8765", "ws"),
        ("http://[::1]:8765", "[::1]:8765", "ws"),
        ("http://[0:0::1]:8765", "[::1]:8765", "ws"),
        ("https://portal.example.com", "good.com", "ws"),
        ("http://localhost:8888", "good.com", "ws"),
    ],
)
def test_the_served_origin_and_the_allowed_ones(origin: str, host: str, scheme: str) -> None:
    assert ALLOWED.allows([origin.encode()], [host.encode()], scheme)


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://evil.com", "good.com", "ws"),
        ("null", "good.com", "ws"),
        ("", "good.com", "ws"),
        ("good.com", "good.com", "ws"),
        ("//good.com", "good.com", "ws"),
        ("https://good.com", "good.com", "ws"),
        ("http://good.com", "good.com", "wss"),
        ("https://good.com:8765", "good.com:8765", "ws"),
        ("http://good.com:8765", "good.com:8765", "wss"),
        ("http://good.com:8766", "good.com:8765", "ws"),
        ("http://good.com", "good.com:8765", "ws"),
        ("http://good.com.evil.com", "good.com", "ws"),
        ("http://evilgood.com", "good.com", "ws"),
        ("http://sub.good.com", "good.com", "ws"),
        ("http://good.com.", "good.com", "ws"),
        ("http://good.com", "good.com.", "ws"),
        ("http://user@good.com", "good.com", "ws"),
        ("http://good.com@evil.com", "good.com", "ws"),
        ("http://good.com/", "good.com", "ws"),
        ("http://good.com?x", "good.com", "ws"),
        ("http://good.com#x", "good.com", "ws"),
        ("http://good.com\\@evil.com", "good.com", "ws"),
        ("http://good.com:", "good.com", "ws"),
        ("http://good.com:080", "good.com", "ws"),
        ("http://good.com:+80", "good.com", "ws"),
        ("http://good.com:99999", "good.com:99999", "ws"),
        (" http://good.com", "good.com", "ws"),
        ("http://good.com http://evil.com", "good.com", "ws"),
        ("http://good.com, http://evil.com", "good.com", "ws"),
        ("http://xn--god-1ra.com", "good.com", "ws"),
        ("http://göd.com", "good.com", "ws"),
        ("http://[::2]:8765", "[::1]:8765", "ws"),
        ("http://[::1", "[::1", "ws"),
        ("http://[good.com]", "[good.com]", "ws"),
        ("file://", "good.com", "ws"),
        ("chrome-extension://good.com", "good.com", "ws"),
        ("ws://good.com", "good.com", "ws"),
        ("http://portal.example.com", "good.com", "ws"),
        ("https://portal.example.com:8443", "good.com", "ws"),
        ("http://good.com", "good.com", "ftp"),
        ("http://good.com", "", "ws"),
        ("http://" + "a" * 400, "a" * 400, "ws"),
    ],
)
def test_every_other_origin_is_refused(origin: str, host: str, scheme: str) -> None:
    assert not ALLOWED.allows([origin.encode()], [host.encode()], scheme)


def test_no_origin_and_two_are_refused() -> None:
    good = b"http://good.com"
    assert not ALLOWED.allows([], [b"good.com"], "ws")
    assert not ALLOWED.allows([good, good], [b"good.com"], "ws")
    assert not ALLOWED.allows([good], [], "ws")
    assert not ALLOWED.allows([good], [b"good.com", b"good.com"], "ws")


def test_parsing() -> None:
    assert parse_origin("https://Example.com") == Origin("https", "example.com", 443)
    assert parse_authority("h:65536", "http") is None
    assert parse_authority("-h", "http") is None
    assert str(Origin("https", "h", 443)) == "https://h"
    assert str(Origin("http", "h", 443)) == "http://h:443"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost:8765", True),
        ("LOCALHOST", True),
        ("app.localhost", True),
        ("127.0.0.1:8765", True),
        ("192.168.1.7", True),
        ("[::1]:8765", True),
        ("good.com", True),
        ("good.com.", True),
        ("a.example.com", True),
        ("a.b.example.com:1", True),
        ("example.com", False),
        ("evil.com", False),
        ("localhost.evil.com", False),
        ("127.0.0.1.evil.com", False),
        ("evilexample.com", False),
        ("a@localhost", False),
        ("", False),
    ],
)
def test_hosts(host: str, allowed: bool) -> None:
    hosts = Hosts(("good.com", "*.example.com"), local=True)
    assert hosts.allows([host.encode()]) is allowed


def test_any_host() -> None:
    assert Hosts().allows([b"whatever.example"])
    assert not Hosts().allows([])
    assert not Hosts().allows([b"a", b"b"])
    assert not Hosts().allows([b"a b"])
