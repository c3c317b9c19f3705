"""What is recorded of an app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sundog.errors import AppExecutionError
from sundog.export import Recording, record
from sundog.protocol.codec import decode_binary


def script(folder: Path, text: str) -> str:
    path = folder / "app.py"
    path.write_text(text)
    return str(path)


def messages(recording: Recording) -> list[list[object]]:
    batches = (json.loads(frame) for frame in recording.frames[1:-1] if isinstance(frame, str))
    return [message for _, _, batch in batches for message in batch]


def test_the_full_state_is_recorded_between_a_welcome_and_its_end(tmp_path: Path) -> None:
    recording = record(script(tmp_path, "import ipywidgets\nipywidgets.IntSlider(value=7)"))
    first, last = recording.frames[0], recording.frames[-1]
    assert isinstance(first, str)
    assert isinstance(last, str)
    assert json.loads(first)["mode"] == "sync"
    assert json.loads(last) == {"type": "synced", "seq": 0}
    states = [message[3]["state"] for message in messages(recording) if message[0] == "open"]  # type: ignore[index]
    assert 7 in [state.get("value") for state in states]
    assert recording.name == "app"
    assert recording.modules == {"@jupyter-widgets/base", "@jupyter-widgets/controls"}
    assert "application/vnd.jupyter.widget-view+json" in recording.mime_types


def test_what_follows_the_first_run_is_waited_for(tmp_path: Path) -> None:
    recording = record(
        script(
            tmp_path,
            "import asyncio, ipywidgets\n"
            "text = ipywidgets.Label('early')\n"
            "async def later():\n"
            "    for step in range(3):\n"
            "        await asyncio.sleep(0.05)\n"
            "        text.value = f'step {step}'\n"
            "asyncio.get_running_loop().create_task(later())\n"
            "text",
        )
    )
    assert "step 2" in str(messages(recording))


def test_the_wait_is_bounded(tmp_path: Path) -> None:
    recording = record(
        script(
            tmp_path,
            "import asyncio, ipywidgets\n"
            "text = ipywidgets.IntText()\n"
            "async def forever():\n"
            "    while True:\n"
            "        await asyncio.sleep(0.01)\n"
            "        text.value += 1\n"
            "asyncio.get_running_loop().create_task(forever())\n"
            "text",
        ),
        wait=0.1,
    )
    assert "open" in str(messages(recording))


def test_buffers_are_recorded(tmp_path: Path) -> None:
    recording = record(script(tmp_path, "import ipywidgets\nipywidgets.Image(value=b'picture')"))
    binary = [frame for frame in recording.frames if isinstance(frame, bytes)]
    assert len(binary) == 1
    assert b"picture" in binary[0]
    assert decode_binary(binary[0])[1] is not None


def test_a_broken_app_raises_what_its_run_raises(tmp_path: Path) -> None:
    with pytest.raises(AppExecutionError, match="ZeroDivisionError"):
        record(script(tmp_path, "1 / 0"))
