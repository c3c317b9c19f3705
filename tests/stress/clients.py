"""Light pages: they count what comes, keep what they send until it arrives, and come back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.servers import Page

# Counts by itself, five times a second, and counts clicks.
APP = """
import asyncio
import ipywidgets as widgets

number, clicks, button = widgets.IntText(), widgets.Label("0"), widgets.Button(description="Click")
button.on_click(lambda _: setattr(clicks, "value", str(int(clicks.value) + 1)))

async def count():
    while True:
        number.value += 1
        await asyncio.sleep(0.2)

task = asyncio.ensure_future(count())
widgets.VBox([number, clicks, button])
"""

FIRST_DELAY, LONGEST_DELAY = 0.25, 15.0
LOST = (OSError, ConnectionClosed, InvalidMessage, EOFError, TimeoutError)


@dataclass(slots=True)
class Return:
    """How one page came back; seconds."""

    mode: str
    # From the attempt that succeeded to the last of what was missed.
    resume: float
    # The moment at which that was.
    at: float
    missed: int


@dataclass
class Client:
    """One page, with the page's side of the protocol as the front end has it."""

    port: int
    page: Page
    cookie: str
    origin: str
    # What was found wrong.
    faults: list[str] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    seen: int = 0
    counted: int = 0
    shown_clicks: int = 0
    sent_clicks: int = 0
    ended: int | None = None

    def __post_init__(self) -> None:
        self._models: dict[str, str] = {}
        self._base, self._written = 1, 0
        self._queue: list[Any] = []
        self._socket: ClientConnection | None = None
        self._welcomed = False
        self._superseded = 0
        self._attempt = 0
        self._syncing = False
        self._connected_at = 0.0
        self._target: int | None = None
        self.ready = asyncio.Event()
        self.open = asyncio.Event()

    async def run(self) -> None:
        """Be there until cancelled, or until the kernel ends."""
        while self.ended is None:
            with contextlib.suppress(*LOST):
                await self._connect_once()
            self._socket, self._welcomed = None, False
            self.open.clear()
            full = min(LONGEST_DELAY, FIRST_DELAY * 2**self._attempt)
            self._attempt += 1
            await asyncio.sleep(full / 2 * (1 + random.random()))

    async def click(self) -> None:
        """Press the button, now or as soon as can be."""
        content = {"method": "custom", "content": {"event": "click"}}
        self._queue.append(["msg", self._models["ButtonModel"], content])
        self.sent_clicks += 1
        with contextlib.suppress(*LOST):
            await self._flush()

    async def _connect_once(self) -> None:
        self._connected_at = time.monotonic()
        async with connect(
            f"ws://127.0.0.1:{self.port}{self.page.socket_path(seen=self.seen)}",
            origin=self.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            compression=None,
            ping_interval=None,
            proxy=None,
            open_timeout=20,
            close_timeout=1,
        ) as socket:
            self._socket = socket
            try:
                async for frame in socket:
                    await self._receive(json.loads(frame))
            finally:
                if socket.close_code in (4001, 4002):
                    self.ended = socket.close_code

    async def _receive(self, frame: Any) -> None:
        if isinstance(frame, list):
            self._apply_batch(*frame[:3])
        elif frame["type"] == "welcome":
            await self._apply_welcome(frame)
        elif frame["type"] == "synced":
            self.seen, self._syncing = frame["seq"], False
            self.ready.set()
        if self._target is not None and self.seen >= self._target and not self._syncing:
            now = time.monotonic()
            self.returns[-1].resume, self.returns[-1].at = now - self._connected_at, now
            self._target = None

    async def _apply_welcome(self, frame: Any) -> None:
        mode, sequence, received = frame["mode"], frame["seq"], frame["received"]
        self.modes.append(mode)
        self._attempt = 0
        self._syncing = mode == "sync"
        if self.seen:
            missed = sequence - self.seen if mode == "sync" else 0
            self.returns.append(Return(mode, 0.0, 0.0, missed))
            # A message that has not been missed shows that what was missed has come.
            self._target = self.seen + 1 if mode == "resume" else sequence
            if mode == "new":
                self.faults.append("another kernel took the place of the one before")
        self._acknowledge(frame["ack"])
        if received < self._base - 1:
            self.faults.append(f"received {received} is less than was acknowledged")
        self._written, self._welcomed = received, True
        await self._flush()
        self.open.set()

    def _apply_batch(self, ack: int, first: int, messages: Sequence[Any]) -> None:
        if first == 0:
            for message in messages:
                self._apply(message, numbered=False)
        elif messages:
            if first != self.seen + 1:
                self.faults.append(f"{first} came after {self.seen}")
            for index, message in enumerate(messages):
                self.seen = first + index
                self._apply(message, numbered=True)
            if self._target is not None and self.returns[-1].mode == "resume":
                self.returns[-1].missed += len(messages)
        self._acknowledge(ack)

    def _apply(self, message: Any, numbered: bool) -> None:
        kind = message[0]
        if kind == "open":
            state = message[3]["state"]
            self._models.setdefault(state["_model_name"], message[1])
            self._note(message[1], state, exact=False)
        elif kind == "msg" and message[2].get("method") == "update":
            self._note(message[1], message[2]["state"], exact=numbered)
        elif kind == "none":
            self._superseded += 1
        elif kind == "ready":
            self.ready.set()

    def _note(self, model: str, state: dict[str, Any], exact: bool) -> None:
        if "value" not in state:
            return
        if model == self._models.get("IntTextModel"):
            value = state["value"]
            if not self._follows(value, self.counted, exact):
                self.faults.append(f"the count {value} came after {self.counted}")
            self.counted = value
        elif state["value"].isdigit():
            value = int(state["value"])
            if not self._follows(value, self.shown_clicks, exact):
                self.faults.append(f"click {value} came after {self.shown_clicks}")
            self.shown_clicks = value

    def _follows(self, value: int, last: int, exact: bool) -> bool:
        """Whether a value is the next one; values may lack that were said to be superseded."""
        lacking = value - last - 1
        if not exact:
            return lacking >= -1
        if 0 < lacking <= self._superseded:
            self._superseded -= lacking
            return True
        return lacking == 0

    def _acknowledge(self, number: int) -> None:
        count = number - self._base + 1
        if count > 0:
            del self._queue[:count]
            self._base += count

    async def _flush(self) -> None:
        if not self._welcomed or self._socket is None:
            return
        start = self._written - self._base + 1
        waiting = self._queue[start:]
        if waiting:
            first = self._base + start
            self._written = self._base + len(self._queue) - 1
            await self._socket.send(json.dumps([self.seen, first, waiting]))
