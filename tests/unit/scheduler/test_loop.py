"""The loop of one kernel, driven by hand."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, ContextVar

import pytest

from sundog.kernel.kernel import VirtualKernel
from sundog.scheduler.loop import COMPACT_FROM, KernelLoop, LazySelector
from sundog.scope import Scope, current_scope, scoped, set_scope
from tests.conftest import MakeKernel

LATE = 3600.0

MakeLoop = Callable[..., KernelLoop]


class Wakes:
    """Counts how often a loop asked to be driven."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
def make_loop(wakes: Wakes) -> Iterator[MakeLoop]:
    loops: list[KernelLoop] = []

    def make(home: Context | None = None) -> KernelLoop:
        loops.append(KernelLoop(wakes, lambda: ThreadPoolExecutor(1), home or Context()))
        return loops[-1]

    yield make
    for loop in loops:
        loop.close()


@pytest.fixture
def loop(make_loop: MakeLoop) -> KernelLoop:
    return make_loop()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_what_becomes_ready_asks_to_be_driven(loop: KernelLoop, wakes: Wakes) -> None:
    loop.call_soon(int)
    assert wakes.count == 1
    loop.call_soon_threadsafe(int)
    assert wakes.count == 2
    loop.call_later(LATE, int)
    assert wakes.count == 3


def test_nobody_is_woken_for_what_a_callback_adds(loop: KernelLoop, wakes: Wakes) -> None:
    called: list[str] = []
    loop.call_soon(lambda: loop.call_soon(called.append, "later"))
    loop.run_once()
    assert loop.has_work
    assert called == []

    loop.run_once()

    assert called == ["later"]
    assert not loop.has_work
    assert wakes.count == 1


def test_callbacks_run_in_order(loop: KernelLoop) -> None:
    called: list[int] = []
    for number in range(100):
        (loop.call_soon if number % 2 else loop.call_soon_threadsafe)(called.append, number)

    loop.run_once()

    assert called == list(range(100))


def test_the_next_delay_is_that_of_the_next_timer(loop: KernelLoop) -> None:
    assert loop.next_delay() is None
    loop.call_later(2 * LATE, int)
    sooner = loop.call_later(LATE, int)
    delay = loop.next_delay()
    assert delay is not None
    assert LATE - 10 < delay <= LATE

    sooner.cancel()
    delay = loop.next_delay()
    assert delay is not None
    assert delay > LATE


def test_a_timer_that_is_due_leaves_no_delay(loop: KernelLoop) -> None:
    called: list[None] = []
    loop.call_later(-1, lambda: called.append(None))

    assert loop.next_delay() == 0.0
    loop.run_once()

    assert called == [None]
    assert loop.next_delay() is None


def test_cancelled_timers_do_not_pile_up(loop: KernelLoop) -> None:
    for _ in range(20 * COMPACT_FROM):
        loop.call_later(LATE, int).cancel()

    assert loop.timer_count <= COMPACT_FROM
    assert loop.next_delay() is None


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_nobody_stops_the_loop_by_an_exit(loop: KernelLoop, error: type[BaseException]) -> None:
    reported: list[object] = []
    called: list[None] = []
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))

    def leave() -> None:
        raise error("leave")

    loop.call_soon(leave)
    loop.call_soon(lambda: called.append(None))
    while loop.has_work:
        loop.run_once()

    assert called == [None]
    assert [type(one) for one in reported] == [error]


def test_a_task_that_exits_is_reported_and_the_others_go_on(loop: KernelLoop) -> None:
    reported: list[object] = []
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))

    async def leave() -> None:
        raise SystemExit(3)

    async def stay() -> str:
        await asyncio.sleep(0)
        return "stayed"

    leaving = loop.create_task(leave())
    staying = loop.create_task(stay())
    while loop.has_work:
        loop.run_once()

    assert staying.result() == "stayed"
    assert isinstance(leaving.exception(), SystemExit)
    assert len(reported) == 1


class TestDescriptors:
    def test_none_are_held_without_sockets(self, make_loop: MakeLoop) -> None:
        before = descriptors()

        async def sleep() -> None:
            await asyncio.sleep(LATE)

        for _ in range(20):
            loop = make_loop()
            task = loop.create_task(sleep())
            loop.run_once()
            assert not loop.waits_for_sockets
            task.cancel()
            loop.run_once()

        assert descriptors() == before

    def test_a_socket_brings_a_selector_until_the_loop_closes(self, loop: KernelLoop) -> None:
        before = descriptors()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            got: list[bytes] = []
            loop.add_reader(ours, lambda: got.append(ours.recv(10)))
            assert loop.waits_for_sockets

            theirs.send(b"hello")
            loop.wait_for_sockets(LATE)
            loop.run_once()

            assert got == [b"hello"]
            loop.remove_reader(ours)
            assert not loop.waits_for_sockets
        loop.close()

        assert descriptors() == before

    def test_a_call_from_another_thread_ends_the_wait(self, loop: KernelLoop) -> None:
        ours, theirs = socket.socketpair()
        called: list[None] = []
        with ours, theirs:
            loop.add_reader(ours, int)
            caller = threading.Thread(
                target=loop.call_soon_threadsafe, args=(lambda: called.append(None),)
            )
            caller.start()
            loop.wait_for_sockets(LATE)
            caller.join()
            loop.run_once()
            loop.remove_reader(ours)

        assert called == [None]

    @pytest.mark.parametrize("method", ["unregister", "get_key", "modify"])
    def test_nothing_is_registered_before_the_first(self, method: str) -> None:
        selector = LazySelector(lambda: None)
        arguments = (0, 1) if method == "modify" else (0,)
        with pytest.raises(KeyError):
            getattr(selector, method)(*arguments)
        assert selector.get_map() == {}


