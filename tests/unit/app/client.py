"""A browser page that visits a folder app, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address
from tests.apps import VIEW, Apps
from tests.kernels import FakePage, run_in, settle


class SiteClient:
    """A kernel that shows a site, and its page."""

    def __init__(self, apps: Apps, site: Any, place: str = "/") -> None:
        self.kernel: VirtualKernel = apps.kernel()
        self.kernel.location.begin(Address.parse(place))
        self.page = FakePage(self.kernel)
        self.page.connect()
        run_in(self.kernel, lambda: site.run(self.kernel))

    def go(self, place: str) -> None:
        """Follow a link."""
        self.page.wait_for_ack(self.page.send(["location", place]))
        settle(self.kernel)
        settle(self.kernel)

    def call(self, url: str) -> None:
        run_in(self.kernel, lambda: self.kernel.location.navigate(url))
        settle(self.kernel)
        settle(self.kernel)

    @property
    def shown(self) -> list[Any]:
        """The widgets and texts that are shown."""
        return [self._shown(item) for item in self.kernel.page_area.items]

    def _shown(self, item: dict[str, Any]) -> Any:
        view = item["data"].get(VIEW)
        return self.kernel.widgets[view["model_id"]] if view else item["data"]["text/plain"]

    @property
    def values(self) -> list[Any]:
        return [getattr(each, "value", each) for each in self.shown]

    def told(self, kind: str) -> list[Any]:
        self.page.read()
        return [message for message in self.page.messages if message[0] == kind]

    def namespace(self, file: str) -> dict[str, Any]:
        """Return the names of a page that has been visited."""
        found = [
            each for each in self.kernel.namespaces if Path(each.get("__file__", "")).name == file
        ]
        (namespace,) = found
        return namespace
