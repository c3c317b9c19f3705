"""What all users share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from sundog.errors import NoKernelError
from sundog.kernel.current import current_kernel, require_kernel
from sundog.sharing import Shared, shared
from sundog.sharing.identity import identity
from sundog.sharing.results import Store
from tests.apps import Apps, app_host
from tests.kernels import close, run_in, start_in


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[Apps]:
    with app_host() as host:
        apps = Apps(host, tmp_path)
        yield apps
        apps.close()


def make(
    function: Callable[..., Any],
    store: Store,
    expires: float | None = None,
    size: int | None = None,
) -> Shared[..., Any]:
    return Shared(function, expires, size, store)


def counted() -> tuple[list[Any], Callable[..., Any]]:
    calls: list[Any] = []
    # A function of its own each time, with no variable from around it.
    namespace: dict[str, Any] = {"calls": calls}
    exec("def load(*a, **k):\n    calls.append((a, k))\n    return len(calls)", namespace)
    return calls, namespace["load"]


def test_results_are_kept_by_arguments_however_they_are_given() -> None:
    calls: list[Any] = []
    namespace: dict[str, Any] = {"calls": calls}
    exec("def f(a, b=2, *c, d=4):\n    calls.append((a, b, c, d))\n    return object()", namespace)
    function = make(namespace["f"], Store())
    assert function(1) is function(a=1) is function(1, 2) is function(1, d=4)
    assert function(1) is not function(1, 3)
    assert function(True) is not function(1) is not function(1.0)
    assert len(calls) == 4


def test_arguments_without_a_hash_are_refused_clearly() -> None:
    _, load = counted()
    with pytest.raises(TypeError, match=r"load\(\) is shared by its arguments, but 'a'"):
        make(load, Store())([1])
    _, load = counted()
    with pytest.raises(TypeError, match="is shared by its arguments"):
        make(load, Store())(x={})


def test_a_rush_of_first_callers_computes_once() -> None:
    calls: list[int] = []
    entered, release = threading.Event(), threading.Event()

    namespace: dict[str, Any] = {"calls": calls, "entered": entered, "release": release}
    exec(
        "def load():\n    calls.append(1)\n    entered.set()\n    release.wait(20)\n"
        "    return object()",
        namespace,
    )
    function = make(namespace["load"], Store())
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(function())) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert entered.wait(20)
    release.set()
    for thread in threads:
        thread.join(20)
    assert calls == [1]
    assert len(set(map(id, results))) == 1


def test_an_error_goes_to_all_who_wait_and_is_not_kept() -> None:
    entered, release, fails = threading.Event(), threading.Event(), [True]
    namespace: dict[str, Any] = {"entered": entered, "release": release, "fails": fails}
    exec(
        "def load():\n    entered.set()\n    release.wait(20)\n"
        "    if fails[0]:\n        raise ValueError('no')\n    return 5",
        namespace,
    )
    store = Store()
    function = make(namespace["load"], store)
    outcomes: list[Any] = []

    def call() -> None:
        try:
            outcomes.append(function())
        except ValueError as error:
            outcomes.append(error)

    first = threading.Thread(target=call)
    first.start()
    assert entered.wait(20)
    waiting = threading.Thread(target=call)
    waiting.start()
    release.set()
    first.join(20)
    waiting.join(20)
    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError]
    fails[0] = False
    assert function() == 5


def test_results_expire() -> None:
    calls, load = counted()
    clock = Clock()
    function = make(load, Store(clock), expires=10)
    assert function() == 1
    clock.time = 9.9
    assert function() == 1
    clock.time = 10
    assert function() == 2
    assert len(calls) == 2


@pytest.mark.parametrize("expires", [60, "1m", "60 s", timedelta(minutes=1)])
def test_expiry_can_be_written_in_many_ways(expires: Any) -> None:
    @shared(expires=expires)
    def load() -> None: ...

    assert load.expires == 60


@pytest.mark.parametrize("options", [{"expires": "soon"}, {"expires": 0}, {"max_size": 0}])
def test_options_that_make_no_sense(options: Any) -> None:
    with pytest.raises(ValueError, match=r"expires|max_size"):
        shared(**options)


def test_the_least_recently_used_results_go_first() -> None:
    calls, load = counted()
    function = make(load, Store(), size=2)
    function(1), function(2), function(1), function(3)
    assert function(1) == 1
    assert len(calls) == 3
    function(2)
    assert len(calls) == 4


def test_clear() -> None:
    calls, load = counted()
    function = make(load, Store())
    function()
    function.clear()
    assert function() == 2
    assert len(calls) == 2


def test_it_runs_under_no_kernel(apps: Apps) -> None:
    namespace: dict[str, Any] = {"current_kernel": current_kernel}
    exec("def load():\n    return current_kernel()", namespace)
    function = make(namespace["load"], Store())
    assert run_in(apps.kernel(), function) is None
    namespace = {"require_kernel": require_kernel}
    exec("def load_user():\n    return require_kernel()", namespace)
    with pytest.raises(NoKernelError):
        run_in(apps.kernel(), make(namespace["load_user"], Store()))


@pytest.mark.parametrize("expression", ["W()", "[W()]", "{'a': (W(),)}"])
def test_widgets_cannot_be_shared(apps: Apps, expression: str) -> None:
    namespace: dict[str, Any] = {"W": ipywidgets.IntSlider}
    exec(f"def load():\n    return {expression}", namespace)
    with pytest.raises(TypeError, match="its result contains a widget"):
        run_in(apps.kernel(), make(namespace["load"], Store()))


def test_a_call_to_itself_is_an_error_and_not_a_deadlock() -> None:
    namespace: dict[str, Any] = {}
    exec("def load():\n    return load()", namespace)
    namespace["load"] = function = make(namespace["load"], Store())
    with pytest.raises(RuntimeError, match="calls itself with the same arguments"):
        function()


def test_the_copies_that_runs_of_a_script_make_are_one_function() -> None:
    source = "def load(x):\n    return [y for y in range(x)]\n"
    code = compile(source, "app.py", "exec")
    later = compile("\n\n# moved\n" + source, "app.py", "exec")
    changed = compile(source.replace("range(x)", "range(x + 1)"), "app.py", "exec")

    def run(code: Any) -> Any:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        exec(code, namespace)
        return namespace["load"]

    assert identity(run(code)) == identity(run(code)) == identity(run(later))
    assert identity(run(code)) != identity(run(changed))


def test_a_function_inside_another_depends_on_what_it_finds_there() -> None:
    def outer(table: object, name: str) -> Any:
        def load() -> object:
            return name

        def load_table() -> object:
            return table

        return load if table is None else load_table

    assert identity(outer(None, "a")) == identity(outer(None, "a"))
    assert identity(outer(None, "a")) != identity(outer(None, "b"))
    with pytest.raises(TypeError, match="uses 'table' of the function around it"):
        identity(outer(object(), "a"))


def test_a_script_loads_its_data_once_and_keeps_it_working(apps: Apps) -> None:
    shown = apps.runner(
        apps.script(
            """
            import ipywidgets as w
            from sundog.sharing import shared

            def helper(x):
                return w.__name__ + str(x)

            class Model:
                def predict(self, x):
                    return helper(x)

            @shared
            def load(name):
                print("loaded", name)
                return Model()

            page = w.Label(load("model").predict(1))
            """
        )
    )
    first = apps.host.throw_away_kernel()
    run_in(first, lambda: shown.run(first))
    model = first.namespace["load"]("model")
    late = run_in(first, lambda: first.namespace["load"]("asked for by a page that ends"))
    close(first)
    second = apps.show(shown)
    assert second.widget("load")("model") is model
    assert second.widget("page").value == "ipywidgets1"
    # What the first page computed does not end with it.
    assert late.predict(2) == "ipywidgets2"


# Coroutines --------------------------------------------------------------------------------------


def coroutine(**namespace: Any) -> Callable[..., Any]:
    exec(
        "async def load(x=0):\n    calls.append(x)\n    await wait(x)\n    return object()",
        namespace,
    )
    function: Callable[..., Any] = namespace["load"]
    return function


async def no_wait(_: Any) -> None:
    await asyncio.sleep(0)


@pytest.mark.anyio
async def test_coroutine_functions_compute_once() -> None:
    calls: list[Any] = []
    function = make(coroutine(calls=calls, wait=no_wait), Store())

    results = await asyncio.gather(*(function(1) for _ in range(5)))
    assert len(set(map(id, results))) == 1
    assert await function(1) is results[0]
    assert calls == [1]


def test_when_the_first_page_ends_another_takes_over(apps: Apps) -> None:
    calls: list[Any] = []
    entered = threading.Event()
    blocked = [True]

    async def wait(_: Any) -> None:
        entered.set()
        if blocked[0]:
            blocked[0] = False
            await asyncio.Event().wait()

    function = make(coroutine(calls=calls, wait=wait), Store())
    first, second = apps.host.throw_away_kernel(), apps.kernel()
    results: list[Any] = []
    finished = threading.Event()

    async def ask() -> None:
        results.append(await function())
        finished.set()

    def begin() -> Any:
        return asyncio.get_running_loop().create_task(ask())

    start_in(first, begin)
    assert entered.wait(20)
    run_in(second, begin)
    close(first)
    assert finished.wait(20)
    assert len(results) == 1
    assert len(calls) == 2
