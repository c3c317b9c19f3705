"""What users entered in a folder of pages, or in one of several apps, stays over a reload."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.app.mounts import SEPARATOR
from sundog.app.opener import Opener
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
        self.replacements = Replacements(registry, lambda work: work(), [self.carrier])

    def load(self, spec: str) -> Program:
        return Opener(self.host, SolaraLibrary(), development=True).open(spec)

    def start(self, spec: str, place: str) -> VirtualKernel:
        """Run the first version for a kernel."""
        self.program = self.load(spec)
        self.replacements.runs(self.program, self.program.namespaces)
        kernel = self._kernel(place)
        self.begin(kernel)
        settle(kernel)
        return kernel

    def reload(self, spec: str) -> VirtualKernel:
        """Run the next version; return the kernel that replaces the only one."""
        self.program = self.load(spec)
        self.replacements.renew(self.program, self.program.namespaces, {})
        eventually(lambda: bool(self.replaced))
        return self.replaced.pop()[1]

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
        pass


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
    host = Host(development=True, more_hooks=(*APP_HOOKS, changed_values.install))
    server = Server(host)
    yield server
    for kernel in server.made:
        close(kernel)
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
