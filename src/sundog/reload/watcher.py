"""Watches folders with `watchfiles`, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

# How long nothing more must change before changes are reported, and how long changes may go on.
# A save is reported after one to two times the first. Looking that often costs half a percent of a
# processor.
QUIET_MS: Final = 10
BURST_MS: Final = 400

OnChange = Callable[[frozenset[Path]], object]


class Watcher:
    """Calls back, in its own thread, with the files that have changed in some folders.

    A folder is watched without the folders below it. A file may be reported although its content
    has not changed, or although it is gone.
    """

    def __init__(self, on_change: OnChange) -> None:
        self._on_change = on_change
        # The lock guards what follows.
        self._lock = threading.Lock()
        self._folders: frozenset[Path] = frozenset()
        self._renew = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def watch(self, folders: frozenset[Path]) -> bool:
        """Watch these folders from now on; return whether they differ from before."""
        with self._lock:
            if folders == self._folders or self._stopped:
                return False
            self._folders = folders
            self._renew.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sundog-watch", daemon=True)
                self._thread.start()
            return True

    def stop(self) -> None:
        """Stop watching."""
        with self._lock:
            self._stopped = True
            self._renew.set()

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._stopped:
                    return
                folders = self._folders
                renew = self._renew = threading.Event()
            try:
                self._watch(folders, renew)
            except Exception:
                # A folder may vanish, or the system may have no watches left. The server goes on.
                logger.exception("Files can't be watched: restart the server to load changes")
                renew.wait()

    def _watch(self, folders: frozenset[Path], renew: threading.Event) -> None:
        # Imported where it is used: production never does.
        from watchfiles import watch

        found = [folder for folder in folders if folder.is_dir()]
        if not found:
            renew.wait()
            return
        for changes in watch(
            *found,
            watch_filter=None,
            debounce=BURST_MS,
            step=QUIET_MS,
            stop_event=renew,
            recursive=False,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            self._on_change(frozenset(Path(path) for _, path in changes))
