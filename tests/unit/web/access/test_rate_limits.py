"""How often something may happen."""

from __future__ import annotations

import pytest

from sundog.web.access import rate_limits as buckets
from sundog.web.access.rate_limits import AddressBuckets, Allowance, site
from tests.clocks import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class TestAddresses:
    def test_a_burst_and_then_a_rate(self, clock: FakeClock) -> None:
        some = AddressBuckets(2, 3, clock)
        assert [some.take("192.0.2.1") for _ in range(3)] == [0, 0, 0]
        assert some.take("192.0.2.1") > 0
        clock.advance(0.5)
        assert some.take("192.0.2.1") == 0
        assert some.take("192.0.2.1") > 0
        clock.advance(3600)
        assert [some.take("192.0.2.1") for _ in range(3)] == [0, 0, 0]
        assert some.take("192.0.2.1") > 0

    def test_those_refused_come_again_one_after_another(self, clock: FakeClock) -> None:
        some = AddressBuckets(2, 1, clock)
        some.take("192.0.2.1")
        assert [some.take("192.0.2.1") for _ in range(6)] == [1, 1, 2, 2, 3, 3]
        assert max(some.take("192.0.2.1") for _ in range(200)) == buckets.MAX_WAIT_SECONDS

    def test_addresses_do_not_share(self, clock: FakeClock) -> None:
        some = AddressBuckets(1, 1, clock)
        assert some.take("192.0.2.1") == 0
        assert some.take("192.0.2.2") == 0
        assert some.take("192.0.2.1") > 0

    def test_no_rate_is_no_bound(self, clock: FakeClock) -> None:
        some = AddressBuckets(None, 1, clock)
        assert not any(some.take("192.0.2.1") for _ in range(1000))
        assert len(some) == 0

    def test_memory_is_bounded(self, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(buckets, "MAX_ADDRESSES", 3)
        some = AddressBuckets(1, 1, clock)
        for last in range(10):
            some.take(f"192.0.2.{last}")
            # Whoever comes often is not forgotten for those who come once.
            assert some.take("192.0.2.0") > 0
        assert len(some) == 3

    @pytest.mark.parametrize(
        ("host", "counted"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("127.0.0.1", None),
            ("::1", None),
            ("::ffff:127.0.0.1", None),
            ("unix", None),
            ("", None),
        ],
    )
    def test_what_counts_as_one_client(self, host: str, counted: str | None) -> None:
        assert site(host) == counted

    def test_this_machine_is_not_limited(self, clock: FakeClock) -> None:
        some = AddressBuckets(1, 1, clock)
        assert not any(some.take(host) for host in ("127.0.0.1", None, "unix") for _ in range(10))


class TestAllowance:
    def test_within_the_burst_nobody_waits(self, clock: FakeClock) -> None:
        allowance = Allowance(10, 1000, clock)
        assert allowance.charge(100, 10_000) == 0

    def test_beyond_it_one_waits_for_what_is_missing(self, clock: FakeClock) -> None:
        allowance = Allowance(10, None, clock)
        assert allowance.charge(110, 0) == 1
        clock.advance(1)
        assert allowance.charge(1, 0) == pytest.approx(0.1)

    def test_bytes_count_as_well(self, clock: FakeClock) -> None:
        allowance = Allowance(None, 1000, clock)
        assert allowance.charge(10**6, 12_000) == 2

    def test_nobody_waits_for_ever(self, clock: FakeClock) -> None:
        allowance = Allowance(1, None, clock)
        assert allowance.charge(10**9, 0) == Allowance.MAX_PAUSE_SECONDS
        clock.advance(Allowance.MAX_PAUSE_SECONDS)
        assert allowance.charge(0, 0) == 0

    def test_a_rest_brings_the_burst_back(self, clock: FakeClock) -> None:
        allowance = Allowance(10, None, clock)
        allowance.charge(100, 0)
        clock.advance(10**6)
        assert allowance.charge(100, 0) == 0
        assert allowance.charge(1, 0) > 0
