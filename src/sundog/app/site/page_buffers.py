"""The output of each page of a site, kept while another page is shown."""

from __future__ import annotations

from collections.abc import Iterable

from sundog.output import Append, Area, Item, KernelOutput


class _Outlet:
    """Where the items of a page go; nowhere while it is hidden."""

    def __init__(self) -> None:
        self.target: Append | None = None

    def __call__(self, item: Item) -> None:
        if self.target is not None:
            self.target(item)


class PageBuffer(Area):
    """The output area of one page: keeps accepting items while it is hidden."""

    def __init__(self, output: KernelOutput) -> None:
        # Set under the lock, so that no item is shown twice or not at all.
        self._outlet = _Outlet()
        super().__init__(output, self._outlet, hold_text=False)

    def show(self, frame: Frame) -> None:
        """Show its content in a frame, and from now on new items too."""
        with self._lock:
            frame.hold(self, self.items)
            self._outlet.target = frame.append

    def hide(self) -> None:
        """Take the page off the frame. It keeps taking items."""
        with self._lock:
            self._outlet.target = None


class Frame:
    """A place on the page with one content at a time."""

    def __init__(self, append: Append) -> None:
        self.append = append
        self._held: object = None

    def hold(self, thing: object, items: Iterable[Item]) -> None:
        """Show a thing by its items, instead of the present one."""
        if self._held is thing:
            return
        if self._held is not None:
            self.append({"output_type": "clear_output", "wait": False})
        self._held = thing
        for item in items:
            self.append(item)
