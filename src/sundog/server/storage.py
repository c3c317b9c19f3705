"""The session store of this server's apps."""

from __future__ import annotations

import logging

from sundog.config import Settings
from sundog.errors import StoreError
from sundog.kernel import VirtualKernel
from sundog.store.backend import Limits
from sundog.store.current import give_store, process_store
from sundog.store.opening import open_backend
from sundog.store.store_key import Store

logger = logging.getLogger(__name__)


class Storage:
    """Makes `sundog.session` use the store of the settings until it is closed.

    Raises `ConfigError` and `StoreUnavailableError` for problems that won't resolve themselves. A
    server that does not answer may become available later.
    """

    def __init__(self, settings: Settings) -> None:
        limits = Limits(
            lifetime=settings.session_max_age,
            value_bytes=settings.store_value_bytes,
            session_bytes=settings.store_session_bytes,
        )
        self._backend = open_backend(
            "" if settings.store_url is None else settings.store_url.reveal(),
            limits,
            # A limit of zero would fail even if the answer is on its way.
            timeout=max(settings.store_timeout, 0.01),
            memory_bytes=settings.store_memory_bytes,
        )
        self._store = Store(self._backend, limits)
        self._release = process_store.use(self._store)

    def give(self, kernel: VirtualKernel) -> None:
        """Make a new kernel of this server use this store."""
        give_store(kernel, self._store)

    def check(self) -> None:
        """Log if the store can't be used now. May take as long as the store's timeout."""
        try:
            self._backend.check()
        except StoreError as error:
            logger.error("%s. Until this is fixed, apps that use sundog.session fail.", error)

    def close(self) -> None:
        """Release the store; `sundog.session` is in memory again."""
        self._release()
        self._backend.close()
