"""The thread pool: few threads, more while they are blocked, fewer when they idle."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator

import pytest

from sundog.kernel.kernel import VirtualKernel
from sundog.scheduler.pool import JobQueue, ThreadPool
from sundog.scheduler.ticker import Ticker
from sundog.scope import current_scope, scoped
from tests.kernels import eventually
from tests.patience import PATIENCE

MakePool = Callable[..., ThreadPool]


@pytest.fixture
def ticker() -> Iterator[Ticker]:
    ticker = Ticker()
    yield ticker
    ticker.stop()


@pytest.fixture
def make_pool(ticker: Ticker) -> Iterator[MakePool]:
    pools: list[ThreadPool] = []

    def make(size: int = 2, **arguments: object) -> ThreadPool:
        pool = ThreadPool(ticker, size, "pool-under-test", **arguments)  # type: ignore[arg-type]
        pools.append(pool)
        return pool

    yield make
    for pool in pools:
        pool.shutdown()


class Blockers:
    """Work that says that it began, and then waits until it is released."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self._began = threading.Semaphore(0)

    def __call__(self) -> None:
        self._began.release()
        self.release.wait(PATIENCE)

    def wait_for(self, count: int) -> None:
        for _ in range(count):
            assert self._began.acquire(timeout=PATIENCE)


@pytest.fixture
def blockers() -> Iterator[Blockers]:
    blockers = Blockers()
    yield blockers
    blockers.release.set()


def threads_of_pool() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pool-under-test"]


def run(pool: ThreadPool, work: Callable[[], object] = lambda: None) -> None:
    done = threading.Event()

    def run() -> None:
        try:
            work()
        finally:
            done.set()

    pool.put(run)
    assert done.wait(PATIENCE)


def test_no_thread_before_the_first_work(make_pool: MakePool) -> None:
    pool = make_pool()

    assert pool.thread_count == 0
    assert threads_of_pool() == []


def test_one_piece_after_another_needs_one_thread(make_pool: MakePool) -> None:
    pool = make_pool(size=4)
    turns = threading.Semaphore(0)
    for _ in range(20):
        run(pool)
        turns.release()

    assert pool.thread_count <= 2


def test_as_many_at_a_time_as_its_size(make_pool: MakePool, blockers: Blockers) -> None:
    pool = make_pool(size=3)
    for _ in range(3):
        pool.put(blockers)

    blockers.wait_for(3)
    assert pool.thread_count == 3


def test_blocked_threads_are_relieved(make_pool: MakePool, blockers: Blockers) -> None:
    pool = make_pool(size=2)
    for _ in range(100):
        pool.put(blockers)
    blockers.wait_for(100)

    run(pool)


def test_surplus_threads_leave(make_pool: MakePool, blockers: Blockers) -> None:
    pool = make_pool(size=1, idle_seconds=0.01)
    for _ in range(10):
        pool.put(blockers)
    blockers.wait_for(10)
    blockers.release.set()

    eventually(lambda: len(threads_of_pool()) == 1)
    assert pool.thread_count == 1
    run(pool)


def test_all_threads_leave_where_none_is_kept(make_pool: MakePool) -> None:
    pool = make_pool(size=2, keep=0, idle_seconds=0.01)
    run(pool)

    eventually(lambda: not threads_of_pool())

    assert pool.thread_count == 0
    run(pool)


def test_work_that_comes_while_the_last_thread_leaves_is_run(make_pool: MakePool) -> None:
    pool = make_pool(size=1, keep=0, idle_seconds=0)

    for _ in range(500):
        run(pool)


