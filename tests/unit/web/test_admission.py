"""Who may have one more socket."""

from __future__ import annotations

import pytest

from sundog.ids import SessionId
from sundog.web.admission import Admission, ConnectionLimits, NotAdmittedError
from sundog.web.refusals import Refusal
from tests.clocks import FakeClock

ONE, TWO = SessionId("one"), SessionId("two")


def test_handshakes_of_an_address() -> None:
    clock = FakeClock()
    admission = Admission(ConnectionLimits(handshake_rate=1, handshake_burst=2), clock)
    client = ("192.0.2.1", 1234)
    admission.knock(client)
    admission.knock(("192.0.2.1", 4321))
    with pytest.raises(NotAdmittedError) as refused:
        admission.knock(client)
    assert refused.value.reason is Refusal.HANDSHAKES
    assert refused.value.retry_after >= 1
    admission.knock(("192.0.2.2", 1))
    admission.knock(None)
    clock.advance(1)
    admission.knock(client)


def test_sockets_of_the_server() -> None:
    admission = Admission(ConnectionLimits(count=2))
    admission.enter(ONE)
    admission.enter(TWO)
    with pytest.raises(NotAdmittedError) as refused:
        admission.enter(TWO)
    assert refused.value.reason is Refusal.CONNECTIONS
    admission.leave(ONE)
    admission.enter(TWO)
    assert admission.count == 2


def test_sockets_of_a_session() -> None:
    admission = Admission(ConnectionLimits(per_session=1))
    admission.enter(ONE)
    with pytest.raises(NotAdmittedError) as refused:
        admission.enter(ONE)
    assert refused.value.reason is Refusal.SESSION_CONNECTIONS
    admission.enter(TWO)
    admission.leave(ONE)
    admission.enter(ONE)


def test_sessions_that_have_left_are_forgotten() -> None:
    admission = Admission()
    for number in range(100):
        admission.enter(SessionId(str(number)))
        admission.leave(SessionId(str(number)))
    assert admission.count == 0
    assert not admission._sessions
