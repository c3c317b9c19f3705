"""Stores sessions in Redis or Valkey, for workers on several machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sundog.clock import Clock, SystemClock
from sundog.errors import ConfigError, StoreUnavailableError, StoreValueError
from sundog.ids import SessionId
from sundog.store import redis_scripts
from sundog.store.backend import Limits, session_full
from sundog.urls import split_url, without_secrets

if TYPE_CHECKING:
    from redis.commands.core import Script

PREFIX: Final = "sundog:session:"
CONNECTIONS: Final = 16

# After a failure, calls fail at once for this many seconds, so that not every call waits.
PAUSE: Final = 1.0

_SCHEMES: Final = {"valkey": "redis", "valkeys": "rediss"}


class RedisBackend:
    """Stores values on a server, which it contacts only when needed.

    Args:
        url: The server's URL.
        limits: The limits of sessions and values.
        timeout: How long a call waits for a connection, and for an answer, in seconds.
        now: Replaces the server's clock; returns seconds.
        clock: The clock for pauses after failures.

    Raises:
        ConfigError: The client library is not installed, or the URL is invalid.
    """

    def __init__(
        self,
        url: str,
        limits: Limits | None = None,
        *,
        timeout: float = 2.0,
        now: Callable[[], float] | None = None,
        clock: Clock | None = None,
    ) -> None:
        try:
            import redis
        except ImportError:
            raise ConfigError(
                "SUNDOG_STORE_URL names a Redis or Valkey server, but the client library is not "
                'installed. Install it with: pip install "sundog[redis]"'
            ) from None
        self._errors = redis.RedisError
        self._connection_error = redis.ConnectionError
        self._no_answer = (redis.ConnectionError, redis.TimeoutError)
        self._name = without_secrets(url)
        self._limits = limits or Limits()
        self._timeout = timeout
        self._now = now
        self._clock = clock or SystemClock()
        # When failing at once ends, and its message. Threads may overwrite each other's.
        self._pause: tuple[float, str] | None = None
        self._client = _connect(url, timeout)
        self._read, self._read_all, self._write, self._remove = (
            self._client.register_script(script)
            for script in (
                redis_scripts.READ,
                redis_scripts.READ_ALL,
                redis_scripts.WRITE,
                redis_scripts.REMOVE,
            )
        )

    def read(self, session: SessionId, key: str) -> bytes | None:
        """Return a value."""
        value: bytes | None = self._run(self._read, session, key)
        return value

    def read_all(self, session: SessionId) -> dict[str, bytes]:
        """Return all values of a session, by key."""
        flat: list[bytes] = self._run(self._read_all, session)
        try:
            return {k.decode(): value for k, value in zip(flat[::2], flat[1::2], strict=True)}
        except UnicodeDecodeError:
            raise self._damaged() from None

    def write(self, session: SessionId, key: str, value: bytes, lifetime: float | None) -> None:
        """Store a value; without a lifetime, as long as the session."""
        self._put(session, key, value, lifetime, "write")

    def swap(
        self,
        session: SessionId,
        key: str,
        old: bytes | None,
        new: bytes,
        lifetime: float | None,
    ) -> bool:
        """Store a value if the current one is `old`; return whether it was."""
        if old is None:
            return self._put(session, key, new, lifetime, "absent")
        return self._put(session, key, new, lifetime, "same", old)

    def remove(self, session: SessionId, key: str) -> bytes | None:
        """Remove a value and return it."""
        value: bytes | None = self._run(self._remove, session, key, repeatable=False)
        return value

    def clear(self, session: SessionId) -> None:
        """Remove all values of a session."""
        self._call(lambda: self._client.delete(PREFIX + session))

    def check(self) -> None:
        """Raise `StoreUnavailableError` if values can't be stored now."""
        self._call(self._client.ping)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._client.connection_pool.disconnect()

    def _put(
        self,
        session: SessionId,
        key: str,
        value: bytes,
        lifetime: float | None,
        mode: str,
        old: bytes = b"",
    ) -> bool:
        own = "" if lifetime is None else max(1, round(lifetime * 1000))
        limit = self._limits.session_bytes
        # After a lost reply, a second swap would find its own value and fail.
        repeatable = mode == "write"
        outcome = self._run(
            self._write, session, key, value, own, limit, mode, old, repeatable=repeatable
        )
        if outcome == redis_scripts.FULL:
            raise session_full(self._limits)
        return bool(outcome == 1)

    def _run(
        self,
        script: Script,
        session: SessionId,
        *arguments: str | bytes | int,
        repeatable: bool = True,
    ) -> Any:
        now = 0 if self._now is None else round(self._now() * 1000)
        lifetime = round(self._limits.lifetime * 1000)
        given = [now, lifetime, *arguments]
        return self._call(lambda: script([PREFIX + session], given), repeatable=repeatable)

    def _call(self, request: Callable[[], Any], *, repeatable: bool = True) -> Any:
        pause = self._pause
        if pause is not None and self._clock.now() < pause[0]:
            raise StoreUnavailableError(pause[1])
        began = self._clock.now()
        try:
            try:
                answer = request()
            except self._connection_error:
                # The server may have restarted since the connection was last used. Don't repeat a
                # call that took long.
                if not repeatable or self._clock.now() - began > self._timeout / 4:
                    raise
                answer = request()
        except self._errors as error:
            if redis_scripts.DAMAGED in str(error) or "WRONGTYPE" in str(error):
                raise self._damaged() from None
            message = self._complaint(error)
            if isinstance(error, self._no_answer):
                self._pause = (self._clock.now() + PAUSE, message)
            # Without the cause, whose long traceback says nothing more.
            raise StoreUnavailableError(message) from None
        self._pause = None
        return answer

    def _damaged(self) -> StoreValueError:
        return StoreValueError(
            f"this session's entry in {self._name} was not written by Sundog. Remove it with "
            "session.clear(), and give Sundog a database that no other program uses"
        )

    def _complaint(self, error: Exception) -> str:
        return (
            f"the session store {self._name} can't be used ({error}). Check that the server is "
            "running and reachable, its memory and access rules, and SUNDOG_STORE_URL"
        )


def _connect(url: str, timeout: float) -> Any:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    try:
        scheme = split_url(url).scheme
        pool = redis.BlockingConnectionPool.from_url(
            _SCHEMES.get(scheme, scheme) + url[len(scheme) :],
            max_connections=CONNECTIONS,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # This class decides what is retried, not the library.
            retry=Retry(NoBackoff(), 0),
        )
        # Checks the URL's query without connecting.
        pool.connection_class(**pool.connection_kwargs)
    except (ValueError, TypeError, LookupError):
        # The library's message may contain a part of the URL.
        raise ConfigError(
            f"SUNDOG_STORE_URL: {without_secrets(url)} is invalid; use a URL such as "
            "redis://user:password@host:6379/0"
        ) from None
    return redis.Redis(connection_pool=pool)
