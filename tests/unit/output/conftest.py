"""What tests of output share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sundog.output import KernelOutput
from sundog.protocol.message import Outgoing


class World:
    """The output of a kernel that is not there: what was published, and what it is to do."""

    def __init__(self, display_bytes: int = 1 << 30) -> None:
        self.messages: list[Outgoing] = []
        self.work: list[Callable[[], object]] = []
        self.output = KernelOutput(self.messages.append, self.work.append, display_bytes)

    @property
    def published(self) -> list[Any]:
        """The items that the pages got, with their areas."""
        return [json.loads(message.text)[1:] for message in self.messages]

    def run(self) -> None:
        """Do what a kernel does when its callback ends."""
        work, self.work[:] = self.work[:], []
        for each in work:
            each()


@pytest.fixture
def world() -> World:
    return World()
