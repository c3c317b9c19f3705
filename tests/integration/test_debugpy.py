"""A real debugger, debugpy, attached as an editor attaches it; PyCharm's has the same engine."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.servers import AppServer
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.servers import Browser

pytest.importorskip("debugpy")

# One after another: of threads that stop together, debugpy tells once.
APP = """\
import asyncio
import threading
import ipywidgets as widgets

button = widgets.Button(description="Go")

def work(number):
    total = number + 1
    return total

async def later():
    await asyncio.sleep(0)
    work(20)
    threading.Thread(target=work, args=(30,), name="apart").start()

def clicked(_):
    work(10)
    asyncio.create_task(later())

button.on_click(clicked)
button
"""
# The line that returns.
LINE = APP.splitlines().index("    return total") + 1


class Editor:
    """A client of the Debug Adapter Protocol, as much of one as it takes."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.settimeout(PATIENCE)
        self._file = self._socket.makefile("rb")
        self._count = 0
        # What has come and nobody has waited for yet.
        self._waiting: list[dict[str, Any]] = []

    def send(self, command: str, **arguments: Any) -> int:
        self._count += 1
        message = {
            "seq": self._count,
            "type": "request",
            "command": command,
            "arguments": arguments,
        }
        body = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return self._count

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        number = self.send(command, **arguments)
        answer = self.until("response", "request_seq", number)
        assert answer["success"], answer
        found: dict[str, Any] = answer.get("body") or {}
        return found

    def event(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.until("event", "event", name).get("body") or {}
        return found

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def until(self, kind: str, key: str, value: object) -> dict[str, Any]:
        def fits(message: dict[str, Any]) -> bool:
            return message["type"] == kind and message[key] == value

        for message in self._waiting:
            if fits(message):
                self._waiting.remove(message)
                return message
        while True:
            message = self._read()
            if fits(message):
                return message
            self._waiting.append(message)

    def _read(self) -> dict[str, Any]:
        length = 0
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the debugger has left"
        message: dict[str, Any] = json.loads(self._file.read(length))
        return message


@pytest.fixture
def debugged(tmp_path: Path) -> Iterator[tuple[AppServer, int, Path]]:
    app = tmp_path / "app.py"
    app.write_text(APP)
    port = free_port()
    command = ("-m", "debugpy", "--listen", f"127.0.0.1:{port}", "-m", "sundog")
    server = AppServer(app, "--host", "127.0.0.1", command=command)
    yield server, port, app
    server.stop(at_once=True)


@pytest.mark.timeout(180)
def test_an_attached_editor_stops_in_callbacks_coroutines_and_threads(
    debugged: tuple[AppServer, int, Path],
) -> None:
    server, port, app = debugged
    editor = Editor(port)
    editor.request("initialize", adapterID="sundog's tests", pathFormat="path")
    attach = editor.send("attach", justMyCode=True)
    editor.event("initialized")
    placed = editor.request(
        "setBreakpoints", source={"path": str(app)}, breakpoints=[{"line": LINE}]
    )
    assert placed["breakpoints"][0]["verified"]
    editor.request("configurationDone")
    assert editor.until("response", "request_seq", attach)["success"]

    with Browser(server) as browser, browser.attach(browser.open()) as page:  # type: ignore[arg-type]
        click = {"method": "custom", "content": {"event": "click"}}
        page.send([page.seen, 1, [["msg", page.comm("ButtonModel"), click]]])
        seen = {}
        for _ in range(3):
            stopped = editor.event("stopped")
            assert stopped["reason"] == "breakpoint"
            thread = stopped["threadId"]
            frames = editor.request("stackTrace", threadId=thread)["stackFrames"]
            assert (frames[0]["name"], frames[0]["line"]) == ("work", LINE)
            assert frames[0]["source"]["path"] == str(app)
            value = editor.request("evaluate", expression="total", frameId=frames[0]["id"])
            seen[value["result"]] = frames[1]["name"] if len(frames) > 1 else ""
            editor.request("continue", threadId=thread)
        # Each with who called it, and without the frames that are not the developer's.
        assert seen["11"] == "clicked"
        assert seen["21"] == "later"
        assert "31" in seen
        # The app goes on without it.
        editor.request("disconnect", terminateDebuggee=False)
        page.send([page.seen, 2, [["msg", page.comm("ButtonModel"), {"method": "request_state"}]]])
        page.until('"update"')
    editor.close()
