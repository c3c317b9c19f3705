"""Opens and closes pages of a server, over and over, and watches what the process holds."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE
from tests.servers import CONFIG, Page, RawSocket

APP = """
import ipywidgets as widgets
slider, button = widgets.IntSlider(), widgets.Button(description="Press")
label, out = widgets.Label(), widgets.Output()
slider.observe(lambda change: setattr(label, "value", f"value {change.new}"), "value")

@button.on_click
def press(_):
    with out:
        print("pressed")

widgets.VBox([slider, button, label, out])
"""

# A kernel whose page has gone without a word ends after this.
CULL_TIMEOUT = "200ms"
# Every client has one address here, and there are more than come from one elsewhere.
# Without a supervisor, so that the process that is measured is the one that serves.
ENVIRON = {
    "SUNDOG_KERNEL_CULL_TIMEOUT": CULL_TIMEOUT,
    "SUNDOG_HANDSHAKE_RATE": "none",
    "SUNDOG_SUPERVISOR": "false",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process holds after so many cycles; memory in bytes."""

    cycles: int
    memory: int
    threads: int
    descriptors: int


def sample(process: int, cycles: int) -> Sample:
    """Look at a process (Linux)."""
    folder = Path("/proc") / str(process)
    status = dict(
        line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line
    )
    return Sample(
        cycles,
        int(status["VmRSS"].split()[0]) * 1024,
        int(status["Threads"]),
        len(os.listdir(folder / "fd")),
    )


def slope(samples: Sequence[Sample]) -> float:
    """Return how many bytes a cycle adds: the line of least squares through the samples."""
    count = len(samples)
    mean_x = sum(each.cycles for each in samples) / count
    mean_y = sum(each.memory for each in samples) / count
    spread = sum((each.cycles - mean_x) ** 2 for each in samples)
    return sum((each.cycles - mean_x) * (each.memory - mean_y) for each in samples) / spread


class Client:
    """Opens pages one after another, each in a new session."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def close(self) -> None:
        self._http.close()

    def cycle(self, clean: bool) -> None:
        """Open a page, do something in it, and leave: with a beacon, or without a word."""
        page, cookie = self._open()
        origin = f"http://127.0.0.1:{self._port}"
        headers = [("Origin", origin), ("Cookie", cookie)]
        with RawSocket(self._port, page.socket_path(), headers) as connection:
            models = _models(connection.until('["ready"]'))
            click = {"method": "custom", "content": {"event": "click"}}
            change = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
            messages = [
                ["msg", models["ButtonModel"], click],
                ["msg", models["IntSliderModel"], change],
            ]
            connection.send([0, 1, messages])
            connection.wait_for_ack(2)
            if clean:
                self._request("POST", page.close_path, {"Cookie": cookie, "Origin": origin})

    def _open(self) -> tuple[Page, str]:
        answer, body = self._request("GET", "/", {})
        match = CONFIG.search(body)
        assert match is not None, body[:500]
        return Page(json.loads(match[1])), (answer.getheader("set-cookie") or "").split(";")[0]

    def _request(
        self, method: str, path: str, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        try:
            self._http.request(method, path, headers=headers)
            answer = self._http.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server ends connections on which nothing was asked for some seconds.
            self._http.close()
            self._http.request(method, path, headers=headers)
            answer = self._http.getresponse()
        body = answer.read().decode()
        assert answer.status < 400, (answer.status, body[:200])
        return answer, body


def run_cycles(port: int, count: int, visitors: int = 4) -> None:
    """Do so many cycles, every other one unclean, with a few visitors at a time."""
    numbers = itertools.count()

    def visit() -> None:
        visitor = Client(port)
        try:
            while (number := next(numbers)) < count:
                visitor.cycle(clean=number % 2 == 0)
        finally:
            visitor.close()

    with ThreadPoolExecutor(visitors) as pool:
        for each in [pool.submit(visit) for _ in range(visitors)]:
            each.result()


def watch_cycles(
    process: int, port: int, rounds: int, per_round: int, rest: float = 1.5
) -> Iterator[Sample]:
    """Do rounds of cycles; after each, wait for a collection's turn and look."""
    yield sample(process, 0)
    for number in range(1, rounds + 1):
        run_cycles(port, per_round)
        time.sleep(rest)
        yield sample(process, number * per_round)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether something became true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _models(text: str) -> dict[str, str]:
    """Return the model ids by model name, from the frames' JSON one after another."""
    decoder, found, at = json.JSONDecoder(), {}, 0
    while at < len(text):
        frame, at = decoder.raw_decode(text, at)
        if isinstance(frame, list):
            for message in frame[2]:
                if message[0] == "open":
                    found[message[3]["state"]["_model_name"]] = message[1]
    return found
