"""Fixtures for all tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from sundog.app.host import Host
from sundog.ids import KernelId, SessionId
from sundog.kernel.kernel import VirtualKernel
from sundog.scheduler.driver import Engine
from tests.kernels import close, is_closed

# Machines that run the tests differ too much in speed for a deadline per example.
settings.register_profile("sundog", deadline=None)
settings.load_profile("sundog")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run tests that are coroutines on asyncio only: the server runs on nothing else."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-widgets-table",
        action="store_true",
        help="write the table of docs/widgets.md from what the tests of tests/gallery find",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--write-widgets-table") and not hasattr(config, "workerinput"):
        # Imported only here: other tests need no browser.
        from tests.gallery.table import Results

        config.pluginmanager.register(Results())


# Where several processes share the files, the long ones come first: short ones fill what is left
# at the end, and no process waits for another's long file.
LONG_FIRST = ("browser", "gallery", "solara", "integration")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not hasattr(config, "workerinput"):
        return
    tests = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0]
        return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)

    items.sort(key=place)


MakeKernel = Callable[..., VirtualKernel]


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Threads and timers for kernels; no hooks are installed."""
    engine = Engine()
    yield engine
    engine.stop()


@pytest.fixture
def make_kernel(engine: Engine) -> Iterator[MakeKernel]:
    """Make kernels, which are closed at the end; no hooks are installed."""
    numbers = itertools.count()
    made: list[VirtualKernel] = []

    def make(session: str = "session", **arguments: object) -> VirtualKernel:
        kernel_id = KernelId(f"kernel-{next(numbers)}")
        kernel = VirtualKernel(kernel_id, SessionId(session), engine, **arguments)  # type: ignore[arg-type]
        made.append(kernel)
        return kernel

    yield make
    _close_all(made)


@pytest.fixture
def kernel(make_kernel: MakeKernel) -> VirtualKernel:
    """A kernel; no hooks are installed."""
    return make_kernel()


@pytest.fixture
def host() -> Iterator[Host]:
    """A development host: all hooks are installed."""
    host = Host(development=True)
    yield host
    host.close()


@pytest.fixture
def make_hosted(host: Host) -> Iterator[Callable[[], VirtualKernel]]:
    """Make kernels of the host, which are closed at the end."""
    made: list[VirtualKernel] = []

    def make() -> VirtualKernel:
        made.append(host.throw_away_kernel())
        return made[-1]

    yield make
    _close_all(made)


def _close_all(kernels: list[VirtualKernel]) -> None:
    for kernel in kernels:
        if not is_closed(kernel):
            close(kernel)
