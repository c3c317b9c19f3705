"""Sockets are bound first, and what is in the way is named."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

import pytest

from sundog.errors import StartupError
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


def test_a_family_that_the_machine_does_not_have_is_left_out(
    monkeypatch: pytest.MonkeyPatch, sockets: list[socket.socket]
) -> None:
    class WithoutIPv6(socket.socket):
        def __init__(self, family: int, *given: int) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "no IPv6")
            super().__init__(family, *given)

    resolve(monkeypatch, (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
    monkeypatch.setattr(socket, "socket", WithoutIPv6)
    sockets += bind("localhost", 0)
    assert len(sockets) == 1


def test_a_port_that_is_free_on_one_address_only_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, sockets: list[socket.socket]
) -> None:
    refused: list[int] = []

    class TakenOnce(socket.socket):
        def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]
            if address[1] and not refused:
                refused.append(address[1])
                raise OSError(errno.EADDRINUSE, "taken")
            super().bind(address)

    resolve(monkeypatch, (socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.0.0.2"))
    monkeypatch.setattr(socket, "socket", TakenOnce)
    sockets += bind("localhost", 0)
    assert len(refused) == 1
    assert len(sockets) == 2
    assert sockets[0].getsockname()[1] == sockets[1].getsockname()[1]


def test_a_port_that_needs_rights_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutRights(socket.socket):
        def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]
            raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(socket, "socket", WithoutRights)
    with pytest.raises(StartupError, match="from 1024 on"):
        bind("127.0.0.1", 80)


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[socket.AddressFamily, str]) -> None:
    """Let every host name have these addresses."""
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 0)) for family, address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)


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