def test_a_waiting_worker_makes_room(
    make_pool: MakePool, blockers: Blockers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = make_pool(size=1)
    # Without the tick that would relieve it.
    monkeypatch.setattr(pool, "_relieve", lambda: None)

    def wait() -> None:
        with pool.blocked():
            blockers()

    pool.put(wait)
    blockers.wait_for(1)
    run(pool)


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_failing_work_ends_no_thread(
    make_pool: MakePool, error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    pool = make_pool(size=1)
    threads: list[int] = []

    def fail() -> None:
        threads.append(threading.get_ident())
        raise error

    pool.put(fail)
    run(pool, lambda: threads.append(threading.get_ident()))

    assert len(set(threads)) == 1
    assert pool.thread_count == 1
    assert error.__name__ in caplog.text


def test_a_system_without_threads_is_asked_again(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    start = threading.Thread.start
    refused = threading.Semaphore(0)
    full = True

    def refuse(thread: threading.Thread) -> None:
        if thread.name != "pool-under-test" or not full:
            start(thread)
            return
        refused.release()
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    pool = make_pool(size=1)
    done = threading.Event()
    pool.put(done.set)
    for _ in range(3):
        assert refused.acquire(timeout=PATIENCE)
    full = False

    assert done.wait(PATIENCE)
    assert pool.thread_count == 1


def test_threads_belong_to_no_kernel(make_pool: MakePool, kernel: VirtualKernel) -> None:
    pool = make_pool()
    scopes: list[object] = []

    with scoped(kernel.scope):
        run(pool, lambda: scopes.append(current_scope()))

    assert scopes == [None]


def test_idle_threads_keep_nothing_of_their_work(make_pool: MakePool) -> None:
    pool = make_pool(size=1)
    gone = threading.Event()

    class Work:
        def __call__(self) -> None:
            pass

    work = Work()
    weakref.finalize(work, gone.set)
    pool.put(work)
    del work

    assert gone.wait(PATIENCE)


def test_shutdown_runs_what_was_queued_and_drops_what_comes(
    make_pool: MakePool, blockers: Blockers
) -> None:
    pool = make_pool(size=1)
    queued, late = threading.Event(), threading.Event()
    pool.put(blockers)
    blockers.wait_for(1)
    pool.put(queued.set)

    pool.shutdown()
    pool.put(late.set)
    blockers.release.set()

    assert queued.wait(PATIENCE)
    eventually(lambda: not threads_of_pool())
    assert not late.is_set()


class TestJobQueue:
    def test_results_and_errors_come_by_the_future(self, make_pool: MakePool) -> None:
        jobs = JobQueue(make_pool(), limit=2)

        assert jobs.submit(divmod, 7, 2).result(PATIENCE) == (3, 1)
        with pytest.raises(SystemExit):
            jobs.submit(exit).result(PATIENCE)

    def test_so_many_at_a_time_and_the_rest_in_order(
        self, make_pool: MakePool, blockers: Blockers
    ) -> None:
        pool = make_pool(size=8)
        jobs = JobQueue(pool, limit=2)
        order: list[int] = []
        jobs.submit(blockers)
        jobs.submit(blockers)
        later = [jobs.submit(order.append, number) for number in range(20)]
        blockers.wait_for(2)

        assert not any(future.running() for future in later)
        assert JobQueue(pool, limit=2).submit(divmod, 7, 2).result(PATIENCE) == (3, 1)

        blockers.release.set()
        for future in later:
            future.result(PATIENCE)
        assert sorted(order) == list(range(20))

    def test_a_cancelled_job_never_runs(self, make_pool: MakePool, blockers: Blockers) -> None:
        jobs = JobQueue(make_pool(), limit=1)
        ran = threading.Event()
        jobs.submit(blockers)
        cancelled = jobs.submit(ran.set)
        assert cancelled.cancel()

        blockers.release.set()

        assert jobs.submit(lambda: 5).result(PATIENCE) == 5
        assert not ran.is_set()

    def test_a_job_runs_in_the_scope_of_who_submits_it(
        self, make_pool: MakePool, kernel: VirtualKernel
    ) -> None:
        jobs = JobQueue(make_pool(size=1), limit=1)
        scope = kernel.scope
        with scoped(scope):
            inside = jobs.submit(current_scope)
        outside = jobs.submit(current_scope)

        assert inside.result(PATIENCE) is scope
        assert outside.result(PATIENCE) is None
