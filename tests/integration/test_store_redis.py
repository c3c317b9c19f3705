"""The store on a real Redis or Valkey server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time as real_time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from sundog.errors import ConfigError, StoreUnavailableError, StoreValueError
from sundog.ids import SessionId
from sundog.store.backend import DAY, Backend, Limits
from sundog.store.redis import CONNECTIONS, PAUSE, PREFIX, RedisBackend
from tests.kernels import eventually
from tests.ports import free_port
from tests.stores import ANN, LIMITS, BackendContract, Time, session_in

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")
PASSWORD = "hush@#/:%"  # Written into a URL, all of it needs escapes.

if PROGRAM is None and os.environ.get("CI") == "true":
    raise RuntimeError("neither redis-server nor valkey-server is installed; CI must test with one")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="neither redis-server nor valkey-server is installed"
)


class RedisServer:
    """A server of the tests' own, on loopback, that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "s"
        self.port = free_port()
        self.url = f"redis://:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert PROGRAM is not None
        command = [PROGRAM, "--bind", "127.0.0.1", "--port", str(self.port)]
        command += ["--unixsocket", str(self.socket), "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no", "--requirepass", PASSWORD]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with self.client() as client:
            eventually(lambda: _answers(client))

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


class StoppedClock:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.present = 0.0

    def now(self) -> float:
        return self.present


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that a test may stop."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


class TestRedis(BackendContract):
    @pytest.fixture(autouse=True)
    def _empty(self, server: RedisServer) -> None:
        self.url = server.url
        with server.client() as client:
            client.flushall()

    def make(self, time: Time) -> Backend:
        return RedisBackend(self.url, LIMITS, timeout=20, now=time)


def test_by_the_servers_own_clock(server: RedisServer) -> None:
    backend = RedisBackend(server.url, LIMITS)
    session = SessionId("real")
    backend.write(session, "short", b"1", 0.02)
    backend.write(session, "long", b"1", 100)
    eventually(lambda: backend.read(session, "short") is None)
    assert backend.read_all(session) == {"long": b"1"}
    with server.client() as client:
        assert 29 * DAY < client.ttl(PREFIX + session) <= 30 * DAY
        backend.remove(session, "long")
        backend.remove(session, "short")
        assert not client.exists(PREFIX + session)
    backend.close()


def test_the_server_forgets_unused_sessions(server: RedisServer) -> None:
    backend = RedisBackend(server.url, Limits(lifetime=0.02))
    session = SessionId("brief")
    backend.write(session, "a", b"1", None)
    with server.client() as client:
        eventually(lambda: not client.exists(PREFIX + session))
    assert backend.read_all(session) == {}
    backend.close()


@pytest.mark.parametrize(
    "entry",
    [
        {"a": "no number"},
        {"a": "0 text", "": "no numbers"},
        {"a": "0 text", "": "12"},
        {b"\xff": "0 text"},
        "no hash",
    ],
)
def test_an_entry_of_another_program_is_an_error_of_its_session_only(
    server: RedisServer, entry: dict[str | bytes, str] | str
) -> None:
    session = SessionId("foreign")
    backend = RedisBackend(server.url, LIMITS)
    backend.write(ANN, "a", b"1", None)
    with server.client() as client:
        if isinstance(entry, str):
            client.set(PREFIX + session, entry)
        else:
            client.hset(PREFIX + session, mapping=entry)  # type: ignore[arg-type]
    with pytest.raises(
        StoreValueError, match=r"not written by Sundog.*session\.clear\(\)"
    ) as raised:
        backend.read_all(session)
    assert PASSWORD not in str(raised.value)
    assert backend.read(ANN, "a") == b"1"
    backend.clear(session)
    backend.write(session, "a", b"2", None)
    assert backend.read_all(session) == {"a": b"2"}
    backend.close()


