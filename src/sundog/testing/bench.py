"""What the tests of one process share: the host of their apps, and the app that is tested now."""

from __future__ import annotations

import operator
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sundog.app.component_site import ComponentSite
from sundog.app.host import Host
from sundog.app.loading.loader import load, looks_like_path, split_object
from sundog.app.opener import Opener
from sundog.app.page_info import PageInfo
from sundog.app.program import Program, RunningPage
from sundog.config import Settings
from sundog.config.parse import Secret
from sundog.ids import new_token
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address
from sundog.protocol.codec import encode_message
from sundog.server.factories import make_host
from sundog.solara.compat.stand_ins import MARKER, SERVER, AppType
from sundog.solara.library import SolaraLibrary
from sundog.testing.server import START_SECONDS, ServerBase, TestServer

# Under this name the fixtures put the app that pages are to show.
DEFAULT = "__default__"


class Bench:
    """Holds Sundog's hooks in this process, and serves whichever app is tested."""

    def __init__(self) -> None:
        self.settings = Settings(session_secret_key=Secret(new_token()), hot_reload=False)
        self.apps: dict[str, TestedApp] = {}
        self.host: Host = make_host(self.settings, stand_ins=self._stand_ins())
        self._served = False

    def close(self) -> None:
        """Take the hooks out, unless the end of a server has done so."""
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
    """An app by its name on the command line, and the kernels that run it."""

    __test__ = False

    def __init__(self, host: Host, name: str) -> None:
        target, _ = split_object(name)
        self.name = target
        self.type = AppType.SCRIPT if looks_like_path(target) else AppType.MODULE
        self._host = host
        self._spec = name
        self._program: Program | None = None
        # Guards the kernels.
        self._lock = threading.Lock()
        self._kernels: set[VirtualKernel] = set()

    def init(self) -> None:
        """Load the app and run it once. Raises `AppError`."""
        self._program = self._imported() or Opener(
            self._host, SolaraLibrary(), development=True
        ).open(self._spec)

    def _imported(self) -> ComponentSite | None:
        """Return a component of a module that tests have imported: theirs, and no other one."""
        module, (_, path) = sys.modules.get(self.name), split_object(self._spec)
        if module is None or path is None:
            return None
        value = operator.attrgetter(path)(module)
        app = load(self._spec)
        site = ComponentSite(
            app.name, app.folder, lambda: SolaraLibrary().components(app, vars(module), value)
        )
        site.dry_run(self._host.throw_away_kernel())
        return site

    @property
    def program(self) -> Program:
        """What runs it for kernels. Raises `AppError` where it can't be loaded."""
        if self._program is None:
            self.init()
        assert self._program is not None
        return self._program

    def run(self, kernel: VirtualKernel) -> None:
        """Run it for a kernel, which ends with it."""
        with self._lock:
            self._kernels.add(kernel)
        kernel.on_close(lambda: self._kernels.discard(kernel))
        self.program.run(kernel)

    def close(self) -> None:
        """End its kernels."""
        with self._lock:
            kernels = list(self._kernels)
        for kernel in kernels:
            kernel.close()


class Stage:
    """The program of the server: the app that is tested now."""

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
