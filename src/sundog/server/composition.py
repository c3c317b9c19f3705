"""Composes the parts of one server."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sundog.app import Link
from sundog.config import EnvFile, Settings
from sundog.errors import KernelClosedError
from sundog.kernel import VirtualKernel
from sundog.protocol import Address
from sundog.registry import MemoryWatch, Prewarmed
from sundog.server.app_files import AppFiles
from sundog.server.descriptors import descriptor_limit, last_descriptor
from sundog.server.factories import make_access_policy, make_extensions, make_host
from sundog.server.membership import Membership
from sundog.server.process import Process, make_config
from sundog.server.shutdown import divide
from sundog.server.storage import Storage
from sundog.web.access import (
    Admission,
    Allowance,
    ConnectionLimits,
    RequestInfo,
    content_security_policy,
)
from sundog.web.application import PREFIX, Handler, create_application
from sundog.web.displays import DisplayEndpoint
from sundog.web.endpoints import Endpoints
from sundog.web.http_protocol import BoundedHttpProtocol
from sundog.web.offered_files import OfferedFilesEndpoint
from sundog.web.page import ASSETS, BUNDLE, PageRenderer, PageRequest
from sundog.web.readiness import Readiness, ServerState
from sundog.web.socket import Budget, KernelSocket
from sundog.web.static import Cdn, ContentCache, ExtensionFiles, Files, is_hashed
from sundog.web.usage import Usage

if TYPE_CHECKING:
    from sundog.app import Program
    from sundog.app.host import Host
    from sundog.server.development import Development


class Composition:
    """The parts of one server. Created and used on its event loop.

    A given `host` is closed with it.
    """

    def __init__(
        self,
        settings: Settings,
        membership: Membership,
        usage: Usage | None,
        host: Host | None = None,
    ) -> None:
        self.settings = settings
        self._membership = membership
        self._budget = Budget(settings.max_unfinished_bytes)
        self._usage = usage
        self.readiness = Readiness(early=settings.develops, on_change=membership.set_serving)
        # Before the host: if this fails, there are no hooks to remove.
        self._storage = Storage(settings)
        self.host = host or make_host(settings, workers=membership.count)
        self.host.on_make = self._storage.give
        self.host.engine.observer = membership.on_drive
        self._prewarmed = self._make_prewarmed()
        self.registry = self.host.make_registry(
            self._start_kernel, self._prewarmed, membership.kernels
        )
        self._access_policy = make_access_policy(settings)
        self._program: Program | None = None
        self._development: Development | None = None
        # The lock guards that a kernel waits exactly while there is no program.
        self._lock = threading.Lock()
        self._waiting: list[VirtualKernel] = []
        self._app_files = AppFiles(settings)
        self._extensions = make_extensions(settings)
        self._renderer = PageRenderer(settings, self._extensions, self._app_files.addresses)

    def process(self, drain: Callable[[], Awaitable[None]]) -> Process:
        """Return the server, which awaits `drain` before it closes its sockets."""
        policy = content_security_policy(self.settings, self._renderer.inline_scripts)
        application = create_application(
            self.settings,
            endpoints=Endpoints(
                registry=self.registry,
                access_policy=self._access_policy,
                readiness=self.readiness,
                placement=self._membership.placement,
                render=self._render,
                policy=policy,
                has_page=self._has_page,
                links=self._links,
            ),
            socket=self._socket(),
            access_policy=self._access_policy,
            readiness=self.readiness,
            placement=self._membership.placement,
            files=self._files(),
        )
        config = make_config(
            application,
            self.settings,
            budget=self._budget,
            http_protocol=functools.partial(
                self._membership.http_protocol or BoundedHttpProtocol,
                refusals=self._access_policy.refusals,
                last_descriptor=last_descriptor(descriptor_limit()),
            ),
        )
        return Process(config, drain)

    def housekeeping(self) -> list[Coroutine[Any, Any, None]]:
        """Return the tasks that run while the server runs."""
        return [self.registry.reap(), MemoryWatch(self.registry).run()]

    def develop(
        self, build: Callable[[], Program], places: tuple[Path, ...], env_files: tuple[EnvFile, ...]
    ) -> Development | None:
        """Serve pages that show the app's start, and run changed code; None in production."""
        if not self.settings.develops:
            return None
        # Imported here, because production never needs it.
        from sundog.server.development import Development

        development = Development(
            self.settings,
            self.registry,
            build,
            self.adopt,
            lambda: self._app_files.folders,
            places=places,
            env_files=env_files,
        )
        self.host.on_progress = development.say
        self._development = development
        self.registry.on_attach = development.attached
        return development

    def prepare(self, places: tuple[Path, ...]) -> None:
        """Prepare for pages before the apps at these paths have been loaded."""
        self._app_files.serve(*places)
        self._renderer.check()

    def adopt(self, program: Program) -> None:
        """Run this program from now on, also in kernels that have waited for one."""
        self._app_files.serve(*program.paths)
        with self._lock:
            self._program = program
            waiting, self._waiting = self._waiting, []
        for kernel in waiting:
            with contextlib.suppress(KernelClosedError):
                kernel.submit(functools.partial(self._run, program, kernel))
        self.readiness.state = ServerState.READY

    def ready(self, program: Program) -> None:
        """Serve the app from now on."""
        # The first page needs them; a folder on a slow disk must not block the server.
        threading.Thread(target=self._extensions.prepare, name="sundog-scan", daemon=True).start()
        threading.Thread(target=self._storage.check, name="sundog-store", daemon=True).start()
        # Objects created at start live as long as the process, so collections can skip them.
        gc.collect()
        gc.freeze()
        # A kernel whose app never ends is never ready for a later page.
        if self._prewarmed is not None and program.has_ended:
            self._prewarmed.begin()
        self.adopt(program)

    async def drain(self) -> None:
        """End all kernels within the time that stopping may take."""
        timeout, _, _ = divide(self.settings.shutdown_timeout)
        closing = [self.registry.shutdown(timeout)]
        if self._prewarmed is not None:
            closing.append(self._prewarmed.shutdown(timeout))
        await asyncio.gather(*closing)

    def failed(self) -> None:
        """Serve only the message that the app can't run."""
        self.readiness.state = ServerState.FAILED

    def close(self) -> None:
        """Stop the threads, remove the hooks, and release the store."""
        if self._development is not None:
            self._development.stop()
        self.host.close()
        self._storage.close()
        gc.unfreeze()

    def _socket(self) -> KernelSocket:
        settings = self.settings
        return KernelSocket(
            self.registry,
            self._access_policy,
            admission=Admission(
                ConnectionLimits(
                    handshake_rate=settings.handshake_rate,
                    handshake_burst=settings.handshake_burst,
                    count=settings.max_connections,
                    per_session=settings.max_connections_per_session,
                ),
                share=self._membership.connections,
            ),
            usage=self._usage,
            request_info=RequestInfo(settings.user_header),
            budget=self._budget,
            max_bytes=settings.max_message_size,
            make_allowance=lambda: Allowance(settings.message_rate, settings.byte_rate),
        )

    def _make_prewarmed(self) -> Prewarmed | None:
        settings = self.settings
        # Prewarmed kernels would run old code after the next change.
        if settings.development or not settings.kernel_prewarm:
            return None
        return self.host.make_prewarmed(
            self._start_kernel, settings.kernel_prewarm, settings.kernel_prewarm_age
        )

    def _start_kernel(self, kernel: VirtualKernel) -> None:
        with self._lock:
            program = self._program
            if program is None:
                self._waiting.append(kernel)
                return
        self._run(program, kernel)

    def _run(self, program: Program, kernel: VirtualKernel) -> None:
        if self._development is not None:
            self._development.began(kernel)
        program.run(kernel)

    def _has_page(self, place: Address) -> bool:
        # Until the app's pages are known, every address may be a page.
        return self._program is None or self._program.has_page(place)

    def _render(self, request: PageRequest) -> bytes:
        program = self._program
        page_info = None if program is None else program.page_info(request.place)
        return self._renderer.render(request, page_info, self.host.widget_modules)

    def _links(self) -> Sequence[Link]:
        """Return the links that a page about an unknown address may show."""
        if self._program is None or not self.settings.development:
            return ()
        return self._program.page_info(None).links

    def _files(self) -> dict[str, Handler]:
        compress = self.settings.server_http_gzip
        cache = ContentCache()
        hidden = () if self.settings.development else ("debug",)
        bundle = Files([BUNDLE], cache, compress=compress, immutable=is_hashed, hidden=hidden)
        extensions = ExtensionFiles(self._extensions, cache, compress=compress)
        installed = [Path(sys.prefix, "share", "solara", "cdn")]
        cdn = Cdn(BUNDLE / "cdn", installed, cache, compress=compress)
        offered = OfferedFilesEndpoint(self.registry, self._access_policy)
        displays = DisplayEndpoint(self.registry, self._access_policy, compress=compress)
        return {
            "/_solara/cdn/{path:path}": cdn.answer,
            PREFIX + "/static/{path:path}": bundle.answer,
            PREFIX + "/kernel/{kernel_id}/display/{hash}": displays.answer,
            PREFIX + "/kernel/{kernel_id}/file/{key}/{name}": offered.answer,
            PREFIX + "/extensions.json": extensions.manifest,
            PREFIX + "/labextensions/{digest}/{path:path}": extensions.labextension,
            PREFIX + "/nbextensions/{digest}/{path:path}": extensions.nbextension,
            PREFIX + "/companions/{digest}/{path:path}": extensions.companion,
            # Packages for the classic notebook build this address from the page's base address.
            "/nbextensions/{path:path}": extensions.nbextension,
            "/static/public/{path:path}": self._app_files.public,
            ASSETS + "{path:path}": self._app_files.assets,
        }