@pytest.mark.parametrize("scheme", ["valkey", "redis"])
def test_scheme(server: RedisServer, scheme: str) -> None:
    backend = RedisBackend(server.url.replace("redis", scheme, 1), LIMITS)
    backend.check()
    backend.close()


def test_unix_socket(server: RedisServer) -> None:
    url = f"unix://:{quote(PASSWORD, safe='')}@{server.socket}?db=1"
    backend = RedisBackend(url, LIMITS)
    backend.write(ANN, "a", b"1", None)
    assert backend.read(ANN, "a") == b"1"
    backend.close()


def test_scripts_that_the_server_has_lost_are_sent_again(server: RedisServer) -> None:
    backend = RedisBackend(server.url, LIMITS)
    session = session_in(backend, SessionId("flushed"))
    session["n"] = 1
    with server.client() as client:
        client.script_flush()
    assert session.increment("n") == 2
    backend.close()


def test_a_restart_is_survived(own_server: RedisServer) -> None:
    clock = StoppedClock()
    backend = RedisBackend(own_server.url, LIMITS, clock=clock)
    session = session_in(backend)
    session["n"] = 1
    own_server.stop()
    own_server.start()
    assert session.increment("n") == 1
    own_server.stop()
    with pytest.raises(StoreUnavailableError, match="Check that the server is running"):
        session.get("n")
    own_server.start()
    # Still within the pause in which nothing is tried.
    with pytest.raises(StoreUnavailableError):
        session.get("n")
    clock.present += PAUSE
    assert session.get("n", 0) == 0
    backend.close()


def test_a_full_server_is_an_error(own_server: RedisServer) -> None:
    backend = RedisBackend(own_server.url, LIMITS)
    with own_server.client() as client:
        client.config_set("maxmemory", 1)
    with pytest.raises(StoreUnavailableError, match=r"memory.*SUNDOG_STORE_URL"):
        backend.write(ANN, "a", b"1", None)
    # The server answers, so nothing is kept from it.
    assert backend.read(ANN, "a") is None
    backend.close()


def test_no_server() -> None:
    port = free_port()
    backend = RedisBackend(f"redis://ann:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/0", LIMITS)
    with pytest.raises(StoreUnavailableError, match=rf"127.0.0.1:{port}/0 can't be used") as caught:
        backend.check()
    assert "ann" not in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert quote(PASSWORD, safe="") not in str(caught.value)
    backend.close()


def test_a_wrong_password_is_not_shown(server: RedisServer) -> None:
    backend = RedisBackend(server.url.replace(quote(PASSWORD, safe=""), "wrong-one"), LIMITS)
    with pytest.raises(StoreUnavailableError, match="password") as caught:
        backend.read(ANN, "a")
    assert "wrong-one" not in str(caught.value)
    backend.close()


def test_a_server_that_does_not_answer_costs_one_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        backend = RedisBackend(url, LIMITS, timeout=0.1, clock=StoppedClock())
        began = real_time.monotonic()
        for _ in range(100):
            with pytest.raises(StoreUnavailableError):
                backend.read(ANN, "a")
        assert real_time.monotonic() - began < 1
        backend.close()


def test_connections_are_bounded(server: RedisServer) -> None:
    backend = RedisBackend(server.url + "?client_name=bounded", LIMITS, timeout=20)
    threads = [
        threading.Thread(target=backend.write, args=(ANN, "a", b"1", None)) for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server.client() as client:
        names = [each["name"] for each in client.client_list()]
    assert 1 <= names.count("bounded") <= CONNECTIONS
    backend.close()


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hush/secret@host",
        "redis://:hush@host:port",
        "redis://:hush@host:99999",
        "redis://:hush@host/0?socket_timeout=soon",
        "redis://:hush@host/0?nonsense=1",
    ],
)
def test_urls_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ConfigError, match="SUNDOG_STORE_URL") as caught:
        RedisBackend(url, LIMITS).check()
    assert "hush" not in str(caught.value)
