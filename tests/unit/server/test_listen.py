"""Sockets are bound first, and what is in the way is named."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

import pytest

from sundog.errors import StartupError
from sundog.server import listen
from sundog.server.listen import bind, url_host


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    made: list[socket.socket] = []
    yield made
    for sock in made:
        sock.close()


def test_a_free_port_is_the_same_on_every_address(sockets: list[socket.socket]) -> None:
    sockets += bind("localhost", 0)
    assert len({sock.getsockname()[1] for sock in sockets}) == 1
    assert sockets[0].family is socket.AF_INET
    assert sockets[0].getsockname()[1] > 0


def test_a_taken_port_is_named_with_the_way_out(sockets: list[socket.socket]) -> None:
    sockets += bind("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    with pytest.raises(StartupError, match=rf"port {port} on 127.0.0.1 is used.*--port 0"):
        bind("127.0.0.1", port)


def test_a_port_is_free_again_after_a_server(sockets: list[socket.socket]) -> None:
    first = bind("127.0.0.1", 0)
    port = first[0].getsockname()[1]
    for sock in first:
        sock.close()
    sockets += bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "300.1.1.1"])
def test_a_host_that_is_none(host: str) -> None:
    with pytest.raises(StartupError, match=r"from SOLARA_HOST.*use localhost"):
        bind(host, 0, host_source="SOLARA_HOST")


def test_an_address_of_another_machine() -> None:
    with pytest.raises(StartupError, match="not an address of this machine"):
        bind("192.0.2.1", 0)


def test_a_family_that_the_machine_has_not_is_left_out(
    monkeypatch: pytest.MonkeyPatch, sockets: list[socket.socket]
) -> None:
    bind_one = listen._bind_one

    def without_ipv6(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "no IPv6")
        return bind_one(family, address, port)

    monkeypatch.setattr(listen, "_bind_one", without_ipv6)
    monkeypatch.setattr(
        listen,
        "_resolve",
        lambda host, source: [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")],
    )
    sockets += bind("localhost", 0)
    assert len(sockets) == 1


def test_a_port_that_is_free_on_one_address_only_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, sockets: list[socket.socket]
) -> None:
    bind_one = listen._bind_one
    refused: list[int] = []

    def taken_once(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
        if port and not refused:
            refused.append(port)
            raise OSError(errno.EADDRINUSE, "taken")
        return bind_one(family, address, port)

    monkeypatch.setattr(listen, "_bind_one", taken_once)
    monkeypatch.setattr(
        listen,
        "_resolve",
        lambda host, source: [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.0.0.2")],
    )
    sockets += bind("localhost", 0)
    assert len(sockets) == 2
    assert sockets[0].getsockname()[1] == sockets[1].getsockname()[1]


def test_rights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(listen, "_bind_one", refuse)
    with pytest.raises(StartupError, match="from 1024 on"):
        bind("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", "localhost"),
        ("example.com", "example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "localhost"),
        ("::", "localhost"),
        ("::1", "[::1]"),
        ("", "localhost"),
    ],
)
def test_the_host_of_the_address_that_is_printed(host: str, expected: str) -> None:
    assert url_host(host) == expected
