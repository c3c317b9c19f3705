"""A kernel as a whole: work, errors, pages, and its end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from sundog.errors import KernelClosedError
from sundog.ids import KernelId, SessionId
from sundog.kernel import shutdown as ending
from sundog.kernel.comm import KernelComm
from sundog.kernel.current import current_kernel
from sundog.kernel.full_state import MOST_TRIES
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.messages.retention import OutboxLimits
from sundog.scheduler.driver import Engine
from tests.conftest import MakeKernel
from tests.kernels import FakePage, close, is_closed, run_in, settle, start_in
from tests.patience import PATIENCE

LATE = 3600.0


@pytest.fixture
def page(kernel: VirtualKernel) -> FakePage:
    page = FakePage(kernel)
    page.connect()
    return page


class TestWork:
    def test_it_runs_in_the_kernel(self, kernel: VirtualKernel) -> None:
        assert run_in(kernel, current_kernel) is kernel
        assert current_kernel() is None

    def test_it_may_come_from_anywhere(
        self, kernel: VirtualKernel, make_kernel: MakeKernel
    ) -> None:
        def from_other() -> VirtualKernel | None:
            return run_in(kernel, current_kernel)

        assert run_in(make_kernel(), from_other) is kernel

    @pytest.mark.parametrize("error", [ValueError, SystemExit, asyncio.CancelledError])
    def test_its_errors_are_reported(
        self,
        kernel: VirtualKernel,
        page: FakePage,
        error: type[BaseException],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail() -> None:
            raise error("the reason")

        kernel.submit(fail)
        settle(kernel)

        [(kind, told)] = page.read()
        assert kind == "error"
        assert told["id"] in caplog.text
        assert kernel.log_id in caplog.text

    def test_a_failing_task_is_reported(
        self, kernel: VirtualKernel, page: FakePage, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def fail() -> None:
            raise ValueError("nobody awaits me")

        run_in(kernel, lambda: asyncio.ensure_future(fail()) and None)
        gc.collect()
        settle(kernel)

        assert [message[0] for message in page.read()] == ["error"]
        assert "nobody awaits me" in caplog.text
        assert "fail" in caplog.text

    def test_a_task_that_exits_ends_nothing(self, kernel: VirtualKernel, page: FakePage) -> None:
        async def leave() -> None:
            raise SystemExit(3)

        run_in(kernel, lambda: asyncio.ensure_future(leave()) and None)
        settle(kernel)

        assert [message[0] for message in page.read()] == ["error"]

    def test_coroutines_threads_of_jobs_and_timers_are_in_the_kernel(
        self, kernel: VirtualKernel
    ) -> None:
        found: list[VirtualKernel | None] = []

        async def look() -> None:
            loop = asyncio.get_running_loop()
            found.append(current_kernel())
            found.append(await asyncio.to_thread(current_kernel))
            found.append(await loop.run_in_executor(None, current_kernel))
            await asyncio.sleep(0.001)
            found.append(current_kernel())

        asyncio.run_coroutine_threadsafe(look(), run_in(kernel, asyncio.get_running_loop)).result(
            PATIENCE
        )

        assert found == [kernel] * 4

    def test_job_threads_serve_one_kernel_after_another(self, make_kernel: MakeKernel) -> None:
        async def job() -> VirtualKernel | None:
            return await asyncio.get_running_loop().run_in_executor(None, current_kernel)

        for kernel in [make_kernel() for _ in range(20)]:
            running = asyncio.run_coroutine_threadsafe(
                job(), run_in(kernel, asyncio.get_running_loop)
            )
            assert running.result(PATIENCE) is kernel

    def test_one_that_blocks_delays_no_other(self, make_kernel: MakeKernel) -> None:
        release = threading.Event()
        kernels = [make_kernel() for _ in range(10)]
        blocked = [start_in(kernel, lambda: release.wait(PATIENCE)) for kernel in kernels]

        settle(make_kernel())

        assert not any(future.done() for future in blocked)
        release.set()

    def test_idle_kernels_cost_no_thread_and_no_descriptor(self, make_kernel: MakeKernel) -> None:
        settle(make_kernel())
        threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
        for kernel in [make_kernel() for _ in range(100)]:
            run_in(kernel, lambda: asyncio.ensure_future(asyncio.sleep(LATE)) and None)

        assert threading.active_count() <= threads + 8
        assert len(os.listdir("/proc/self/fd")) == descriptors

    def test_what_a_long_callback_says_is_sent_meanwhile(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        heard = threading.Event()

        def work() -> None:
            kernel.output.publisher("area")({"output_type": "stream"})
            assert heard.wait(PATIENCE)

        working = start_in(kernel, work)
        page.wait_until(lambda: page.messages == [["output", "area", {"output_type": "stream"}]])
        heard.set()
        working.result(PATIENCE)


class TestSynchronising:
    @pytest.fixture
    def kernel(self, make_kernel: MakeKernel) -> VirtualKernel:
        return make_kernel(limits=OutboxLimits(replay_messages=2))

    @pytest.fixture
    def late(self, kernel: VirtualKernel) -> FakePage:
        """A page that comes when the log has forgotten the beginning."""
        for name in "abcdef":
            KernelComm(kernel.comms, name, comm_id=name)
        kernel.page_area.append({"output_type": "stream", "name": "stdout", "text": "hello"})
        return FakePage(kernel, "late")

    def test_a_later_page_gets_all_that_exists(self, kernel: VirtualKernel, late: FakePage) -> None:
        kernel.comms.comms["b"].close()
        assert not late.connect()
        kernel.pages.synchronise(late.page)
        late.wait_until(lambda: late.page.reader.state is None and bool(late.messages))

        assert [message[:2] for message in late.messages] == [
            *(["open", name] for name in "acdef"),
            ["output", ""],
        ]

    def test_one_broken_widget_hides_no_other(
        self, kernel: VirtualKernel, late: FakePage, caplog: pytest.LogCaptureFixture
    ) -> None:
        kernel.comms.comms["b"].describe = lambda: 1 / 0  # type: ignore[attr-defined]
        kernel.full_state.describe = lambda comm: comm.describe()
        late.connect()
        kernel.pages.synchronise(late.page)
        late.wait_until(lambda: late.page.reader.state is None and len(late.messages) >= 6)

        opened = [message[1] for message in late.messages if message[0] == "open"]
        assert opened == list("acdef")
        assert "ZeroDivisionError" in caplog.text

    def test_a_state_that_was_overtaken_is_taken_again(
        self, kernel: VirtualKernel, late: FakePage
    ) -> None:
        taken: list[None] = []

        def describe(comm: KernelComm) -> Any:
            if comm.comm_id == "a" and not taken:
                taken.append(None)
                KernelComm(kernel.comms, "during", comm_id="during")
            return comm.describe()

        kernel.full_state.describe = describe
        late.connect()
        kernel.pages.synchronise(late.page)
        late.wait_until(lambda: late.page.reader.state is None and bool(late.messages))

        opened = [message[1] for message in late.messages if message[0] == "open"]
        assert opened == [*"abcdef", "during"]

    def test_a_thread_that_never_stops_publishing_does_not_prevent_it(
        self, kernel: VirtualKernel, late: FakePage
    ) -> None:
        """Every attempt is overtaken: the last is taken, and what came since follows."""
        count = 0

        def describe(comm: KernelComm) -> Any:
            nonlocal count
            if comm.comm_id == "a":
                count += 1
                comm.send({"n": count})
            return comm.describe()

        kernel.full_state.describe = describe
        late.connect()
        kernel.pages.synchronise(late.page)
        late.wait_until(lambda: any(message[0] == "msg" for message in late.messages))

        assert count == MOST_TRIES
        assert [message[1] for message in late.messages[:6]] == list("abcdef")
        assert late.messages[-1] == ["msg", "a", {"n": count}]

    def test_nobody_is_synchronised_who_does_not_wait_for_it(
        self, kernel: VirtualKernel, late: FakePage
    ) -> None:
        late.connect()
        kernel.pages.synchronise(late.page)
        late.disconnect()
        described: list[KernelComm] = []
        release = threading.Event()
        blocked = start_in(kernel, lambda: release.wait(PATIENCE))
        kernel.full_state.describe = lambda comm: described.append(comm) or comm.describe()  # type: ignore[func-returns-value]
        late.connect()
        kernel.pages.synchronise(late.page)
        late.disconnect()
        assert late.connect(kernel.outbox.last)
        release.set()
        blocked.result(PATIENCE)
        settle(kernel)

        assert described == []
        assert late.read() == []


class TestClosing:
    def test_callbacks_run_once_the_last_first_whatever_fails(
        self, kernel: VirtualKernel, caplog: pytest.LogCaptureFixture
    ) -> None:
        called: list[str] = []

        def fails(error: BaseException) -> Callable[[], None]:
            def callback() -> None:
                called.append(type(error).__name__)
                raise error

            return callback

        kernel.on_close(lambda: called.append("first"))
        kernel.on_close(fails(ValueError("one")))
        kernel.on_close(fails(SystemExit("two")))
        kernel.on_close(lambda: called.append("last"))
        close(kernel)
        close(kernel)

        assert called == ["last", "SystemExit", "ValueError", "first"]
        assert caplog.text.count("a close callback failed") == 2

    def test_they_run_in_the_kernel(self, kernel: VirtualKernel) -> None:
        found: list[object] = []
        kernel.on_close(lambda: found.append(current_kernel()))
        close(kernel)
        assert found == [kernel]

    def test_one_that_is_registered_meanwhile_runs_too(self, kernel: VirtualKernel) -> None:
        called: list[str] = []
        kernel.on_close(lambda: kernel.on_close(lambda: called.append("late")))
        close(kernel)
        kernel.on_close(lambda: called.append("too late"))

        assert called == ["late", "too late"]

    def test_what_was_queued_before_is_done_first(self, kernel: VirtualKernel) -> None:
        order: list[str] = []
        kernel.on_close(lambda: order.append("closed"))
        for number in range(3):
            kernel.submit(lambda number=number: order.append(str(number)))  # type: ignore[misc]
        close(kernel)
        assert order == ["0", "1", "2", "closed"]

    def test_afterwards_it_takes_no_work(self, kernel: VirtualKernel, page: FakePage) -> None:
        close(kernel)
        assert is_closed(kernel)
        assert kernel.closed
        with pytest.raises(KernelClosedError):
            page.send(["msg", "c"])
        with pytest.raises(KernelClosedError):
            kernel.pages.synchronise(page.page)

    def test_work_that_comes_while_it_closes_is_done_or_refused(
        self, kernel: VirtualKernel
    ) -> None:
        done: list[None] = []
        accepted = 0
        ended = threading.Event()
        closing = threading.Event()
        kernel.on_close(closing.set)
        kernel.close(ended.set)
        assert closing.wait(PATIENCE)
        while not ended.is_set():
            try:
                kernel.submit(lambda: done.append(None))
                accepted += 1
            except KernelClosedError:
                break
        assert ended.wait(PATIENCE)
        assert len(done) <= accepted

    def test_ending_looks_at_the_kernels_own_tasks_only(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`asyncio.all_tasks` walks the whole process: ending n kernels would cost n squared."""

        def refuse(*_: object) -> object:
            raise AssertionError("asked for the tasks of all loops")

        tasks: list[asyncio.Future[object]] = []

        def begin() -> None:
            tasks.append(asyncio.ensure_future(asyncio.Event().wait()))

        run_in(kernel, begin)
        monkeypatch.setattr(asyncio, "all_tasks", refuse)
        close(kernel)
        assert tasks[0].cancelled()

    def test_tasks_are_cancelled_and_may_clean_up(self, kernel: VirtualKernel) -> None:
        log: list[str] = []

        async def work() -> None:
            try:
                await asyncio.sleep(LATE)
            except asyncio.CancelledError:
                log.append("cancelled")
                await asyncio.sleep(0)
                log.append("cleaned up")
                raise

        run_in(kernel, lambda: asyncio.ensure_future(work()) and None)
        close(kernel)
        assert log == ["cancelled", "cleaned up"]

    def test_tasks_that_refuse_or_start_others_do_not_prevent_it(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ending, "CLOSE_GRACE_SECONDS", 0.01)
        log: list[str] = []

        async def refuse() -> None:
            while True:
                try:
                    await asyncio.sleep(LATE)
                except asyncio.CancelledError:
                    log.append("refused")

        async def another() -> None:
            try:
                await asyncio.sleep(LATE)
            except asyncio.CancelledError:
                log.append("cancelled")
                raise

        async def respawn() -> None:
            try:
                await asyncio.sleep(LATE)
            finally:
                log.append("respawned")
                kept.append(asyncio.ensure_future(another()))
                await asyncio.sleep(0)

        kept: list[Any] = []

        def start() -> None:
            kept.extend(asyncio.ensure_future(work()) for work in (refuse, respawn))

        run_in(kernel, start)
        close(kernel)
        assert sorted(log) == ["cancelled", "refused", "refused", "respawned"]

    def test_a_generator_that_does_not_end_does_not_prevent_it(
        self, kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ending, "CLOSE_GRACE_SECONDS", 0.01)
        kept: list[AsyncIterator[int]] = []

        async def endless() -> AsyncIterator[int]:
            try:
                yield 1
            finally:
                await asyncio.sleep(LATE)

        async def begin() -> None:
            kept.append(endless())
            await anext(kept[0])

        run_in(kernel, lambda: asyncio.ensure_future(begin()) and None)
        close(kernel)

    def test_widgets_are_closed_whatever_fails(
        self, kernel: VirtualKernel, caplog: pytest.LogCaptureFixture
    ) -> None:
        closed: list[str] = []

        class Widget:
            def __init__(self, name: str, error: BaseException | None = None) -> None:
                self.name, self.error = name, error

            def close(self) -> None:
                if self.error:
                    raise self.error
                closed.append(self.name)

        kernel.widgets["a"] = Widget("a")
        kernel.widgets["b"] = Widget("b", ValueError("no"))
        kernel.widgets["c"] = Widget("c", SystemExit())
        kernel.widgets["d"] = Widget("d")
        with caplog.at_level(logging.ERROR):
            close(kernel)

        assert closed == ["a", "d"]
        assert caplog.text.count("could not be closed") == 2

    def test_what_it_held_is_let_go_of_without_a_collection(self, make_kernel: MakeKernel) -> None:
        class Thing:
            pass

        kernel = make_kernel()
        page = FakePage(kernel)
        page.connect()
        things = [Thing() for _ in range(4)]
        gone = [weakref.ref(thing) for thing in things]
        kernel.widgets["w"] = SimpleNamespace(close=lambda: None, thing=things[0])
        kernel.namespace["thing"] = things[1]
        kernel.namespace["function"] = eval("lambda: thing", kernel.namespace)
        kernel.local("thing", lambda: things[2])
        kernel.on_close(lambda thing=things[3]: None)  # type: ignore[misc]
        KernelComm(kernel.comms)
        kernel.page_area.append({"output_type": "stream", "name": "stdout", "text": "x"})
        things.clear()
        gc.disable()
        try:
            close(kernel)
            assert [one() for one in gone] == [None] * 4
        finally:
            gc.enable()
        assert not kernel.comms.comms
        assert not kernel.pages
        assert not kernel.page_area.items

    def test_the_kernel_itself_is_garbage_whatever_still_waits(self, engine: Engine) -> None:
        kernel = VirtualKernel(KernelId("k"), SessionId("s"), engine)
        page = FakePage(kernel)
        page.connect()

        async def work() -> None:
            await asyncio.gather(asyncio.sleep(LATE), asyncio.wait_for(asyncio.sleep(LATE), LATE))

        run_in(kernel, lambda: asyncio.ensure_future(work()) and None)
        run_in(kernel, lambda: asyncio.get_running_loop().call_later(LATE, int) and None)
        settle(kernel)
        close(kernel)
        gone = weakref.ref(kernel)
        del kernel, page
        # The thread that drove it last may still be on its way out.
        for _ in range(100):
            gc.collect()
            if gone() is None:
                break
            threading.Event().wait(0.01)

        assert gone() is None
