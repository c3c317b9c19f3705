"""`asyncio.run` and `run_until_complete` work inside of a kernel's callbacks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from sundog.hooks.process import asyncio_run as hook
from sundog.kernel.kernel import VirtualKernel
from sundog.scope import current_scope
from tests.kernels import run_in, start_in
from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def hooked() -> Iterator[None]:
    uninstall = hook.install()
    yield
    uninstall()


async def answer() -> int:
    await asyncio.sleep(0.01)
    assert current_scope() is not None
    return 42


def test_in_a_callback(kernel: VirtualKernel) -> None:
    assert run_in(kernel, lambda: asyncio.run(answer())) == 42
    assert run_in(kernel, lambda: kernel.loop.run_until_complete(answer())) == 42
    # The kernel goes on.
    assert run_in(kernel, lambda: "well") == "well"


def test_other_callbacks_run_meanwhile_and_none_is_lost(kernel: VirtualKernel) -> None:
    async def until(event: asyncio.Event) -> None:
        await event.wait()

    events = [asyncio.Event(), asyncio.Event()]
    waiting = [start_in(kernel, lambda each=each: asyncio.run(until(each))) for each in events]
    order: list[int] = []
    for number in range(5):
        run_in(kernel, lambda number=number: order.append(number))
    run_in(kernel, lambda: [each.set() for each in events])
    for each in waiting:
        each.result(PATIENCE)
    assert order == [0, 1, 2, 3, 4]
    assert run_in(kernel, lambda: asyncio.run(answer())) == 42


def test_in_a_task(kernel: VirtualKernel) -> None:
    async def outer() -> int:
        first = asyncio.run(answer())
        await asyncio.sleep(0)
        assert asyncio.current_task() is not None
        return first + asyncio.run(answer())

    assert asyncio.run_coroutine_threadsafe(outer(), kernel.loop).result(PATIENCE) == 84


def test_errors_come_out(kernel: VirtualKernel) -> None:
    async def fail() -> None:
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        run_in(kernel, lambda: asyncio.run(fail()))


def test_outside_of_kernels_it_is_asyncios_own() -> None:
    async def main() -> str:
        return type(asyncio.get_running_loop()).__name__

    assert "Kernel" not in asyncio.run(main())
