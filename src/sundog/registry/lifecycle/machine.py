"""The effects of an event on a kernel's state: a pure function.

``docs/architecture.md`` describes it (Life of a kernel).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sundog.ids import PageId
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

Step = tuple[Lifecycle, list[Action]]

# How many closed pages a kernel remembers, so that their ids can't be used again.
REMEMBERED_PAGES = 256
ENDING = (KernelState.CLOSING, KernelState.CLOSED)


def step(life: Lifecycle, event: Event, now: float, cull_timeout: float) -> Step:
    """Return the state after an event at `now`, and the actions to take.

    `now` and `cull_timeout` are seconds.
    """
    match event:
        case Ended():
            if life.state is not KernelState.CLOSING:
                return life, []
            return replace(life, state=KernelState.CLOSED), [ForgetKernel()]
        case PageConnected() if life.state in ENDING:
            return life, [Refuse(event.connection)]
        case _ if life.state in ENDING:
            return life, []
        case Started():
            return _started(life)
        case PageConnected():
            return _connected(life, event)
        case SocketDropped():
            return _dropped(life, event, now + cull_timeout)
        case PageClosed():
            return _page_closed(life, event, now + cull_timeout)
        case DeadlinePassed():
            return _deadline_passed(life, now)
        case Stop():
            return _close(life)


def _started(life: Lifecycle) -> Step:
    if life.state is not KernelState.STARTING:
        return life, []
    state = KernelState.ACTIVE if life.deadline is None else KernelState.ORPHANED
    return replace(life, state=state), []


def _connected(life: Lifecycle, event: PageConnected) -> Step:
    known = life.pages.get(event.page)
    if known is not None and known.state is PageState.CLOSED:
        return life, [Refuse(event.connection)]
    actions: list[Action] = []
    if known is not None and known.connection is not None:
        actions.append(Evict(known.connection))
    if life.deadline is not None:
        actions.append(SetDeadline(None))
    state = KernelState.ACTIVE if life.state is KernelState.ORPHANED else life.state
    pages = _with(life.pages, event.page, PageRecord(PageState.CONNECTED, event.connection))
    return Lifecycle(state, pages), actions


def _dropped(life: Lifecycle, event: SocketDropped, deadline: float) -> Step:
    record = life.pages.get(event.page)
    if record is None or record.connection != event.connection:
        # A newer connection serves the page, or the page is closed.
        return life, []
    pages = _with(life.pages, event.page, PageRecord(PageState.DISCONNECTED))
    return _without_connected(replace(life, pages=pages), [], deadline)


def _page_closed(life: Lifecycle, event: PageClosed, deadline: float) -> Step:
    record = life.pages.get(event.page)
    if record is not None and record.state is PageState.CLOSED:
        return life, []
    life = replace(life, pages=_with(life.pages, event.page, PageRecord(PageState.CLOSED)))
    if record is None:
        # The beacon was faster than the page's socket, which must be refused when it arrives.
        return life, []
    actions: list[Action] = []
    if record.connection is not None:
        actions.append(Dismiss(record.connection))
    actions.append(ForgetPage(event.page))
    if all(page.state is PageState.CLOSED for page in life.pages.values()):
        closing, more = _close(life)
        return closing, actions + more
    return _without_connected(life, actions, deadline)


def _without_connected(life: Lifecycle, actions: list[Action], deadline: float) -> Step:
    """Start or restart the deadline if no page is connected any more."""
    if any(page.state is PageState.CONNECTED for page in life.pages.values()):
        return life, actions
    state = KernelState.ORPHANED if life.state is KernelState.ACTIVE else life.state
    return replace(life, state=state, deadline=deadline), [*actions, SetDeadline(deadline)]


def _deadline_passed(life: Lifecycle, now: float) -> Step:
    if life.deadline is None or now < life.deadline:
        # A page reconnected before the reaper came.
        return life, []
    return _close(life)


def _close(life: Lifecycle) -> Step:
    return replace(life, state=KernelState.CLOSING, deadline=None), [BeginClosing()]


def _with(
    pages: Mapping[PageId, PageRecord], page: PageId, record: PageRecord
) -> Mapping[PageId, PageRecord]:
    # The page is added last, so that closed pages are in the order of closing.
    changed = {id_: kept for id_, kept in pages.items() if id_ != page}
    changed[page] = record
    if len(changed) > REMEMBERED_PAGES:
        closed = [id_ for id_, kept in changed.items() if kept.state is PageState.CLOSED]
        for id_ in closed[: max(0, len(closed) - REMEMBERED_PAGES)]:
            del changed[id_]
    return MappingProxyType(changed)
