"""Driving loops on pool threads: one at a time, in order, and none that is idle."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator
from contextvars import Context
from typing import Any, TypeVar

import pytest

from sundog.scheduler.driver import Driver, Engine
from tests.kernels import eventually
from tests.patience import PATIENCE

T = TypeVar("T")
LATE = 3600.0
MakeDriver = Callable[..., Driver]


class Recorder:
    """Notes when a driver holds and releases what it collects."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.released = threading.Semaphore(0)

    @property
    def holding(self) -> bool:
        return [call for call in self.calls if call != "flush"][-1] == "hold"

    def hold(self) -> None:
        self.calls.append("hold")

    def release(self) -> None:
        self.calls.append("release")
        self.released.release()

    def flush(self) -> None:
        self.calls.append("flush")


@pytest.fixture
def make_driver(engine: Engine) -> Iterator[MakeDriver]:
    drivers: list[Driver] = []

    def make(recorder: Recorder | None = None) -> Driver:
        drivers.append(Driver(engine, recorder or Recorder(), Context()))
        return drivers[-1]

    yield make
    for driver in drivers:
        if not driver.loop.is_closed():
            finish(driver)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def driver(make_driver: MakeDriver, recorder: Recorder) -> Driver:
    return make_driver(recorder)


def finish(driver: Driver) -> None:
    ended = threading.Event()
    driver.loop.call_soon_threadsafe(driver.finish, ended.set)
    assert ended.wait(PATIENCE)


