"""Whether there is room for a kernel, and what is done when memory runs out."""

from __future__ import annotations

import asyncio
import os

import pytest

from sundog.errors import KernelLimitError
from sundog.registry import capacity as room_module
from sundog.registry.capacity import Capacity, MemoryWatch, RegistryLimits
from sundog.registry.memory import resident_bytes


class Memory:
    """What the process has, as a test says."""

    def __init__(self, used: int | None) -> None:
        self.used = used

    def __call__(self) -> int | None:
        return self.used


class FakeRegistry:
    """Kernels of one unit of memory each, the longest left first."""

    def __init__(self, kernels: list[str], memory: Memory, limit: int) -> None:
        self.kernels = kernels
        self.memory = memory
        self.capacity = Capacity(RegistryLimits(memory=limit), memory)
        self.culled: list[str] = []
        self.stuck: set[str] = set()

    def cull(self) -> asyncio.Event | None:
        if not self.kernels:
            return None
        self.culled.append(self.kernels.pop(0))
        ended = asyncio.Event()
        if self.culled[-1] not in self.stuck:
            ended.set()
        return ended

    def release(self) -> None:
        assert self.memory.used is not None
        self.memory.used -= 1


def relieve(registry: FakeRegistry) -> None:
    asyncio.run(MemoryWatch(registry, registry.release).relieve())


class TestMemory:
    @pytest.mark.parametrize(
        ("used", "limit", "over"),
        [(10, None, False), (10, 10, False), (11, 10, True), (None, 10, False)],
    )
    def test_over(self, used: int | None, limit: int | None, over: bool) -> None:
        assert Capacity(RegistryLimits(memory=limit), Memory(used)).over_memory() == over

    def test_as_many_are_ended_as_it_takes(self) -> None:
        registry = FakeRegistry(["a", "b", "c"], Memory(12), limit=10)
        relieve(registry)
        assert registry.culled == ["a", "b"]

    def test_none_is_ended_while_there_is_enough(self) -> None:
        registry = FakeRegistry(["a"], Memory(10), limit=10)
        relieve(registry)
        assert registry.culled == []

    def test_where_none_is_left_it_waits_for_better_times(self) -> None:
        registry = FakeRegistry(["a"], Memory(20), limit=10)
        relieve(registry)
        assert registry.culled == ["a"]

    def test_one_that_does_not_end_holds_up_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(room_module, "END_SECONDS", 0.001)
        registry = FakeRegistry(["a", "b"], Memory(11), limit=10)
        registry.stuck.add("a")
        relieve(registry)
        assert registry.culled == ["a", "b"]

    def test_it_looks_from_time_to_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(room_module, "CHECK_SECONDS", 0)
        monkeypatch.setattr(room_module, "resident_bytes", lambda: 1)
        memory = Memory(5)
        registry = FakeRegistry(["a"], memory, limit=10)

        async def main() -> None:
            watch = asyncio.create_task(MemoryWatch(registry, registry.release).run())
            await asyncio.sleep(0)
            assert registry.culled == []
            memory.used = 11
            async with asyncio.timeout(20):
                while memory.used > 10:
                    await asyncio.sleep(0)
            watch.cancel()

        asyncio.run(main())
        assert registry.culled == ["a"]

    def test_without_a_limit_nobody_looks(self) -> None:
        registry = FakeRegistry([], Memory(5), limit=10)
        registry.capacity = Capacity(RegistryLimits(memory=None))
        asyncio.run(MemoryWatch(registry).run())

    def test_where_memory_is_not_told_the_log_says_so(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(room_module, "resident_bytes", lambda: None)
        asyncio.run(MemoryWatch(FakeRegistry([], Memory(5), limit=10)).run())
        assert "SUNDOG_MEMORY_LIMIT" in caplog.text

    @pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="Linux tells it there")
    def test_the_process_has_some(self) -> None:
        used = resident_bytes()
        assert used is not None
        assert 1 << 20 < used < 1 << 40


class TestNumbers:
    def test_of_the_server(self) -> None:
        capacity = Capacity(RegistryLimits(max_count=2))
        capacity.check(1, 1)
        with pytest.raises(KernelLimitError) as refused:
            capacity.check(2, 0)
        assert refused.value.limit == "kernels"

    def test_of_a_session(self) -> None:
        capacity = Capacity(RegistryLimits(max_per_session=2))
        capacity.check(1000, 1)
        with pytest.raises(KernelLimitError) as refused:
            capacity.check(1000, 2)
        assert refused.value.limit == "session-kernels"

    def test_no_bounds(self) -> None:
        Capacity(RegistryLimits(max_per_session=None)).check(10**9, 10**9)
