"""The server's settings under the names that `solara-ui` and Solara apps use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

from sundog.config import Settings
from sundog.kernel import current_kernel


class Group(SimpleNamespace):
    """Settings of one kind."""

    def dict(self) -> dict[str, Any]:
        """Return the settings by name."""
        return dict(vars(self))


class MainGroup(Group):
    """Settings of the server for the running kernel's app."""

    @property
    def root_path(self) -> str:
        """The path of the app: the server's, and the app's own if it is one of several."""
        kernel = current_kernel()
        return f"{self.server_root_path}{'' if kernel is None else kernel.location.mounted}"

    def dict(self) -> dict[str, Any]:
        """Return the settings by name."""
        found = {name: value for name, value in vars(self).items() if name != "server_root_path"}
        return {**found, "root_path": self.root_path}


class StateGroup(Group):
    """Settings of values that outlive the server, which are not stored here."""

    def secret_key_list(self) -> list[str]:
        """Return the keys that sign stored values: none."""
        return []


def setting_groups(settings: Settings) -> Mapping[str, Any]:
    """Return the contents of the module of settings."""
    return MappingProxyType(
        {
            "main": MainGroup(
                mode=settings.mode.value,
                host=settings.host,
                port=settings.port,
                server_root_path=settings.root_path,
                base_url=settings.base_url or "",
                use_pdb=False,
                tracer=False,
                timing=False,
            ),
            "kernel": Group(
                cull_timeout=f"{settings.kernel_cull_timeout:g}s",
                max_count=settings.kernel_bound,
                max_per_session=settings.kernel_max_per_session,
                threaded=True,
            ),
            "session": Group(
                http_only=settings.session_http_only,
                https_only=settings.session_https_only,
                same_site=getattr(settings.session_same_site, "value", settings.session_same_site),
            ),
            "theme": Group(
                variant=settings.theme_variant.value,
                title=settings.theme_title,
                loader=settings.theme_loader.value,
            ),
            "telemetry": Group(mixpanel_enable=False, mixpanel_token=""),
            "state": StateGroup(backend="", allow_pickle=False, schema_tag="", ttl=""),
            "search": Group(enabled=False),
            "ssg": Group(enabled=False, headed=False),
            "oauth": Group(private=False, client_id="", domain=""),
            "assets": Group(proxy=True, cdn=f"{settings.root_path}/_solara/cdn/"),
        }
    )
