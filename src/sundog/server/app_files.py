"""The files next to the app that pages may request: its folders ``public`` and ``assets``."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from sundog.config import Settings
from sundog.web.page import ASSETS
from sundog.web.static import ContentCache, Files, not_found


class AppFiles:
    """The files next to the app, known once the app has been found."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = ContentCache()
        # A notebook may change the working directory.
        self._extra_assets = [folder.resolve() for folder in settings.assets_extra_locations]
        self._public: Files | None = None
        self._assets: Files | None = None
        self.folders: tuple[Path, ...] = ()

    def serve(self, *apps: Path) -> None:
        """Serve the folders ``public`` and ``assets`` next to the apps' own folders."""
        beside = dict.fromkeys(folder_of(app).parent for app in apps)
        compress = self._settings.server_http_gzip
        extra = self._extra_assets
        public = [folder / "public" for folder in beside]
        assets = [*(folder / "assets" for folder in beside), *extra]
        self.folders = (*public, *assets)
        self._public = Files(public, self._cache, compress=compress)
        self._assets = Files(assets, self._cache, compress=compress)

    async def public(self, request: Request) -> Response:
        """Return a response with a file of ``public``."""
        return not_found() if self._public is None else await self._public.answer(request)

    async def assets(self, request: Request) -> Response:
        """Return a response with a file of ``assets``."""
        return not_found() if self._assets is None else await self._assets.answer(request)

    def find(self, name: str) -> Path | None:
        """Return a file of ``assets``, or None if the app has no file with this name."""
        return None if self._assets is None else self._assets.find(name)

    def addresses(self, root: str, *names: str) -> tuple[str, ...]:
        """Return the addresses of those files in ``assets`` that the app has."""
        return tuple(f"{root}{ASSETS}{name}" for name in names if self.find(name))


def folder_of(app: Path) -> Path:
    """Return the folder that contains an app's file, or that is the app."""
    path = app.resolve()
    return path if path.is_dir() else path.parent
