"""Prewarmed kernels: the app has already run in them, for the next pages.

A slow app shows at once in a page that gets one of them. An app that reads the request or session
before it has a page can't run in advance: this is noticed at its first attempt, and prewarming
stops. Used only from the server's event loop; other threads post to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sundog.clock import Clock, SystemClock
from sundog.kernel import Client, VirtualKernel
from sundog.scheduler import Engine

logger = logging.getLogger(__name__)

# The time between two checks whether the server is idle, and the number of checks before it
# continues anyway.
LOOK_SECONDS: Final = 0.1
PATIENCE: Final = 50
# After a failed run: what the app needs may come back.
RETRY_SECONDS: Final = 10.0

Run = Callable[[VirtualKernel], object]


@dataclass(frozen=True, slots=True)
class _Spare:
    kernel: VirtualKernel
    made_at: float


class Prewarmed:
    """Keeps up to `count` kernels ready, none older than `max_age` seconds (0: no limit)."""

    def __init__(
        self,
        make: Callable[[], VirtualKernel],
        run: Run,
        engine: Engine,
        count: int,
        *,
        max_age: float = 0.0,
        clock: Clock | None = None,
    ) -> None:
        self._make = make
        self._run = run
        self._engine = engine
        self._count = count
        self._max_age = max_age
        self._clock = clock or SystemClock()
        self._spares: deque[_Spare] = deque()
        self._wanted = asyncio.Event()
        self._ended = False
        self._keeping: asyncio.Task[None] | None = None
        self._making: VirtualKernel | None = None

    def __len__(self) -> int:
        return len(self._spares)

    def take(self, client: Client) -> VirtualKernel | None:
        """Return a prewarmed kernel for a client, or None if there is none."""
        self._drop_stale()
        while self._spares:
            kernel = self._spares.popleft().kernel
            self._wanted.set()
            if kernel.welcome(client):
                return kernel
            self._give_up(kernel)
        return None

    def begin(self) -> None:
        """Create kernels from now on, while the server is idle."""
        self._keeping = asyncio.create_task(self._keep_ready())

    async def _keep_ready(self) -> None:
        while not self._ended:
            self._drop_stale()
            if len(self._spares) >= self._count:
                self._wanted.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._seconds_to_stale()):
                        await self._wanted.wait()
                continue
            await self._until_idle()
            await self._make_one()

    async def shutdown(self, timeout: float) -> None:
        """End unused kernels; return when they have ended, or after some seconds."""
        self._ended = True
        if self._keeping is not None:
            self._keeping.cancel()
        kernels = [spare.kernel for spare in self._spares]
        if self._making is not None:
            kernels.append(self._making)
        self._spares.clear()
        closings = map(self._closed, kernels)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await asyncio.gather(*closings)

    async def _make_one(self) -> None:
        kernel = self._making = self._make()
        kernel.await_client()
        await self._on(kernel, lambda: self._run(kernel))
        self._making = None
        if kernel.identity.was_asked_too_early:
            self._give_up(kernel)
        elif kernel.errors.has_failed:
            kernel.close()
            await asyncio.sleep(RETRY_SECONDS)
        else:
            self._spares.append(_Spare(kernel, self._clock.now()))

    def _give_up(self, kernel: VirtualKernel) -> None:
        if not self._ended:
            logger.info("The app reads the request or session, so kernels are no longer prewarmed")
        self._ended = True
        kernel.close()
        for spare in self._spares:
            spare.kernel.close()
        self._spares.clear()

    async def _until_idle(self) -> None:
        for _ in range(PATIENCE):
            if self._engine.is_idle:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _drop_stale(self) -> None:
        while self._spares and self._max_age:
            if self._clock.now() - self._spares[0].made_at < self._max_age:
                return
            self._spares.popleft().kernel.close()

    def _seconds_to_stale(self) -> float | None:
        if not self._max_age or not self._spares:
            return None
        return max(0.0, self._spares[0].made_at + self._max_age - self._clock.now())

    async def _on(self, kernel: VirtualKernel, work: Callable[[], object]) -> None:
        """Run a function on a kernel's logical thread; return when it has ended or failed."""
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def run() -> None:
            try:
                work()
            finally:
                _post(loop, done.set)

        kernel.submit(run)
        await done.wait()

    async def _closed(self, kernel: VirtualKernel) -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        kernel.close(lambda: _post(loop, done.set))
        await done.wait()


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    # The loop is closed only when the process ends.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback)
