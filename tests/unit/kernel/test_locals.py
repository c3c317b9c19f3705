"""Values that are made once per kernel."""

from __future__ import annotations

import threading

import pytest

from sundog.kernel.locals import Locals
from tests.patience import PATIENCE


@pytest.fixture
def values() -> Locals:
    return Locals()


def test_a_value_is_made_at_its_first_use(values: Locals) -> None:
    assert values.peek("key") is None
    made = values.get("key", object)
    assert values.get("key", object) is made
    assert values.peek("key") is made
    assert values.get("other", object) is not made


def test_none_is_a_value(values: Locals) -> None:
    calls: list[None] = []
    for _ in range(2):
        assert values.get("key", lambda: calls.append(None)) is None
    assert len(calls) == 1


def test_a_factory_may_ask_for_another_key(values: Locals) -> None:
    assert values.get("a", lambda: values.get("b", lambda: 3) + 1) == 4


def test_a_factory_must_not_ask_for_its_own_key(values: Locals) -> None:
    with pytest.raises(RuntimeError):
        values.get("a", lambda: values.get("a", int))


def test_threads_that_come_together_get_the_same(values: Locals) -> None:
    inside, go_on = threading.Event(), threading.Event()
    made: list[object] = []
    got: list[object] = []

    def make() -> object:
        inside.set()
        go_on.wait(PATIENCE)
        made.append(object())
        return made[-1]

    threads = [threading.Thread(target=lambda: got.append(values.get("key", make)))]
    threads[0].start()
    assert inside.wait(PATIENCE)
    threads += [
        threading.Thread(target=lambda: got.append(values.get("key", make))) for _ in range(7)
    ]
    for thread in threads[1:]:
        thread.start()
    assert values.get("another key", lambda: 5) == 5
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE)

    assert len(made) == 1
    assert got == made * 8


def test_after_a_failure_the_next_tries(values: Locals) -> None:
    with pytest.raises(ZeroDivisionError):
        values.get("key", lambda: 1 // 0)
    assert values.get("key", lambda: 5) == 5


def test_clear_forgets(values: Locals) -> None:
    values.get("key", lambda: 5)
    values.clear()
    assert values.get("key", lambda: 6) == 6
