"""Apps without a server: load one, run it in a kernel, and look at what it shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.app.loading.loader import load
from sundog.app.running.runner import Runner
from sundog.kernel.kernel import VirtualKernel
from sundog.solara.library import SolaraLibrary
from tests.kernels import FakePage, close, run_in

VIEW = "application/vnd.jupyter.widget-view+json"


@contextmanager
def app_host(*, development: bool = True) -> Iterator[Host]:
    """Install all hooks for the body; the process is as before afterwards."""
    path, argv = sys.path[:], sys.argv[:]
    host = Host(development=development, more_hooks=APP_HOOKS)
    try:
        yield host
    finally:
        host.close()
        sys.path[:], sys.argv[:] = path, argv


class Apps:
    """Makes and runs apps in a folder."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self.folder = folder
        self._kernels: list[VirtualKernel] = []

    def kernel(self) -> VirtualKernel:
        """Return a kernel that is closed with the test."""
        kernel = self.host.throw_away_kernel()
        self._kernels.append(kernel)
        return kernel

    def script(self, source: str, name: str = "app.py") -> str:
        """Write a script and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source), encoding="utf-8")
        return str(path)

    def notebook(self, *cells: Any, name: str = "app.ipynb") -> str:
        """Write a notebook and return its path; cells are sources, or nbformat cells."""
        nodes = [
            nbformat.v4.new_code_cell(dedent(cell)) if isinstance(cell, str) else cell
            for cell in cells
        ]
        path = self.folder / name
        nbformat.write(nbformat.v4.new_notebook(cells=nodes), str(path))
        return str(path)

    def runner(self, spec: str, *arguments: str) -> Runner:
        """Load an app and run it once, as at a server's start."""
        runner = Runner(load(spec), SolaraLibrary(), arguments, development=True)
        runner.dry_run(self.host.throw_away_kernel())
        return runner

    def run(self, spec: str, *arguments: str) -> Shown:
        """Load an app, run it at start, and run it for a kernel."""
        return self.show(self.runner(spec, *arguments))

    def show(self, runner: Runner) -> Shown:
        """Run an app for one more kernel."""
        kernel = self.kernel()
        page = FakePage(kernel)
        page.connect()
        run_in(kernel, lambda: runner.run(kernel))
        page.wait_until(lambda: ["ready"] in page.messages)
        return Shown(kernel, page)

    def close(self) -> None:
        """Close all kernels."""
        for kernel in self._kernels:
            close(kernel)


class Shown:
    """A kernel that has run an app, and its page."""

    def __init__(self, kernel: VirtualKernel, page: FakePage) -> None:
        self.kernel = kernel
        self.page = page

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the page shows."""
        return self.kernel.page_area.items

    @property
    def texts(self) -> list[str]:
        """What the page shows, as plain text; streams as they are."""
        return [
            item["text"] if item["output_type"] == "stream" else item["data"]["text/plain"]
            for item in self.items
        ]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What the page was told of errors."""
        return [message[1] for message in self.page.messages if message[0] == "error"]

    def widget(self, name: str) -> Any:
        """Return what the app calls by a name."""
        return self.kernel.namespace[name]

    def shown_widgets(self) -> list[Any]:
        """Return the widgets that the page shows."""
        views = [item["data"].get(VIEW) for item in self.items if "data" in item]
        return [self.kernel.widgets[view["model_id"]] for view in views if view]
