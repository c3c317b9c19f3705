"""Solara's protocol between its page and its server: Jupyter's kernel protocol.

The page requests kernel_info, opens the comm `solara.control` and sends it `run`. The reply
`finished` on that comm comes after the app's last widget. An event is answered by four frames:
busy, echo, the label's update, idle.
"""

import asyncio
import http.client
import json
import uuid
from pathlib import Path

from websockets.asyncio.client import ClientConnection

from bench.page import Page, Ticket

FINISHED = b'"method": "finished"'
IDLE = b'"execution_state": "idle"'
OPEN = b'"msg_type": "comm_open"'
SLIDER = b'"IntSliderModel"'
BUTTON = b'"ButtonModel"'


class SolaraPage(Page):
    """A page of `solara run`."""

    name = "solara"

    def __init__(self, socket: ClientConnection, port: int, ticket: Ticket) -> None:
        super().__init__(socket, port, ticket)
        self.session = uuid.uuid4().hex
        self.slider = ""
        self.button = ""

    @staticmethod
    def command(python: Path, app: Path, port: int, *, production: bool = True) -> list[str]:
        program = python.with_name("solara")
        mode = ["--production"] if production else []
        return [str(program), "run", str(app), *mode, "--port", str(port), "--no-open"]

    @staticmethod
    def ticket_for(http: http.client.HTTPConnection) -> Ticket:
        # The page's own script generates both ids; the server's response has neither.
        kernel, session = uuid.uuid4(), uuid.uuid4()
        return Ticket(
            path=f"/jupyter/api/kernels/{kernel}/channels?session_id={session}",
            cookie=f"solara-session-id={uuid.uuid4()}",
            close_path=f"/_solara/api/close/{kernel}?session_id={session}",
        )

    async def ready(self) -> float:
        await self._send("kernel_info_request", {})
        await self._until(IDLE)
        control = str(uuid.uuid4())
        await self._send(
            "comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}}
        )
        themes: dict[str, object] = {"light": {}, "dark": {}}
        arguments = {"path": "/", "dark": False, "themes": themes, "appName": None}
        await self._send(
            "comm_msg", {"comm_id": control, "data": {"method": "run", "args": arguments}}
        )
        controls = []
        while FINISHED not in (frame := await self.receive()):
            if OPEN in frame and (SLIDER in frame or BUTTON in frame):
                controls.append(frame)
        arrived = asyncio.get_running_loop().time()
        for frame in controls:
            comm = json.loads(frame)["content"]["comm_id"]
            if BUTTON in frame:
                self.button = comm
            else:
                self.slider = self.slider or comm
        await self._until(IDLE)
        return arrived

    async def change(self, value: int) -> float:
        await self._send(
            "comm_msg",
            {
                "comm_id": self.slider,
                "data": {"method": "update", "state": {"value": value}, "buffer_paths": []},
            },
        )
        await self._until(b'"value %d"' % value)
        arrived = asyncio.get_running_loop().time()
        await self._until(IDLE)
        return arrived

    async def click(self) -> None:
        content = {"method": "custom", "content": {"event": "click"}}
        await self._send("comm_msg", {"comm_id": self.button, "data": content})

    async def _until(self, mark: bytes) -> None:
        while mark not in await self.receive():
            pass

    async def _send(self, kind: str, content: dict[str, object]) -> None:
        header = {
            "date": "2026-01-01T00:00:00.000Z",
            "msg_id": str(uuid.uuid4()),
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.2",
        }
        message = {
            "buffers": [],
            "channel": "shell",
            "content": content,
            "header": header,
            "metadata": {},
            "parent_header": {},
        }
        await self.socket.send(json.dumps(message))
