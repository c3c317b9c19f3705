"""The command with a token: what arrives, what turns it off, and that nobody waits for it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sundog.config import Settings
from sundog.telemetry.events import DAY
from sundog.telemetry.reporter import Reporter
from sundog.telemetry.sender import Sender, http_consumer
from sundog.web.usage import OwnLedger
from tests.clocks import FakeClock
from tests.commands import Commands, url_of
from tests.receivers import Receiver
from tests.servers import Browser

pytest.importorskip("mixpanel")

APP = "import ipywidgets as widgets\nwidgets.IntSlider()\n"
SWITCH = "SOLARA_TELEMETRY_MIXPANEL_ENABLE"

Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().serving() as receiver:
        yield receiver


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Starts the command with a token and the receiver's address."""
    (tmp_path / "app.py").write_text(APP)
    commands = Commands(tmp_path)

    def start(receiver: str, *args: str, **environ: str) -> subprocess.Popen[str]:
        return commands(
            *("run", "app.py", "--port", "0", "--no-open", "--host", "127.0.0.1", *args),
            **{
                "SOLARA_TELEMETRY_MIXPANEL_TOKEN": "the-token",
                "SUNDOG_TELEMETRY_MIXPANEL_HOST": receiver,
                **environ,
            },
        )

    yield start
    commands.close()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def stop(process: subprocess.Popen[str]) -> float:
    """Stop a server; return how long that took, in seconds."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    return time.monotonic() - began


def test_start_and_stop_are_reported(run: Run, receiver: Receiver, tmp_path: Path) -> None:
    process = run(receiver.url)
    assert f"(telemetry on; {SWITCH}=False turns it off)" in first_line(process)
    [start] = receiver.wait_for(1)
    stop(process)
    start, end = receiver.wait_for(2)
    assert (start["event"], end["event"]) == ("Sundog server start", "Sundog server stop")
    assert 0 <= end["properties"]["duration_seconds"] < 60
    # Both are of one installation, whose id is kept.
    kept = (tmp_path / "state" / "sundog" / "installation-id").read_text()
    assert {each["properties"]["distinct_id"] for each in (start, end)} == {kept}
    assert {form["ip"] for form in receiver.forms} == {"0"}


def test_several_workers_report_once(run: Run, receiver: Receiver) -> None:
    secret = "a secret of more than thirty-two characters"
    process = run(receiver.url, "--workers", "2", SUNDOG_SESSION_SECRET_KEY=secret)
    url_of(process)
    stop(process)
    names = [message["event"] for message in receiver.wait_for(2)]
    assert names == ["Sundog server start", "Sundog server stop"]
    assert receiver.messages[0]["properties"]["workers"] == 2


@pytest.mark.parametrize("where", ["environment", "file"])
def test_it_can_be_turned_off(run: Run, receiver: Receiver, tmp_path: Path, where: str) -> None:
    if where == "file":
        (tmp_path / ".env").write_text(f"{SWITCH}=False\n")
        process = run(receiver.url)
    else:
        process = run(receiver.url, **{SWITCH: "False"})
    assert f"(telemetry off by {SWITCH}" in first_line(process)
    stop(process)
    assert receiver.messages == []


def test_restarting_turns_it_off(run: Run, receiver: Receiver) -> None:
    process = run(receiver.url, "--auto-restart")
    assert "(telemetry off by --auto-restart)" in first_line(process)
    stop(process)
    assert receiver.messages == []


def test_without_a_token_nothing_is_sent(run: Run, receiver: Receiver) -> None:
    process = run(receiver.url, SOLARA_TELEMETRY_MIXPANEL_TOKEN="")
    assert "(telemetry off, no token)" in first_line(process)
    stop(process)
    assert receiver.messages == []


@pytest.mark.parametrize("trouble", ["hangs", "unreachable"])
def test_nobody_waits_for_it(run: Run, trouble: str) -> None:
    with Receiver(hangs=True).serving() as receiver:
        process = run(receiver.url if trouble == "hangs" else "http://127.0.0.1:9")
        url = url_of(process)
        if trouble == "hangs":
            receiver.wait_for(1)
        server: Any = type("Server", (), {"url": url, "port": int(url.rpartition(":")[2])})
        with Browser(server) as browser, browser.attach(browser.open()):
            pass
        # The server itself needs a moment to end; the report, a second at most.
        assert stop(process) < 5


def test_telemetry_prints_what_would_be_sent(tmp_path: Path, receiver: Receiver, run: Run) -> None:
    commands = Commands(tmp_path)
    environ = {
        "SOLARA_TELEMETRY_MIXPANEL_TOKEN": "the-token",
        "SUNDOG_TELEMETRY_MIXPANEL_HOST": receiver.url,
    }
    output, errors = commands("telemetry", **environ).communicate(timeout=60)
    assert output.startswith("telemetry on"), errors
    assert f"{receiver.url}/track" in output
    assert "the-token" not in output
    printed = [json.loads(text) for text in re.findall(r"^data=(\{.*?^\})", output, re.M | re.S)]
    assert receiver.messages == []
    stop_after_start(run(receiver.url))
    start, end = receiver.wait_for(2)
    report_a_day(receiver.url, start["properties"]["distinct_id"])
    day = receiver.wait_for(5)[3]
    own = {"version", "python", "system", "mode", "workers", "days_up"}
    of_library = {"mp_lib", "$lib_version", "distinct_id"}
    for told, real in zip(printed, (start, day, end), strict=True):
        assert told["event"] == real["event"]
        assert list(told["properties"]) == list(real["properties"])
        for name in told["properties"].keys() & (own | of_library):
            assert told["properties"][name] == real["properties"][name]
    fields = re.findall(r"(\w+)=(\w+)", output.partition("form with ")[2].partition("\n")[0])
    assert [dict(form, data=None) for form in receiver.forms] == [dict(fields, data=None)] * 5


def report_a_day(url: str, installation: str) -> None:
    """Report a server that has been up for three days."""
    sender = Sender("the-token", installation, lambda: http_consumer(url))
    clock, totals = FakeClock(), OwnLedger()
    reporter = Reporter(Settings(), sender, totals, clock)
    reporter.started()
    clock.advance(3 * DAY)
    reporter.look()
    reporter.stopped()


def stop_after_start(process: subprocess.Popen[str]) -> None:
    url_of(process)
    stop(process)
