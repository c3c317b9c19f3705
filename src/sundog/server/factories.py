"""Creates parts of a server that depend only on its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.app.patience import Patience
from sundog.config import Settings
from sundog.extensions.folders import config_folders, data_folders, disabled_extensions
from sundog.kernel import OutboxLimits
from sundog.registry import RegistryLimits
from sundog.solara.compat.hook import CompatHook
from sundog.web.access import (
    AccessPolicy,
    CookieAttributes,
    Sessions,
    TrustedProxies,
    hosts_of,
    origins_of,
    session_secret,
)
from sundog.web.static import ExtensionRules, Extensions

if TYPE_CHECKING:
    from sundog.hooks.core.install import Install


def make_extensions(settings: Settings) -> Extensions:
    """Return the front-end packages installed in Jupyter's folders."""
    rules = ExtensionRules(
        ignore_nbextensions=settings.server_ignore_nbextensions,
        disabled=frozenset(disabled_extensions(config_folders())),
        first=dict(each.split("=") for each in settings.widget_loaders),
        watch=settings.development,
    )
    return Extensions(data_folders(), rules)


def make_access_policy(settings: Settings) -> AccessPolicy:
    """Return the access policy; may generate the session secret."""
    sessions = Sessions(
        session_secret(settings),
        CookieAttributes(
            path=settings.root_path or "/",
            max_age=settings.session_max_age,
            http_only=settings.session_http_only,
            same_site=settings.session_same_site,
            secure=settings.session_https_only,
        ),
    )
    return AccessPolicy(
        sessions,
        origins_of(settings),
        hosts_of(settings),
        TrustedProxies(settings.forwarded_allow_ips),
    )


def make_host(
    settings: Settings,
    *,
    workers: int = 1,
    stand_ins: Mapping[str, Mapping[str, Any]] | None = None,
) -> Host:
    """Return the host of one of `workers`, with its hooks installed.

    `stand_ins` are additional contents of the modules that replace Solara's server.
    """
    host = Host(
        development=settings.development,
        outbox_limits=OutboxLimits(
            replay_messages=settings.replay_messages,
            replay_bytes=settings.replay_bytes,
            backlog_bytes=settings.backlog_bytes,
        ),
        display_bytes=settings.display_bytes,
        registry_limits=RegistryLimits(
            cull_timeout=settings.kernel_cull_timeout,
            max_count=settings.kernel_bound,
            max_per_session=settings.kernel_max_per_session,
            memory=settings.memory_bound and settings.memory_bound // workers,
        ),
        patience=Patience(settings.dry_run_timeout or None),
        own_threads=settings.kernel_threads == "own",
        more_hooks=(
            *APP_HOOKS,
            CompatHook(settings, more=stand_ins or {}),
            *_development_hooks(settings),
        ),
    )
    if settings.development and settings.pdb:
        # Imported here, because production never needs it.
        from sundog.server.debugger import Debugger

        host.on_error = Debugger()
    return host


def _development_hooks(settings: Settings) -> tuple[Install, ...]:
    """Return the hooks into other libraries that let changed code take over."""
    if not settings.develops:
        return ()
    from sundog.hooks.widgets import changed_values

    return (changed_values.install,)
