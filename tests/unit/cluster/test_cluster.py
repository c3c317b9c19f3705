"""Where sessions and kernels go, and how workers share a bound."""

from __future__ import annotations

from collections import Counter

import pytest

from sundog.cluster.cluster import Crew
from sundog.errors import KernelLimitError
from sundog.ids import KernelId, SessionId, new_token
from sundog.registry.capacity import RegistryLimits, Room
from sundog.web.access.admission import Admission, ConnectionLimits, NotAdmittedError
from sundog.web.access.sessions import Sessions


class FakeBoard:
    def __init__(self, count: int = 3) -> None:
        self.count = count
        self.serving = [True] * count
        self.kernel_counts = [0] * count
        self.connection_counts = [0] * count

    def serves(self, slot: int) -> bool:
        return self.serving[slot]

    def kernels(self, slot: int) -> int:
        return self.kernel_counts[slot]

    def connections(self, slot: int) -> int:
        return self.connection_counts[slot]

    def set_serving(self, slot: int, serving: bool) -> None:
        self.serving[slot] = serving

    def set_kernels(self, slot: int, count: int) -> None:
        self.kernel_counts[slot] = count

    def set_connections(self, slot: int, count: int) -> None:
        self.connection_counts[slot] = count


@pytest.fixture
def board() -> FakeBoard:
    return FakeBoard()


@pytest.fixture
def crew(board: FakeBoard) -> Crew:
    return Crew(1, board)


SESSIONS = Sessions(b"s" * 32)


def place(crew: Crew) -> int:
    """Return where a new browser's first kernel goes."""
    session = SESSIONS.new(crew.for_new_session())
    return crew.slot_of(SESSIONS.mint_kernel_id(session.id, crew.for_kernel_of(session.id)))


def test_one_worker_has_everything() -> None:
    crew = Crew()
    assert crew.is_here(KernelId("anything"))
    assert place(crew) == 0
    crew.kernels.note(5)
    assert crew.kernels.elsewhere == 0


def test_all_kernels_of_a_session_are_in_its_worker(crew: Crew, board: FakeBoard) -> None:
    session = SESSIONS.new().id
    board.kernel_counts[crew.slot_of(session)] = 1000
    ids = [SESSIONS.mint_kernel_id(session, crew.for_kernel_of(session)) for _ in range(20)]
    assert {crew.slot_of(each) for each in ids} == {crew.slot_of(session)}
    assert all(SESSIONS.owns(session, each) for each in ids)
    # Every worker says the same.
    assert {Crew(slot, board).slot_of(ids[0]) for slot in range(3)} == {crew.slot_of(session)}
    assert [Crew(slot, board).is_here(ids[0]) for slot in range(3)].count(True) == 1


def test_new_browsers_avoid_the_busiest_worker(crew: Crew, board: FakeBoard) -> None:
    board.kernel_counts = [9, 3, 3]
    places = Counter(place(crew) for _ in range(100))
    assert places[0] == 0
    assert min(places[1], places[2]) > 20


def test_a_worker_that_does_not_serve_gets_nothing(crew: Crew, board: FakeBoard) -> None:
    board.serving[0] = False
    assert 0 not in {place(crew) for _ in range(50)}
    session = SessionId(new_token(lambda token: crew.slot_of(token) == 0))
    # Its sessions' next kernels are elsewhere, until it is back.
    kernel = SESSIONS.mint_kernel_id(session, crew.for_kernel_of(session))
    assert crew.slot_of(kernel) != 0
    board.serving[0] = True
    kernel = SESSIONS.mint_kernel_id(session, crew.for_kernel_of(session))
    assert crew.slot_of(kernel) == 0


def test_where_nobody_serves_the_worker_itself_is_next(crew: Crew, board: FakeBoard) -> None:
    board.serving = [False] * 3
    assert place(crew) == 1


def test_an_id_that_is_no_id_is_somebodys(crew: Crew) -> None:
    assert crew.slot_of("\udcff\x00🐕") in range(3)


def test_kernels_are_counted_over_all_workers(crew: Crew, board: FakeBoard) -> None:
    board.kernel_counts = [2, 0, 1]
    room = Room(RegistryLimits(max_count=5), share=crew.kernels)
    room.check(1, 0)
    with pytest.raises(KernelLimitError):
        room.check(2, 0)
    room.share.note(2)
    assert board.kernel_counts == [2, 2, 1]


def test_sockets_are_counted_over_all_workers(crew: Crew, board: FakeBoard) -> None:
    board.connection_counts = [1, 0, 0]
    admission = Admission(ConnectionLimits(count=2), share=crew.connections)
    leave = admission.enter(SessionId("one"), "page")
    assert board.connection_counts == [1, 1, 0]
    with pytest.raises(NotAdmittedError):
        admission.enter(SessionId("two"), "other page")
    leave()
    assert board.connection_counts == [1, 0, 0]
