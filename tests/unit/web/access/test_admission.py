"""Who may have one more socket."""

from __future__ import annotations

import pytest

from sundog.ids import SessionId
from sundog.web.access.admission import Admission, ConnectionLimits, NotAdmittedError
from sundog.web.access.refusals import Refusal
from tests.clocks import FakeClock

ONE, TWO = SessionId("one"), SessionId("two")


def test_handshakes_of_an_address() -> None:
    clock = FakeClock()
    admission = Admission(ConnectionLimits(handshake_rate=1, handshake_burst=2), clock)
    client = ("192.0.2.1", 1234)
    admission.check(client)
    admission.check(("192.0.2.1", 4321))
    with pytest.raises(NotAdmittedError) as refused:
        admission.check(client)
    assert refused.value.reason is Refusal.HANDSHAKES
    assert refused.value.retry_after >= 1
    admission.check(("192.0.2.2", 1))
    admission.check(None)
    clock.advance(1)
    admission.check(client)


def test_sockets_of_the_server() -> None:
    admission = Admission(ConnectionLimits(count=2))
    leave = admission.acquire(ONE, "p")
    admission.acquire(TWO, "q")
    with pytest.raises(NotAdmittedError) as refused:
        admission.acquire(TWO, "r")
    assert refused.value.reason is Refusal.CONNECTIONS
    leave()
    leave()
    admission.acquire(TWO, "r")
    assert admission.count == 2


def test_sockets_of_a_session() -> None:
    admission = Admission(ConnectionLimits(per_session=1))
    leave = admission.acquire(ONE, "p")
    with pytest.raises(NotAdmittedError) as refused:
        admission.acquire(ONE, "q")
    assert refused.value.reason is Refusal.SESSION_CONNECTIONS
    admission.acquire(TWO, "q")
    leave()
    admission.acquire(ONE, "r")


def test_a_page_has_one_place() -> None:
    admission = Admission(ConnectionLimits(count=1, per_session=1))
    old = admission.acquire(ONE, "p")
    new = admission.acquire(ONE, "p")
    # The old socket ends late, and not for the new one.
    old()
    assert admission.count == 1
    new()
    assert admission.count == 0


def test_sessions_that_have_left_are_forgotten() -> None:
    admission = Admission()
    for number in range(100):
        admission.acquire(SessionId(str(number)), number)()
    assert admission.count == 0
    assert admission.session_count == 0
