from __future__ import annotations

import threading

import pytest

from sundog.errors import StartupError
from sundog.testing.server import ServerBase


class Fake(ServerBase):
    """Serves until it is told to stop, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(8000, "127.0.0.1", notebook="ignored")
        self._failure = error
        self.told = threading.Event()

    def serve(self) -> None:
        if self._failure is not None:
            raise self._failure
        self.started.set()
        self.told.wait(10)

    def signal_stop(self) -> None:
        self.told.set()


def test_it_serves_in_a_thread_until_it_is_stopped() -> None:
    server = Fake()
    assert server.base_url == "http://127.0.0.1:8000"
    server.serve_threaded()
    server.wait_until_serving()
    assert server.has_started()
    server.stop_serving()
    assert server.told.is_set()


def test_who_waits_is_told_what_failed() -> None:
    server = Fake(OSError("the port is taken"))
    server.serve_threaded()
    with pytest.raises(OSError, match="port is taken"):
        server.wait_until_serving()


def test_waiting_ends() -> None:
    with pytest.raises(StartupError, match="did not respond within 0 s"):
        Fake().wait_until_serving(0)
