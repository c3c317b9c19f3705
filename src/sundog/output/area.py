"""Output areas, which store their content and publish changes.

One engine for the page, for `Output` widgets and for the cells of a notebook. Prints come in small
pieces, so an area may hold a stream's text back while the kernel works. It publishes the text as
one item: at the end of the running callback, before other output, or after a moment.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from sundog.errors import KernelClosedError
from sundog.output.barrier import OutputBarrier
from sundog.output.items import Append, Item, shown_widget
from sundog.output.large_displays import LargeDisplays, resolved
from sundog.output.store import OutputLimits, OutputStore

# The longest time that text is held back while a callback runs.
HOLD_SECONDS: Final = 0.05


class AreaHost(Protocol):
    """The interface of a kernel for its areas."""

    barrier: OutputBarrier
    large_displays: LargeDisplays

    def submit(self, work: Callable[[], object]) -> None:
        """Run a function on the kernel's logical thread. Raises `KernelClosedError`."""
        ...

    def open_widget(self, model_id: str) -> None:
        """Let the pages know a widget that is shown, if they may not. Called without locks."""
        ...

    def register(self, area: Area) -> None:
        """Let `update_display` change an area's displays."""
        ...

    def update_display(self, item: Item) -> None:
        """Change everything displayed under an id, in all areas."""
        ...


class Area:
    """Stores the outputs of one area and publishes each change. Thread-safe.

    Args:
        host: The area's kernel.
        publish: Called with each item for the pages, under the area's lock.
        items: The initial content, which the pages already have.
        lock: Guards the outputs; by default the area has its own.
        hold_text: Whether to hold text back for a moment, and publish it in larger pieces.
        limits: How much the area stores.
    """

    def __init__(
        self,
        host: AreaHost,
        publish: Append,
        *,
        items: Iterable[Item] = (),
        lock: AbstractContextManager[Any] | None = None,
        hold_text: bool = True,
        limits: OutputLimits | None = None,
    ) -> None:
        self._host = host
        self._publish = publish
        self._limits = limits
        self._store = OutputStore(limits, map(host.large_displays.by_reference, items))
        # The lock guards the attributes below, and that an item is stored exactly if it was
        # published. It is re-entrant because a finalizer that prints may run under it.
        self._lock = threading.RLock() if lock is None else lock
        self._hold_text = hold_text
        self._name = ""
        self._held: list[str] = []
        self._held_since = 0.0
        self._scheduled = False
        self._wait = False
        host.register(self)

    # As an OutputArea --------------------------------------------------------------------------

    def append(self, item: Item) -> None:
        """Add an item, as specified by `sundog.scope.OutputArea`.

        Raises `TypeError` for data that JSON cannot represent; nothing is shown then.
        """
        self._host.barrier.wait()
        kind = item["output_type"]
        if kind == "stream":
            self._append_text(item["name"], item["text"])
        elif kind == "clear_output":
            self._clear(wait=bool(item.get("wait")))
        elif kind == "update_display_data":
            self._host.update_display(item)
        else:
            shown = shown_widget(item)
            if shown is not None:
                self._host.open_widget(shown)
            item = self._host.large_displays.by_reference(item, self._store.display_size)
            with self._lock:
                self._flush()
                self._begin()
                self._publish(item)
                self._store.add(item)
                self._changed()

    def flush(self) -> None:
        """Publish the text that is held back."""
        with self._lock:
            self._flush()

    # For the owner -----------------------------------------------------------------------------

    @property
    def items(self) -> list[Item]:
        """The current content, oldest first, as pages get it: large displays by reference.

        It contains exactly what was published before.
        """
        with self._lock:
            self._flush()
            return list(self._store.snapshot())

    def outputs(self) -> tuple[Item, ...]:
        """Return the current content as outputs of nbformat, with all their data."""
        return tuple(map(resolved, self.items))

    @property
    def is_empty(self) -> bool:
        """Whether the area shows nothing."""
        with self._lock:
            return len(self._store) == 0

    def replace(self, items: Iterable[Item]) -> None:
        """Note that the area's whole content was set and published elsewhere."""
        kept = OutputStore(self._limits, map(self._host.large_displays.by_reference, items))
        with self._lock:
            self._held.clear()
            self._wait = False
            self._store = kept
            self._changed()

    def update(self, display_id: str, data: Item, metadata: Item) -> None:
        """Change everything displayed under an id, without publishing it."""
        with self._lock:
            if self._store.update(display_id, data, metadata):
                self._changed()

    def clear(self) -> None:
        """Remove everything, without publishing it."""
        with self._lock:
            self._held.clear()
            self._store.clear()
            self._changed()

    def _changed(self) -> None:
        """Called under the lock whenever the outputs have changed."""

    # Inside ------------------------------------------------------------------------------------

    def _append_text(self, name: str, text: str) -> None:
        if not text:
            return
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
            # Lines of another thread don't wait for the kernel, which may be busy.
            due = (
                not self._hold_text
                or now - self._held_since > HOLD_SECONDS
                or (not on_kernel_thread and text.endswith("\n"))
            )
            if due:
                self._flush()
            schedule = not due and not self._scheduled
            self._scheduled = self._scheduled or schedule
        if schedule:
            try:
                self._host.submit(self._flush_scheduled)
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

    def _clear(self, *, wait: bool) -> None:
        with self._lock:
            self._flush()
            if wait:
                # Published together with the next output, because a page that joins in between
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
