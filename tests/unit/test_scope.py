"""Which kernel is running here."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sundog.errors import NoKernelError
from sundog.kernel.current import current_kernel, require_kernel
from sundog.kernel.kernel import VirtualKernel
from sundog.output import Area, KernelOutput
from sundog.scope import capture, current_area, current_scope, scoped
from tests.conftest import MakeKernel


def area() -> Area:
    return KernelOutput(lambda message: None, lambda work: None).page


def test_outside_there_is_none() -> None:
    assert current_kernel() is None
    assert current_scope() is None
    assert current_area() is None
    with pytest.raises(NoKernelError):
        require_kernel()


def test_inside_there_is_one_until_the_end(kernel: VirtualKernel, make_kernel: MakeKernel) -> None:
    other = make_kernel()
    with kernel.entered():
        assert require_kernel() is kernel
        with other.entered():
            assert current_kernel() is other
        assert current_kernel() is kernel
        with scoped(None):
            assert current_kernel() is None
    assert current_kernel() is None


def test_it_is_left_when_the_body_fails(kernel: VirtualKernel) -> None:
    with pytest.raises(ZeroDivisionError), kernel.entered():
        _ = 1 / 0
    assert current_kernel() is None


def test_areas_nest(kernel: VirtualKernel) -> None:
    outer, inner = area(), area()
    with kernel.entered(), capture(outer):
        assert current_area() is outer
        with capture(inner):
            assert current_area() is inner
            assert current_kernel() is kernel
            with capture(None):
                assert current_area() is None
        assert current_area() is outer
    with kernel.entered():
        assert current_area() is None


def test_outside_of_kernels_nothing_is_caught() -> None:
    with capture(area()):
        assert current_area() is None


def test_a_bare_thread_has_no_kernel(kernel: VirtualKernel) -> None:
    found: list[object] = []
    with kernel.entered():
        thread = threading.Thread(target=lambda: found.append(current_kernel()))
        thread.start()
        thread.join()
    assert found == [None]


def test_coroutines_have_their_own(kernel: VirtualKernel, make_kernel: MakeKernel) -> None:
    async def look(own: VirtualKernel) -> bool:
        with own.entered():
            await asyncio.sleep(0)
            return current_kernel() is own

    async def main() -> list[bool]:
        return await asyncio.gather(*(look(one) for one in (kernel, make_kernel(), kernel)))

    assert asyncio.run(main()) == [True] * 3
