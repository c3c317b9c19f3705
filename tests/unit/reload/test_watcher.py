"""What the watcher tells; `watchfiles` is stood in for, so that each event is given by hand."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from sundog.reload.watcher import Watcher
from tests.patience import PATIENCE


class Watch:
    """Stands in for `watchfiles.watch`."""

    def __init__(self) -> None:
        self.events: queue.Queue[str | Exception | None] = queue.Queue()
        self.began: queue.Queue[frozenset[Path]] = queue.Queue()

    def __call__(self, *folders: Path, stop_event: threading.Event, **options: Any) -> Any:
        self.began.put(frozenset(folders))
        while True:
            event = self.events.get(timeout=PATIENCE)
            if isinstance(event, Exception):
                raise event
            if stop_event.is_set():
                return
            yield {(watchfiles.Change.modified, event)}


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(watchfiles, "watch", watch)
    return watch


@pytest.fixture
def told() -> queue.Queue[frozenset[Path]]:
    return queue.Queue()


@pytest.fixture
def watcher(watch: Watch, told: queue.Queue[frozenset[Path]]) -> Iterator[Watcher]:
    watcher = Watcher(told.put)
    yield watcher
    watcher.stop()
    watch.events.put(None)


def test_changes_are_told_until_other_folders_are_watched(
    watcher: Watcher, watch: Watch, told: queue.Queue[frozenset[Path]], tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert watcher.watch(frozenset((one,)))
    assert watch.began.get(timeout=PATIENCE) == {one}
    watch.events.put(str(one / "a.py"))
    assert told.get(timeout=PATIENCE) == {one / "a.py"}
    assert not watcher.watch(frozenset((one,)))
    # A folder that is not there is left out.
    assert watcher.watch(frozenset((other, tmp_path / "gone")))
    watch.events.put(None)
    assert watch.began.get(timeout=PATIENCE) == {other}
    watch.events.put(str(other / "b.py"))
    assert told.get(timeout=PATIENCE) == {other / "b.py"}


def test_a_failure_is_logged_and_ends_with_the_next_folders(
    watcher: Watcher,
    watch: Watch,
    told: queue.Queue[frozenset[Path]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    watcher.watch(frozenset((tmp_path,)))
    watch.began.get(timeout=PATIENCE)
    watch.events.put(OSError("no watches left"))
    below = tmp_path / "below"
    below.mkdir()
    watcher.watch(frozenset((below,)))
    assert watch.began.get(timeout=PATIENCE) == {below}
    assert "can't be watched" in caplog.text
    watch.events.put(str(below / "a.py"))
    assert told.get(timeout=PATIENCE) == {below / "a.py"}


def test_nothing_is_watched_after_the_stop(watcher: Watcher, tmp_path: Path) -> None:
    watcher.stop()
    assert not watcher.watch(frozenset((tmp_path,)))
