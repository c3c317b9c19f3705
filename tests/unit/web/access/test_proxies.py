"""Whose forwarding headers count, and what they change."""

from typing import Any

import pytest

from sundog.web.access.proxies import TrustedProxies

TRUSTED = TrustedProxies(["127.0.0.1", "10.0.0.0/8", "::1"])


def scope(peer: str = "127.0.0.1", kind: str = "http", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": kind,
        "client": (peer, 5000),
        "scheme": "ws" if kind == "websocket" else "http",
        "root_path": "",
        "headers": [(b"host", b"inner:8765"), *pairs],
    }


def host_of(given: dict[str, Any]) -> list[bytes]:
    return [value for name, value in given["headers"] if name == b"host"]


FORWARDED = {
    "x_forwarded_for": "203.0.113.7",
    "x_forwarded_proto": "https",
    "x_forwarded_host": "example.com",
    "x_forwarded_prefix": "/apps",
    "x_script_name": "/apps",
    "forwarded": "for=203.0.113.7;proto=https;host=example.com",
}


@pytest.mark.parametrize("peer", ["203.0.113.1", "11.0.0.1", "::2", "unix", ""])
@pytest.mark.parametrize("name", FORWARDED)
def test_an_untrusted_peer_changes_nothing(peer: str, name: str) -> None:
    given = scope(peer, **{name: FORWARDED[name]})
    before = {**given, "headers": list(given["headers"])}
    TRUSTED.apply(given)
    assert given == {**before, "sundog.trusted_peer": False}


def test_nobody_is_trusted_and_everybody() -> None:
    given = scope(**FORWARDED)
    TrustedProxies([]).apply(given)
    assert given["scheme"] == "http"
    TrustedProxies(["*"]).apply(given)
    assert given["scheme"] == "https"
    given["client"] = None
    TRUSTED.apply(given)


def test_a_trusted_peer_is_believed() -> None:
    given = scope(
        x_forwarded_for="203.0.113.7, 10.1.1.1",
        x_forwarded_proto="https",
        x_forwarded_host="example.com:8443",
        x_forwarded_prefix="/apps/",
    )
    TRUSTED.apply(given)
    assert given["client"] == ("203.0.113.7", 0)
    assert given["scheme"] == "https"
    assert host_of(given) == [b"example.com:8443"]
    assert given["root_path"] == "/apps"


def test_a_websocket_has_the_scheme_of_its_own() -> None:
    given = scope(kind="websocket", x_forwarded_proto="https")
    TRUSTED.apply(given)
    assert given["scheme"] == "wss"


def test_the_standard_header() -> None:
    given = scope("::1", forwarded='for="[2001:db8::1]:4711";proto=https;host="example.com"')
    TRUSTED.apply(given)
    assert given["client"] == ("2001:db8::1", 0)
    assert given["scheme"] == "https"
    assert host_of(given) == [b"example.com"]


@pytest.mark.parametrize(
    "value",
    ["for", 'for="1.2.3.4', "for=1.2.3.4 proto=https", 'proto="ht,tps"', "", ";;", "=x", "for=;"],
)
def test_a_broken_standard_header_changes_nothing(value: str) -> None:
    given = scope(forwarded=value)
    TRUSTED.apply(given)
    assert given["client"] == ("127.0.0.1", 5000)
    assert given["scheme"] == "http"


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.1, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.5, 10.0.0.1", "10.0.0.5"),
        ("203.0.113.7:1234", "203.0.113.7"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("spoofed, 10.0.0.1", None),
        ("unknown", None),
        ("1.1.1.1\r\nX: y", None),
    ],
)
def test_the_client_is_the_last_whom_a_trusted_proxy_saw(chain: str, client: str | None) -> None:
    given = scope(x_forwarded_for=chain)
    TRUSTED.apply(given)
    assert given["client"] == ((client, 0) if client else ("127.0.0.1", 5000))


@pytest.mark.parametrize("prefix", ["//evil.com", "/a/../b", "/a b", '/"><script>', "/a\r\nb"])
def test_a_prefix_that_is_no_path_is_ignored(prefix: str) -> None:
    given = scope(x_forwarded_prefix=prefix)
    TRUSTED.apply(given)
    assert given["root_path"] == ""


def test_the_configured_root_path_stays() -> None:
    given = scope(x_forwarded_prefix="/other")
    given["root_path"] = "/apps"
    TRUSTED.apply(given)
    assert given["root_path"] == "/apps"


def test_an_unknown_scheme_is_ignored() -> None:
    given = scope(x_forwarded_proto="gopher")
    TRUSTED.apply(given)
    assert given["scheme"] == "http"


def test_mapped_addresses_are_of_their_ipv4_network() -> None:
    assert TRUSTED.trusts("::ffff:10.2.3.4")
    assert not TRUSTED.trusts("::ffff:11.2.3.4")
