"""Rate limits: token buckets, a single one or one per address."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict

from sundog.clock import Clock, SystemClock

MAX_WAIT_SECONDS = 30
MAX_ADDRESSES = 10_000
IPV6_SITE_BITS = 64


class Bucket:
    """Holds up to `burst` tokens and gets `rate` new ones per second."""

    __slots__ = ("_at", "_burst", "_rate", "tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._at = now
        self.tokens = burst

    def fill(self, now: float) -> None:
        """Add the tokens since the last call."""
        self.tokens = min(self._burst, self.tokens + (now - self._at) * self._rate)
        self._at = now

    def pay(self, price: float, now: float) -> float:
        """Take tokens, even more than there are; return the seconds until the debt is repaid."""
        self.fill(now)
        self.tokens -= price
        return max(0.0, -self.tokens / self._rate)

    def forgive(self, seconds: float) -> None:
        """Drop a debt that takes longer to repay."""
        self.tokens = max(self.tokens, -seconds * self._rate)


class Allowance:
    """Limits the messages and bytes of one connection. Further ones wait, and nothing is lost.

    `None` for a rate means no limit. At first, and after a pause, the bucket holds some seconds'
    worth, so that a page that reconnects may send its user's changes at once.
    """

    BURST_SECONDS = 10.0
    MAX_PAUSE_SECONDS = 5.0

    def __init__(
        self, messages: float | None, size: float | None, clock: Clock | None = None
    ) -> None:
        self._clock = clock or SystemClock()
        now = self._clock.now()
        self._buckets = [
            None if rate is None else Bucket(rate, rate * self.BURST_SECONDS, now)
            for rate in (messages, size)
        ]

    def charge(self, messages: int, size: int) -> float:
        """Take the price of a frame; return the seconds to wait before the next one is read."""
        now = self._clock.now()
        pause = 0.0
        for bucket, price in zip(self._buckets, (messages, size), strict=True):
            if bucket is not None:
                pause = max(pause, bucket.pay(price, now))
                # One frame can cost more than a client would wait for.
                bucket.forgive(self.MAX_PAUSE_SECONDS)
        return min(pause, self.MAX_PAUSE_SECONDS)


class AddressBuckets:
    """A bucket for each client address, in bounded memory.

    Clients of one IPv6 network (/64) share a bucket, because one machine has all its addresses.
    This machine's own addresses, and clients without one, are not limited.
    """

    def __init__(self, rate: float | None, burst: int, clock: Clock | None = None) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock or SystemClock()
        self._buckets: OrderedDict[str, _Counted] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, host: str | None) -> int:
        """Take a token; return 0, or the seconds until this client gets one."""
        key = None if host is None else site(host)
        if self._rate is None or key is None:
            return 0
        now = self._clock.now()
        entry = self._buckets.get(key)
        if entry is None:
            entry = self._buckets[key] = _Counted(self._rate, self._burst, now)
            if len(self._buckets) > MAX_ADDRESSES:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        entry.fill(now)
        if entry.tokens >= 1:
            entry.tokens -= 1
            return 0
        return entry.refuse(now)


class _Counted(Bucket):
    """A bucket that gives refused clients staggered times to retry."""

    __slots__ = ("_refused", "_refused_at")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        super().__init__(rate, burst, now)
        self._refused = 0.0
        self._refused_at = now

    def refuse(self, now: float) -> int:
        gone = (now - self._refused_at) * self._rate
        self._refused = max(0.0, self._refused - gone) + 1
        self._refused_at = now
        return min(MAX_WAIT_SECONDS, max(1, math.ceil(self._refused / self._rate)))


def site(host: str) -> str | None:
    """Return the key of a client: an IPv4 address or IPv6 network, or None for no limit."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if address.is_loopback:
        return None
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_SITE_BITS), strict=False))
