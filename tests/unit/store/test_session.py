"""`session`, as apps use it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sundog
from sundog.app.host import Host
from sundog.errors import NoKernelError, StoreConflictError, StoreFullError, StoreValueError
from sundog.kernel.kernel import VirtualKernel
from sundog.store.backend import Limits
from sundog.store.current import give_store, memory_store, process_store, session, session_for
from sundog.store.memory import MemoryBackend
from sundog.store.store_key import Store
from sundog.store.updates import MAX_ATTEMPTS, attempts
from tests.kernels import run_in


@pytest.fixture(autouse=True)
def store() -> Iterator[Store]:
    """A store of the test's own."""
    store = memory_store()
    release = process_store.use(store)
    yield store
    release()


def test_it_is_what_sundog_exports() -> None:
    assert sundog.session is session
    assert sundog.session_for is session_for
    with pytest.raises(AttributeError, match="nonsense"):
        _ = sundog.nonsense  # type: ignore[attr-defined]


def test_pages_of_a_browser_share_it(make_kernel: Callable[..., VirtualKernel]) -> None:
    first, second, stranger = make_kernel("ann"), make_kernel("ann"), make_kernel("bob")
    run_in(first, lambda: session.update(name="Ann"))
    assert run_in(second, lambda: session["name"]) == "Ann"
    assert run_in(stranger, lambda: dict(session)) == {}
    assert run_in(first, lambda: session.id) == "ann"
    assert run_in(first, lambda: session == session_for("ann"))
    assert not run_in(first, lambda: session == session_for("bob"))


def test_it_works_in_threads_of_a_kernel(host: Host, make_hosted: Any) -> None:
    kernel = make_hosted()

    def work() -> object:
        thread = threading.Thread(target=lambda: session.increment("n"))
        thread.start()
        thread.join()
        return session["n"]

    assert run_in(kernel, work) == 1


def test_no_kernel() -> None:
    for use in (lambda: session["a"], lambda: session.set("a", 1), lambda: len(session)):
        with pytest.raises(NoKernelError):
            use()
    assert repr(session) == "<sundog session>"


def test_by_id_outside_of_kernels(kernel: VirtualKernel) -> None:
    session_for(kernel.session_id)["a"] = 1
    assert run_in(kernel, lambda: session["a"]) == 1
    with pytest.raises(ValueError, match="1 to 256"):
        session_for("")


def test_the_first_run_of_an_app_leaves_nothing(store: Store, host: Host) -> None:
    kernel = host.throw_away_kernel()
    run_in(kernel, lambda: session.increment("visits"))
    assert run_in(kernel, lambda: session["visits"]) == 1
    assert store.backend.read_all(kernel.session_id) == {}
    host_closes(kernel)


def host_closes(kernel: VirtualKernel) -> None:
    ended = threading.Event()
    kernel.close(ended.set)
    assert ended.wait(20)


def test_code_outside_of_kernels_uses_the_store_of_the_newest_server(store: Store) -> None:
    newer, newest = memory_store(), memory_store()
    release_newer, release_newest = process_store.use(newer), process_store.use(newest)
    release_newer()
    assert process_store.get() is newest
    release_newest()
    assert process_store.get() is store


def test_each_kernel_uses_the_store_of_its_own_server(kernel: VirtualKernel) -> None:
    own = memory_store()
    give_store(kernel, own)

    def use() -> None:
        session["a"] = 1
        session_for("shared")["b"] = 2

    run_in(kernel, use)
    assert "a" not in session_for(kernel.session_id)
    assert "b" not in session_for("shared")
    release = process_store.use(own)
    try:
        assert session_for(kernel.session_id)["a"] == 1
        assert session_for("shared")["b"] == 2
    finally:
        release()


@pytest.mark.parametrize("key", ["", "x" * 257, "\ud800"])
def test_keys_that_are_none(key: str) -> None:
    mine = session_for("ann")
    for use in (lambda: mine.get(key), lambda: mine.set(key, 1), lambda: mine.pop(key, 0)):
        with pytest.raises(ValueError, match="1 to 256 bytes"):
            use()


def test_keys_are_texts() -> None:
    mine: Any = session_for("ann")
    with pytest.raises(TypeError, match="strings, not int"):
        mine[1] = 2
    with pytest.raises(TypeError, match="second argument must be a function"):
        mine.update("a", 1)
    with pytest.raises(ValueError, match="not a duration"):
        mine.set("a", 1, expires="soon")


def test_named_values_may_be_called_as_an_argument() -> None:
    mine = session_for("ann")
    mine.update(default=1, function=2, type=3, expires=4)
    assert mine == {"default": 1, "function": 2, "type": 3, "expires": 4}
    mine.update([("type", 5)])
    assert mine["type"] == 5
    assert mine.update("type", function=lambda value: value + 1, default=0) == 6


def test_errors_name_the_key() -> None:
    mine = session_for("ann")
    with pytest.raises(
        StoreValueError, match=r"^session\['a'\] can't be stored: it is or contains"
    ):
        mine["a"] = object()
    with pytest.raises(StoreFullError, match=r"^session\['a'\] would take 1,050,005 bytes"):
        mine["a"] = "x" * 1_050_000


def test_waits_between_attempts_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("sundog.store.updates.wait", waits.append)
    with pytest.raises(StoreConflictError):
        list(attempts("a"))
    assert len(waits) == MAX_ATTEMPTS - 3
    assert max(waits) <= 0.02


def test_limits_may_be_lowered_later() -> None:
    backend = MemoryBackend()
    backend.write("ann", "a", bytes(500), None)  # type: ignore[arg-type]
    small = Store(backend, Limits(value_bytes=100))
    release = process_store.use(small)
    assert session_for("ann").keys() == {"a"}
    with pytest.raises(StoreFullError, match="but the limit is 100"):
        session_for("ann")["a"] = "x" * 101
    release()
