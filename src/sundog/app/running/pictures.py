"""Pictures next to a notebook, in its cells' output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sundog.app.loading.markdown import Resolve, with_pictures

if TYPE_CHECKING:
    from sundog.app.running.document import Section


class WithPictures:
    """An output area that puts pictures into the HTML and Markdown that it takes.

    Args:
        section: The cell's area, which shows the result.
        resolve: Returns a picture for a relative target.
    """

    def __init__(self, section: Section, resolve: Resolve) -> None:
        self._section = section
        self._resolve = resolve

    def append(self, item: dict[str, Any]) -> None:
        """Take one item, as `sundog.scope.OutputArea` says."""
        self._section.append(with_pictures(item, self._resolve))

    def flush(self) -> None:
        """Publish what the cell's area holds back."""
        self._section.flush()
