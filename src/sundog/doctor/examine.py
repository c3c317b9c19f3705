"""Checks the machine that ``sundog doctor`` runs on."""

from __future__ import annotations

from collections.abc import Iterator

from sundog.config import Settings
from sundog.doctor.distributions import Installed
from sundog.doctor.environment import check_installation, check_secret, check_settings
from sundog.doctor.findings import Finding, ok
from sundog.doctor.imports import check_imports, read_imports, used_distributions
from sundog.doctor.internet import check_internet
from sundog.doctor.widgets import check_extensions, check_shared, check_widgets, look, narrowed
from sundog.extensions.folders import config_folders, data_folders


def examine(settings: Settings, app: str | None) -> Iterator[Finding]:
    """Check the installation, and an app if there is one.

    Raises:
        AppNotFoundError: The app cannot be found.
    """
    installed = Installed()
    imports = None if app is None else read_imports(app)
    found = look(
        data_folders(),
        config_folders(),
        ignore_nbextensions=settings.server_ignore_nbextensions,
    )
    if imports is None:
        used = installed.with_widgets()
    else:
        used = used_distributions(imports, installed)
        found = narrowed(found, used)
    yield from check_installation(installed)
    yield from check_settings(settings)
    yield from check_secret(settings)
    yield from check_extensions(found, installed)
    yield from check_shared(found)
    if imports is not None:
        yield from check_imports(imports, installed)
        if not used:
            yield ok("widgets", "the app uses only core widgets")
    yield from check_widgets(found, used, installed)
    yield from check_internet(found, used)
