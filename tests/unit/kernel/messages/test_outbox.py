"""The log of a kernel's messages, as pages read it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.errors import PageTooSlowError
from sundog.kernel.messages import log as message_log
from sundog.kernel.messages import outbox
from sundog.kernel.messages.outbox import Outbox
from sundog.kernel.messages.reader import Reader
from sundog.kernel.messages.retention import OutboxLimits
from sundog.protocol.message import Outgoing

SMALL = OutboxLimits(replay_messages=5, replay_bytes=1000, backlog_bytes=10_000)


@dataclass
class Page:
    """Reads an outbox, and keeps what it read."""

    outbox: Outbox
    reader: Reader = field(default_factory=Reader)
    wakes: int = 0
    ack: int = 0
    seen: int = 0
    got: list[str] = field(default_factory=list)

    def notify(self) -> None:
        self.wakes += 1

    def connect(self, seen: int | None = None) -> bool:
        self.seen = self.seen if seen is None else seen
        return self.outbox.connect(self.reader, self.seen, self.notify)

    def disconnect(self) -> None:
        self.outbox.disconnect(self.reader, self.notify)

    def read(self) -> list[str]:
        """Take all frames; return what was new."""
        new: list[str] = []
        while (batch := self.outbox.take(self.reader)) is not None:
            self.ack = batch.ack
            if batch.first and batch.messages:
                assert batch.first == self.seen + 1, "a gap, or something twice"
                self.seen += len(batch.messages)
            elif not batch.first and not batch.messages:
                self.seen = self.reader.sent
                new.append("synced")
            new += [message.text.decode() for message in batch.messages]
        self.got += new
        return new


def say(outbox: Outbox, *texts: str) -> None:
    for text in texts:
        outbox.publish(Outgoing(text.encode()))


def numbers(first: int, last: int) -> list[str]:
    return [str(number) for number in range(first, last + 1)]


@pytest.fixture
def box() -> Outbox:
    return Outbox(SMALL)


@pytest.fixture
def page(box: Outbox) -> Page:
    page = Page(box)
    page.connect()
    return page


class TestReading:
    def test_messages_are_numbered_from_one(self, box: Outbox, page: Page) -> None:
        assert box.last == 0
        say(box, "a", "b")
        assert box.last == 2

        batch = box.take(page.reader)

        assert batch is not None
        assert (batch.first, [m.text for m in batch.messages]) == (1, [b"a", b"b"])
        assert box.take(page.reader) is None

    def test_every_page_reads_everything(self, box: Outbox, page: Page) -> None:
        other = Page(box)
        other.connect()
        say(box, "a")
        assert page.read() == ["a"]
        say(box, "b")

        assert page.read() == ["b"]
        assert other.read() == ["a", "b"]

    def test_a_frame_holds_what_goes_well_together(
        self, box: Outbox, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(message_log, "FRAME_BYTES", 5)
        say(box, "123", "45", "6", "a large message", "7")

        frames = []
        while (batch := box.take(page.reader)) is not None:
            frames.append((batch.first, [m.text.decode() for m in batch.messages]))

        assert frames == [(1, ["123", "45"]), (3, ["6"]), (4, ["a large message"]), (5, ["7"])]

    def test_a_frame_holds_so_many_messages(
        self, box: Outbox, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(message_log, "FRAME_MESSAGES", 3)
        say(box, *numbers(1, 10))

        assert page.read() == numbers(1, 10)

    def test_one_wake_up_for_many_messages(self, box: Outbox, page: Page) -> None:
        say(box, "a", "b", "c")
        assert page.wakes == 1
        page.read()
        say(box, "d")
        assert page.wakes == 2

    def test_a_page_that_has_left_is_not_woken(self, box: Outbox, page: Page) -> None:
        page.disconnect()
        say(box, "a")
        assert page.wakes == 0


class TestAcknowledging:
    def test_an_acknowledgement_travels_alone_or_with_messages(
        self, box: Outbox, page: Page
    ) -> None:
        box.acknowledge(page.reader, 3)
        assert page.wakes == 1
        batch = box.take(page.reader)
        assert batch is not None
        assert (batch.ack, batch.messages) == (3, [])

        say(box, "a")
        box.acknowledge(page.reader, 4)
        batch = box.take(page.reader)
        assert batch is not None
        assert (batch.ack, len(batch.messages)) == (4, 1)
        assert box.take(page.reader) is None

    def test_it_never_goes_back(self, box: Outbox, page: Page) -> None:
        box.acknowledge(page.reader, 3)
        box.acknowledge(page.reader, 2)
        page.read()
        assert page.ack == 3

    def test_the_others_hear_nothing_of_it(self, box: Outbox, page: Page) -> None:
        other = Page(box)
        other.connect()
        box.acknowledge(page.reader, 3)
        assert other.wakes == 0
        assert box.take(other.reader) is None

    def test_a_new_connection_is_told_by_its_welcome(self, box: Outbox, page: Page) -> None:
        box.acknowledge(page.reader, 3)
        page.connect()
        assert page.reader.ack == 3
        assert box.take(page.reader) is None


class TestCollecting:
    def test_nothing_leaves_before_the_release(self, box: Outbox, page: Page) -> None:
        box.hold()
        say(box, "a")
        box.acknowledge(page.reader, 1)
        assert page.wakes == 0

        box.release()

        assert page.wakes == 1
        assert page.read() == ["a"]

    def test_what_was_collected_for_long_is_flushed(
        self, box: Outbox, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 100.0
        monkeypatch.setattr("sundog.kernel.messages.outbox.time.monotonic", lambda: now)
        box.hold()
        box.flush()
        say(box, "a")
        box.flush()
        assert page.wakes == 0

        now += 2 * outbox.HOLD_SECONDS
        box.flush()
        assert page.wakes == 1
        assert page.read() == ["a"]

        say(box, "b")
        box.flush()
        assert page.wakes == 1
        now += 2 * outbox.HOLD_SECONDS
        box.flush()
        assert page.wakes == 2


class TestResuming:
    @pytest.mark.parametrize("seen", range(6))
    def test_exactly_what_was_missed_follows(self, box: Outbox, page: Page, seen: int) -> None:
        say(box, *numbers(1, 5))
        page.read()
        page.disconnect()

        assert page.connect(seen)

        assert page.read() == numbers(seen + 1, 5)

    @pytest.mark.parametrize("seen", [0, 1, 2, 3, 4, 11, 1000])
    def test_past_the_ring_or_ahead_of_it_a_page_needs_the_state(
        self, box: Outbox, page: Page, seen: int
    ) -> None:
        say(box, *numbers(1, 10))
        page.read()
        page.disconnect()

        assert not page.connect(seen)
        assert box.awaits_state(page.reader)

    @pytest.mark.parametrize("missed", [5, 6])
    @pytest.mark.parametrize("limit", ["messages", "bytes"])
    def test_at_the_ring_s_edge(self, limit: str, missed: int) -> None:
        """As many as the ring holds come once and in order; for one more there is the state."""
        texts = numbers(101, 100 + missed)
        size = Outgoing(texts[0].encode()).size
        box = Outbox(
            OutboxLimits(replay_messages=5)
            if limit == "messages"
            else OutboxLimits(replay_bytes=5 * size)
        )
        page = Page(box)
        page.connect()
        say(box, "seen", "and seen")
        page.read()
        page.disconnect()
        say(box, *texts)

        assert page.connect() is (missed == 5)

        if missed == 6:
            assert box.awaits_state(page.reader)
            box.give_state(page.reader, [Outgoing(b"state")], box.last)
        say(box, "next")
        assert page.read() == [*(texts if missed == 5 else ["state", "synced"]), "next"]

    def test_what_a_page_has_applied_is_dropped(self, box: Outbox, page: Page) -> None:
        say(box, *numbers(1, 4))
        page.read()
        box.applied(page.reader, 3)

        assert not Page(box).connect(2)
        assert Page(box).connect(3)

    def test_a_page_cannot_apply_what_it_was_not_sent(self, box: Outbox, page: Page) -> None:
        say(box, "a")
        box.applied(page.reader, 2**53)
        assert page.read() == ["a"]

    def test_what_one_page_has_yet_to_apply_is_kept(self, box: Outbox, page: Page) -> None:
        other = Page(box)
        other.connect()
        say(box, *numbers(1, 4))
        page.read()
        other.read()
        box.applied(page.reader, 4)
        other.disconnect()

        assert other.connect(1)
        assert other.read() == numbers(2, 4)

    def test_a_page_that_has_ended_keeps_nothing(self, box: Outbox, page: Page) -> None:
        other = Page(box)
        other.connect()
        say(box, *numbers(1, 4))
        page.read()
        box.forget(other.reader)
        box.applied(page.reader, 4)

        assert not Page(box).connect(3)

    def test_the_end_of_an_old_connection_does_not_touch_the_new_one(
        self, box: Outbox, page: Page
    ) -> None:
        woken: list[None] = []
        box.connect(page.reader, 0, lambda: woken.append(None))

        page.disconnect()
        say(box, "a")

        assert woken == [None]

    @given(st.data())
    def test_histories(self, data: st.DataObject) -> None:
        """However often pages come and go, each reads everything once, or is synchronised."""
        box = Outbox(SMALL)
        pages = [Page(box), Page(box)]
        for page in pages:
            page.connect()
        for _ in range(data.draw(st.integers(1, 40))):
            page = data.draw(st.sampled_from(pages))
            match data.draw(st.sampled_from(["say", "read", "apply", "drop", "back"])):
                case "say":
                    say(box, str(box.last + 1))
                case "read" if page.reader.notify is not None:
                    page.read()
                case "apply":
                    box.applied(page.reader, page.seen)
                case "drop":
                    page.disconnect()
                case "back":
                    seen = page.seen
                    if not page.connect():
                        assert seen < box.last
                        box.give_state(page.reader, [], box.last)
        for page in pages:
            if page.reader.notify is not None:
                page.read()
                assert page.seen == box.last


class TestState:
    @pytest.fixture
    def lost(self, box: Outbox) -> Page:
        """A connected page that waits for the state."""
        page = Page(box)
        say(box, *numbers(1, 10))
        assert not page.connect()
        return page

    def test_no_message_comes_before_the_state(self, box: Outbox, lost: Page) -> None:
        say(box, "11")
        assert lost.wakes == 0
        assert lost.read() == []

        assert box.give_state(lost.reader, [Outgoing(b"state")], box.last)
        say(box, "12")

        assert lost.read() == ["state", "synced", "12"]
        assert lost.seen == 12

    def test_acknowledgements_do_come(self, box: Outbox, lost: Page) -> None:
        box.acknowledge(lost.reader, 7)
        assert lost.wakes == 1
        assert lost.read() == []
        assert lost.ack == 7

    def test_the_state_comes_in_frames(
        self, box: Outbox, lost: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(message_log, "FRAME_BYTES", 6)
        box.give_state(lost.reader, [Outgoing(text.encode()) for text in numbers(10, 15)], 10)

        sizes = []
        while (batch := box.take(lost.reader)) is not None:
            assert batch.first == 0
            sizes.append(len(batch.messages))

        assert sizes == [3, 3, 0]

    def test_what_is_processed_since_is_acknowledged_after_it(
        self, box: Outbox, lost: Page
    ) -> None:
        box.acknowledge(lost.reader, 7)
        box.give_state(lost.reader, [Outgoing(b"state")], box.last)
        box.acknowledge(lost.reader, 9)

        batches = []
        while (batch := box.take(lost.reader)) is not None:
            batches.append((batch.ack, len(batch.messages)))

        # The state, its end, and what came after it.
        assert batches == [(7, 1), (7, 0), (9, 0)]

    def test_an_empty_state_is_a_state(self, box: Outbox, lost: Page) -> None:
        assert box.give_state(lost.reader, [], box.last)
        assert lost.wakes == 1
        assert lost.read() == ["synced"]

    def test_a_state_that_is_out_of_date_is_not_taken(self, box: Outbox, lost: Page) -> None:
        say(box, "11")
        assert not box.give_state(lost.reader, [Outgoing(b"old")], 10)
        assert box.awaits_state(lost.reader)
        assert lost.read() == []

    def test_if_need_be_it_is_taken_and_what_came_since_follows(
        self, box: Outbox, lost: Page
    ) -> None:
        say(box, *numbers(11, 20))
        assert box.give_state(lost.reader, [Outgoing(b"old")], 12, exact=False)
        assert lost.read() == ["old", "synced", *numbers(13, 20)]

    def test_nobody_gets_a_state_that_he_does_not_wait_for(self, box: Outbox, page: Page) -> None:
        say(box, "a")
        assert box.give_state(page.reader, [Outgoing(b"state")], box.last)
        assert page.read() == ["a"]

    def test_a_page_that_leaves_keeps_no_state(self, box: Outbox, lost: Page) -> None:
        box.give_state(lost.reader, [Outgoing(b"state")], box.last)
        lost.disconnect()
        assert lost.reader.state is None
        assert not box.awaits_state(lost.reader)

    def test_a_new_connection_asks_anew(self, box: Outbox, lost: Page) -> None:
        box.give_state(lost.reader, [Outgoing(b"half read")], box.last)
        assert lost.connect(10)
        assert lost.read() == []


class TestLimits:
    def test_a_connected_page_gets_all_it_has_not_read(self, box: Outbox, page: Page) -> None:
        say(box, *numbers(1, 500))
        assert page.read() == numbers(1, 500)

    def test_with_nobody_connected_only_so_much_is_kept(self, box: Outbox, page: Page) -> None:
        page.disconnect()
        say(box, *numbers(1, 500))
        assert not page.connect(494)
        assert page.connect(495)

    def test_what_a_page_left_behind_is_dropped_when_it_leaves(
        self, box: Outbox, page: Page
    ) -> None:
        say(box, *numbers(1, 500))
        page.disconnect()
        assert not page.connect(494)
        assert page.connect(495)

    def test_bytes_count_too(self, box: Outbox, page: Page) -> None:
        page.disconnect()
        say(box, *["x" * 400] * 4)
        assert not page.connect(1)
        assert page.connect(2)

    def test_a_page_too_far_behind_must_resynchronise(self, box: Outbox, page: Page) -> None:
        say(box, *["x" * 400] * 30)

        with pytest.raises(PageTooSlowError):
            page.read()
        with pytest.raises(PageTooSlowError):
            page.read()
        assert not page.connect(0)

    def test_the_others_lose_nothing_by_it(self, box: Outbox, page: Page) -> None:
        """One that is a single message behind, with another that has read nothing at all."""
        fast = Page(box)
        fast.connect()
        for number in range(100):
            say(box, f"{number}" + "x" * 400)
            if number < 99:
                fast.read()

        assert len(fast.read()) == 1
        with pytest.raises(PageTooSlowError):
            page.read()

    def test_one_behind_after_another(self, box: Outbox) -> None:
        pages = [Page(box) for _ in range(3)]
        for page in pages:
            page.connect()
        say(box, "x" * 6000)
        pages[2].read()
        say(box, "y" * 6000, "z")

        for page in pages[:2]:
            with pytest.raises(PageTooSlowError):
                page.read()
        assert pages[2].read() == ["y" * 6000, "z"]

    def test_an_expelled_page_is_woken_to_hear_of_it(self, box: Outbox, page: Page) -> None:
        say(box, "a")
        page.read()
        wakes = page.wakes
        say(box, *["x" * 6000] * 3)
        assert page.wakes > wakes

    def test_a_page_that_keeps_up_gets_a_message_of_any_size(self, box: Outbox, page: Page) -> None:
        huge = "x" * 100_000
        say(box, huge)
        assert page.read() == [huge]

    def test_a_state_that_nobody_takes_is_given_up(self, box: Outbox) -> None:
        page = Page(box)
        say(box, *numbers(1, 10))
        page.connect()
        box.give_state(page.reader, [Outgoing(b"state")], box.last)
        say(box, *["x" * 6000] * 3)

        assert page.reader.state is None
        with pytest.raises(PageTooSlowError):
            page.read()

    def test_a_slow_page_does_not_slow_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Reading the newest message does not walk over all that somebody else has yet to read."""
        monkeypatch.setattr(message_log, "deque", NoWalk)
        log = message_log.MessageLog()
        for number in range(100_000):
            log.append(Outgoing(b"%d" % number))

        assert [message.text for message in log.frame(100_000)] == [b"99999"]


