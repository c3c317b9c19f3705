"""Output areas of a kernel that keep what they show and tell the pages what is new.

Prints come in small pieces, so a stream's text is collected while the kernel works and leaves as
one item: at the end of the running callback, or when something else is shown, or after a moment.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from sundog.errors import KernelClosedError
from sundog.output.outputs import Item, OutputStore

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel

# The longest that text is held back while a callback runs.
HOLD_SECONDS = 0.05


class KernelArea:
    """Keeps an area's outputs and publishes each change; thread-safe."""

    def __init__(
        self,
        kernel: VirtualKernel,
        publish: Callable[[Item], None],
        store: OutputStore,
        lock: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._kernel = kernel
        self._publish = publish
        self._store = store
        self._lock = threading.Lock() if lock is None else lock
        # The lock guards the store and the text held back; publishing under it keeps the order.
        self._name = ""
        self._held: list[str] = []
        self._held_since = 0.0
        self._scheduled = False
        self._wait = False
        areas_of(kernel).add(self)

    # As an OutputArea --------------------------------------------------------------------------

    def append(self, item: Item) -> None:
        """Take one item, as `sundog.scope.OutputArea` says."""
        self._kernel.output_barrier.wait()
        kind = item["output_type"]
        if kind == "stream":
            self._append_text(item["name"], item["text"])
        elif kind == "clear_output":
            self._clear(bool(item.get("wait")))
        elif kind == "update_display_data":
            update_display(self._kernel, item)
        else:
            with self._lock:
                self._flush()
                self._begin()
                self._store.add(item)
                self._publish(item)
                self._changed()

    def flush(self) -> None:
        """Publish the text that is held back."""
        with self._lock:
            self._flush()

    # For the owner -----------------------------------------------------------------------------

    def snapshot(self) -> tuple[Item, ...]:
        """Return all outputs; what was published before is in them, and nothing else."""
        with self._lock:
            self._flush()
            return self._store.snapshot()

    def replace(self, items: tuple[Item, ...]) -> None:
        """Note that the area's whole content was set, and published, by somebody else."""
        with self._lock:
            self._held.clear()
            self._store = OutputStore(items=items)

    def update(self, display_id: str, data: Item, metadata: Item) -> None:
        """Change what was displayed under an id, without telling the pages."""
        with self._lock:
            if self._store.update(display_id, data, metadata):
                self._changed()

    def _changed(self) -> None:
        """Called under the lock whenever the outputs have changed."""

    # Inside ------------------------------------------------------------------------------------

    def _append_text(self, name: str, text: str) -> None:
        on_kernel_thread = asyncio._get_running_loop() is not None
        with self._lock:
            if name != self._name:
                self._flush()
                self._name = name
            self._store.add({"output_type": "stream", "name": name, "text": text})
            self._changed()
            now = time.monotonic()
            if not self._held:
                self._held_since = now
            self._held.append(text)
            # Another thread's lines don't wait for the kernel, which may be busy.
            due = now - self._held_since > HOLD_SECONDS or (
                not on_kernel_thread and text.endswith("\n")
            )
            if due:
                self._flush()
            schedule = not due and not self._scheduled
            self._scheduled = self._scheduled or schedule
        if schedule:
            try:
                self._kernel.submit(self._flush_scheduled)
            except KernelClosedError:
                self.flush()

    def _flush_scheduled(self) -> None:
        with self._lock:
            self._scheduled = False
            self._flush()

    def _flush(self) -> None:
        if not self._held:
            return
        text = "".join(self._held)
        self._held.clear()
        self._begin()
        self._publish({"output_type": "stream", "name": self._name, "text": text})

    def _clear(self, wait: bool) -> None:
        with self._lock:
            self._flush()
            if wait:
                # Told to the pages together with what comes next: a page that joins in between
                # would not know that it has something to replace.
                self._store.clear_before_next = True
                self._wait = True
                return
            self._wait = False
            self._store.clear()
            self._publish({"output_type": "clear_output", "wait": False})
            self._changed()

    def _begin(self) -> None:
        if self._wait:
            self._wait = False
            self._publish({"output_type": "clear_output", "wait": True})


def areas_of(kernel: VirtualKernel) -> WeakSet[KernelArea]:
    """Return the areas of a kernel that somebody still holds."""
    areas: WeakSet[KernelArea] = kernel.local(KernelArea, WeakSet)
    return areas


def update_display(kernel: VirtualKernel, item: Item) -> None:
    """Change what was displayed under an id, in whichever areas of a kernel it is."""
    for area in list(areas_of(kernel)):
        area.update(item["transient"]["display_id"], item["data"], item.get("metadata", {}))
    # The page's own area tells the pages, which look through all areas.
    kernel.page_area.append(item)
