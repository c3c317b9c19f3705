"""Sundog's protocol, as specified in docs/protocol.md.

The ids are in the page's `<script id="sundog-config">`. The message `["ready"]` comes after the
app's last widget. An event is answered by batches whose `ack` reaches the event's number.
"""

import asyncio
import http.client
import json
import re
from pathlib import Path

from websockets.asyncio.client import ClientConnection

from bench.page import Page, Ticket

READY = b'["ready"]'
SLIDER = b'"IntSliderModel"'
BUTTON = b'"ButtonModel"'
CONFIG = re.compile(r'<script id="sundog-config"[^>]*>(.*?)</script>', re.DOTALL)


class SundogPage(Page):
    """A page of `sundog run`."""

    name = "sundog"

    def __init__(self, socket: ClientConnection, port: int, ticket: Ticket) -> None:
        super().__init__(socket, port, ticket)
        self.sent = 0
        self.seen = 0
        self.ack = 0
        self.slider = ""
        self.button = ""

    @staticmethod
    def command(python: Path, app: Path, port: int, *, production: bool = True) -> list[str]:
        arguments = ["run", str(app), "--port", str(port), "--no-open"]
        mode = ["--production"] if production else []
        return [str(python), "-m", "sundog", *arguments, *mode]

    @staticmethod
    def ticket_for(http: http.client.HTTPConnection) -> Ticket:
        http.request("GET", "/")
        response = http.getresponse()
        cookie = (response.getheader("set-cookie") or "").split(";")[0]
        match = CONFIG.search(response.read().decode())
        if response.status != 200 or match is None:
            raise RuntimeError(f"GET / was answered {response.status}, without a configuration")
        config = json.loads(match[1])
        base = f"{config['root']}/_sundog/kernel/{config['kernel']}"
        return Ticket(
            path=f"{base}/socket?v=1&page={config['page']}&seen=0",
            cookie=cookie,
            close_path=f"{base}/close?page={config['page']}",
        )

    async def ready(self) -> float:
        frames = [await self.receive()]
        while READY not in frames[-1]:
            frames.append(await self.receive())
        arrived = asyncio.get_running_loop().time()
        for frame in frames:
            self._note(frame)
            if SLIDER in frame or BUTTON in frame:
                self._find_controls(frame)
        return arrived

    async def change(self, value: int) -> float:
        await self._send_update(["msg", self.slider, _update(value)])
        mark = b'"value %d"' % value
        arrived = 0.0
        while not arrived or self.ack < self.sent:
            frame = await self.receive()
            if mark in frame:
                arrived = asyncio.get_running_loop().time()
            self._note(frame)
        return arrived

    async def click(self) -> None:
        content = {"method": "custom", "content": {"event": "click"}}
        await self._send_update(["msg", self.button, content])

    async def _send_update(self, message: list[object]) -> None:
        self.sent += 1
        await self.socket.send(json.dumps([self.seen, self.sent, [message]]))

    def _note(self, frame: bytes) -> None:
        header = _header(frame)
        if header.startswith(b"["):
            self.ack, first, messages = json.loads(header)[:3]
            if first:
                self.seen = first + len(messages) - 1

    def _find_controls(self, frame: bytes) -> None:
        for message in json.loads(_header(frame))[2]:
            if message[0] != "open":
                continue
            model = message[3]["state"]["_model_name"]
            if model == "IntSliderModel" and not self.slider:
                self.slider = message[1]
            elif model == "ButtonModel":
                self.button = message[1]


def _header(frame: bytes) -> bytes:
    """Return the JSON of a frame. In a binary frame, it is between its length and the buffers."""
    if frame[:1] in (b"[", b"{"):
        return frame
    end = 4 + int.from_bytes(frame[:4], "big")
    return frame[4:end]


def _update(value: int) -> dict[str, object]:
    return {"method": "update", "state": {"value": value}, "buffer_paths": []}
