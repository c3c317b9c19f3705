"""Pages that lag behind get the latest state instead of every state on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.errors import PageTooSlowError
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.messages.log import MessageLog
from sundog.kernel.messages.outbox import Outbox
from sundog.kernel.messages.reader import Reader
from sundog.kernel.messages.retention import OutboxLimits
from sundog.protocol.message import SUPERSEDED, Outgoing

SMALL = OutboxLimits(replay_messages=4, replay_bytes=10_000, backlog_bytes=100_000)
NONE = ["none"]


def update(*subject: str, text: str = "") -> Outgoing:
    return Outgoing(json.dumps([*subject, text]).encode(), subject=subject)


def connected(box: Outbox) -> Reader:
    reader = Reader()
    box.connect(reader, 0, lambda: None)
    return reader


def read(box: Outbox, reader: Reader) -> list[Any]:
    taken: list[Any] = []
    while (batch := box.take(reader)) is not None:
        assert batch.first == reader.sent - len(batch.messages) + 1
        taken += [json.loads(message.text) for message in batch.messages]
    return taken


class TestOutbox:
    def test_within_the_limits_every_value_is_kept(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for number in range(4):
            box.publish(update("a", "value", text=str(number)))
        assert read(box, page) == [["a", "value", str(number)] for number in range(4)]

    def test_beyond_them_the_latest(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for number in range(100):
            box.publish(update("a", "value", text=str(number)))
        assert read(box, page) == [*[NONE] * 99, ["a", "value", "99"]]
        assert box.last == 100

    def test_each_comm_and_set_of_traits_for_itself(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for number in range(3):
            for subject in (("a", "x"), ("a", "x", "y"), ("b", "x")):
                box.publish(update(*subject, text=str(number)))
        assert [message for message in read(box, page) if message != NONE] == [
            ["a", "x", "2"],
            ["a", "x", "y", "2"],
            ["b", "x", "2"],
        ]

    def test_what_is_no_state_stays_where_it_is(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for number in range(10):
            box.publish(update("a", "x", text=str(number)))
            box.publish(Outgoing(json.dumps(["custom", number]).encode()))
        taken = read(box, page)
        assert taken[1::2] == [["custom", number] for number in range(10)]
        assert taken[18] == ["a", "x", "9"]
        assert taken[:18:2] == [NONE] * 9

    def test_bytes_are_given_back(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for _ in range(1000):
            box.publish(update("a", "image", text="x" * 5000))
            assert box.stored_bytes < 30_000
        assert len(read(box, page)) == 1000

    def test_buffers_too(self) -> None:
        box = Outbox(SMALL)
        connected(box)
        for _ in range(10):
            box.publish(Outgoing(b"[]", (b"x" * 20_000,), ("a", "image")))
        assert box.stored_bytes < 21_000

    def test_what_can_not_be_coalesced_ends_in_a_new_beginning(self) -> None:
        box = Outbox(SMALL)
        slow, fast = connected(box), connected(box)
        for _ in range(200):
            box.publish(Outgoing(b"x" * 1000))
            read_raw(box, fast)
        with pytest.raises(PageTooSlowError):
            box.take(slow)
        assert fast.sent == 200

    def test_a_fast_page_sees_every_value(self) -> None:
        box = Outbox(SMALL)
        slow, fast = connected(box), connected(box)
        seen: list[Any] = []
        for number in range(50):
            box.publish(update("a", "x", text=str(number)))
            seen += read(box, fast)
        assert seen == [["a", "x", str(number)] for number in range(50)]
        assert [message for message in read(box, slow) if message != NONE] == [["a", "x", "49"]]

    def test_a_page_that_comes_back_resumes_among_them(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for number in range(20):
            box.publish(update("a", "x", text=str(number)))
        assert box.connect(page, 10, lambda: None)
        assert read(box, page) == [*[NONE] * 9, ["a", "x", "19"]]

    def test_when_the_page_has_caught_up_every_value_counts_again(self) -> None:
        box = Outbox(SMALL)
        page = connected(box)
        for number in range(20):
            box.publish(update("a", "x", text=str(number)))
        read(box, page)
        box.applied(page, 20)
        for number in range(4):
            box.publish(update("a", "x", text=str(number)))
        assert read(box, page) == [["a", "x", str(number)] for number in range(4)]

    @given(
        st.lists(
            st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", "xy", None])),
            max_size=60,
        ),
        st.sets(st.integers(0, 60)),
    )
    def test_every_page_ends_up_with_the_same_state(
        self, steps: list[tuple[str, str | None]], reads: set[int]
    ) -> None:
        box = Outbox(OutboxLimits(replay_messages=3, replay_bytes=10_000))
        lagging, keen = connected(box), connected(box)
        states: list[dict[str, Any]] = [{}, {}]
        others: list[list[Any]] = [[], []]

        def apply(index: int, messages: list[Any]) -> None:
            for message in messages:
                if message[0] == "event":
                    others[index].append(message)
                elif message != NONE:
                    for trait in message[1]:
                        states[index][message[0], trait] = message[2]

        for number, (comm, traits) in enumerate(steps):
            if traits is None:
                box.publish(Outgoing(json.dumps(["event", number]).encode()))
            else:
                text = json.dumps([comm, traits, number]).encode()
                box.publish(Outgoing(text, (), (comm, traits)))
            apply(1, read(box, keen))
            if number in reads:
                apply(0, read(box, lagging))
        apply(0, read(box, lagging))
        assert states[0] == states[1]
        assert others[0] == others[1]
        assert lagging.sent == keen.sent == len(steps)


def read_raw(box: Outbox, reader: Reader) -> None:
    while box.take(reader) is not None:
        pass


class TestLog:
    def test_a_newer_one_that_a_finalizer_has_published_wins(self) -> None:
        log = MessageLog()

        class Publishes(tuple[str, ...]):
            """A subject that is published again while the log looks it up."""

            __slots__ = ()

            def __hash__(self) -> int:
                if log.coalescing and len(log) == 3:
                    log.append(update("a", "x", text="newest"))
                return super().__hash__()

        log.append(update("a", "x", text="0"))
        log.append(Outgoing(b"1", subject=Publishes(("a", "x"))))
        log.append(update("a", "x", text="2"))
        log.coalesce()

        *older, newest = log.frame(1)
        assert older == [SUPERSEDED] * 3
        assert json.loads(newest.text) == ["a", "x", "newest"]
        assert log.bytes == sum(message.size for message in log.frame(1))
        log.append(update("a", "x", text="later"))
        assert log.frame(4)[0] is SUPERSEDED

    def test_what_was_dropped_is_not_looked_for(self) -> None:
        log = MessageLog()
        log.append(update("a", "x"))
        log.coalesce()
        log.drop_first()
        log.append(update("a", "x"))
        assert len(log) == 1
        assert log.frame(2)[0] is not SUPERSEDED

    def test_its_end_is_the_end(self) -> None:
        log = MessageLog()
        log.append(update("a", "x"))
        log.coalesce()
        log.drop_all()
        assert not log.coalescing
        log.append(update("a", "x"))
        assert log.bytes == log.frame(2)[0].size


class TestSubjects:
    @pytest.fixture
    def comm(self, kernel: VirtualKernel) -> KernelComm:
        return KernelComm(kernel.comms, comm_id="c")

    @pytest.mark.parametrize(
        ("data", "subject"),
        [
            ({"method": "update", "state": {"b": 1, "a": 2}}, ("c", "a", "b")),
            ({"method": "update", "state": {"value": 1}, "buffer_paths": []}, ("c", "value")),
            ({"method": "update", "state": {"value": 1, "_py2js_restyle": {}}}, None),
            ({"method": "update"}, None),
            ({"method": "update", "state": [1]}, None),
            ({"method": "custom", "content": {}}, None),
            ({"method": "echo_update", "state": {"value": 1}}, None),
            ({}, None),
        ],
    )
    def test_only_public_state_has_one(
        self, kernel: VirtualKernel, comm: KernelComm, data: Any, subject: Any
    ) -> None:
        reader = connected(kernel.outbox)
        comm.send(data)
        batch = kernel.outbox.take(reader)
        assert batch is not None
        assert batch.messages[-1].subject == subject
