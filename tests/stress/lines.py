"""The network of `tests.stress.network`, for tests that don't run on an event loop."""

from __future__ import annotations

import asyncio
import threading

from tests.servers import PATIENCE
from tests.stress.network import Network


class NetworkThread:
    """A `Network` on an event loop in a thread of its own; closed by `close`."""

    def __init__(self, port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._network = Network(port)
        self._wait_for(self._network.__aenter__())
        self.url = f"http://127.0.0.1:{self._network.port}"

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
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _wait_for(self, coroutine: object) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)  # type: ignore[arg-type]
