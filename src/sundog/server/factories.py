"""Parts of a server that follow from its settings alone."""

from __future__ import annotations

import os
from pathlib import Path

from sundog.config import Settings
from sundog.config.places import user_state_directory
from sundog.extensions.folders import (
    Places,
    config_folders,
    data_folders,
    disabled_extensions,
)
from sundog.web.access.policy import AccessPolicy, hosts_of, origins_of
from sundog.web.access.proxies import TrustedProxies
from sundog.web.access.secret import keep_secret
from sundog.web.access.sessions import CookieAttributes, Sessions
from sundog.web.static.extensions import ExtensionRules, Extensions


def make_extensions(settings: Settings) -> Extensions:
    """Return the front-end packages that are installed where Jupyter looks for them."""
    places = Places.of_this_process()
    rules = ExtensionRules(
        ignore_nbextensions=settings.server_ignore_nbextensions,
        disabled=frozenset(disabled_extensions(config_folders(places))),
        first=dict(each.split("=") for each in settings.widget_loaders),
        watch=settings.development,
    )
    return Extensions(data_folders(places), rules)


def make_access_policy(settings: Settings) -> AccessPolicy:
    """Return what decides who may speak to the server; may make the session secret."""
    if settings.session_secret_key:
        secret = settings.session_secret_key.reveal().encode()
    else:
        directory = settings.state_directory or user_state_directory(os.environ, Path.home())
        secret = keep_secret(directory)
    sessions = Sessions(
        secret,
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
