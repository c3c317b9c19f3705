"""The pages of one kernel, and their move to a kernel that replaces it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

from sundog.ids import PageId
from sundog.kernel.dispatch import Dispatcher
from sundog.kernel.full_state import FullState
from sundog.kernel.messages.outbox import Outbox
from sundog.kernel.page import Page
from sundog.scope import Scope, scoped


class Pages(Mapping[PageId, Page]):
    """A kernel's pages by their ids, connected or not."""

    def __init__(
        self,
        scope: Scope,
        outbox: Outbox,
        dispatcher: Dispatcher,
        full_state: FullState,
        submit: Callable[[Callable[[], object]], None],
        *,
        is_busy: Callable[[], bool],
    ) -> None:
        """Create the pages of a kernel, which has none yet.

        Args:
            scope: The kernel's scope.
            outbox: What the pages read.
            dispatcher: Handles what the pages send.
            full_state: Gives the pages the kernel's state.
            submit: Runs a function on the kernel's logical thread.
            is_busy: Returns whether code runs on that thread that may never end.
        """
        self._scope = scope
        self._outbox = outbox
        self._dispatcher = dispatcher
        self._full_state = full_state
        self._submit = submit
        self._is_busy = is_busy
        self._pages: dict[PageId, Page] = {}

    def __getitem__(self, page_id: PageId) -> Page:
        return self._pages[page_id]

    def __iter__(self) -> Iterator[PageId]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def open(self, page_id: PageId) -> Page:
        """Return the page with an id, created at its first use."""
        page = self._pages.get(page_id)
        if page is None:
            page = self._pages[page_id] = Page(page_id)
        return page

    def forget(self, page_id: PageId) -> None:
        """Remove a page that has ended."""
        page = self._pages.pop(page_id, None)
        if page is not None:
            self._outbox.forget(page.reader)

    def clear(self) -> None:
        """Remove all pages, because the kernel has ended."""
        self._pages.clear()

    def synchronise(self, page: Page) -> None:
        """Send a page the kernel's full state, taken on the kernel's logical thread.

        While code runs there that may never end, another thread takes it.

        Raises `KernelClosedError` if the kernel has ended.
        """
        if not self._is_busy():
            self._submit(lambda: self._full_state.give(page))
            return
        take = threading.Thread(
            target=self._give_beside, args=(page,), name="sundog-state", daemon=True
        )
        take.start()

    def _give_beside(self, page: Page) -> None:
        with scoped(self._scope):
            try:
                self._full_state.give(page)
            except BaseException as error:  # noqa: BLE001 - the boundary between app and server
                self._scope.kernel.report_error(error, "the app")

    def take_over(self, old: Pages) -> None:
        """Take over the pages of another kernel, which sends them nothing from now on.

        Messages that they send are not handled here until `resume_from`.
        """
        self._dispatcher.hold()
        self._pages.update(old._pages)
        old._pages.clear()
        self._outbox.take_over(*old._outbox.hand_over(self._outbox))

    def resume_from(self, old: Pages, catch_up: Callable[[], object]) -> None:
        """Continue from another kernel, after `catch_up` on this kernel's logical thread.

        Messages that the other kernel has started to handle count as processed. The rest is handled
        here, followed by the messages since `take_over`. In between, each connected page gets the
        full state. Thread-safe.
        """
        left = old._dispatcher.hand_over()

        def settle() -> None:
            self._dispatcher.put_first(left)
            for page in tuple(self._pages.values()):
                # A page keeps changes that are not acknowledged, whatever the state says.
                self._outbox.acknowledge(page.reader, page.begun)
            catch_up()

        self._submit(settle)
        self._submit(self._go_on)

    def _go_on(self) -> None:
        for page in tuple(self._pages.values()):
            self._full_state.give(page)
        count = self._dispatcher.go_on()
        self._submit(lambda: self._dispatcher.handle(count))
