"""Reading uploads of ipyvuetify without ipykernel."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest

from sundog.hooks.libraries.ipyvuetify import install

NAME = "ipyvuetify.extra.file_input"


async def wants_ipykernel() -> None:
    raise AssertionError("asked for ipykernel")


def test_reading_asks_for_no_ipykernel_until_the_hook_is_taken_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType(NAME)
    module.process_messages = wants_ipykernel  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, NAME, module)
    uninstall = install()
    asyncio.run(module.process_messages())
    uninstall()
    assert module.process_messages is wants_ipykernel
