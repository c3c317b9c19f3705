"""The host of one server's app: hooks and limits, as the settings have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.config import Settings
from sundog.kernel.messages.outbox import OutboxLimits
from sundog.registry.capacity import RegistryLimits
from sundog.solara.compat.hook import compat_hook

if TYPE_CHECKING:
    from sundog.hooks.core.install import Install


def make_host(
    settings: Settings,
    *,
    workers: int = 1,
    stand_ins: Mapping[str, Mapping[str, Any]] | None = None,
) -> Host:
    """Return the host of one of `workers`; it has installed its hooks.

    `stand_ins` are what the modules of Solara's server hold beside what apps need of them.
    """
    host = Host(
        development=settings.development,
        outbox_limits=OutboxLimits(
            replay_messages=settings.replay_messages,
            replay_bytes=settings.replay_bytes,
            backlog_bytes=settings.backlog_bytes,
        ),
        registry_limits=RegistryLimits(
            cull_timeout=settings.kernel_cull_timeout,
            max_count=settings.kernel_max_count,
            max_per_session=settings.kernel_max_per_session,
            memory=settings.memory_limit and settings.memory_limit // workers,
        ),
        more_hooks=(
            *APP_HOOKS,
            compat_hook(settings, more=stand_ins or {}),
            *development_hooks(settings),
        ),
    )
    if settings.development and settings.pdb:
        # Imported where it is used: production never does.
        from sundog.server.debugger import Debugger

        host.on_error = Debugger()
    return host


def development_hooks(settings: Settings) -> tuple[Install, ...]:
    """Return what is replaced in other libraries so that changed code can take over."""
    if not settings.develops:
        return ()
    from sundog.hooks.widgets import changed_values

    return (changed_values.install,)