class NoWalk(deque[Outgoing]):
    """May be read from its end only."""

    def __iter__(self) -> Iterator[Outgoing]:
        raise AssertionError("read from the beginning")


class TestClosing:
    def test_everything_is_dropped(self, box: Outbox, page: Page) -> None:
        say(box, "a", "b")
        page.read()
        box.close()
        say(box, "c")
        box.acknowledge(page.reader, 5)

        assert page.wakes == 1
        assert box.last == 2
        assert page.reader.notify is None

    def test_a_page_that_has_not_read_everything_finds_nothing(
        self, box: Outbox, page: Page
    ) -> None:
        say(box, "a", "b")
        box.close()

        assert box.take(page.reader) is None

    def test_a_page_that_has_ended_or_gone_to_another_outbox_finds_nothing(self) -> None:
        box = Outbox(OutboxLimits(replay_messages=1))
        ended, moved = Reader(), Reader()
        box.connect(ended, 0, lambda: None)
        say(box, "a")
        box.forget(ended)
        say(box, *"bcdefg")
        assert box.take(ended) is None

        box.connect(moved, box.last, lambda: None)
        say(box, "h")
        heir = Outbox(OutboxLimits())
        heir.take_over(*box.hand_over(heir))
        say(heir, *"ijk")
        assert box.take(moved) is None

    def test_a_finalizer_may_publish_while_the_outbox_is_locked(
        self, box: Outbox, page: Page
    ) -> None:
        """The garbage collector runs whatever it finds under whatever lock is held."""

        class Prints:
            def __del__(self) -> None:
                say(box, "goodbye")

        keeps: list[object] = [Prints()]
        with box._lock:
            keeps.clear()

        assert page.read() == ["goodbye"]


class TestAnHeir:
    def test_tells_what_is_still_acknowledged_here(self, box: Outbox, page: Page) -> None:
        box.acknowledge(page.reader, 1)
        assert page.read() == []
        heir = Outbox(OutboxLimits())
        heir.take_over(*box.hand_over(heir))
        page.outbox = heir
        box.acknowledge(page.reader, 2)
        assert page.read() == []
        assert page.ack == 2

    def test_is_never_told_less_than_it_knows(self, box: Outbox, page: Page) -> None:
        heir = Outbox(OutboxLimits())
        heir.take_over(*box.hand_over(heir))
        page.outbox = heir
        heir.acknowledge(page.reader, 3)
        box.acknowledge(page.reader, 2)
        assert page.read() == []
        assert page.ack == 3
