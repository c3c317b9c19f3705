"""Where sessions and kernels go, and how workers share a bound."""

from __future__ import annotations

from collections import Counter

import pytest

from sundog.cluster.cluster import Cluster
from sundog.errors import KernelLimitError
from sundog.ids import KernelId, SessionId, new_token
from sundog.registry.capacity import Capacity, RegistryLimits
from sundog.web.access.admission import Admission, ConnectionLimits, NotAdmittedError
from sundog.web.access.sessions import Sessions


class FakeSharedState:
    def __init__(self, count: int = 3) -> None:
        self.count = count
        self.serving = [True] * count
        self.kernel_counts = [0] * count
        self.connection_counts = [0] * count

    def serves(self, number: int) -> bool:
        return self.serving[number]

    def kernels(self, number: int) -> int:
        return self.kernel_counts[number]

    def connections(self, number: int) -> int:
        return self.connection_counts[number]

    def set_serving(self, number: int, serving: bool) -> None:
        self.serving[number] = serving

    def set_kernels(self, number: int, count: int) -> None:
        self.kernel_counts[number] = count

    def set_connections(self, number: int, count: int) -> None:
        self.connection_counts[number] = count


@pytest.fixture
def shared_state() -> FakeSharedState:
    return FakeSharedState()


@pytest.fixture
def cluster(shared_state: FakeSharedState) -> Cluster:
    return Cluster(1, shared_state)


SESSIONS = Sessions(b"s" * 32)


def place(cluster: Cluster) -> int:
    """Return where a new browser's first kernel goes."""
    session = SESSIONS.new(cluster.prefix_for_session())
    prefix = cluster.prefix_for_kernel(session.id)
    return cluster.worker_of(SESSIONS.mint_kernel_id(session.id, prefix))


def test_one_worker_has_everything() -> None:
    cluster = Cluster(0, FakeSharedState(1))
    assert cluster.is_here(KernelId("anything"))
    assert cluster.is_here(KernelId("2~anything"))
    assert place(cluster) == 0
    assert cluster.prefix_for_session() == ""
    cluster.kernels.note(5)
    assert cluster.kernels.elsewhere == 0


def test_an_id_begins_with_the_number_of_its_worker(cluster: Cluster) -> None:
    shared_state = FakeSharedState(256)
    cluster = Cluster(255, shared_state)
    shared_state.serving = [number == 200 for number in range(256)]
    session = SESSIONS.new(cluster.prefix_for_session()).id
    assert session.startswith("200~")
    kernel_id = SESSIONS.mint_kernel_id(session, cluster.prefix_for_kernel(session))
    assert cluster.worker_of(kernel_id) == 200
    assert SESSIONS.owns(session, kernel_id)
    # Another number makes it another id, which nobody owns.
    assert not SESSIONS.owns(session, KernelId("0" + kernel_id[3:]))


def test_ids_of_an_older_version_and_of_more_workers_belong_to_one_worker(
    shared_state: FakeSharedState,
) -> None:
    # Tokens without a number, one that looks like a number, and numbers beyond the last worker.
    others = [new_token(), "7-" + "x" * 20, "7~" + "x" * 22, "99999~" + "x" * 22, "~x", "²~x"]
    for each in others:
        numbers = {Cluster(number, shared_state).worker_of(each) for number in range(3)}
        assert len(numbers) == 1
        assert numbers < {0, 1, 2}
    session = SessionId(others[0])
    cluster = Cluster(1, shared_state)
    prefix = cluster.prefix_for_kernel(session)
    assert cluster.worker_of(SESSIONS.mint_kernel_id(session, prefix)) == cluster.worker_of(session)


def test_all_kernels_of_a_session_are_in_its_worker(
    cluster: Cluster, shared_state: FakeSharedState
) -> None:
    session = SESSIONS.new().id
    shared_state.kernel_counts[cluster.worker_of(session)] = 1000
    prefix = cluster.prefix_for_kernel(session)
    ids = [SESSIONS.mint_kernel_id(session, prefix) for _ in range(20)]
    assert {cluster.worker_of(each) for each in ids} == {cluster.worker_of(session)}
    assert all(SESSIONS.owns(session, each) for each in ids)
    # Every worker says the same.
    assert {Cluster(number, shared_state).worker_of(ids[0]) for number in range(3)} == {
        cluster.worker_of(session)
    }
    assert [Cluster(number, shared_state).is_here(ids[0]) for number in range(3)].count(True) == 1


def test_new_browsers_avoid_the_busiest_worker(
    cluster: Cluster, shared_state: FakeSharedState
) -> None:
    shared_state.kernel_counts = [9, 3, 3]
    places = Counter(place(cluster) for _ in range(100))
    assert places[0] == 0
    assert min(places[1], places[2]) > 20


def test_a_worker_that_does_not_serve_gets_nothing(
    cluster: Cluster, shared_state: FakeSharedState
) -> None:
    shared_state.serving[0] = False
    assert 0 not in {place(cluster) for _ in range(50)}
    session = SessionId(new_token("0~"))
    # Its sessions' next kernels are elsewhere, until it is back.
    kernel = SESSIONS.mint_kernel_id(session, cluster.prefix_for_kernel(session))
    assert cluster.worker_of(kernel) != 0
    shared_state.serving[0] = True
    kernel = SESSIONS.mint_kernel_id(session, cluster.prefix_for_kernel(session))
    assert cluster.worker_of(kernel) == 0


def test_where_nobody_serves_the_worker_itself_is_next(
    cluster: Cluster, shared_state: FakeSharedState
) -> None:
    shared_state.serving = [False] * 3
    assert place(cluster) == 1


def test_an_id_that_is_no_id_is_somebodys(cluster: Cluster) -> None:
    assert cluster.worker_of("\udcff\x00🐕") in range(3)


def test_kernels_are_counted_over_all_workers(
    cluster: Cluster, shared_state: FakeSharedState
) -> None:
    shared_state.kernel_counts = [2, 0, 1]
    capacity = Capacity(RegistryLimits(max_count=5), share=cluster.kernels)
    capacity.check(1, 0)
    with pytest.raises(KernelLimitError):
        capacity.check(2, 0)
    capacity.share.note(2)
    assert shared_state.kernel_counts == [2, 2, 1]


def test_sockets_are_counted_over_all_workers(
    cluster: Cluster, shared_state: FakeSharedState
) -> None:
    shared_state.connection_counts = [1, 0, 0]
    admission = Admission(ConnectionLimits(count=2), share=cluster.connections)
    leave = admission.acquire(SessionId("one"), "page")
    assert shared_state.connection_counts == [1, 1, 0]
    with pytest.raises(NotAdmittedError):
        admission.acquire(SessionId("two"), "other page")
    leave()
    assert shared_state.connection_counts == [1, 0, 0]
