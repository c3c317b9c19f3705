"""The network and the crowd of `tests.stress`, for tests that don't run on an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from tests.patience import PATIENCE
from tests.stress.clients import Client
from tests.stress.cuts import Crowd, make_clients
from tests.stress.network import Network


class _LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _wait_for(self, coroutine: Coroutine[Any, Any, Any], seconds: float = PATIENCE) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


class NetworkThread(_LoopThread):
    """A `Network`; closed by `close`."""

    def __init__(self, port: int, *, upload_rate: float | None = None) -> None:
        super().__init__()
        self._network = Network(port)
        self._network.upload_rate = upload_rate
        self._wait_for(self._network.__aenter__())
        self.port = self._network.port
        self.url = f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """See `Network.cut`."""
        self._loop.call_soon_threadsafe(self._network.cut)

    def swallow(self) -> None:
        """See `Network.swallow`."""
        self._loop.call_soon_threadsafe(self._network.swallow)

    def mend(self) -> None:
        """See `Network.mend`."""
        self._loop.call_soon_threadsafe(self._network.mend)

    def close(self) -> None:
        """End, with all connections."""
        self._wait_for(self._network.__aexit__(None, None, None))
        self._end()


class CrowdThread(_LoopThread):
    """Pages that are connected through a network and click, until `finish`; closed by `close`."""

    def __init__(self, server_port: int, port: int, count: int) -> None:
        super().__init__()
        clients = make_clients(server_port, port, count)
        self._crowd: Crowd = self._wait_for(self._start(clients), 2 * PATIENCE)

    @property
    def returned(self) -> int:
        """How many pages have come back and got all that they had missed."""
        return sum(1 for each in self._crowd.clients if each.returns and each.returns[-1].at > 0)

    def finish(self) -> list[str]:
        """Wait until all are back and every click has arrived; return what was found wrong."""
        self._wait_for(self._finish(), 120)
        return self._crowd.faults

    def close(self) -> None:
        """End, with all connections."""
        self._wait_for(self._crowd.close())
        self._end()

    async def _start(self, clients: list[Client]) -> Crowd:
        crowd = Crowd(clients)
        await crowd.until(lambda client: client.ready.is_set())
        crowd.start_clicking()
        return crowd

    async def _finish(self) -> None:
        await self._crowd.until(lambda client: bool(client.returns) and client.returns[-1].at > 0)
        await self._crowd.stop_clicking()
