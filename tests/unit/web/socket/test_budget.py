"""What all connections together may hold of unfinished messages."""

from __future__ import annotations

import pytest

from sundog.errors import ProtocolError
from sundog.web.socket.budget import FREE_BYTES, Budget


def test_connections_share_it() -> None:
    budget = Budget(10 * FREE_BYTES)
    one, two = budget.reserve(), budget.reserve()
    one.set(9 * FREE_BYTES)
    with pytest.raises(ProtocolError) as caught:
        two.set(2 * FREE_BYTES)
    assert caught.value.code == 1013
    # Who was refused holds nothing, and the other one is not touched.
    assert budget.held == 9 * FREE_BYTES
    one.set(0)
    two.set(2 * FREE_BYTES)
    assert budget.held == 2 * FREE_BYTES


def test_a_little_is_always_free() -> None:
    budget = Budget(0)
    reservation = budget.reserve()
    reservation.set(FREE_BYTES)
    with pytest.raises(ProtocolError):
        reservation.set(FREE_BYTES + 1)


def test_who_holds_less_than_before_is_never_refused() -> None:
    budget = Budget(10 * FREE_BYTES)
    one, two = budget.reserve(), budget.reserve()
    two.set(5 * FREE_BYTES)
    one.set(5 * FREE_BYTES)
    budget.change(FREE_BYTES)
    two.set(4 * FREE_BYTES)
    assert budget.held == 10 * FREE_BYTES


def test_without_a_limit() -> None:
    Budget(None).reserve().set(1 << 40)
