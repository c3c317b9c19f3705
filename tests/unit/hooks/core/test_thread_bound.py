"""What is bound to a thread works in kernels that share threads."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sundog.app.host import Host
from sundog.kernel.kernel import VirtualKernel
from sundog.scope import scoped
from tests.apps import Apps
from tests.kernels import close, eventually, run_in, start_in
from tests.patience import PATIENCE

MakeKernel = Callable[[], VirtualKernel]

# What an app may make at its top, each with the expression that uses it later.
BOUND = {
    "connection": ("sqlite3.connect(':memory:')", "bound.execute('select 1').fetchone() == (1,)"),
    "dbapi2": ("sqlite3.dbapi2.connect(':memory:')", "bound.execute('select 1') is not None"),
    "thread-local value": ("threading.local(); bound.x = 1", "bound.x == 1"),
    "thread-local subclass": (
        "type('L', (threading.local,), {'__init__': lambda self: setattr(self, 'x', [])})();"
        "bound.x.append(1)",
        "bound.x == [1]",
    ),
}


def thread_of(kernel: VirtualKernel) -> int:
    return run_in(kernel, threading.get_ident)


class Blocked:
    """Kernels that hold every thread of the pool, until `release`."""

    def __init__(self, apps: Apps, count: int) -> None:
        self._gate = threading.Event()
        self._began = threading.Semaphore(0)
        self._futures = [start_in(apps.kernel(), self._block) for _ in range(count)]
        for _ in range(count):
            assert self._began.acquire(timeout=PATIENCE)

    def _block(self) -> None:
        self._began.release()
        self._gate.wait(PATIENCE)

    def release(self) -> None:
        self._gate.set()
        for future in self._futures:
            future.result(PATIENCE)


@pytest.mark.parametrize(("made", "used"), BOUND.values(), ids=BOUND)
def test_what_is_bound_to_a_thread_works_while_other_pages_are_busy(
    apps: Apps, made: str, used: str
) -> None:
    kernel = apps.kernel()
    names: dict[str, Any] = {"sqlite3": sqlite3, "threading": threading}
    run_in(kernel, lambda: exec(f"bound = {made}", names))
    # Whichever thread of the pool had made it is taken by another page now.
    blocked = Blocked(apps, 8)
    try:
        assert run_in(kernel, lambda: eval(used, names))
    finally:
        blocked.release()
    assert run_in(kernel, lambda: eval(used, names))


def test_thread_local_values_are_not_seen_by_other_kernels(apps: Apps) -> None:
    local = threading.local()
    kernels = [apps.kernel() for _ in range(12)]

    def see_and_set(value: int) -> list[int]:
        seen = list(vars(local).values())
        local.value = value
        return seen

    for number, kernel in enumerate(kernels):
        assert run_in(kernel, lambda number=number: see_and_set(number)) == []
    for number, kernel in enumerate(kernels):
        assert run_in(kernel, lambda: local.value) == number


def test_thread_local_values_of_jobs_are_not_seen_by_other_kernels(apps: Apps) -> None:
    local = threading.local()

    def see_and_set() -> bool:
        seen = hasattr(local, "value")
        local.value = 1
        return seen

    async def job() -> bool:
        return await asyncio.to_thread(see_and_set)

    seen = []
    for _ in range(10):
        kernel = apps.kernel()
        seen.append(asyncio.run_coroutine_threadsafe(job(), kernel.loop).result(PATIENCE))
    assert not any(seen)


def test_a_kernel_that_binds_nothing_has_no_thread_of_its_own(apps: Apps) -> None:
    count = threading.active_count()
    kernels = [apps.kernel() for _ in range(30)]
    for kernel in kernels:
        run_in(kernel, lambda: sqlite3.connect(":memory:", check_same_thread=False).close())
    assert threading.active_count() <= count + 4


def test_its_thread_ends_with_the_kernel(apps: Apps, host: Host) -> None:
    kernel = host.throw_away_kernel()
    own = run_in(kernel, lambda: (sqlite3.connect(":memory:"), threading.current_thread())[1])
    assert own.is_alive()
    close(kernel)
    eventually(lambda: not own.is_alive())


def test_the_pool_gets_another_thread(apps: Apps) -> None:
    kernels = [apps.kernel() for _ in range(20)]
    connections = [run_in(kernel, lambda: sqlite3.connect(":memory:")) for kernel in kernels]
    threads = {thread_of(kernel) for kernel in kernels}
    assert len(threads) == len(connections) == 20
    assert thread_of(apps.kernel()) not in threads


def test_a_connection_of_a_module_serves_all_kernels(apps: Apps) -> None:
    if sqlite3.threadsafety != 3:
        pytest.skip("this SQLite is not compiled to be shared by threads")
    kernel = apps.kernel()

    def imported() -> sqlite3.Connection:
        # As the hook for imports does it.
        with scoped(None):
            return sqlite3.connect(":memory:")

    connection = run_in(kernel, imported)
    blocked = Blocked(apps, 8)
    try:
        assert run_in(apps.kernel(), lambda: connection.execute("select 1").fetchone()) == (1,)
    finally:
        blocked.release()


def test_local_looks_as_before() -> None:
    assert (threading.local.__name__, threading.local.__module__) == ("_local", "_thread")
    with pytest.raises(TypeError):
        threading.local(1)


def test_own_threads_from_the_start() -> None:
    host = Host(development=True, own_threads=True)
    try:
        kernels = [host.throw_away_kernel() for _ in range(6)]
        threads = {thread_of(kernel) for kernel in kernels}
        assert len(threads) == 6
        assert {thread_of(kernel) for kernel in kernels} == threads
        for kernel in kernels:
            close(kernel)
    finally:
        host.close()


def test_everything_is_put_back(host: Host) -> None:
    assert sqlite3.connect is sqlite3.dbapi2.connect
    host.close()
    assert not hasattr(sqlite3.connect, "__wrapped__")
    assert "__setattr__" not in vars(threading.local) or threading.local.__mro__[1] is object
