"""Sends events in the background; what can't be sent in time is dropped."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from sundog.telemetry.events import Event

if TYPE_CHECKING:
    from mixpanel import Mixpanel

logger = logging.getLogger(__name__)

# How long one attempt may take, in seconds, how many more there are, and how many events wait.
REQUEST_SECONDS: Final = 5
RETRIES: Final = 1
MAX_WAITING: Final = 16


class Consumer(Protocol):
    """What Mixpanel's library gives a message to."""

    def send(
        self,
        endpoint: str,
        json_message: str,
        api_key: str | None = None,
        api_secret: str | None = None,
    ) -> None:
        """Send one message to ``events``, ``people`` or ``groups``."""
        ...


def events_url(host: str) -> str:
    """Return the address that events are posted to."""
    return f"{host.rstrip('/')}/track"


def http_consumer(host: str) -> Consumer:
    """Return what posts messages over HTTP; with ip=0, so that no address is looked up."""
    from mixpanel import Consumer as HttpConsumer

    consumer: Consumer = HttpConsumer(
        events_url=events_url(host), request_timeout=REQUEST_SECONDS, retry_limit=RETRIES
    )
    return consumer


class Sender:
    """Sends events, in order, from a thread of its own that starts with the first one."""

    def __init__(self, token: str, distinct_id: str, make_consumer: Callable[[], Consumer]) -> None:
        self._token = token
        self._distinct_id = distinct_id
        self._make_consumer = make_consumer
        self._events: queue.Queue[Event | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None

    def send(self, event: Event) -> None:
        """Have an event sent soon. Never waits, never fails."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sundog-telemetry", daemon=True)
            self._thread.start()
        self._put(event)

    def close(self, timeout: float) -> None:
        """Send no more; wait so many seconds at most for what is on its way."""
        if self._thread is not None:
            self._put(None)
            self._thread.join(timeout)

    def _put(self, event: Event | None) -> None:
        try:
            self._events.put_nowait(event)
        except queue.Full:
            logger.debug("telemetry: too much waits to be sent; dropped")

    def _run(self) -> None:
        mixpanel = self._make_mixpanel()
        while mixpanel is not None and (event := self._events.get()) is not None:
            try:
                track(mixpanel, self._distinct_id, event)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the server goes on
                logger.debug("telemetry: %r could not be sent: %s", event.name, error)

    def _make_mixpanel(self) -> Mixpanel | None:
        try:
            from mixpanel import Mixpanel

            return Mixpanel(self._token, self._make_consumer())
        except Exception as error:  # noqa: BLE001 - as above
            logger.debug("telemetry: the library can't be used: %s", error)
            return None


def track(mixpanel: Mixpanel, distinct_id: str, event: Event) -> None:
    """Send one event now."""
    mixpanel.track(distinct_id, event.name, dict(event.properties))
