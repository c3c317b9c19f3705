"""The run at the start: apps whose top level never ends are served all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sundog.app.loading.loader import load
from sundog.app.patience import Patience
from sundog.app.running.runner import Runner
from sundog.errors import AppExecutionError
from sundog.kernel.kernel import VirtualKernel
from sundog.solara.library import SolaraLibrary
from tests.apps import Apps
from tests.kernels import FakePage, eventually, run_in

CLOCK = """
import threading
import ipywidgets as w
from IPython.display import display
stop, clock = threading.Event(), w.Label("starting")
display(clock)
clock.value = "runs"
ended = stop.wait()
"""
SHORT = Patience(seconds=60.0, if_shown=0.2)


class Endless:
    """Loads apps that do not end by themselves, and ends them with the test."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._kernels: list[VirtualKernel] = []
        self._namespaces: list[dict[str, Any]] = []

    def start(self, spec: str, patience: Patience = SHORT) -> Runner:
        runner = Runner(load(spec), SolaraLibrary(), development=True)
        kernel = self._apps.host.throw_away_kernel()
        self._kernels.append(kernel)
        self._namespaces.append(kernel.namespace)
        runner.dry_run(kernel, patience)
        return runner

    def open(self, runner: Runner) -> FakePage:
        """Run the app for a page, without waiting for its end."""
        kernel = self._apps.kernel()
        self._namespaces.append(kernel.namespace)
        page = FakePage(kernel)
        page.connect()
        kernel.submit(lambda: runner.run(kernel))
        return page

    def stop_apps(self) -> None:
        for namespace in self._namespaces:
            if "stop" in namespace:
                namespace["stop"].set()

    def stop(self) -> None:
        self.stop_apps()
        # They use hooks, which are taken out next.
        for kernel in self._kernels:
            kernel.close()
            eventually(lambda kernel=kernel: kernel.closed)


@pytest.fixture
def endless(apps: Apps) -> Iterator[Endless]:
    endless = Endless(apps)
    yield endless
    endless.stop()


def test_a_script_that_shows_something_and_never_ends_is_served(
    apps: Apps, endless: Endless, caplog: pytest.LogCaptureFixture
) -> None:
    runner = endless.start(apps.script(CLOCK))
    assert not runner.has_ended
    assert "app is still running. Pages run it themselves" in caplog.text


def test_its_pages_show_what_it_displays_while_it_runs(apps: Apps, endless: Endless) -> None:
    runner = endless.start(apps.script(CLOCK))
    page = endless.open(runner)
    page.wait_until(lambda: any(m[0] == "output" for m in page.messages))
    page.wait_until(lambda: "runs" in str(page.messages))
    assert ["ready"] not in page.messages


def test_a_page_that_has_missed_too_much_gets_the_state_while_it_runs(
    apps: Apps, endless: Endless
) -> None:
    page = endless.open(endless.start(apps.script(CLOCK)))
    page.wait_until(lambda: "runs" in str(page.messages))
    late = FakePage(page.kernel, "late")
    assert not late.connect(seen=1_000_000)
    page.kernel.pages.synchronise(late.page)
    late.wait_until(lambda: any(m[0] == "output" for m in late.messages))
    assert "'value': 'runs'" in str(late.messages)


def test_a_link_on_its_page_loads_the_address(apps: Apps, endless: Endless) -> None:
    page = endless.open(endless.start(apps.script(CLOCK)))
    page.wait_until(lambda: "runs" in str(page.messages))
    number = page.send(["location", "/other?x=1"])
    page.wait_for_ack(number)
    page.wait_until(lambda: ["location", "/other?x=1", "load"] in page.messages)


def test_when_the_run_has_ended_links_move_the_page_again(apps: Apps, endless: Endless) -> None:
    page = endless.open(endless.start(apps.script(CLOCK)))
    page.wait_until(lambda: "runs" in str(page.messages))
    endless.stop_apps()
    page.wait_until(lambda: ["ready"] in page.messages)
    moved: list[str] = []
    run_in(
        page.kernel, lambda: page.kernel.location.observe(lambda place: moved.append(place.href))
    )
    page.wait_for_ack(page.send(["location", "/other"]))
    eventually(lambda: moved == ["/other"])
    assert ["location", "/other", "load"] not in page.messages


def test_a_notebook_that_awaits_its_user_is_served(apps: Apps, endless: Endless) -> None:
    spec = apps.notebook(
        "import asyncio, ipywidgets as w\nbutton = w.Button()\nbutton",
        "pressed = asyncio.Event()\nbutton.on_click(lambda _: pressed.set())\nawait pressed.wait()",
        "w.Label('pressed')",
    )
    runner = endless.start(spec)
    assert not runner.has_ended
    page = endless.open(runner)
    page.wait_until(lambda: any(m[0] == "output" for m in page.messages))
    kernel = page.kernel
    kernel.submit(lambda: kernel.namespace["button"].click())
    page.wait_until(lambda: ["ready"] in page.messages)


def test_a_script_that_shows_nothing_is_waited_for_longer(apps: Apps, endless: Endless) -> None:
    silent = "import threading\nstop = threading.Event()\nended = stop.wait()\n"
    assert not endless.start(apps.script(silent), Patience(seconds=0.4, if_shown=0.0)).has_ended


def test_the_texts_of_a_notebook_alone_do_not_count_as_shown(apps: Apps, endless: Endless) -> None:
    import nbformat

    spec = apps.notebook(
        nbformat.v4.new_markdown_cell("# A title"),
        "import threading, ipywidgets as w\nthreading.Event().wait(0.5)\nw.Label('done')",
    )
    assert endless.start(spec, Patience(seconds=60.0, if_shown=0.0)).has_ended


def test_an_app_that_fails_in_time_stops_the_start(apps: Apps, endless: Endless) -> None:
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        endless.start(apps.script("1 / 0"))


def test_an_app_that_fails_later_is_logged(
    apps: Apps, endless: Endless, caplog: pytest.LogCaptureFixture
) -> None:
    failing = "import threading\nstop = threading.Event()\nended = stop.wait()\n1 / 0\n"
    runner = endless.start(apps.script(failing), Patience(seconds=0.2))
    assert not runner.has_ended
    endless.stop()
    eventually(lambda: "The dry run of app failed" in caplog.text)
    assert "ZeroDivisionError" in caplog.text


def test_a_script_that_ends_in_time_has_ended(apps: Apps, endless: Endless) -> None:
    assert endless.start(apps.script("import ipywidgets\nipywidgets.Label('x')")).has_ended
