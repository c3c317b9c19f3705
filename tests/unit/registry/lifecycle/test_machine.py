"""Every state and every event of a kernel's life, and histories of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sundog.ids import ConnectionId, PageId
from sundog.registry.lifecycle.machine import REMEMBERED_PAGES, step
from sundog.registry.lifecycle.states import (
    Action,
    BeginClosing,
    DeadlinePassed,
    Dismiss,
    Ended,
    Event,
    Evict,
    ForgetKernel,
    ForgetPage,
    KernelState,
    Lifecycle,
    PageClosed,
    PageConnected,
    PageRecord,
    PageState,
    Refuse,
    SetDeadline,
    SocketDropped,
    Started,
    Stop,
)

NOW = 1000.0
TIMEOUT = 60.0
LATER = NOW + TIMEOUT
EARLIER = NOW - 1

A, B = PageId("a"), PageId("b")
ONE, TWO, THREE = ConnectionId("1"), ConnectionId("2"), ConnectionId("3")

STARTING, ACTIVE, ORPHANED = KernelState.STARTING, KernelState.ACTIVE, KernelState.ORPHANED
CLOSING, CLOSED = KernelState.CLOSING, KernelState.CLOSED


def connected(connection: ConnectionId = ONE) -> PageRecord:
    return PageRecord(PageState.CONNECTED, connection)


GONE = PageRecord(PageState.DISCONNECTED)
ENDED = PageRecord(PageState.CLOSED)


def life(state: KernelState, deadline: float | None = None, **pages: PageRecord) -> Lifecycle:
    return Lifecycle(state, pages_of(pages), deadline)


def pages_of(pages: Mapping[str, PageRecord]) -> Mapping[PageId, PageRecord]:
    return MappingProxyType({PageId(name): record for name, record in pages.items()})


# What stands before the colon of each row, the event, what follows, and what must be done.
Row = tuple[Lifecycle, Event, Lifecycle, list[Action]]

NEW = life(STARTING)
STARTED_ALONE = life(ACTIVE, a=connected())
ORPHAN = life(ORPHANED, EARLIER, a=GONE)
EVENTS: list[Event] = [
    Started(),
    PageConnected(A, THREE),
    SocketDropped(A, ONE),
    PageClosed(A),
    DeadlinePassed(),
    Stop(),
    Ended(),
]

CHANGES: list[Row] = [
    # A kernel that starts.
    (NEW, PageConnected(A, ONE), life(STARTING, a=connected()), []),
    (life(STARTING, a=connected()), Started(), STARTED_ALONE, []),
    (
        life(STARTING, a=connected()),
        SocketDropped(A, ONE),
        life(STARTING, LATER, a=GONE),
        [SetDeadline(LATER)],
    ),
    (life(STARTING, LATER, a=GONE), Started(), life(ORPHANED, LATER, a=GONE), []),
    (
        life(STARTING, LATER, a=GONE),
        PageConnected(A, TWO),
        life(STARTING, a=connected(TWO)),
        [SetDeadline(None)],
    ),
    (life(STARTING, EARLIER, a=GONE), DeadlinePassed(), life(CLOSING, a=GONE), [BeginClosing()]),
    (
        life(STARTING, a=connected()),
        PageClosed(A),
        life(CLOSING, a=ENDED),
        [Dismiss(ONE), ForgetPage(A), BeginClosing()],
    ),
    (life(STARTING, a=connected()), Stop(), life(CLOSING, a=connected()), [BeginClosing()]),
    # One page.
    (
        STARTED_ALONE,
        SocketDropped(A, ONE),
        life(ORPHANED, LATER, a=GONE),
        [SetDeadline(LATER)],
    ),
    (STARTED_ALONE, PageConnected(A, TWO), life(ACTIVE, a=connected(TWO)), [Evict(ONE)]),
    (
        STARTED_ALONE,
        PageClosed(A),
        life(CLOSING, a=ENDED),
        [Dismiss(ONE), ForgetPage(A), BeginClosing()],
    ),
    (STARTED_ALONE, Stop(), life(CLOSING, a=connected()), [BeginClosing()]),
    (ORPHAN, PageConnected(A, TWO), life(ACTIVE, a=connected(TWO)), [SetDeadline(None)]),
    (ORPHAN, PageConnected(B, TWO), life(ACTIVE, a=GONE, b=connected(TWO)), [SetDeadline(None)]),
    (ORPHAN, PageClosed(A), life(CLOSING, a=ENDED), [ForgetPage(A), BeginClosing()]),
    (ORPHAN, DeadlinePassed(), life(CLOSING, a=GONE), [BeginClosing()]),
    (ORPHAN, Stop(), life(CLOSING, a=GONE), [BeginClosing()]),
    # Two pages.
    (STARTED_ALONE, PageConnected(B, TWO), life(ACTIVE, a=connected(), b=connected(TWO)), []),
    (
        life(ACTIVE, a=connected(), b=connected(TWO)),
        SocketDropped(A, ONE),
        life(ACTIVE, a=GONE, b=connected(TWO)),
        [],
    ),
    (
        life(ACTIVE, a=connected(), b=connected(TWO)),
        PageClosed(A),
        life(ACTIVE, a=ENDED, b=connected(TWO)),
        [Dismiss(ONE), ForgetPage(A)],
    ),
    (
        life(ACTIVE, a=connected(), b=GONE),
        PageClosed(A),
        life(ORPHANED, LATER, a=ENDED, b=GONE),
        [Dismiss(ONE), ForgetPage(A), SetDeadline(LATER)],
    ),
    (
        life(ORPHANED, EARLIER, a=GONE, b=GONE),
        PageClosed(A),
        life(ORPHANED, LATER, a=ENDED, b=GONE),
        [ForgetPage(A), SetDeadline(LATER)],
    ),
    (
        life(ORPHANED, LATER, a=ENDED, b=GONE),
        PageClosed(B),
        life(CLOSING, a=ENDED, b=ENDED),
        [ForgetPage(B), BeginClosing()],
    ),
    (
        life(STARTING, a=connected(), b=GONE),
        PageClosed(A),
        life(STARTING, LATER, a=ENDED, b=GONE),
        [Dismiss(ONE), ForgetPage(A), SetDeadline(LATER)],
    ),
    # A beacon that overtakes its page's socket.
    (STARTED_ALONE, PageClosed(B), life(ACTIVE, a=connected(), b=ENDED), []),
    # A closed page can't come back.
    (
        life(ACTIVE, a=ENDED, b=connected()),
        PageConnected(A, TWO),
        life(ACTIVE, a=ENDED, b=connected()),
        [Refuse(TWO)],
    ),
    # The end.
    *[
        (
            life(state, a=connected()),
            PageConnected(A, TWO),
            life(state, a=connected()),
            [Refuse(TWO)],
        )
        for state in (CLOSING, CLOSED)
    ],
    (life(CLOSING, a=connected()), Ended(), life(CLOSED, a=connected()), [ForgetKernel()]),
]

NOTHING: list[tuple[Lifecycle, Event]] = [
    # The app's first run ends once.
    (STARTED_ALONE, Started()),
    (ORPHAN, Started()),
    # A stale connection, a page that nobody knows, a page that has closed.
    (life(ACTIVE, a=connected(TWO)), SocketDropped(A, ONE)),
    (life(STARTING, a=connected(TWO)), SocketDropped(A, ONE)),
    (ORPHAN, SocketDropped(A, ONE)),
    (STARTED_ALONE, SocketDropped(B, ONE)),
    (life(ACTIVE, a=ENDED, b=connected()), SocketDropped(A, ONE)),
    (life(ACTIVE, a=ENDED, b=connected()), PageClosed(A)),
    # A deadline that is not over, or that was cancelled while the reaper was on its way.
    (life(ORPHANED, NOW + 0.001, a=GONE), DeadlinePassed()),
    (STARTED_ALONE, DeadlinePassed()),
    (NEW, DeadlinePassed()),
    # Only a closing kernel ends.
    *[(life(state, a=connected()), Ended()) for state in (STARTING, ACTIVE, ORPHANED, CLOSED)],
    # Once it closes, nothing else matters.
    *[
        (life(state, a=connected()), event)
        for state in (CLOSING, CLOSED)
        for event in EVENTS
        if not isinstance(event, PageConnected | Ended)
    ],
]


@pytest.mark.parametrize(("before", "event", "after", "actions"), CHANGES, ids=repr)
def test_what_changes(
    before: Lifecycle, event: Event, after: Lifecycle, actions: list[Action]
) -> None:
    assert step(before, event, NOW, TIMEOUT) == (after, actions)


@pytest.mark.parametrize(("before", "event"), NOTHING, ids=repr)
def test_what_changes_nothing(before: Lifecycle, event: Event) -> None:
    assert step(before, event, NOW, TIMEOUT) == (before, [])


def test_the_table_knows_every_event_in_every_state() -> None:
    told = {(before.state, type(event)) for before, event, *_ in [*CHANGES, *NOTHING]}

    assert told == {(state, type(event)) for state in KernelState for event in EVENTS}


def test_closed_pages_are_remembered_up_to_a_bound() -> None:
    kernel = life(ACTIVE, a=connected())
    for number in range(2 * REMEMBERED_PAGES):
        page = PageId(f"p{number}")
        for event in (PageConnected(page, TWO), PageClosed(page)):
            kernel, _ = step(kernel, event, NOW, TIMEOUT)

    assert kernel.state is ACTIVE
    assert kernel.pages[A] == connected()
    assert len(kernel.pages) == REMEMBERED_PAGES + 1
    assert step(kernel, PageConnected(page, THREE), NOW, TIMEOUT)[1] == [Refuse(THREE)]


def test_pages_that_may_come_back_are_never_forgotten() -> None:
    kernel = life(ACTIVE, a=ENDED)
    for number in range(REMEMBERED_PAGES + 10):
        kernel, _ = step(
            kernel, PageConnected(PageId(f"p{number}"), ConnectionId(f"{number}")), NOW, TIMEOUT
        )

    assert len(kernel.pages) == REMEMBERED_PAGES + 11
    assert kernel.pages[A] == ENDED


names = st.sampled_from([PageId(name) for name in "abc"])


class History(RuleBasedStateMachine):
    """A server's events in any order, late and repeated ones included."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.life = Lifecycle()
        self.connections = 0
        self.open: dict[ConnectionId, PageId] = {}
        self.closed: set[PageId] = set()
        self.seen: list[Action] = []
        self.reaper: float | None = None

    def send(self, event: Event) -> list[Action]:
        before = self.life
        self.life, actions = step(self.life, event, self.now, TIMEOUT)
        self.seen += actions
        for action in actions:
            match action:
                case SetDeadline(at):
                    self.reaper = at
                case BeginClosing():
                    self.reaper = None
                case ForgetPage(page):
                    self.closed.add(page)
        assert before.pages is not self.life.pages or before.pages == self.life.pages
        return actions

    @rule(page=names)
    def connect(self, page: PageId) -> None:
        self.connections += 1
        connection = ConnectionId(str(self.connections))
        before = self.life
        actions = self.send(PageConnected(page, connection))
        if Refuse(connection) in actions:
            assert self.life == before
            return
        assert page not in self.closed
        assert self.life.pages[page] == PageRecord(PageState.CONNECTED, connection)
        self.open[connection] = page

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        connection = data.draw(st.sampled_from(sorted(self.open)))
        page = self.open[connection]
        before = self.life
        self.send(SocketDropped(page, connection))
        if before.pages[page].connection != connection:
            assert self.life == before

    @rule(page=names)
    def close(self, page: PageId) -> None:
        self.send(PageClosed(page))
        if self.life.state not in (CLOSING, CLOSED):
            self.closed.add(page)

    @rule(seconds=st.floats(0, 2 * TIMEOUT))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.reaper is not None and self.reaper <= self.now:
            self.send(DeadlinePassed())

    @rule(event=st.sampled_from([Started(), DeadlinePassed(), Stop(), Ended()]))
    def happen(self, event: Event) -> None:
        self.send(event)

    @invariant()
    def deadline_if_and_only_if_nobody_is_connected(self) -> None:
        if self.life.state in (CLOSING, CLOSED) or not self.ever_connected:
            assert self.life.deadline is None
            return
        someone = any(page.state is PageState.CONNECTED for page in self.life.pages.values())
        assert (self.life.deadline is None) == someone
        assert (self.life.state is ORPHANED) <= (not someone)
        assert (self.life.state is ACTIVE) <= someone

    @property
    def ever_connected(self) -> bool:
        return any(page.state is not PageState.CLOSED for page in self.life.pages.values())

    @invariant()
    def the_reaper_knows_the_deadline(self) -> None:
        assert self.reaper == self.life.deadline

    @invariant()
    def the_end_comes_once(self) -> None:
        assert self.seen.count(BeginClosing()) == (self.life.state in (CLOSING, CLOSED))
        assert self.seen.count(ForgetKernel()) == (self.life.state is CLOSED)

    @invariant()
    def a_page_has_a_connection_while_it_is_connected(self) -> None:
        for record in self.life.pages.values():
            assert (record.connection is not None) == (record.state is PageState.CONNECTED)

    @invariant()
    def closed_pages_stay_closed(self) -> None:
        for page in self.closed:
            assert self.life.pages[page].state is PageState.CLOSED


TestHistory = History.TestCase


@given(st.sampled_from(CHANGES), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_step_never_changes_what_it_was_given(row: Row, now: float, timeout: float) -> None:
    before, event, *_ = row
    copy = Lifecycle(before.state, dict(before.pages), before.deadline)

    step(before, event, now, timeout)

    assert before == copy
