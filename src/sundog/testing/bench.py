"""The host of the apps under test, and the app that is tested now."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sundog.app import PageInfo, Program, RunningPage
from sundog.app.component_site import ComponentSite
from sundog.app.host import Host
from sundog.app.loading.loader import find_module, load, looks_like_path, split_object
from sundog.app.opener import Opener
from sundog.app.running.result import named_result
from sundog.config import Mode, Settings, load_settings
from sundog.config.parse import Secret
from sundog.errors import AppError, ConfigError
from sundog.ids import new_token
from sundog.kernel import VirtualKernel
from sundog.protocol import Address, encode_message
from sundog.server.factories import make_host
from sundog.solara.compat.stand_ins import MARKER, SERVER, AppType
from sundog.solara.library import SolaraLibrary
from sundog.testing.server import START_SECONDS, ServerBase, TestServer

# The name under which the fixtures store the app that pages show.
DEFAULT = "__default__"


class Bench:
    """Installs Sundog's hooks in this process, and serves the app under test."""

    def __init__(self) -> None:
        self.settings = _settings()
        self.apps: dict[str, TestedApp] = {}
        self.host: Host = make_host(self.settings, stand_ins=self._stand_ins())
        self._served = False

    def close(self) -> None:
        """Remove the hooks, unless a server has removed them when it stopped."""
        if not self._served:
            self.host.close()

    def _stand_ins(self) -> Mapping[str, Mapping[str, Any]]:
        bench = self

        class AppScript(TestedApp):
            """An app that is served while a test runs."""

            def __init__(self, name: str) -> None:
                super().__init__(bench.host, name)

        class ServerStarlette(TestServer):
            """The server of the tests."""

            def __init__(self, port: int, host: str = "localhost", **_: Any) -> None:
                bench._served = True
                super().__init__(port, host, bench.settings, Stage(bench.apps), bench.host)

        return {
            f"{SERVER}.app": {"apps": self.apps, "AppScript": AppScript},
            f"{SERVER}.threaded": {
                "SERVER_START_TIMEOUT": START_SECONDS,
                "ServerBase": ServerBase,
            },
            MARKER: {"ServerStarlette": ServerStarlette},
        }


class TestedApp:
    """An app, named as on the command line, and the kernels that run it."""

    __test__ = False

    def __init__(self, host: Host, name: str) -> None:
        target, _ = split_object(name)
        self.name = target
        self.type = AppType.SCRIPT if looks_like_path(target) else AppType.MODULE
        self._host = host
        self._spec = name
        self._program: Program | None = None
        # The lock guards the kernels.
        self._lock = threading.Lock()
        self._kernels: set[VirtualKernel] = set()

    def init(self) -> None:
        """Load the app and run it once. Raises `AppError`."""
        self._program = self._imported() or Opener(
            self._host, SolaraLibrary(), development=True
        ).open(self._spec)

    def _imported(self) -> ComponentSite | None:
        """Return a component of a module that tests have imported, not of a copy."""
        module = _imported_module(self.name) if self.type is AppType.MODULE else None
        if module is None:
            return None
        library, app = SolaraLibrary(), load(self._spec)
        result = named_result(app, vars(module), library)
        if result is None or not result.is_component:
            return None
        value = result.value
        site = ComponentSite(
            app.name, app.folder, lambda: library.components(app, vars(module), value)
        )
        site.dry_run(self._host.throw_away_kernel())
        return site

    @property
    def program(self) -> Program:
        """The program that runs the app for kernels. Raises `AppError` if it can't be loaded."""
        if self._program is None:
            self.init()
        assert self._program is not None
        return self._program

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app for a kernel, which ends with the app."""
        with self._lock:
            self._kernels.add(kernel)
        kernel.on_close(lambda: self._kernels.discard(kernel))
        self.program.run(kernel)

    def close(self) -> None:
        """End the app's kernels."""
        with self._lock:
            kernels = list(self._kernels)
        for kernel in kernels:
            kernel.close()


def _settings() -> Settings:
    """Return the settings of the tests' server: those of the environment, in development mode."""
    own = {"session_secret_key": Secret(new_token()), "hot_reload": False, "workers": 1}
    try:
        return load_settings(own, defaults={"mode": Mode.DEVELOPMENT})
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from error


def _imported_module(name: str) -> ModuleType | None:
    """Return a module that has been imported, also if it was under another name.

    A test file in a package is ``tests.test_app`` or ``test_app``, by pytest's way to import it.
    """
    module = sys.modules.get(name)
    if module is not None:
        return module
    try:
        origin = find_module(name).origin
    except AppError:
        return None
    for each in list(sys.modules.values()):
        if origin is not None and getattr(each, "__dict__", {}).get("__file__") == origin:
            return each
    return None


class Stage:
    """The program of the server: the tested app."""

    name = "Test"
    paths: tuple[Path, ...] = ()

    def __init__(self, apps: Mapping[str, TestedApp]) -> None:
        self._apps = apps

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """Nothing: tests do not reload."""
        return {}

    @property
    def has_ended(self) -> bool:
        """Whether the dry run has come to its end: it is always waited for."""
        return True

    def running_pages(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        """Return nothing: tests do not reload."""
        return {}

    def has_page(self, place: Address) -> bool:
        """Whether the app has a page at an address."""
        app = self._apps.get(DEFAULT)
        return app is None or app.program.has_page(place)

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title and menu of the app's page at an address."""
        app = self._apps.get(DEFAULT)
        return PageInfo(self.name) if app is None else app.program.page_info(place)

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app for a kernel."""
        app = self._apps.get(DEFAULT)
        if app is None:
            kernel.publish(encode_message("ready"))
        else:
            app.run(kernel)
