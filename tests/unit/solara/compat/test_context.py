from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context

import pytest

from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from sundog.solara.compat.context import (
    REHEARSAL_ID,
    context_of,
    get_current_context,
    has_current_context,
    left_scopes,
)
from tests.kernels import close, run_in

MakeKernel = Callable[..., VirtualKernel]


def test_there_is_no_context_outside_of_kernels() -> None:
    assert not has_current_context()
    with pytest.raises(RuntimeError, match="No kernel is running here"):
        get_current_context()


def test_a_kernel_has_one_context(kernel: VirtualKernel) -> None:
    context = run_in(kernel, get_current_context)
    assert context is context_of(kernel)
    assert (context.id, context.session_id) == (kernel.id, kernel.session_id)


def test_the_run_at_start_is_known_by_its_id(kernel: VirtualKernel) -> None:
    kernel.is_dry_run = True
    assert context_of(kernel).id == REHEARSAL_ID


def test_entering_nests_and_leads_back(make_kernel: MakeKernel) -> None:
    one, other = make_kernel(), make_kernel()
    with context_of(one):
        with context_of(other), context_of(other):
            assert current_kernel() is other
        assert current_kernel() is one
    assert current_kernel() is None


@pytest.mark.anyio
async def test_tasks_enter_kernels_of_their_own(make_kernel: MakeKernel) -> None:
    one, other = make_kernel(), make_kernel()

    async def enter(kernel: VirtualKernel, entered: asyncio.Event, go: asyncio.Event) -> bool:
        with context_of(kernel):
            entered.set()
            await go.wait()
            return current_kernel() is kernel

    entered, go = [asyncio.Event(), asyncio.Event()], asyncio.Event()
    tasks = [
        asyncio.create_task(enter(kernel, event, go))
        for kernel, event in zip((one, other), entered, strict=True)
    ]
    for event in entered:
        await event.wait()
    go.set()
    assert await asyncio.gather(*tasks) == [True, True]


def test_a_fresh_stack_keeps_the_kernel(make_kernel: MakeKernel) -> None:
    one, other = make_kernel(), make_kernel()

    def on_a_fresh_thread() -> None:
        left_scopes.set(None)
        with context_of(other):
            assert current_kernel() is other
        assert current_kernel() is one

    with context_of(one):
        copy_context().run(on_a_fresh_thread)


def test_who_waits_for_the_end_is_told_before_callbacks_run(kernel: VirtualKernel) -> None:
    context = context_of(kernel)
    told: list[bool] = []
    context.on_close(lambda: told.append(context.closed_event.is_set()))
    close(kernel)
    assert told == [True]


def test_a_lock_per_name(kernel: VirtualKernel) -> None:
    locks = context_of(kernel).init_locks
    assert locks["a"] is locks["a"]
    assert locks["a"] is not locks["b"]
