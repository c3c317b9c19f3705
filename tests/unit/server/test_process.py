"""Signals: the first asks, a second Ctrl-C insists."""

from __future__ import annotations

import os
import signal
from typing import Any, cast

import pytest

from sundog.config import Settings
from sundog.server.process import INTERRUPTED, Process, make_config
from sundog.web.application import Application


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve nothing."""


async def drain() -> None:
    """Wait for nothing."""


@pytest.fixture
def process() -> Process:
    return Process(make_config(cast(Application, application), Settings()), drain)


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


def test_one_interrupt_ends_in_order(process: Process, exits: list[int]) -> None:
    process.handle_exit(signal.SIGINT, None)
    assert process.should_exit
    assert exits == []


def test_a_second_interrupt_ends_at_once(process: Process, exits: list[int]) -> None:
    process.handle_exit(signal.SIGINT, None)
    process.handle_exit(signal.SIGINT, None)
    assert exits == [INTERRUPTED]


def test_sigterm_may_come_any_number_of_times(process: Process, exits: list[int]) -> None:
    for _ in range(3):
        process.handle_exit(signal.SIGTERM, None)
    assert process.should_exit
    assert exits == []


def test_handlers_are_put_back(process: Process) -> None:
    before = signal.getsignal(signal.SIGINT)
    with process.capture_signals():
        assert signal.getsignal(signal.SIGINT) == process.handle_exit
    assert signal.getsignal(signal.SIGINT) is before


def test_the_configuration() -> None:
    config = make_config(cast(Application, application), Settings(max_message_size=1234))
    assert config.ws_max_size == 1234
    assert (config.ws_ping_interval, config.ws_ping_timeout) == (10, 10)
    assert not config.proxy_headers
    assert not config.server_header