class TestContext:
    variable: ContextVar[str] = ContextVar("variable", default="nothing")

    @pytest.fixture
    def scope(self, kernel: VirtualKernel) -> Scope:
        return kernel.scope

    @pytest.fixture
    def home(self, scope: Scope) -> Context:
        home = Context()
        home.run(set_scope, scope)
        return home

    def test_a_caller_from_outside_is_at_home(
        self, make_loop: MakeLoop, home: Context, scope: Scope, make_kernel: MakeKernel
    ) -> None:
        loop = make_loop(home)
        seen: list[object] = []
        loop.call_soon_threadsafe(lambda: seen.append(current_scope()))
        loop.call_later(-1, lambda: seen.append(current_scope()))
        with scoped(make_kernel().scope):
            loop.call_soon(lambda: seen.append(current_scope()))

        loop.run_once()

        assert seen == [scope] * 3

    def test_a_caller_from_inside_brings_its_context(
        self, make_loop: MakeLoop, home: Context, kernel: VirtualKernel
    ) -> None:
        loop = make_loop(home)
        area = object()
        narrower = kernel.scope.capturing(area)  # type: ignore[arg-type]
        seen: list[object] = []

        def look() -> None:
            seen.extend((current_scope(), self.variable.get()))

        def call() -> None:
            self.variable.set("something")
            with scoped(narrower):
                loop.call_soon(look)

        Context().run(call)
        loop.run_once()

        assert seen == [narrower, "something"]

    def test_a_named_context_is_used(self, make_loop: MakeLoop, home: Context) -> None:
        loop = make_loop(home)
        named = Context()
        named.run(self.variable.set, "named")
        seen: list[str] = []
        loop.call_soon(lambda: seen.append(self.variable.get()), context=named)
        loop.call_soon_threadsafe(lambda: seen.append(self.variable.get()), context=named)

        loop.run_once()

        assert seen == ["named"] * 2


def test_a_closed_loop_takes_no_more_work(loop: KernelLoop) -> None:
    loop.call_soon(int)
    loop.call_later(LATE, int)
    loop.close()

    assert loop.next_delay() is None
    with pytest.raises(RuntimeError):
        loop.call_soon_threadsafe(int)


def test_the_executor_is_made_when_it_is_first_needed(make_loop: MakeLoop) -> None:
    made: list[ThreadPoolExecutor] = []

    def make() -> ThreadPoolExecutor:
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    loop = KernelLoop(lambda: None, make, Context())
    assert made == []
    ready = threading.Event()
    for _ in range(2):
        ready.clear()
        loop.run_in_executor(None, int).add_done_callback(lambda _: ready.set())
        while not ready.is_set():
            loop.run_once()

    assert len(made) == 1
    made[0].shutdown()
    loop.close()


class TestTasks:
    def test_a_loop_knows_its_tasks_however_they_began(
        self, loop: KernelLoop, make_loop: MakeLoop
    ) -> None:
        other = make_loop()
        gate = loop.create_future()
        kept: list[object] = []

        async def wait() -> None:
            await gate

        async def begin() -> None:
            kept.append(asyncio.create_task(wait(), name="create_task"))
            asyncio.ensure_future(wait()).set_name("ensure_future")  # type: ignore[attr-defined]
            async with asyncio.TaskGroup() as group:
                group.create_task(wait(), name="group")

        loop.create_task(begin(), name="begin")
        asyncio.run_coroutine_threadsafe(wait(), loop)
        foreign = other.create_task(wait())
        drive(loop)
        names = {task.get_name() for task in loop.unfinished_tasks()}
        assert len(loop.unfinished_tasks()) == 5
        assert names >= {"create_task", "ensure_future", "group", "begin"}
        assert other.unfinished_tasks() == {foreign}
        gate.set_result(None)
        drive(loop)
        assert loop.unfinished_tasks() == set()
        foreign.cancel()
        drive(other)


def drive(loop: KernelLoop) -> None:
    """Run a loop until nothing is ready."""
    loop.run_once()
    while loop.has_work:
        loop.run_once()
