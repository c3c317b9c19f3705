"""What users entered in a folder of pages, or in one of several apps, stays over a reload."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.app.mounts import SEPARATOR
from sundog.app.opener import Opener
from sundog.app.patience import Patience
from sundog.app.program import Program
from sundog.hooks.widgets import changed_values
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address
from sundog.reload.replacements import Replacements
from sundog.solara.library import SolaraLibrary
from tests.kernels import close, eventually, run_in, settle

SLIDER = "import ipywidgets as w\nslider = w.IntSlider()\nslider\n"


class Server:
    """Runs versions of what is in a folder; one kernel replaces another as in a server."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.carrier = Carrier()
        self.program: Program | None = None
        self.made: list[VirtualKernel] = []
        self.replaced: list[tuple[VirtualKernel, VirtualKernel]] = []
        registry: Any = self
        self.told: list[str] = []
        self._programs: list[Program] = []
        self.waiting: list[Callable[[], object]] = []
        self.replacements = Replacements(
            registry,
            lambda work: work(),
            lambda seconds, work: self.waiting.append(work),
            [self.carrier],
        )

    def load(self, spec: str) -> Program:
        program = Opener(self.host, SolaraLibrary(), development=True).open(spec)
        self._programs.append(program)
        return program

    def start(self, spec: str, place: str) -> VirtualKernel:
        """Run the first version for a kernel."""
        self.program = self.load(spec)
        self.replacements.runs(self.program, self.program.namespaces)
        kernel = self.open(place)
        settle(kernel)
        return kernel

    def open(self, place: str) -> VirtualKernel:
        """Run the present version for a kernel."""
        kernel = self._kernel(place)
        self.begin(kernel)
        return kernel

    def renew(self, spec: str) -> None:
        """Run the next version beside the only kernel."""
        self.program = self.load(spec)
        self.replacements.renew(self.program, self.program.namespaces, {})

    def reload(self, spec: str) -> VirtualKernel:
        """Run the next version; return the kernel that replaces the only one."""
        self.renew(spec)
        eventually(lambda: bool(self.replaced))
        return self.replaced.pop()[1]

    def close(self) -> None:
        """End all code that still runs."""
        namespaces: list[Mapping[str, Any]] = [kernel.namespace for kernel in self.made]
        for program in self._programs:
            namespaces += program.namespaces.values()
        for namespace in namespaces:
            if "stop" in namespace:
                namespace["stop"].set()
        for kernel in self.made:
            close(kernel)
        eventually(lambda: self.host.engine.is_idle)

    def pass_time(self) -> None:
        """Do what waits for some seconds to pass."""
        waiting, self.waiting = self.waiting, []
        for work in waiting:
            work()

    def _kernel(self, place: str) -> VirtualKernel:
        kernel = self.host.throw_away_kernel()
        kernel.location.begin(Address.parse(place))
        self.made.append(kernel)
        return kernel

    # What replacements ask of a registry:

    def kernels(self) -> list[tuple[VirtualKernel, bool]]:
        return [(self.made[-1], True)]

    def make_replacement(self, old: VirtualKernel) -> VirtualKernel:
        return self._kernel(old.location.whole.path)

    def begin(self, kernel: VirtualKernel) -> None:
        program = self.program
        assert program is not None

        def run() -> None:
            self.replacements.began(kernel)
            program.run(kernel)

        kernel.submit(run)

    def replace(self, old: VirtualKernel, new: VirtualKernel, catch_up: object) -> bool:
        self.replaced.append((old, new))
        return True

    def tell(self, kind: str, text: str, kernel: object = None) -> None:
        self.told.append(kind)


class Carrier:
    """Keeps what it is given of variables."""

    def __init__(self) -> None:
        self.names: tuple[set[str], set[str]] = (set(), set())

    def note_initial(self, kernel: VirtualKernel) -> None:
        pass

    def carry(
        self,
        old: VirtualKernel,
        new: VirtualKernel,
        before: Mapping[str, Mapping[str, Any]],
        after: Mapping[str, Mapping[str, Any]],
    ) -> None:
        shared = set(before) & set(after)
        self.names = (
            {name for key in shared for name in before[key]},
            {name for key in shared for name in after[key]},
        )

    def has_carried(self, kernel: VirtualKernel) -> bool:
        return False


@pytest.fixture
def server() -> Iterator[Server]:
    path, argv = sys.path[:], sys.argv[:]
    host = Host(
        development=True,
        more_hooks=(*APP_HOOKS, changed_values.install),
        patience=Patience(seconds=60.0, if_shown=0.0),
    )
    server = Server(host)
    yield server
    server.close()
    host.close()
    sys.path[:], sys.argv[:] = path, argv


def slider(kernel: VirtualKernel, file: str) -> Any:
    (found,) = (
        names["slider"]
        for names in kernel.namespaces
        if Path(names.get("__file__", "")).name == file and "slider" in names
    )
    return found


