"""Events go to a receiver in the background; one that is not there or hangs delays nobody."""

from __future__ import annotations

import json
import socket
import time

import pytest

from sundog.telemetry.events import Event
from sundog.telemetry.sender import MAX_WAITING, Sender, http_consumer
from tests.receivers import Receiver

pytest.importorskip("mixpanel")

EVENT = Event("An event", {"number": 1})


def sender(url: str) -> Sender:
    return Sender("token", "somebody", lambda: http_consumer(url))


def test_an_event_arrives_as_the_library_sends_it() -> None:
    with Receiver().serving() as receiver:
        sending = sender(receiver.url)
        sending.send(EVENT)
        sending.send(Event("Another", {}))
        sending.close(20)
        one, two = receiver.messages
    assert (one["event"], two["event"]) == ("An event", "Another")
    properties = one["properties"]
    assert properties["number"] == 1
    assert (properties["token"], properties["distinct_id"]) == ("token", "somebody")
    assert {key for key in properties if key.startswith(("$", "ip"))} == {
        "$insert_id",
        "$lib_version",
    }
    # No address is looked up.
    assert {key: receiver.forms[0][key] for key in ("ip", "verbose")} == {"ip": "0", "verbose": "1"}
    assert set(receiver.forms[0]) == {"data", "ip", "verbose"}
    assert receiver.paths == ["/track", "/track"]


def test_one_that_hangs_delays_no_longer_than_said() -> None:
    with Receiver(hangs=True).serving() as receiver:
        sending = sender(receiver.url)
        began = time.monotonic()
        for _ in range(3 * MAX_WAITING):
            sending.send(EVENT)
        assert time.monotonic() - began < 0.5
        receiver.wait_for(1)
        began = time.monotonic()
        sending.close(0.2)
        assert time.monotonic() - began < 1


def test_one_that_is_not_there_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    sending = sender(f"http://127.0.0.1:{port}")
    with caplog.at_level("INFO"):
        sending.send(EVENT)
        sending.close(20)
    assert caplog.messages == []


def test_what_comes_after_one_that_failed_is_sent() -> None:
    sent: list[str] = []

    class Consumer:
        def send(self, endpoint: str, json_message: str, *keys: str | None) -> None:
            event = json.loads(json_message)["event"]
            if event == EVENT.name:
                raise OSError("no way there")
            sent.append(event)

    sending = Sender("token", "somebody", Consumer)
    sending.send(EVENT)
    sending.send(Event("Another", {}))
    sending.close(20)
    assert sent == ["Another"]


def test_a_library_that_can_not_be_used_is_no_error() -> None:
    def broken() -> object:
        raise RuntimeError("no such thing")

    sending = Sender("token", "somebody", broken)  # type: ignore[arg-type]
    sending.send(EVENT)
    sending.close(20)
    sending.send(EVENT)


def test_nothing_sent_is_no_thread() -> None:
    sender("http://127.0.0.1:1").close(20)
