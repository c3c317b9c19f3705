"""Runs an app without a page, and records the messages that a page would receive."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.app.loading.loader import load
from sundog.app.patience import Patience
from sundog.app.running.runner import Runner
from sundog.errors import ExportError
from sundog.ids import PageId
from sundog.kernel import Outbox, Reader, VirtualKernel, start_callbacks
from sundog.protocol import Outgoing, encode_batch, encode_control
from sundog.solara.library import SolaraLibrary

# An app is settled when it has sent nothing for this long.
QUIET_SECONDS: Final = 0.3
READY_SECONDS: Final = 600.0
# The page of an app that never ends can't be exported, however early it shows something.
_PATIENCE: Final = Patience(seconds=READY_SECONDS, if_shown=READY_SECONDS)
CLOSE_SECONDS: Final = 10.0

# A reader that claims to be this far ahead gets the full state.
_FAR_AHEAD: Final = 2**53 - 1
_MODULES: Final = ("_model_module", "_view_module")


@dataclass(frozen=True, slots=True)
class Recording:
    """The messages with which a page shows an app in its current state.

    Attributes:
        name: The app's name.
        path: The app's path, if it is a file or folder.
        frames: The frames (see docs/protocol.md) from the welcome to the end of the full state.
        modules: The widget modules that they need.
        mime_types: The MIME types that they contain.
    """

    name: str
    path: Path | None
    frames: tuple[str | bytes, ...]
    modules: frozenset[str]
    mime_types: frozenset[str]


def record(spec: str, arguments: Sequence[str] = (), *, wait: float = 10.0) -> Recording:
    """Run an app and record its page once it has stopped changing.

    Args:
        spec: The app, as on the command line.
        arguments: The app's arguments.
        wait: How long the app may keep changing after its run, in seconds.

    Raises:
        AppError: The app fails.
        ExportError: The app's run does not end.
    """
    host = Host(development=True, more_hooks=APP_HOOKS, patience=_PATIENCE)
    try:
        runner = Runner(load(spec), SolaraLibrary(), arguments, development=True)
        runner.dry_run(host.throw_away_kernel(), host.patience)
        if not runner.has_ended:
            raise ExportError(
                f"{runner.name} is still running, so its page can't be exported. Export an app "
                "whose top level comes to its end."
            )
        kernel = host.throw_away_kernel()
        kernel.output.large_displays.keep_inline()
        kernel.output.questions.refuse("An exported page can't answer input().")
        try:
            messages = _run(runner, kernel, wait)
        finally:
            closed = threading.Event()
            kernel.close(closed.set)
            closed.wait(CLOSE_SECONDS)
    finally:
        host.close()
    parsed = [json.loads(message.text) for message in messages]
    return Recording(
        name=runner.name,
        path=runner.app.path,
        frames=tuple(_frames(messages)),
        modules=frozenset(_modules(parsed)),
        mime_types=frozenset(_mime_types(parsed)),
    )


def _run(runner: Runner, kernel: VirtualKernel, wait: float) -> list[Outgoing]:
    changed = threading.Event()
    reader = kernel.pages.open(PageId("export")).reader
    kernel.outbox.connect(reader, 0, changed.set)

    def begin() -> None:
        start_callbacks.run(kernel)
        runner.run(kernel)

    kernel.submit(begin)
    _wait_until_ready(kernel.outbox, reader, changed)
    _wait_until_quiet(kernel.outbox, reader, changed, wait)
    return _full_state(kernel, changed)


def _take(outbox: Outbox, reader: Reader, changed: threading.Event) -> list[Outgoing]:
    changed.clear()
    taken: list[Outgoing] = []
    while (batch := outbox.take(reader)) is not None:
        taken += batch.messages
    return taken


def _wait_until_ready(outbox: Outbox, reader: Reader, changed: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not any(message.text == b'["ready"]' for message in _take(outbox, reader, changed)):
        if not changed.wait(deadline - time.monotonic()):
            raise ExportError(f"the app's run did not end within {READY_SECONDS:g} s")


def _wait_until_quiet(
    outbox: Outbox, reader: Reader, changed: threading.Event, wait: float
) -> None:
    deadline = time.monotonic() + wait
    while (left := deadline - time.monotonic()) > 0 and changed.wait(min(QUIET_SECONDS, left)):
        _take(outbox, reader, changed)


def _full_state(kernel: VirtualKernel, changed: threading.Event) -> list[Outgoing]:
    page = kernel.pages.open(PageId("export"))
    kernel.outbox.connect(page.reader, _FAR_AHEAD, changed.set)
    kernel.pages.synchronise(page)
    state: list[Outgoing] = []
    while True:
        changed.clear()
        batch = kernel.outbox.take(page.reader)
        if batch is None or batch.first != 0:
            changed.wait()
        elif batch.messages:
            state += batch.messages
        else:
            return state


def _frames(messages: Sequence[Outgoing]) -> Iterator[str | bytes]:
    welcome = {"type": "welcome", "mode": "sync", "seq": 0, "received": 0, "ack": 0}
    yield encode_control(welcome)
    # One frame holds messages with buffers or without.
    for message in messages:
        yield encode_batch(0, 0, [message])
    yield encode_control({"type": "synced", "seq": 0})


def _modules(messages: Iterable[list[Any]]) -> Iterator[str]:
    for state in _states(messages):
        yield from (state[key] for key in _MODULES if isinstance(state.get(key), str))


def _states(messages: Iterable[list[Any]]) -> Iterator[Mapping[str, Any]]:
    for kind, *rest in messages:
        if kind == "open":
            yield rest[2].get("state") or {}


def _mime_types(messages: list[list[Any]]) -> Iterator[str]:
    shown = [rest[1] for kind, *rest in messages if kind == "output"]
    for state in _states(messages):
        outputs = state.get("outputs")
        if isinstance(outputs, list):
            shown += outputs
    for item in shown:
        if isinstance(item, dict) and isinstance(item.get("data"), dict):
            yield from item["data"]
