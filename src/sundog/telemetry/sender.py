"""Sends events in the background and drops those that can't be sent in time."""

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

# The seconds per attempt, the number of retries, and the length of the queue.
REQUEST_SECONDS: Final = 5
RETRIES: Final = 1
MAX_WAITING: Final = 16


class Consumer(Protocol):
    """Receives messages from Mixpanel's library."""

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
    """Return the URL that events are posted to."""
    return f"{host.rstrip('/')}/track"


def http_consumer(host: str) -> Consumer:
    """Return a consumer that posts messages with ip=0, so that no address is looked up."""
    from mixpanel import Consumer as HttpConsumer

    consumer: Consumer = HttpConsumer(
        events_url=events_url(host), request_timeout=REQUEST_SECONDS, retry_limit=RETRIES
    )
    return consumer


class Sender:
    """Sends events, in order, from a thread that starts with the first one."""

    def __init__(self, token: str, distinct_id: str, make_consumer: Callable[[], Consumer]) -> None:
        self._token = token
        self._distinct_id = distinct_id
        self._make_consumer = make_consumer
        self._events: queue.Queue[Event | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None

    def send(self, event: Event) -> None:
        """Send an event soon. Never waits and never fails."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sundog-telemetry", daemon=True)
            self._thread.start()
        self._put(event)

    def close(self, timeout: float) -> None:
        """Stop sending; wait at most this many seconds for pending events."""
        if self._thread is not None:
            self._put(None)
            self._thread.join(timeout)

    def _put(self, event: Event | None) -> None:
        try:
            self._events.put_nowait(event)
        except queue.Full:
            logger.debug("telemetry: the queue is full, an event was dropped")

    def _run(self) -> None:
        mixpanel = self._make_mixpanel()
        while mixpanel is not None and (event := self._events.get()) is not None:
            try:
                track(mixpanel, self._distinct_id, event)
            except Exception as error:  # noqa: BLE001 - telemetry must not affect the server
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
