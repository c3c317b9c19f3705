"""The shell's display: publisher, display hook and formatter."""

from __future__ import annotations

import base64
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.formatters import DisplayFormatter
from ipywidgets import Widget

from sundog.hooks.ipython.file_links import is_file_link, with_addresses
from sundog.kernel import current_kernel
from sundog.output import WIDGET_VIEW, route


class KernelPublisher(DisplayPublisher):  # type: ignore[misc]
    """Publishes to the running code's output area, or else to the page."""

    def _setup_execution_tracking(self) -> None:
        """Do nothing: there is no execution count to track."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: Any = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Show data, or change everything shown under the same display id."""
        kernel = current_kernel()
        if kernel is None:
            if "text/plain" in data:
                print(data["text/plain"])
            return
        item: dict[str, Any] = {
            "output_type": "display_data",
            "data": encoded(data),
            "metadata": metadata or {},
        }
        if transient:
            item["transient"] = transient
        if not update:
            route(item)
        elif transient and "display_id" in transient:
            kernel.output.update_display({**item, "output_type": "update_display_data"})

    def clear_output(self, wait: bool = False) -> None:
        """Clear the running code's output area, or the page."""
        route({"output_type": "clear_output", "wait": bool(wait)})


def view_item(widget: Widget) -> dict[str, Any]:
    """Return the output that shows a widget."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"output_type": "display_data", "data": {WIDGET_VIEW: view}, "metadata": {}}


def encoded(data: dict[str, Any]) -> dict[str, Any]:
    """Return a MIME bundle whose bytes are text, as in nbformat."""
    if not any(isinstance(value, bytes) for value in data.values()):
        return data
    return {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in data.items()
    }


class KernelDisplayHook(DisplayHook):  # type: ignore[misc]
    """Shows the value of a cell's last expression."""

    def __call__(self, result: Any = None) -> None:
        """Show a value, unless it is None."""
        if result is None:
            return
        self.shell.user_ns["_"] = result
        data, metadata = self.shell.display_formatter.format(result)
        if data:
            self.shell.display_pub.publish(data, metadata)


class KernelDisplayFormatter(DisplayFormatter):  # type: ignore[misc]
    """Formats widgets without computing their whole repr."""

    def format(
        self, obj: Any, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return an object's MIME bundle and its metadata."""
        plain = type(obj)._repr_mimebundle_ if isinstance(obj, Widget) else None
        if plain is None or plain is not Widget._repr_mimebundle_ or include or exclude:
            data, metadata = super().format(obj, include, exclude)
            kernel = current_kernel() if is_file_link(obj) else None
            return (data if kernel is None else with_addresses(data, kernel)), metadata
        if obj._view_name is None:
            return {"text/plain": f"<{type(obj).__name__}>"}, {}
        view = {"version_major": 2, "version_minor": 0, "model_id": obj.model_id}
        return {"text/plain": f"<{type(obj).__name__}>", WIDGET_VIEW: view}, {}