def run(driver: Driver, coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a driven loop and return, or raise, its outcome."""
    return asyncio.run_coroutine_threadsafe(coroutine, driver.loop).result(PATIENCE)


def settle(driver: Driver) -> None:
    done = threading.Event()
    driver.loop.call_soon_threadsafe(done.set)
    assert done.wait(PATIENCE)


class Alone:
    """Notices when two pieces of code that enter it overlap."""

    def __init__(self) -> None:
        self._inside = threading.Lock()
        self.entered = 0
        self.overlaps = 0

    def __call__(self) -> None:
        if not self._inside.acquire(blocking=False):
            self.overlaps += 1
            return
        try:
            self.entered += 1
            # Lets other threads in, if they can come in.
            time.sleep(0)
        finally:
            self._inside.release()


class TestOneLogicalThread:
    def test_messages_run_in_the_order_in_which_they_came(self, driver: Driver) -> None:
        called: list[int] = []
        for number in range(2000):
            driver.loop.call_soon_threadsafe(called.append, number)
        settle(driver)

        assert called == list(range(2000))

    def test_nothing_ever_runs_beside_anything_else(self, driver: Driver) -> None:
        alone = Alone()

        async def step() -> None:
            for _ in range(30):
                alone()
                await asyncio.sleep(0)
                alone()
                await asyncio.sleep(0.0001)
                alone()
                await asyncio.to_thread(int)

        def send() -> None:
            for _ in range(200):
                driver.loop.call_soon_threadsafe(alone)

        tasks = [asyncio.run_coroutine_threadsafe(step(), driver.loop) for _ in range(8)]
        senders = [threading.Thread(target=send) for _ in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        for task in tasks:
            task.result(PATIENCE)
        settle(driver)

        assert alone.overlaps == 0
        assert alone.entered == 8 * 30 * 3 + 4 * 200

    def test_work_that_comes_while_a_drive_ends_is_not_lost(
        self, driver: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = threading.Event()
        next_delay = driver.loop.next_delay

        def come_in_between() -> float | None:
            # The loop was found idle, and the driver has not let go yet.
            monkeypatch.setattr(driver.loop, "next_delay", next_delay)
            delay = next_delay()
            other = threading.Thread(target=driver.loop.call_soon_threadsafe, args=(done.set,))
            other.start()
            other.join()
            return delay

        monkeypatch.setattr(driver.loop, "next_delay", come_in_between)
        driver.loop.call_soon_threadsafe(int)

        assert done.wait(PATIENCE)

    def test_a_timer_that_is_due_while_a_drive_ends_is_not_lost(
        self, driver: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = threading.Event()
        next_delay = driver.loop.next_delay

        def fire_at_once() -> float | None:
            monkeypatch.setattr(driver.loop, "next_delay", next_delay)
            delay = next_delay()
            driver.wake()
            return delay

        monkeypatch.setattr(driver.loop, "next_delay", fire_at_once)
        driver.loop.call_soon_threadsafe(driver.loop.call_later, 0.01, done.set)

        assert done.wait(PATIENCE)

    def test_random_interleavings_lose_nothing(self, make_driver: MakeDriver) -> None:
        drivers = [make_driver() for _ in range(4)]
        counts = [0] * len(drivers)
        done = threading.Semaphore(0)

        def count(number: int, steps: int) -> None:
            counts[number] += 1
            if steps == 0:
                done.release()
                return
            loop = drivers[number].loop
            again = random.Random(steps).choice(
                [loop.call_soon, loop.call_soon_threadsafe, lambda *a: loop.call_later(0.0002, *a)]
            )
            again(count, number, steps - 1)

        for number in range(len(drivers)):
            for _ in range(10):
                drivers[number].loop.call_soon_threadsafe(count, number, 100)
        for _ in range(10 * len(drivers)):
            assert done.acquire(timeout=PATIENCE)

        assert counts == [1010] * len(drivers)


class TestOthers:
    def test_a_busy_kernel_lets_the_others_run(self) -> None:
        engine = Engine(threads=1)
        busy, other = (Driver(engine, Recorder(), Context()) for _ in range(2))
        stop = threading.Event()

        def go_on() -> None:
            if not stop.is_set():
                busy.loop.call_soon(go_on)

        busy.loop.call_soon_threadsafe(go_on)
        settle(other)

        stop.set()
        for driver in (busy, other):
            finish(driver)
        engine.stop()

    def test_a_hundred_blocked_kernels_stop_nobody(self, make_driver: MakeDriver) -> None:
        release = threading.Event()
        began = threading.Semaphore(0)

        def block() -> None:
            began.release()
            release.wait(PATIENCE)

        for _ in range(100):
            make_driver().loop.call_soon_threadsafe(block)
        for _ in range(100):
            assert began.acquire(timeout=PATIENCE)

        settle(make_driver())
        release.set()

    def test_idle_kernels_hold_no_thread_and_no_descriptor(
        self, engine: Engine, make_driver: MakeDriver
    ) -> None:
        settle(make_driver())
        threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
        drivers = [make_driver() for _ in range(200)]
        for driver in drivers:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(LATE), driver.loop)
            settle(driver)

        assert engine.pool.thread_count <= 8
        assert threading.active_count() <= threads + 8
        assert len(os.listdir("/proc/self/fd")) == descriptors


class TestCoroutines:
    def test_sleep_tasks_gather_and_wait_for(self, driver: Driver) -> None:
        async def double(number: int) -> int:
            await asyncio.sleep(0.001)
            return 2 * number

        async def main() -> list[int]:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.sleep(LATE), 0.001)
            task = asyncio.create_task(double(1))
            return [await task, *await asyncio.gather(double(2), double(3))]

        assert run(driver, main()) == [2, 4, 6]

    def test_many_timeouts_leave_nothing_behind(self, driver: Driver, engine: Engine) -> None:
        async def main() -> None:
            for _ in range(1000):
                await asyncio.wait_for(asyncio.sleep(0), LATE)

        run(driver, main())
        settle(driver)

        assert driver.loop.timer_count <= 64
        assert engine.ticker.timer_count <= 256

    def test_a_distant_timer_makes_no_garbage(self, driver: Driver, engine: Engine) -> None:
        driver.loop.call_soon_threadsafe(driver.loop.call_later, LATE, int)
        for _ in range(1000):
            settle(driver)

        assert engine.ticker.timer_count <= 256

    def test_to_thread_leaves_the_kernel_free(self, driver: Driver) -> None:
        release = threading.Event()

        async def main() -> bool:
            waiting = asyncio.create_task(asyncio.to_thread(release.wait, PATIENCE))
            await asyncio.sleep(0)
            release.set()
            return await waiting

        assert run(driver, main())

    def test_one_kernels_jobs_are_bounded(self, driver: Driver, engine: Engine) -> None:
        release = threading.Event()

        async def main() -> int:
            jobs = [asyncio.to_thread(release.wait, PATIENCE) for _ in range(200)]
            waiting = asyncio.gather(*jobs)
            await asyncio.sleep(0.05)
            count = engine.jobs.thread_count
            release.set()
            await waiting
            return count

        assert run(driver, main()) <= 32

    def test_sockets(self, driver: Driver) -> None:
        async def main() -> bytes:
            async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write((await reader.readline()).upper())
                writer.close()
                await writer.wait_closed()

            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            async with server:
                port = server.sockets[0].getsockname()[1]
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"hello\n")
                answered = await reader.read()
                writer.close()
                await writer.wait_closed()
            return answered

        assert run(driver, main()) == b"HELLO\n"

    def test_subprocesses(self, driver: Driver) -> None:
        async def main() -> tuple[bytes, int | None]:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "print('hello')", stdout=asyncio.subprocess.PIPE
            )
            output, _ = await process.communicate()
            return output.strip(), process.returncode

        assert run(driver, main()) == (b"hello", 0)

    def test_waiting_for_a_socket_hears_of_messages_and_timers(self, driver: Driver) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours, theirs:
            receiving = asyncio.run_coroutine_threadsafe(
                driver.loop.sock_recv(ours, 10), driver.loop
            )
            settle(driver)
            run(driver, asyncio.sleep(0.001))
            assert not receiving.done()
            theirs.send(b"hello")

            assert receiving.result(PATIENCE) == b"hello"

    def test_waiting_for_sockets_takes_no_place_in_the_pool(self) -> None:
        engine = Engine(threads=1)
        drivers = [Driver(engine, Recorder(), Context()) for _ in range(6)]
        pairs = [socket.socketpair() for _ in drivers]
        for driver, (ours, _) in zip(drivers, pairs, strict=True):
            driver.loop.call_soon_threadsafe(driver.loop.add_reader, ours, int)
        for driver in drivers:
            settle(driver)
            finish(driver)
        engine.stop()
        for pair in pairs:
            for end in pair:
                end.close()


class TestCollecting:
    def test_each_drive_collects(self, driver: Driver, recorder: Recorder) -> None:
        held: list[bool] = []
        driver.loop.call_soon_threadsafe(lambda: held.append(recorder.holding))

        assert recorder.released.acquire(timeout=PATIENCE)
        assert held == [True]
        assert not recorder.holding

    def test_a_long_drive_is_flushed(self, driver: Driver, recorder: Recorder) -> None:
        done = threading.Event()

        def work() -> None:
            eventually(lambda: "flush" in recorder.calls)
            done.set()

        driver.loop.call_soon_threadsafe(work)

        assert done.wait(PATIENCE)

    def test_waiting_for_a_socket_collects_nothing_and_needs_no_tick(
        self, driver: Driver, recorder: Recorder, engine: Engine
    ) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            driver.loop.call_soon_threadsafe(driver.loop.add_reader, ours, int)
            assert recorder.released.acquire(timeout=PATIENCE)

            assert not recorder.holding
            assert engine.is_idle
            finish(driver)


class TestFinish:
    def test_the_loop_closes_and_a_distant_timer_does_not_keep_the_driver(
        self, engine: Engine
    ) -> None:
        driver = Driver(engine, Recorder(), Context())
        loop = driver.loop
        loop.call_soon_threadsafe(loop.call_later, LATE, int)
        settle(driver)
        kept = weakref.ref(driver)
        finish(driver)
        assert loop.is_closed()

        del driver, loop
        eventually(lambda: gc.collect() >= 0 and kept() is None)

    def test_done_is_called_even_where_closing_fails(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        driver = Driver(engine, Recorder(), Context())

        def fail() -> None:
            raise OSError("no")

        monkeypatch.setattr(driver.loop, "close", fail)
        finish(driver)
        monkeypatch.undo()
        driver.loop.close()
