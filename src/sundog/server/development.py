"""Development mode: watches files, reloads the app, reports progress."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sundog.app import Program
from sundog.config import SPECS, EnvFile, Settings, read_env_file
from sundog.errors import ConfigError
from sundog.hooks.libraries.live_files import refresh
from sundog.kernel import VirtualKernel
from sundog.registry import Registry
from sundog.reload.files import BESIDE, Contents, Effect, Watched
from sundog.reload.project import Project
from sundog.reload.reloader import Reloader
from sundog.reload.reports import STATUS, status
from sundog.reload.watcher import Watcher
from sundog.solara.carry_over import ComponentState
from sundog.web.page import menu_entries

logger = logging.getLogger(__name__)

# How long a file may be missing, or code be empty, while an editor writes it.
GONE_SECONDS: Final = 0.25
# After this time, newly watched folders are watched.
RESCAN_SECONDS: Final = 0.3


class Development:
    """Watches the files of one server's app. Used from its event loop.

    `build` loads the app and runs it once; `adopt` makes the server run its result from now on.
    `served_folders` returns the folders next to the app from which pages get files.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        build: Callable[[], Program],
        adopt: Callable[[Program], None],
        served_folders: Callable[[], tuple[Path, ...]],
        *,
        places: tuple[Path, ...],
        env_files: tuple[EnvFile, ...] = (),
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._serve_from_now_on = adopt
        self._served_folders = served_folders
        self._app_places = places
        self._env_files: dict[Path, Mapping[str, str]] = {
            each.path.resolve(): each.variables for each in env_files
        }
        self._loop = asyncio.get_running_loop()
        self._project = Project()
        self._contents = Contents()
        self._began = time.time()
        self._watched = Watched()
        self._program: Program | None = None
        self._last_said = ""
        self._watcher = Watcher(self._files_changed)
        self.reloader = Reloader(
            registry,
            build,
            self._adopt,
            project=self._project,
            after=self._watch,
            before=self._note_building,
            carriers=(ComponentState(),),
        )

    def ready(self, program: Program) -> None:
        """Note that the dry run succeeded."""
        self._program = program
        self.reloader.runs(program)
        self._tell_menus()
        self._watch()

    def failed(self, error: BaseException) -> None:
        """Note that the app can't run. The next save may fix it."""
        hint = "The app runs as soon as a save fixes it; Ctrl-C stops the server."
        self.reloader.failed(error, "The app can't run as it is now", hint)
        self._watch()

    def stop(self) -> None:
        """Stop watching."""
        self._watcher.stop()
        self.reloader.stop()

    # What changes --------------------------------------------------------------------------------

    def _files_changed(self, paths: frozenset[Path]) -> None:
        """Called by the watcher, in its thread."""
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.look_at, paths)

    def look_at(self, paths: frozenset[Path]) -> None:
        """React to changed files."""
        gone = set()
        effects: dict[Effect, set[Path]] = {}
        for path in map(_resolved, paths):
            effect = self._watched.effect(path)
            if effect is None:
                if path.is_dir() and self._watched.may_hold(path):
                    # New folders may contain files to watch.
                    self._loop.call_soon(self._watch)
            elif not path.exists() or (effect is Effect.RUN and _is_empty(path)):
                gone.add(path)
            elif self._contents.changed(path):
                effects.setdefault(effect, set()).add(path)
        if gone:
            self._loop.call_later(GONE_SECONDS, self._look_again, frozenset(gone))
        self._act(effects)

    def _look_again(self, paths: frozenset[Path]) -> None:
        """Check files that were missing: they may have been written again."""
        effects: dict[Effect, set[Path]] = {}
        for path in paths:
            effect = self._watched.effect(path)
            if effect is not None and self._contents.changed(path):
                effects.setdefault(effect, set()).add(path)
        self._act(effects)

    def _act(self, effects: dict[Effect, set[Path]]) -> None:
        if Effect.SETTINGS in effects:
            self._read_environment(effects[Effect.SETTINGS])
        code = {each for each in effects.get(Effect.RUN, ()) if not self._is_live(each)}
        code |= effects.get(Effect.SETTINGS, set())
        if code:
            self.reloader.changed(code)
        if Effect.PAGE in effects:
            self._registry.tell("assets", json.dumps({"type": "assets", "reload": True}))
        elif Effect.STYLE in effects:
            styles = sorted(path.name for path in effects[Effect.STYLE])
            self._registry.tell("assets", json.dumps({"type": "assets", "styles": styles}))

    def _is_live(self, path: Path) -> bool:
        """Put a front-end file into the widgets that show it; return whether there are any."""
        if path.suffix.lower() not in BESIDE:
            return False
        kernels = (kernel for kernel, _ in self._registry.kernels())
        if not refresh(kernels, path):
            return False
        # Before any widget shows it, so that errors from now on are new.
        self._registry.tell("live", json.dumps({"type": "assets", "styles": []}))
        logger.info("%s changed: updated the widgets that use it", path.name)
        return True

    def _read_environment(self, paths: set[Path]) -> None:
        for path in paths & set(self._env_files):
            before = self._env_files[path]
            try:
                now: Mapping[str, str] = read_env_file(path).variables if path.is_file() else {}
            except ConfigError as error:
                logger.warning("%s", error)
                continue
            self._env_files[path] = now
            for name in set(before) | set(now):
                # Variables of the environment take precedence, as at start.
                if os.environ.get(name) != before.get(name):
                    continue
                if name in now:
                    os.environ[name] = now[name]
                else:
                    os.environ.pop(name, None)
            ours = {name for spec in SPECS.values() for name in spec.variables}
            changed = sorted(n for n in ours if before.get(n) != now.get(n))
            if changed:
                logger.warning(
                    "%s: the server reads %s only at start. Restart it, or run it with"
                    " --auto-restart",
                    path,
                    ", ".join(changed),
                )

    # What is watched -----------------------------------------------------------------------------

    def _note_building(self) -> None:
        self._began = time.time()

    def _adopt(self, program: Program) -> None:
        self._program = program
        self._serve_from_now_on(program)
        self._tell_menus()

    def _tell_menus(self) -> None:
        """Send the pages the current menu, because they were created with an older one."""
        for kernel, connected in self._registry.kernels():
            if connected:
                self._tell_menu(kernel)

    def _tell_menu(self, kernel: VirtualKernel) -> None:
        if self._program is not None and self._settings.menu:
            links = self._program.page_info(kernel.location.whole).links
            text = json.dumps({"type": "menu", "links": menu_entries(links)})
            self._registry.tell("menu", text, kernel)

    def _watch(self) -> None:
        app = self._app_places if self._program is None else self._program.paths
        self._watched = watched = Watched(
            app=tuple(map(_resolved, app)),
            modules=frozenset(map(_resolved, self._project.modules().values())),
            served=tuple(map(_resolved, self._served_folders())),
            env_files=frozenset(self._env_files),
            any_code=self.reloader.fault is not None,
        )
        known = {*watched.modules, *watched.env_files, *watched.app}
        self._contents.learn((path for path in known if not path.is_dir()), before=self._began)
        if self._watcher.watch(watched.folders()):
            self._loop.call_later(RESCAN_SECONDS, self._rescan, watched, frozenset(known))

    def _rescan(self, watched: Watched, known: frozenset[Path]) -> None:
        """Check for changes made before watching had started."""
        # The missing file is not among the known files.
        news = watched.changed_since(self._began) if watched.any_code else frozenset()
        self.look_at(known | news)

    def say(self, text: str) -> None:
        """Show the progress of the app's start in the pages. Thread-safe."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._said, text)

    def _said(self, text: str) -> None:
        self._last_said = text
        self._registry.tell(STATUS, status("starting", text))

    def attached(self, kernel: VirtualKernel) -> None:
        """Note that a page has connected to a kernel. It may have missed the progress so far."""
        if self._program is None and self._last_said:
            self._registry.tell(STATUS, status("starting", self._last_said), kernel)
        self._tell_menu(kernel)
        self.reloader.attached(kernel)

    def began(self, kernel: VirtualKernel) -> None:
        """Note that a kernel is about to run the app."""
        self.reloader.began(kernel)


def _is_empty(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size == 0
    return True


def _resolved(path: Path) -> Path:
    return path.resolve()
