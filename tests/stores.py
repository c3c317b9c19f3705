"""What every backend of the session store must do, and what stands behind it in tests."""

from __future__ import annotations

import dataclasses
import datetime
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sundog.errors import StoreConflictError, StoreFullError, StoreValueError
from sundog.ids import SessionId
from sundog.store.backend import DAY, ENTRY_OVERHEAD, Backend, Limits
from sundog.store.session import Session
from sundog.store.store_key import Store, StoreKey
from sundog.store.updates import MAX_ATTEMPTS

ANN = SessionId("ann")
BOB = SessionId("bob")
LIMITS = Limits(lifetime=30 * DAY, value_bytes=1000, session_bytes=2000)


class Time:
    """A time of day that moves when told."""

    def __init__(self) -> None:
        self.present = 1_000_000.0

    def __call__(self) -> float:
        return self.present

    def pass_by(self, seconds: float) -> None:
        self.present += seconds


@dataclasses.dataclass
class Cart:
    owner: str
    items: list[str] = dataclasses.field(default_factory=list)


class BackendContract(ABC):
    """Runs against two backends of the same data, as two workers have them."""

    @abstractmethod
    def make(self, time: Time) -> Backend:
        """Return another backend of the same data."""

    @pytest.fixture
    def time(self) -> Time:
        return Time()

    @pytest.fixture
    def backend(self, time: Time) -> Iterator[Backend]:
        backend = self.make(time)
        yield backend
        backend.close()

    @pytest.fixture
    def other(self, backend: Backend, time: Time) -> Iterator[Backend]:
        other = self.make(time)
        yield other
        other.close()

    @pytest.fixture
    def session(self, backend: Backend) -> Session:
        return session_in(backend)

    @pytest.fixture
    def rival(self, other: Backend) -> Session:
        """The same session in another worker."""
        return session_in(other)

    # Bytes -------------------------------------------------------------------------------------

    def test_a_value_is_kept_replaced_and_removed(self, backend: Backend) -> None:
        assert backend.read(ANN, "a") is None
        backend.write(ANN, "a", b"1", None)
        assert backend.read(ANN, "a") == b"1"
        backend.write(ANN, "a", b"2", None)
        assert backend.read_all(ANN) == {"a": b"2"}
        assert backend.remove(ANN, "a") == b"2"
        assert backend.remove(ANN, "a") is None
        assert backend.read_all(ANN) == {}

    def test_any_bytes_under_any_key(self, backend: Backend) -> None:
        for key in (" ", "0", "ключ", "a b", "a\x00b", "'; DROP TABLE sessions"):
            backend.write(ANN, key, bytes(range(0, 256, 5)), None)
            assert backend.read(ANN, key) == bytes(range(0, 256, 5))
        backend.write(ANN, "empty", b"", None)
        assert backend.read(ANN, "empty") == b""
        assert len(backend.read_all(ANN)) == 7

    def test_sessions_are_apart(self, backend: Backend) -> None:
        backend.write(ANN, "a", b"1", None)
        backend.write(BOB, "a", b"2", None)
        backend.clear(ANN)
        backend.clear(ANN)
        assert backend.read_all(ANN) == {}
        assert backend.read(BOB, "a") == b"2"

    def test_swap(self, backend: Backend) -> None:
        assert not backend.swap(ANN, "a", b"", b"1", None)
        assert backend.swap(ANN, "a", None, b"1", None)
        assert not backend.swap(ANN, "a", None, b"2", None)
        assert not backend.swap(ANN, "a", b"0", b"2", None)
        assert backend.swap(ANN, "a", b"1", b"2", None)
        assert backend.read(ANN, "a") == b"2"

    def test_it_can_be_checked(self, backend: Backend) -> None:
        backend.check()

    # Expiry ------------------------------------------------------------------------------------

    def test_a_value_expires(self, backend: Backend, time: Time) -> None:
        backend.write(ANN, "a", b"1", 10)
        backend.write(ANN, "b", b"1", None)
        time.pass_by(9.9)
        assert backend.read(ANN, "a") == b"1"
        time.pass_by(0.2)
        assert backend.read(ANN, "a") is None
        assert backend.read_all(ANN) == {"b": b"1"}
        assert backend.remove(ANN, "a") is None

    def test_a_write_takes_the_expiry_off(self, backend: Backend, time: Time) -> None:
        backend.write(ANN, "a", b"1", 10)
        backend.write(ANN, "a", b"2", None)
        time.pass_by(20)
        assert backend.read(ANN, "a") == b"2"

    def test_a_swap_keeps_or_sets_the_expiry(self, backend: Backend, time: Time) -> None:
        backend.write(ANN, "a", b"1", 10)
        assert backend.swap(ANN, "a", b"1", b"2", None)
        time.pass_by(11)
        assert not backend.swap(ANN, "a", b"2", b"3", None)
        assert backend.swap(ANN, "a", None, b"3", None)
        time.pass_by(100)
        assert backend.swap(ANN, "a", b"3", b"4", 5)
        time.pass_by(6)
        assert backend.read(ANN, "a") is None

    def test_a_session_expires_when_it_is_not_used(self, backend: Backend, time: Time) -> None:
        backend.write(ANN, "a", b"1", None)
        backend.write(ANN, "b", b"1", None)
        time.pass_by(30 * DAY + 1)
        assert backend.read(ANN, "a") is None
        assert not backend.swap(ANN, "a", b"1", b"2", None)
        backend.write(ANN, "c", b"3", None)
        assert backend.read_all(ANN) == {"c": b"3"}

    @pytest.mark.parametrize("use", ["read", "read_all", "write", "swap"])
    def test_use_keeps_a_session(self, backend: Backend, time: Time, use: str) -> None:
        backend.write(ANN, "a", b"1", None)
        for _ in range(4):
            time.pass_by(20 * DAY)
            match use:
                case "read":
                    backend.read(ANN, "a")
                case "read_all":
                    backend.read_all(ANN)
                case "write":
                    backend.write(ANN, "b", b"1", None)
                case "swap":
                    assert backend.swap(ANN, "a", b"1", b"1", None)
        assert backend.read(ANN, "a") == b"1"

    # Bounds ------------------------------------------------------------------------------------

    def test_a_session_is_bounded(self, backend: Backend) -> None:
        backend.write(ANN, "a", bytes(1000 - 1 - ENTRY_OVERHEAD), None)
        backend.write(ANN, "b", bytes(1000 - 1 - ENTRY_OVERHEAD), None)
        with pytest.raises(StoreFullError, match=r"2,000 bytes.*SUNDOG_STORE_SESSION_BYTES"):
            backend.write(ANN, "c", b"", None)
        with pytest.raises(StoreFullError):
            backend.swap(ANN, "c", None, b"", None)
        assert sorted(backend.read_all(ANN)) == ["a", "b"]
        backend.write(BOB, "a", bytes(1000), None)
        backend.write(ANN, "a", bytes(500), None)
        backend.write(ANN, "c", b"", None)
        backend.remove(ANN, "b")
        backend.write(ANN, "b", bytes(900), None)

    def test_small_values_are_bounded_too(self, backend: Backend) -> None:
        size = 0
        for number in range(10, 99):
            size += 2 + ENTRY_OVERHEAD
            if size > LIMITS.session_bytes:
                break
            backend.write(ANN, str(number), b"", None)
        with pytest.raises(StoreFullError):
            backend.write(ANN, "99", b"", None)
        assert len(backend.read_all(ANN)) == number - 10

    def test_what_expired_takes_no_room(self, backend: Backend, time: Time) -> None:
        for key in "abcd":
            backend.write(ANN, key, bytes(400), 10)
        time.pass_by(11)
        for key in "efg":
            backend.write(ANN, key, bytes(400), None)
        with pytest.raises(StoreFullError):
            backend.write(ANN, "h", bytes(800), None)
        backend.write(ANN, "a", bytes(400), None)
        assert sorted(backend.read_all(ANN)) == ["a", "e", "f", "g"]

    def test_an_expired_value_is_replaced_in_a_full_session(
        self, backend: Backend, time: Time
    ) -> None:
        backend.write(ANN, "a", bytes(900), 10)
        backend.write(ANN, "b", bytes(900), None)
        time.pass_by(11)
        backend.write(ANN, "a", bytes(901), None)
        with pytest.raises(StoreFullError):
            backend.write(ANN, "a", bytes(1100), None)
        backend.clear(ANN)
        backend.write(ANN, "a", bytes(1900), None)

    # Values ------------------------------------------------------------------------------------

    def test_it_is_a_mapping(self, session: Session) -> None:
        session["b"] = [1, {"c": None}]
        session["a"] = "text"
        session.update({"c": 3.5}, d=b"bytes")
        assert list(session) == ["a", "b", "c", "d"]
        assert len(session) == 4
        assert "a" in session
        assert "z" not in session
        assert 1 not in session
        assert dict(session) == session.copy() == session
        assert list(session.values()) == ["text", [1, {"c": None}], 3.5, b"bytes"]
        del session["a"]
        with pytest.raises(KeyError):
            del session["a"]
        with pytest.raises(KeyError):
            session["a"]
        assert session.pop("c") == 3.5
        assert session.pop("c", "gone") == "gone"
        assert session.popitem() == ("b", [1, {"c": None}])
        session.clear()
        with pytest.raises(KeyError):
            session.popitem()
        assert not session

    def test_what_is_read_is_a_copy(self, session: Session) -> None:
        given = [1]
        session["a"] = given
        given.append(2)
        session["a"].append(3)
        assert session["a"] == [1]

    def test_typed(self, session: Session, rival: Session) -> None:
        session["cart"] = Cart("Ann", ["pen"])
        assert rival["cart"] == {"owner": "Ann", "items": ["pen"]}
        assert rival.get("cart", type=Cart) == Cart("Ann", ["pen"])
        assert rival.get("cart", Cart("?")) == Cart("Ann", ["pen"])
        assert rival.get("none", type=int) is None
        assert rival.get("none", 7, type=int) == 7
        with pytest.raises(StoreValueError, match=r"session\['cart'\] is not of type int"):
            rival.get("cart", type=int)
        assert rival.pop("cart", type=Cart) == Cart("Ann", ["pen"])

    def test_a_key_may_expire(self, session: Session, time: Time) -> None:
        session.set("token", "x", expires="30m")
        session.set("code", 1, expires=datetime.timedelta(minutes=1))
        session.set("far", 1, expires=float("inf"))
        time.pass_by(61)
        assert sorted(session) == ["far", "token"]
        time.pass_by(1800)
        assert session.get("token", "none") == "none"
        assert session["far"] == 1

    def test_setdefault(self, session: Session, time: Time) -> None:
        assert session.setdefault("a", 1, expires=10) == 1
        assert session.setdefault("a", 2) == 1
        time.pass_by(11)
        assert session.setdefault("a", 3) == 3

    def test_too_large_a_value(self, session: Session) -> None:
        with pytest.raises(StoreFullError, match=r"session\['a'\] would take 1,503 bytes.*1,000"):
            session["a"] = "x" * 1500
        assert "a" not in session

    # Updates -----------------------------------------------------------------------------------

    def test_update_and_increment(self, session: Session, time: Time) -> None:
        assert session.update("names", lambda names: [*names, "Ann"], []) == ["Ann"]
        assert session.update("names", lambda names: [*names, "Bob"], []) == ["Ann", "Bob"]
        assert session.update("seen", lambda value: value is None) is True
        assert session.increment("visits") == 1
        assert session.increment("visits", 0.5) == 1.5
        assert session.increment("tries", expires=10) == 1
        assert session.increment("tries") == 2
        time.pass_by(11)
        assert session.increment("tries") == 1

    def test_an_update_that_is_overtaken_is_done_again(
        self, session: Session, rival: Session
    ) -> None:
        seen = []

        def add_late(value: int) -> int:
            seen.append(value)
            if len(seen) == 1:
                rival.increment("n", 10)
            return value + 1

        assert session.update("n", add_late, 0) == 11
        assert seen == [0, 10]
        assert rival["n"] == 11

    def test_an_update_that_is_overtaken_by_a_removal(
        self, session: Session, rival: Session
    ) -> None:
        session["n"] = 5
        seen = []

        def add(value: int) -> int:
            seen.append(value)
            rival.clear()
            return value + 1

        assert session.update("n", add, 100) == 101
        assert seen == [5, 100]

    def test_setdefault_that_is_overtaken(self, backend: Backend, rival: Session) -> None:
        class Overtaken:
            def __getattr__(self, name: str) -> object:
                return getattr(backend, name)

            def swap(self, *arguments: object) -> bool:
                rival["a"] = "rival"
                return backend.swap(*arguments)  # type: ignore[arg-type]

        late = Session(lambda: StoreKey(Store(Overtaken(), LIMITS), ANN))  # type: ignore[arg-type]
        assert late.setdefault("a", "mine") == "rival"

    def test_an_update_gives_up(
        self, session: Session, rival: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sundog.store.updates.wait", lambda seconds: None)
        calls = []

        def add(value: int) -> int:
            calls.append(value)
            rival.increment("n")
            return value

        with pytest.raises(StoreConflictError, match=r"session\['n'\]"):
            session.update("n", add, 0)
        assert len(calls) == MAX_ATTEMPTS

    def test_the_default_of_an_update_is_not_changed(
        self, session: Session, rival: Session
    ) -> None:
        default = Cart("Ann")

        def add(cart: Cart) -> Cart:
            cart.items.append("pen")
            if "n" not in rival:
                rival.increment("n")
                rival["cart"] = Cart("Ann", ["ink"])
            return cart

        assert session.update("cart", add, default).items == ["ink", "pen"]
        assert default.items == []

    def test_an_update_that_fails_changes_nothing(self, session: Session) -> None:
        session["n"] = 1
        with pytest.raises(ZeroDivisionError):
            session.update("n", lambda value: value // 0)
        with pytest.raises(StoreValueError, match="can't be stored"):
            session.update("n", lambda value: object())
        session["text"] = "x"
        with pytest.raises(StoreValueError, match=r"session\['text'\] is not a number"):
            session.increment("text")
        assert session["n"] == 1

    def test_many_threads_and_workers_lose_nothing(self, session: Session, rival: Session) -> None:
        start = threading.Barrier(8)

        def work(number: int) -> None:
            mine = (session, rival)[number % 2]
            start.wait()
            for _ in range(15):
                mine.increment("n")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert session["n"] == 120

    def test_only_one_gets_what_is_removed(self, session: Session, rival: Session) -> None:
        start = threading.Barrier(6)
        session["ticket"] = 1

        def take(number: int) -> int:
            start.wait()
            return int((session, rival)[number % 2].pop("ticket", 0))

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(take, range(6))) == 1


def session_in(backend: Backend, session: SessionId = ANN) -> Session:
    """Return a session in a backend."""
    place = StoreKey(Store(backend, LIMITS), session)
    return Session(lambda: place)
