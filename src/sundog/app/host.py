"""The parts of one worker process: hooks, engine, and the kernels that run the app."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from sundog.app.patience import FOREVER, Patience
from sundog.app.shared_hooks import shared_hooks
from sundog.hooks.core import imports, thread_bound, threads
from sundog.hooks.core.install import Install
from sundog.hooks.libraries import widget_tables
from sundog.hooks.widgets import ipywidgets as ipywidgets_hook
from sundog.hooks.widgets import widget_keys
from sundog.hooks.widgets.description import describe, need_for
from sundog.ids import KernelId, SessionId, new_token
from sundog.kernel import (
    NO_REQUEST,
    WIDGET_TARGET,
    Client,
    OutboxLimits,
    Request,
    VirtualKernel,
    start_callbacks,
)
from sundog.output import DISPLAY_BYTES
from sundog.registry import Capacity, Prewarmed, Registry, RegistryLimits, Share
from sundog.scheduler import Engine
from sundog.store.current import give_own_store

StartKernel = Callable[[VirtualKernel], None]


class Host:
    """Makes kernels that run an app. The hosts of a process share their hooks.

    Args:
        development: Whether pages show errors in full.
        outbox_limits: How much is kept for pages that reconnect or fall behind.
        registry_limits: How many kernels there may be, and how long.
        display_bytes: How many bytes of large displays each kernel keeps.
        more_hooks: Hooks besides those that every host needs.
        patience: How long the start waits for the dry run of an app.
        own_threads: Whether each kernel has a thread of its own from the start.
        changes_directory: Whether a notebook's folder may become the process's working directory.
    """

    def __init__(
        self,
        *,
        development: bool,
        outbox_limits: OutboxLimits | None = None,
        registry_limits: RegistryLimits | None = None,
        display_bytes: int = DISPLAY_BYTES,
        more_hooks: Iterable[Install] = (),
        patience: Patience = FOREVER,
        own_threads: bool = False,
        changes_directory: bool = True,
    ) -> None:
        self.patience = patience
        self._changes_directory = changes_directory
        self._working_directory: Path | None = None
        self._development = development
        self._outbox_limits = outbox_limits or OutboxLimits()
        self._registry_limits = registry_limits
        self._display_bytes = display_bytes
        comm_hook = shared_hooks.comm
        self._shared_targets = comm_hook.shared_targets
        comm_hook.shared.register_target(WIDGET_TARGET, ipywidgets_hook.open_from_page)
        # Called with errors of the app, in their kernel and thread.
        self.on_error: Callable[[BaseException], object] = lambda error: None
        # Called with each new kernel, before anything runs in it.
        self.on_make: Callable[[VirtualKernel], object] = lambda kernel: None
        # Called with the progress of dry runs.
        self.on_progress: Callable[[str], object] = lambda text: None
        self._release_hooks = shared_hooks.acquire(
            (
                comm_hook.install,
                ipywidgets_hook.install,
                widget_keys.install,
                threads.install,
                thread_bound.install,
                imports.install,
                widget_tables.install,
                *more_hooks,
            )
        )
        self.engine = Engine(own_threads=own_threads)
        # The front-end modules of the widgets that dry runs have created.
        self.widget_modules: frozenset[str] = frozenset()

    def make_kernel(
        self, kernel_id: KernelId, session_id: SessionId, request: Request = NO_REQUEST
    ) -> VirtualKernel:
        """Return a new kernel in which nothing runs yet."""
        kernel = VirtualKernel(
            kernel_id,
            session_id,
            self.engine,
            request=request,
            development=self._development,
            limits=self._outbox_limits,
            display_bytes=self._display_bytes,
            shared_targets=self._shared_targets,
            describe_comm=describe,
            need_for_comm=need_for,
        )
        kernel.errors.listener = self.on_error
        self.on_make(kernel)
        return kernel

    def throw_away_kernel(self) -> VirtualKernel:
        """Return a kernel that no page can reach, for a dry run."""
        kernel = self.make_kernel(KernelId(new_token()), SessionId(new_token()))
        give_own_store(kernel)
        kernel.on_progress = self.on_progress
        kernel.on_close(lambda: self._note_modules(kernel))
        return kernel

    def _note_modules(self, kernel: VirtualKernel) -> None:
        found = (getattr(widget, "_model_module", None) for widget in kernel.widgets.values())
        self.widget_modules |= {module for module in found if module}

    def make_registry(
        self,
        start: StartKernel,
        prewarmed: Prewarmed | None = None,
        share: Share | None = None,
    ) -> Registry:
        """Return the registry of the worker's kernels. Called on the server's event loop.

        Args:
            start: Runs the app in a kernel.
            prewarmed: Kernels in which the app has run already.
            share: The worker's share of all kernels, if there are several workers.
        """

        def make(client: Client) -> VirtualKernel:
            ready = None if prewarmed is None else prewarmed.take(client)
            return ready or self.make_kernel(client.kernel_id, client.session_id, client.request)

        def start_kernel(kernel: VirtualKernel) -> None:
            if not kernel.ran_in_advance:
                _start(kernel, start)

        capacity = Capacity(self._registry_limits or RegistryLimits(), share=share)
        return Registry(make=make, start=start_kernel, capacity=capacity)

    def make_prewarmed(self, start: StartKernel, count: int, max_age: float) -> Prewarmed:
        """Return what keeps kernels ready in which `start` has run the app. For the event loop."""
        return Prewarmed(
            lambda: self.make_kernel(KernelId(new_token()), SessionId("")),
            lambda kernel: _start(kernel, start),
            self.engine,
            count,
            max_age=max_age,
        )

    def work_in(self, folder: Path) -> None:
        """Make a folder the working directory of the process, until the host is closed.

        A notebook opens files next to it by name, as in Jupyter. Does nothing if the process
        belongs to another program.
        """
        if not self._changes_directory:
            return
        if self._working_directory is None:
            self._working_directory = Path.cwd()
        os.chdir(folder)

    def close(self) -> None:
        """End the threads, release the hooks, and go back to the former working directory."""
        if self._working_directory is not None:
            with contextlib.suppress(OSError):
                os.chdir(self._working_directory)
        self.engine.stop()
        self._release_hooks()


def _start(kernel: VirtualKernel, start: StartKernel) -> None:
    start_callbacks.run(kernel)
    start(kernel)