def go(kernel: VirtualKernel, place: str) -> None:
    run_in(kernel, lambda: kernel.location.navigate(place))
    settle(kernel)
    settle(kernel)


@pytest.fixture
def apps_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], None]:
    def write(name: str, source: str) -> None:
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)

    return write


def test_a_folder_keeps_the_values_of_all_pages_that_were_visited(
    server: Server, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    for name in ("1_first.py", "2_second.py", "3_third.py"):
        write(name, SLIDER)
    spec = str(tmp_path / "app")
    kernel = server.start(spec, "/")
    go(kernel, "/second")
    run_in(kernel, lambda: slider(kernel, "1_first.py").set_state({"value": 11}))
    run_in(kernel, lambda: slider(kernel, "2_second.py").set_state({"value": 22}))
    write("1_first.py", SLIDER + "# changed\n")
    new = server.reload(spec)
    assert slider(new, "1_first.py").value == 11
    assert slider(new, "2_second.py").value == 22
    # The page that was seen last is the one that is shown, and pages that nobody opened don't run.
    assert new.location.place.path == "/second"
    assert not [names for names in new.namespaces if "3_third" in str(names.get("__file__"))]


def test_the_values_of_a_layout_stay_too(
    server: Server, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write(
        "__init__.py", "import ipywidgets as w\nslider = w.IntSlider()\nLayout = w.VBox([slider])"
    )
    write("1_first.py", SLIDER)
    spec = str(tmp_path / "app")
    kernel = server.start(spec, "/")
    run_in(kernel, lambda: slider(kernel, "__init__.py").set_state({"value": 3}))
    assert slider(server.reload(spec), "__init__.py").value == 3


def test_a_hidden_page_that_fails_now_does_not_stop_the_reload(
    server: Server, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("1_first.py", SLIDER)
    write("2_second.py", SLIDER)
    spec = str(tmp_path / "app")
    kernel = server.start(spec, "/")
    go(kernel, "/second")
    run_in(kernel, lambda: slider(kernel, "2_second.py").set_state({"value": 22}))
    write("1_first.py", "1 / 0\n")
    assert slider(server.reload(spec), "2_second.py").value == 22


def test_one_of_several_apps_keeps_its_values(
    server: Server, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("one.py", SLIDER)
    write("two.py", SLIDER)
    spec = SEPARATOR.join(str(tmp_path / "app" / name) for name in ("one.py", "two.py"))
    kernel = server.start(spec, "/two/")
    run_in(kernel, lambda: slider(kernel, "two.py").set_state({"value": 5}))
    assert slider(server.reload(spec), "two.py").value == 5


def test_the_variables_of_several_apps_are_known_to_what_keeps_state(
    server: Server, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("one.py", "one = 1\n" + SLIDER)
    write("two.py", "two = 2\n" + SLIDER)
    spec = SEPARATOR.join(str(tmp_path / "app" / name) for name in ("one.py", "two.py"))
    server.start(spec, "/two/")
    write("two.py", "two = 2\nthree = 3\n" + SLIDER)
    server.reload(spec)
    before, after = server.carrier.names
    assert {"one", "two"} <= before
    assert {"one", "two", "three"} <= after


ENDLESS = """
import threading
import ipywidgets as w
from IPython.display import display
stop, slider = threading.Event(), w.IntSlider()
display(slider)
ended = stop.wait()
"""
AWAITING = """
import asyncio
import ipywidgets as w
from IPython.display import display
slider = w.IntSlider()
display(slider)
await asyncio.Event().wait()
"""


def test_pages_of_a_script_that_never_ends_load_again(
    server: Server, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("app.py", ENDLESS)
    spec = str(tmp_path / "app" / "app.py")
    server.program = server.load(spec)
    server.replacements.runs(server.program, server.program.namespaces)
    kernel = server.open("/")
    eventually(lambda: "slider" in kernel.namespace)
    server.renew(spec)
    new = server.made[-1]
    eventually(lambda: "slider" in new.namespace)
    server.pass_time()
    assert "assets" not in server.told
    server.pass_time()
    assert "assets" in server.told
    assert not server.replaced


def test_a_notebook_that_awaits_its_user_keeps_its_values(
    server: Server, apps_folder: Path
) -> None:
    cells = [nbformat.v4.new_code_cell(AWAITING)]
    spec = str(apps_folder / "app.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=cells), spec)
    kernel = server.start(spec, "/")
    eventually(lambda: "slider" in kernel.namespace)
    run_in(kernel, lambda: kernel.namespace["slider"].set_state({"value": 7}))
    server.renew(spec)
    new = server.made[-1]
    eventually(lambda: "slider" in new.namespace)
    server.pass_time()
    eventually(lambda: bool(server.replaced))
    assert new.namespace["slider"].value == 7
    assert "assets" not in server.told
