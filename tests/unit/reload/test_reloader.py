"""Code that takes long to run, or never ends."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sundog.reload import reloader
from sundog.reload.reloader import Reloader
from tests.patience import PATIENCE


@pytest.mark.anyio
async def test_a_reminder_says_that_later_saves_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reloader, "STILL_RUNNING_SECONDS", 0.0)
    caplog.set_level("INFO")
    said, texts = threading.Event(), []

    def tell(kind: str, text: str, kernel: object = None) -> None:
        texts.append(json.loads(text).get("text"))
        if "still running" in str(texts[-1]):
            said.set()

    def build() -> Any:
        assert said.wait(PATIENCE)
        return SimpleNamespace(name="app", namespaces={})

    registry: Any = SimpleNamespace(tell=tell, kernels=lambda: [])
    done = asyncio.Event()
    reloads = Reloader(registry, build, lambda program: done.set())
    reloads.changed({Path("app.py")})
    await asyncio.wait_for(done.wait(), PATIENCE)
    reloads.stop()
    assert "app.py changed: it is still running, and the next save waits for it" in caplog.text
    assert texts[0] == "Reloading app.py…"
